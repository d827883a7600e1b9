"""What corrections teach: a reviewer with gold labels, in the queue's order and in random order.

    python benchmarks/review/corrections.py --work DIR [--measure dev] [--out FILE]

The reviewer looks through DisTEMIST's documents of CodiEsp's training part (HPO ids, given spans)
with the functions of the review page, and decides every mention that is shown by its gold concept
as "always this", whether the proposal was right or not. After 50, 100 and 200 decisions the export
is applied to documents that nobody has looked at (CodiEsp's test part): its overrides alone, and
with fusion weights fitted on its gold. The random order has five seeds. `--measure dev` was for
looking at orders of the queue; the one that is built in was chosen by the reviewed documents.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import statistics
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "reranking"))

from prepare import distemist

import bench
from xnorm.candidates.fuse import Fuse
from xnorm.decision.overrides import Overrides, read_rules
from xnorm.document import Document, Span
from xnorm.formats import write_output
from xnorm.pipeline import Linker
from xnorm.review.actions import act
from xnorm.review.export import gold_documents, write_overrides
from xnorm.review.loading import load_corpus
from xnorm.review.model import Act, Item
from xnorm.review.reading import queue
from xnorm.settings import RetrieveSettings, Settings
from xnorm.training.fusion import FusionSettings, train_fusion
from xnorm.version import VERSION

STEPS = (50, 100, 200)
SEEDS = range(5)

Place = tuple[str, tuple[Span, ...]]
Gold = Mapping[Place, Sequence[str]]
Choose = Callable[[sqlite3.Connection], Item]


class Measured(NamedTuple):
    """Documents that nobody looks at: without gold, linked, and their gold apart."""

    bare: list[Document]
    linked: list[Document]
    gold: Gold


def main() -> None:
    """Prints the figures, and writes them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--terminology", default="hpo-es-en")
    parser.add_argument("--measure", choices=("dev", "test"), default="test")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    work: Path = options.work
    work.mkdir(parents=True, exist_ok=True)
    linker = Linker(bench.index(options.terminology, "default", work))
    train, dev, test = distemist("HPO")
    reviewed = gold_of(train, linker)
    measured = test if options.measure == "test" else dev
    bare = [without_gold(document) for document in measured if document.mentions]
    untouched = Measured(bare, list(linker.stream(bare)), gold_of(measured, linker))
    begun = state_of(train, linker, work)
    results: dict[str, Any] = {
        "xnorm": VERSION,
        "terminology": options.terminology,
        "reviewed": {
            "documents": len(train),
            "mentions": len(reviewed),
            "right before": share_right(begun, reviewed),
        },
        "measured": {"part": options.measure, "mentions": len(untouched.gold)},
        "before": accuracy(untouched.linked, untouched.gold),
    }
    print(json.dumps(results), flush=True)
    results["queue"] = run(begun, linker, reviewed, untouched, in_order, work / "queue")
    print("queue", json.dumps(results["queue"]), flush=True)
    runs = []
    for seed in SEEDS:
        choose = at_random(random.Random(seed))
        runs.append(run(begun, linker, reviewed, untouched, choose, work / f"random-{seed}"))
        print(f"random {seed}", json.dumps(runs[-1]), flush=True)
    results["random"] = {
        step: {name: spread([one[step][name] for one in runs]) for name in runs[0][step]}
        for step in runs[0]
    }
    print("random", json.dumps(results["random"]))
    if options.out:
        options.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def run(
    begun: sqlite3.Connection,
    linker: Linker,
    reviewed: Gold,
    untouched: Measured,
    choose: Choose,
    work: Path,
) -> dict[str, dict[str, float]]:
    """The figures of one order after each of the steps."""
    state = copied(begun)
    figures, wrong = {}, 0
    for done in range(1, STEPS[-1] + 1):
        item = choose(state)
        ids = reviewed[item.document_id, item.spans]
        wrong += item.proposal not in ids
        act(state, item.number, Act("always", item.version, ids[0]), "gold", ids[0])
        if done in STEPS:
            decided = {"proposals that were wrong": wrong}
            decided["right among the reviewed documents"] = share_right(state, reviewed)
            figures[str(done)] = decided | effects(state, linker, untouched, f"{work}-{done}")
    state.close()
    return figures


def effects(
    state: sqlite3.Connection, linker: Linker, untouched: Measured, work: str
) -> dict[str, float]:
    """Accuracy on the untouched documents with what the export holds."""
    rules, gold, fusion = (Path(f"{work}.{kind}") for kind in ("tsv", "json", "fusion.json"))
    write_overrides(state, rules)
    write_output(gold_documents(state), gold, "bigbio")
    train_fusion(FusionSettings(index=str(linker.index.path), train=(str(gold),)), fusion)
    overrides = Overrides(read_rules(rules), linker.index.kb)
    fitted = Settings(retrieve=RetrieveSettings(fuse=Fuse(parameters=str(fusion))))
    linked = list(Linker(linker.index, fitted).stream(untouched.bare))
    return {
        "overrides": accuracy(overrides(untouched.linked), untouched.gold),
        "fusion": accuracy(linked, untouched.gold),
        "overrides and fusion": accuracy(overrides(linked), untouched.gold),
    }


def in_order(state: sqlite3.Connection) -> Item:
    """What the queue shows first."""
    return queue(state, limit=1).items[0]


def at_random(draw: random.Random) -> Choose:
    """An open mention by chance."""

    def choose(state: sqlite3.Connection) -> Item:
        total = queue(state, limit=1).total
        at = draw.randrange(total)
        return queue(state, order="text", offset=at, limit=1).items[0]

    return choose


def gold_of(documents: Iterable[Document], linker: Linker) -> dict[Place, list[str]]:
    """The gold ids of every mention, as the terminology writes them now."""
    kb = linker.index.kb
    return {
        (document.id, mention.spans): [kb.resolve(gold.db_id) for gold in mention.gold]
        for document in documents
        for mention in document.mentions
    }


def accuracy(documents: Iterable[Document], gold: Gold) -> float:
    """The share of mentions that are linked to a gold concept; NIL is wrong here."""
    right = [
        mention.link is not None and mention.link.concept in gold[document.id, mention.spans]
        for document in documents
        for mention in document.mentions
    ]
    return round(sum(right) / len(right), 4)


def share_right(state: sqlite3.Connection, gold: Gold) -> float:
    """The share of all mentions of the reviewed documents that are right by now."""
    right = [
        (one.decision.concept or one.proposal) in gold[one.document_id, one.spans]
        for one in every(state)
    ]
    return round(sum(right) / len(right), 4)


def every(state: sqlite3.Connection) -> Iterator[Item]:
    """All mentions."""
    yield from queue(state, show="all", order="text", limit=1_000_000).items


def state_of(documents: Iterable[Document], linker: Linker, work: Path) -> sqlite3.Connection:
    """A review that has not begun."""
    corpus, path = work / "train.json", work / "train.sqlite"
    for old in work.glob("train.sqlite*"):
        old.unlink()
    write_output([without_gold(one) for one in documents if one.mentions], corpus, "bigbio")
    loading = load_corpus(corpus, path, linker)
    for _ in loading.documents:
        pass
    return loading.connection


def copied(begun: sqlite3.Connection) -> sqlite3.Connection:
    """The same state in memory."""
    state = sqlite3.connect(":memory:", isolation_level=None)
    state.row_factory = sqlite3.Row
    begun.backup(state)
    return state


def without_gold(document: Document) -> Document:
    """The document with its mentions' spans alone."""
    return replace(document, mentions=tuple(replace(m, gold=()) for m in document.mentions))


def spread(values: Sequence[float]) -> dict[str, float]:
    """Mean, least and most."""
    return {
        "mean": round(statistics.mean(values), 4),
        "least": min(values),
        "most": max(values),
    }


if __name__ == "__main__":
    main()
