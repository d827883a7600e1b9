"""Measures encoders: unseen HPO and Orphanet concepts, Mantra, and names a second on one thread.

    python benchmarks/encoder/measure.py shipped=default twin=FOLDER

An argument is a label and an encoder as an index names it: `default`, a folder, `transformer:DIR`.
The shipped encoder has seen the held-out concepts; its twin, trained on the table that
`build_sources.py DATA --hold-out` makes, has not, nor any name that equals one of theirs.
"""

from __future__ import annotations

import os

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["OMP_NUM_THREADS"] = "1"

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from xnorm.encoders import Encoder, load_encoder
from xnorm.evaluation.machine import machine, versions
from xnorm.files import atomic_file

sys.path.insert(0, str(Path(__file__).parent))
import protocols

RESULTS = Path(__file__).parents[1] / "results" / "encoder.json"
REPEATS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("encoders", nargs="+", metavar="LABEL=ENCODER")
    parser.add_argument("--data", type=Path, default=os.environ.get("XNORM_DATA"))
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    tasks = protocols.tasks(options.data, mantra=True)
    told: dict[str, Any] = {
        "what": (__doc__ or "").splitlines()[0],
        "measure": "accuracy@1 of the most similar name; 95 % bootstrap intervals over concepts "
        "(1,000 samples, seed 0); mean: over languages",
        "speed": "English HPO names, processor time, one thread, best of three",
        "machine": machine(),
        "versions": versions(),
        "tasks": {name: {**counts(task), "names": len(task.names)} for name, task in tasks.items()},
    }
    for given in options.encoders:
        label, _, spec = given.partition("=")
        encoder = load_encoder(spec)
        told[label] = {
            "fingerprint": encoder.fingerprint,
            **{name: figures(encoder, task) for name, task in tasks.items()},
            "names_a_second": speed(encoder, tasks["3b"].names),
        }
        means = {name: round(told[label][name]["mean"].value, 4) for name in tasks}
        print(label, means, f"{told[label]['names_a_second']:,} names/s")
    with atomic_file(options.out) as stream:
        data = msgspec.json.encode(protocols.rounded(msgspec.to_builtins(told)))
        stream.write(msgspec.json.format(data) + b"\n")


def counts(task: protocols.Task) -> dict[str, int]:
    """Queries by language."""
    return {language: len(queries) for language, queries in task.queries.items()}


def figures(encoder: Encoder, task: protocols.Task) -> dict[str, Any]:
    """Accuracy@1 by language and its mean, with intervals."""
    hits = protocols.hits(encoder, task)
    alone = {
        language: protocols.interval(
            task._replace(queries={language: queries}), {language: hits[language]}
        )
        for language, queries in task.queries.items()
    }
    return {**alone, "mean": protocols.interval(task, hits)}


def speed(encoder: Encoder, names: list[str]) -> int:
    """Names a second."""
    encoder.encode(names[:1000])
    taken = []
    for _ in range(REPEATS):
        begun = time.process_time()
        encoder.encode(names)
        taken.append(time.process_time() - begun)
    return round(len(names) / min(taken))


if __name__ == "__main__":
    main()
