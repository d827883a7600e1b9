"""`xnorm link --workers 2` against one, each of one thread, on a machine with two cores.

    python benchmarks/scale/workers.py [--index INDEX] [--copies 4] [--work DIR]

DisTEMIST some times over, once with given mentions and once as texts alone. The commands run in
turn, three times each; the median counts. Times are of whole commands, and without their start:
what a command takes on one document is taken off. Run it on a quiet machine.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import material
from msgspec.structs import replace

from xnorm.files import sha256
from xnorm.formats import write_output

ROUNDS = 3


def main() -> None:
    """Measures and records."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", default="default")
    parser.add_argument("--copies", type=int, default=4)
    parser.add_argument("--work", type=Path)
    options = parser.parse_args()
    size = sum(1 for document in material.corpora.distemist() if document.mentions)
    documents = list(itertools.islice(material.copies(), options.copies * size))
    texts = [replace(document, mentions=()) for document in documents]
    figures: dict[str, Any] = {"documents": len(documents)}
    figures["mentions"] = sum(len(document.mentions) for document in documents)
    with tempfile.TemporaryDirectory(dir=options.work) as name:
        folder = Path(name)
        for what, corpus in (("given mentions", documents), ("texts", texts)):
            write_output(corpus, folder / "in.jsonl", "bigbio-jsonl")
            write_output(corpus[:1], folder / "one.jsonl", "bigbio-jsonl")
            figures[what] = compared(folder, options.index)
    material.record("workers", figures)


def compared(folder: Path, index: str) -> dict[str, Any]:
    """Two workers against one."""
    seconds: dict[tuple[str, int], list[float]] = {}
    for _ in range(ROUNDS):
        for source, workers in itertools.product(("one.jsonl", "in.jsonl"), (1, 2)):
            took = linked(folder / source, folder / f"out{workers}.jsonl", workers, index)
            seconds.setdefault((source, workers), []).append(took)
    same = sha256(folder / "out1.jsonl") == sha256(folder / "out2.jsonl")
    median = {key: statistics.median(times) for key, times in seconds.items()}
    work = {
        workers: median["in.jsonl", workers] - median["one.jsonl", workers] for workers in (1, 2)
    }
    return {
        "same bytes": same,
        **{
            f"{workers} workers": {
                "seconds": round(median["in.jsonl", workers], 1),
                "of them to start": round(median["one.jsonl", workers], 1),
            }
            for workers in (1, 2)
        },
        "times as fast, whole commands": round(median["in.jsonl", 1] / median["in.jsonl", 2], 2),
        "times as fast, without the start": round(work[1] / work[2], 2),
    }


def linked(source: Path, output: Path, workers: int, index: str) -> float:
    """Seconds of a command with eight candidates a mention, so that the disk matters little."""
    command = [sys.executable, "-m", "xnorm", "link", "--lang", "es", "--index", index]
    options = ["--k", "8", "--quiet", "--workers", str(workers), "-o", str(output)]
    began = time.perf_counter()
    subprocess.run(
        [*command, str(source), *options],
        env=material.one_thread(),
        check=True,
        preexec_fn=lambda: os.sched_setaffinity(0, range(workers)),
    )
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
