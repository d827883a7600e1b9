"""Protocol 5, raw texts x HPO: DisTEMIST's 529 documents with an HPO id, their 2,173 mentions.

    python benchmarks/finding/find.py [--out benchmarks/results/finding.json]

A found mention is one that was linked. A gold mention is overlapped when a found one shares a
character with it, and right when such a one has one of its ids. Nothing was fitted on DisTEMIST.
Intervals are 95 % bootstrap intervals over documents (1,000 samples, seed 0). Speed is that of the
finder alone, in batches of 32 documents, after the names have been read once.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parents[1]))

import corpora
from xnorm.document import Document
from xnorm.index import Index
from xnorm.kb import KnowledgeBase, default_concepts
from xnorm.mentions import CrossLingualFinder, FindMentions

BATCH = 32
SAMPLES = 1_000

Find = Callable[[Sequence[Document]], list[Document]]


def counted(gold: Sequence[Document], found: Sequence[Document], index: Index) -> Any:
    """For each document: found, gold, overlapped, right mentions; the finder's own concept."""
    rows = []
    for truth, answer in zip(gold, found, strict=True):
        overlapped = right = total = 0
        for _, mention, ids in corpora.gold_mentions([truth], "HPO"):
            wanted = {index.kb.resolve(id) for id in ids}
            over = [m for m in answer.mentions if m.start < mention.end and mention.start < m.end]
            total += 1
            overlapped += bool(over)
            right += any(m.extra["found"]["concept"] in wanted for m in over)
        rows.append((len(answer.mentions), total, overlapped, right))
    return np.array(rows, float)


def figures(counts: Any) -> dict[str, list[float]]:
    """Each figure with the ends of its interval."""

    def of(rows: Any) -> tuple[float, float, float]:
        found, total, overlapped, right = rows.sum(0)
        return found / len(rows), overlapped / total, right / total

    rng = np.random.default_rng(0)
    samples = np.array(
        [of(counts[rng.integers(0, len(counts), len(counts))]) for _ in range(SAMPLES)]
    )
    low, high = np.quantile(samples, [0.025, 0.975], axis=0)
    names = ("found a document", "overlapped", "right")
    return {
        name: [round(float(v), 3) for v in (value, low[i], high[i])]
        for i, (name, value) in enumerate(zip(names, of(counts), strict=True))
    }


def run(find: Find, documents: Sequence[Document]) -> tuple[list[Document], float]:
    """The documents with mentions, and the seconds that finding took."""
    bare = [replace(document, mentions=()) for document in documents]
    find(bare[:1])  # names are read, the first pass is trained
    start = time.perf_counter()
    found = [d for i in range(0, len(bare), BATCH) for d in find(bare[i : i + BATCH])]
    return found, time.perf_counter() - start


def main() -> None:
    """Prints the figures, and writes them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    gold = [
        document
        for document in corpora.distemist()
        if any(mention for _, mention, _ in corpora.gold_mentions([document], "HPO"))
    ]
    results = []
    with tempfile.TemporaryDirectory() as name:
        for languages in (["en"], ["en", "es"]):
            kb = KnowledgeBase.build(
                default_concepts(languages), Path(name) / "hpo.kb", source="HPO"
            )
            index = Index.build(kb, Path(name) / "hpo.index", retrievers=("exact",))
            finders: dict[str, Find] = {"cross-lingual": CrossLingualFinder(index)}
            if "es" in languages:
                finders["dictionary + cross-lingual"] = FindMentions(index)
            for finder, find in finders.items():
                found, seconds = run(find, gold)
                row = {
                    "names": "+".join(languages),
                    "finder": finder,
                    **figures(counted(gold, found, index)),
                    "documents a second": round(len(gold) / seconds, 1),
                }
                results.append(row)
                print(json.dumps(row), flush=True)
    if options.out:
        machine = {"cpus": os.cpu_count()}
        text = json.dumps({"protocol": __doc__, "machine": machine, "rows": results}, indent=1)
        options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
