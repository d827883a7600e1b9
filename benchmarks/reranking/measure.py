"""Accuracy@1 before and after a re-ranker, on a set that `prepare.py` wrote.

    python benchmarks/reranking/measure.py --work DIR --set ncbi --reranker FOLDER [--names]

Mentions are given, abbreviations that a document defines are expanded, a mention is right when the
first concept is one of its gold concepts. Figures are over mentions whose concept the terminology
has; `all` counts the others as wrong. With `--names` the terminology also has the names of mentions
that may be learned from. The two numbers that weigh logits against first-stage scores are fitted on
the development part, then with the training part's names; the weights of the network stay.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from prepare import PARTS, sets

from xnorm.candidates.stage import Retrieve
from xnorm.document import Document
from xnorm.evaluation.intervals import interval, paired
from xnorm.evaluation.machine import machine, versions
from xnorm.files import atomic_file
from xnorm.formats import open_documents, write_documents
from xnorm.index import Index
from xnorm.mentions.long_forms import ExpandAbbreviations
from xnorm.reranking.model import Reading, open_model
from xnorm.reranking.stage import Rerank
from xnorm.stores import open_index
from xnorm.training.reranker.calibration import calibrated
from xnorm.training.reranker.data import gold_ids, lists
from xnorm.training.reranker.fitting import answers

RESULTS = Path(__file__).parents[1] / "results" / "reranking.json"
DEPTH = 64
PRECISION = "bfloat16"
CALIBRATED = 1_000
"""About so many mentions of the development part are enough for two numbers."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--set", required=True, choices=sorted(sets()))
    parser.add_argument("--reranker", required=True)
    parser.add_argument("--label", required=True, help="what the row is called")
    parser.add_argument("--names", action="store_true", help="with the names of known mentions")
    parser.add_argument(
        "--as-trained", action="store_true", help="without fitting: for a set without labels"
    )
    parser.add_argument("--part", default="test", choices=["dev", "test", "all"])
    parser.add_argument("-k", type=int, help="candidates that are re-ranked")
    given = parser.parse_args()
    plain = sets()[given.set][0]
    model, reading = open_model(given.reranker)
    if given.k:
        reading = msgspec.structs.replace(reading, k=given.k)
    if not given.as_trained:
        index = _index(f"{given.set}-known" if given.names else plain, given.work)
        dev = _candidates(given.set, "dev", index, given.work)
        reading = _calibrated(model, reading, dev, index)
    index = _index(f"{given.set}-names" if given.names else plain, given.work)
    documents = _candidates(given.set, given.part, index, given.work)
    row = measured(Rerank(model, reading, index.kb, precision=PRECISION), documents)
    row["k"], row["part"], row["names"] = reading.k, given.part, given.names
    row["temperature"], row["prior"] = reading.temperature, reading.prior
    print(msgspec.json.encode(row).decode())
    _keep(given.set, given.label + " + names" * given.names, row)


def measured(stage: Rerank, documents: Sequence[Document]) -> dict[str, object]:
    """The figures of a set."""
    started = time.perf_counter()
    reranked = stage(documents)
    seconds = time.perf_counter() - started
    kb = stage.kb
    owners, before, after, found = [], [], [], []
    mentions = 0
    for first, second in zip(documents, reranked, strict=True):
        for old, new in zip(first.mentions, second.mentions, strict=True):
            mentions += 1
            right = gold_ids(old, kb, kb.source)
            if not right:
                continue
            owners.append(first.id)
            hits = [candidate.concept in right for candidate in old.candidates]
            before.append(any(hits[:1]))
            found.append([any(hits[:depth]) for depth in (stage.k, DEPTH)])
            after.append(any(one.concept in right for one in new.candidates[:1]))
    known = np.array(found)

    def with_interval(values: Sequence[bool]) -> list[float]:
        one = interval(values, owners)
        return [round(one.value, 4), round(one.low, 4), round(one.high, 4)]

    gain = paired(after, before, owners)
    return {
        "mentions": mentions,
        "in terminology": len(owners),
        "recall@k": with_interval(known[:, 0]),
        "recall@64": with_interval(known[:, 1]),
        "before": with_interval(before),
        "after": with_interval(after),
        "gain": [round(gain.value, 4), round(gain.low, 4), round(gain.high, 4)],
        "all before": round(sum(before) / mentions, 4),
        "all after": round(sum(after) / mentions, 4),
        "mentions a second": round(mentions / seconds, 1),
    }


def _calibrated(model: object, reading: Reading, dev: Sequence[Document], index: Index) -> Reading:
    stage = Rerank(model, reading, index.kb)
    listed = [one for one in lists(dev, stage, index.kb.source) if one.gold]
    listed = listed[:: 1 + len(listed) // CALIBRATED]
    return calibrated(reading, listed, answers(model, listed, PRECISION))


def _index(name: str, work: Path) -> Index:
    return open_index(str(work / f"{name}.kb"))


def _candidates(name: str, part: str, index: Index, work: Path) -> list[Document]:
    kept = work / f"{name}-{part}-{index.fingerprint}.jsonl"
    if not kept.exists():
        parts = PARTS if part == "all" else (part,)
        read = (open_documents(str(work / f"{name}-{one}.jsonl")) for one in parts)
        documents = list(itertools.chain.from_iterable(read))
        for stage in (ExpandAbbreviations(), Retrieve(index, k=DEPTH)):
            documents = stage(documents)
        with atomic_file(kept) as stream:
            write_documents(documents, stream, "bigbio-jsonl")
    return list(open_documents(str(kept)))


def _keep(name: str, label: str, row: dict[str, object]) -> None:
    kept = msgspec.json.decode(RESULTS.read_bytes()) if RESULTS.exists() else {}
    kept["machine"], kept["versions"] = machine(), versions()
    kept.setdefault(name, {})[label] = row
    with atomic_file(RESULTS) as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(kept)) + b"\n")


if __name__ == "__main__":
    main()
