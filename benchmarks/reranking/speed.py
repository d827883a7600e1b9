"""Pairs a second of a re-ranker against a plain loop of `CrossEncoder.predict`, in the same run.

    python benchmarks/reranking/speed.py --reranker DIR --index INDEX --documents FILE

The loop asks the library once a mention, as a user would write it. Every way is measured in a
process of its own, on one core and on two, several times in turn; the best time counts. Seconds are
the clock's, and beside them all processors', which other work on the machine hardly changes. Beside
the speed stand the largest differences from the loop's answers, and how many mentions get another
order of candidates (by shares to four decimals) or another first one.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from xnorm.candidates.stage import Retrieve
from xnorm.evaluation.machine import machine, versions
from xnorm.files import atomic_file
from xnorm.formats import open_documents
from xnorm.mentions.long_forms import ExpandAbbreviations
from xnorm.reranking.model import Reading, open_model
from xnorm.reranking.scoring import Pair, Precision, logits
from xnorm.reranking.stage import Rerank, first_scores, probabilities
from xnorm.stores import open_index

RESULTS = Path(__file__).parents[1] / "results" / "reranking_speed.json"
Answers = Callable[[Any, list[list[Pair]]], NDArray[np.float32]]


class Asked(msgspec.Struct):
    """What every way is asked, with the first stage's scores."""

    reading: Reading
    pairs: list[list[Pair]]
    scores: list[list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reranker", required=True)
    parser.add_argument("--index", required=True, help="as `xnorm link` takes it")
    parser.add_argument("--documents", required=True, type=Path, help="with mentions")
    parser.add_argument("--mentions", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        _measure(given.one, given.reranker, given.folder)
        return
    asked = _asked(given)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "asked.json").write_bytes(msgspec.json.encode(asked))
        rows = {f"cores: {cores}": _rows(folder, cores, given.rounds) for cores in (1, 2)}
        agreement = {
            way: _agreement(asked, np.load(folder / f"{way}.npy"), np.load(folder / "loop.npy"))
            for way in WAYS
        }
    row = {
        "documents": given.documents.name,
        "mentions": len(asked.pairs),
        "pairs": sum(map(len, asked.pairs)),
        "pairs a second": rows,
        "differences from the loop": agreement,
        "machine": machine(),
        "versions": versions(),
    }
    print(msgspec.json.format(msgspec.json.encode(row)).decode())
    with atomic_file(RESULTS) as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(row)) + b"\n")


def loop(model: Any, pairs: list[list[Pair]]) -> NDArray[np.float32]:
    """The library asked once a mention."""
    answers = [model.predict(one, batch_size=32, show_progress_bar=False) for one in pairs]
    return np.concatenate(answers)


def stream(precision: Precision) -> Answers:
    """All pairs in one call of ours."""

    def answers(model: Any, pairs: list[list[Pair]]) -> NDArray[np.float32]:
        return logits(model, [pair for one in pairs for pair in one], precision=precision)

    return answers


WAYS: dict[str, Answers] = {
    "loop": loop,
    "float32": stream("float32"),
    "bfloat16": stream("bfloat16"),
}


def _asked(given: argparse.Namespace) -> Asked:
    """The pairs of the first mentions of the documents."""
    index = open_index(given.index)
    documents, count = [], 0
    for document in open_documents(given.documents):
        documents.append(document)
        count += len(document.mentions)
        if count >= given.mentions:
            break
    documents = Retrieve(index)(ExpandAbbreviations()(documents))
    model, reading = open_model(given.reranker)
    stage = Rerank(model, reading, index.kb)
    found = [(d, m) for d in documents for m in d.mentions if m.candidates][: given.mentions]
    return Asked(
        reading,
        [stage.pairs(document, mention) for document, mention in found],
        [first_scores(m.candidates[: stage.k], nil=reading.nil).tolist() for _, m in found],
    )


def _rows(folder: Path, cores: int, rounds: int) -> dict[str, dict[str, float]]:
    """Of each way the pairs a second, by the clock and of the processors, and times the loop's."""
    best = dict.fromkeys(WAYS, (0.0, 0.0))
    for _ in range(rounds):
        for way, (clock, busy) in best.items():
            ran = subprocess.run(
                [sys.executable, *sys.argv, "--one", way, "--folder", str(folder)],
                env={**os.environ, "OMP_NUM_THREADS": str(cores)},
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
            rates = [float(word) for word in ran.stdout.split()[-2:]]
            best[way] = (max(clock, rates[0]), max(busy, rates[1]))
    return {
        way: {
            "by the clock": round(clock, 1),
            "times the loop": round(clock / best["loop"][0], 2),
            "of processors": round(busy, 1),
            "times the loop's": round(busy / best["loop"][1], 2),
        }
        for way, (clock, busy) in best.items()
    }


def _measure(way: str, reranker: str, folder: Path) -> None:
    asked = msgspec.json.decode((folder / "asked.json").read_bytes(), type=Asked)
    model, _ = open_model(reranker)
    answers = WAYS[way]
    answers(model, asked.pairs[:2])  # what the first call gets ready is not counted
    clock, busy = time.perf_counter(), time.process_time()
    found = answers(model, asked.pairs)
    clock, busy = time.perf_counter() - clock, time.process_time() - busy
    np.save(folder / f"{way}.npy", found)
    print(len(found) / clock, len(found) / busy)


def _agreement(
    asked: Asked, found: NDArray[np.float32], loop: NDArray[np.float32]
) -> dict[str, float]:
    ends = np.cumsum([len(part) for part in asked.pairs])[:-1]
    shares = [
        [
            probabilities(answer, np.array(scores, np.float32), asked.reading)
            for answer, scores in zip(np.split(one, ends), asked.scores, strict=True)
        ]
        for one in (found, loop)
    ]
    pairs = list(zip(*shares, strict=True))
    return {
        "largest difference of logits": round(float(np.abs(found - loop).max()), 6),
        "largest difference of shares": round(max(float(np.abs(a - b).max()) for a, b in pairs), 6),
        "mentions in another order": sum(_order(a) != _order(b) for a, b in pairs),
        "mentions with another first": sum(_order(a)[0] != _order(b)[0] for a, b in pairs),
    }


def _order(shares: NDArray[np.float64]) -> list[int]:
    order: list[int] = np.argsort(-np.round(np.log(shares), 4), kind="stable").tolist()
    return order


if __name__ == "__main__":
    main()
