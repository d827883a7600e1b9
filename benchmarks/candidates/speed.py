"""Mentions a second, and what the index takes.

    python benchmarks/candidates/speed.py --work FOLDER

All mentions of DisTEMIST in one call against HPO's English names, candidates with their evidence
made; repeated mentions count (they are searched once). `of processor time` is what one core would
do. Recall and its costs are measured by the suites.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import corpora
import terminologies
from xnorm.candidates import Query, generate
from xnorm.evaluation.machine import machine, versions
from xnorm.files import atomic_file
from xnorm.index import Index

RESULTS = Path(__file__).parents[1] / "results" / "candidates_speed.json"


def main() -> None:
    """Measures, prints and writes JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    work = parser.parse_args().work
    kb = terminologies.knowledge_base("hpo-en", work)
    clock, busy = time.perf_counter(), time.process_time()
    index = Index.build(kb, work / "speed.index")
    row = {
        "seconds to build": round(time.perf_counter() - clock, 1),
        "seconds of processor time to build": round(time.process_time() - busy, 1),
        "bytes a name": round(
            sum(file.bytes for file in index.manifest.files.values()) / index.manifest.names
        ),
    }
    queries = [
        Query(mention.surface, language="es")
        for document in corpora.distemist()
        for mention in document.mentions
    ]
    generate(index, queries[:64])
    for k in (8, 64):
        clock, busy = time.perf_counter(), time.process_time()
        generate(index, queries, k)
        clock, busy = time.perf_counter() - clock, time.process_time() - busy
        row[f"mentions a second at k={k}"] = round(len(queries) / clock)
        row[f"mentions a second of processor time at k={k}"] = round(len(queries) / busy)
    told = {"mentions": len(queries), **row, "machine": machine(), "versions": versions()}
    print(json.dumps(told, indent=1))
    with atomic_file(RESULTS) as stream:
        stream.write(json.dumps(told, indent=1).encode() + b"\n")


if __name__ == "__main__":
    main()
