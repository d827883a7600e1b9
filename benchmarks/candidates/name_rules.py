"""What each rule for names is worth: recall of the candidates with and without it.

    python benchmarks/candidates/name_rules.py --work FOLDER

Development parts only. Gold spans, long forms that a document defines are searched too, default
encoder and fusion; what counts as a hit is told in recall.py. A rule adds variants beside the
names (`add`), drops names, unless preferred, whose variant the concept has already (`drop`), or
puts the variants in the names' place (`replace`). Rules that change no name of a terminology are
not measured on it. Differences are to no rule at all: 95 % intervals over
documents (1,000 samples, seed 0).
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import recall
from numpy.typing import NDArray

import bench
import corpora
import terminologies
import xnorm
from xnorm.candidates import Fuse
from xnorm.document import Document
from xnorm.index import Index
from xnorm.kb import Concept, KnowledgeBase
from xnorm.kb.name_rules import DEFAULT, DROPPING, RULES, apply_rules

KS = (1, 5, 64)
RESULTS = Path(bench.__file__).parent / "results" / "name_rules.json"


class Suite(NamedTuple):
    """A corpus and its terminology."""

    terminology: str
    documents: Callable[[], Sequence[Document]]


class Built(NamedTuple):
    """An index, and the seconds that the rules took."""

    index: Index
    seconds: float


SUITES = {
    "NCBI Disease develop x MEDIC": Suite("medic", lambda: corpora.ncbi_disease("develop")),
    "BC5CDR development diseases x MeSH descriptors": Suite(
        "mesh", lambda: corpora.bc5cdr("Development", "Disease")
    ),
    "BC5CDR development chemicals x MeSH descriptors": Suite(
        "mesh", lambda: corpora.bc5cdr("Development", "Chemical")
    ),
}


def main() -> None:
    """Measures, prints a table and writes JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="where indexes are made")
    work = parser.parse_args().work
    work.mkdir(parents=True, exist_ok=True)
    results: dict[str, dict[str, Any]] = {}
    for terminology in dict.fromkeys(suite.terminology for suite in SUITES.values()):
        suites = {name: s for name, s in SUITES.items() if s.terminology == terminology}
        plain: dict[str, NDArray[np.int64]] = {}
        for what, rules, how in settings():
            built = build(terminology, rules, work, how)
            if built is None:
                continue
            index, seconds = built
            for name, suite in suites.items():
                found = measure(index, suite, plain.get(name))
                plain.setdefault(name, found.pop("ranks"))
                found |= {"names": index.manifest.names, "seconds of rules": seconds}
                results.setdefault(name, {})[what] = found
                print(f"{name:<50}{what:<22}", *(f"{k} {v}" for k, v in found.items()), flush=True)
    made_by = {"xnorm": xnorm.__version__, "default": DEFAULT, "suites": results}
    RESULTS.write_text(json.dumps(made_by, indent=2, ensure_ascii=False) + "\n")


def settings() -> Iterator[tuple[str, list[str], str]]:
    """What is measured: no rule, each rule in each way, all rules, the default."""
    yield "none", [], "add"
    for rule in (rule for rule in RULES if rule not in DROPPING):
        for how in ("add", "drop", "replace"):
            yield f"{rule}, {how}", [rule], how
    yield "all", list(RULES), "default"
    yield "default", list(DEFAULT), "default"


def build(terminology: str, rules: list[str], work: Path, how: str) -> Built | None:
    """The index of a terminology by some rules; none if they change no name."""
    source, read = terminologies.TERMINOLOGIES[terminology]
    concepts = list(read())
    start = time.perf_counter()
    dropping = {"add": (), "drop": rules}.get(how, DROPPING)
    changed = list(apply_rules(concepts, rules, dropping=dropping))
    seconds = round(time.perf_counter() - start, 2)
    if rules and changed == concepts:
        return None
    if how == "replace":
        changed = [without_origins(concept, rules) for concept in concepts]
    folder = work / "rules"
    shutil.rmtree(folder, ignore_errors=True)
    kb = KnowledgeBase.build(changed, folder / "x.kb", source=source, name_rules=rules)
    return Built(Index.build(kb, folder / "x.index"), seconds)


def without_origins(concept: Concept, rules: list[str]) -> Concept:
    """The concept with variants in the place of the names that they were made of."""
    names = []
    for name in concept.names:
        variant = next((text for rule in rules if (text := RULES[rule](name.text))), name.text)
        names.append(msgspec.structs.replace(name, text=variant))
    return msgspec.structs.replace(concept, names=tuple(names))


def measure(index: Index, suite: Suite, plain: NDArray[np.int64] | None) -> dict[str, Any]:
    """Recall at some ranks, and the differences to the ranks without rules."""
    queries, gold, owners = recall.mentions(index, suite.documents(), "MEDIC", abbreviations=True)
    ranks = recall.fused_ranks(index, queries, gold, Fuse())
    found: dict[str, Any] = {"mentions": len(queries), "ranks": ranks}
    for k in KS:
        found[f"R@{k}"] = round(bench.recall_at(ranks, k), 4)
        if plain is not None:
            low, high = difference(ranks, plain, owners, k)
            found[f"R@{k} difference"] = [round(low, 4), round(high, 4)]
    return found


def difference(
    ranks: NDArray[np.int64], plain: NDArray[np.int64], owners: Sequence[str], k: int
) -> tuple[float, float]:
    """The 95 % interval of the difference in recall when documents are drawn anew."""
    _, document = np.unique(np.array(owners), return_inverse=True)
    gains = np.bincount(document, (ranks <= k).astype(float) - (plain <= k))
    sizes = np.bincount(document)
    drawn = np.random.default_rng(0).integers(len(sizes), size=(1000, len(sizes)))
    low, high = np.quantile(gains[drawn].sum(axis=1) / sizes[drawn].sum(axis=1), (0.025, 0.975))
    return float(low), float(high)


if __name__ == "__main__":
    main()
