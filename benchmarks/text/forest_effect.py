"""Recall@1 with and without the forest of the text's language, in linking.

    python benchmarks/text/forest_effect.py --work FOLDER [--suites NAME ...]

Gold spans of development parts, and DisTEMIST against HPO; long forms as `link` makes them (those
that the document defines, then the known ones). With the forest, the digested long form, or else
the digested mention, is searched as the further form of a query, where it differs from the mention.
Intervals: 95 % of the paired difference, bootstrap over documents, 1,000 samples, seed 0. A hit is
one of the gold ids at rank 1 of the listed order.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

import bench
import corpora
from xnorm.candidates import Query, rank
from xnorm.document import Document
from xnorm.index import Index
from xnorm.mentions.long_forms import ExpandAbbreviations
from xnorm.resources.forests import forest_files
from xnorm.text.forest import Forest, open_forest
from xnorm.version import VERSION


class Suite(NamedTuple):
    """A corpus, a row of `TERMINOLOGIES`, what its gold ids are called, and its language."""

    terminology: str
    gold: str
    language: str
    documents: Callable[[], Sequence[Document]]


SUITES = {
    "distemist-hpo-en": Suite("hpo-en", "HPO", "es", corpora.distemist),
    "distemist-hpo-es-en": Suite("hpo-es-en", "HPO", "es", corpora.distemist),
    "ncbi-dev": Suite("medic", "MEDIC", "en", lambda: corpora.ncbi_disease("develop")),
    "bc5cdr-disease-dev": Suite(
        "mesh", "MEDIC", "en", lambda: corpora.bc5cdr("Development", "Disease")
    ),
    "bc5cdr-chemical-dev": Suite(
        "mesh", "MEDIC", "en", lambda: corpora.bc5cdr("Development", "Chemical")
    ),
    "codiesp-dev": Suite("icd10cm", "ICD10CM", "es", lambda: corpora.codiesp("dev")),
    "gsc-plus": Suite("hpo-en", "HPO", "en", corpora.gsc_plus),
}


class Asked(NamedTuple):
    """The mentions of a suite: what is searched without and with the forest, and what is right."""

    off: list[Query]
    on: list[Query]
    gold: list[set[int]]
    owners: list[str]


def main() -> None:
    """Prints a line a suite, and writes them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="where indexes are kept")
    parser.add_argument("--suites", nargs="*", default=list(SUITES), choices=SUITES)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    results: dict[str, object] = {"xnorm": VERSION}
    for name in options.suites:
        suite = SUITES[name]
        index = bench.index(suite.terminology, "default", options.work)
        results[name] = row = measure(asked(suite, index), index)
        print(name, json.dumps(row), flush=True)
    if options.out:
        options.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def asked(suite: Suite, index: Index) -> Asked:
    """The mentions whose concept the terminology has."""
    forest = open_forest(forest_files(suite.language))
    found = Asked([], [], [], [])
    documents = ExpandAbbreviations()(suite.documents())
    for document, mention, ids in corpora.gold_mentions(documents, suite.gold):
        rows = {row for id in ids if (row := index.kb.concept_row(id)) is not None}
        if rows:
            off = Query(mention.surface, mention.long_form, suite.language)
            found.off.append(off)
            found.on.append(digested(off, forest))
            found.gold.append(rows)
            found.owners.append(document.id)
    return found


def digested(query: Query, forest: Forest) -> Query:
    """The query with the forest's form as its further form."""
    text = forest.digest(query.long_form or query.text).text
    further = query.long_form if text == query.text else text
    return Query(query.text, further, query.language)


def measure(asked: Asked, index: Index) -> dict[str, object]:
    """Both figures, their difference, and how many mentions were helped and harmed."""
    off, on = (hits(index, queries, asked.gold) for queries in (asked.off, asked.on))
    low, high = difference(on, off, asked.owners)
    return {
        "mentions": len(off),
        "asked otherwise": sum(a != b for a, b in zip(asked.off, asked.on, strict=True)),
        "off": round(float(off.mean()), 4),
        "on": round(float(on.mean()), 4),
        "difference": round(float(on.mean() - off.mean()), 4),
        "interval": [round(low, 4), round(high, 4)],
        "helped": int((on & ~off).sum()),
        "harmed": int((off & ~on).sum()),
    }


def hits(index: Index, queries: Sequence[Query], gold: Sequence[set[int]]) -> NDArray[np.bool_]:
    """Whether the first candidate of each query is right."""
    distinct = list(dict.fromkeys(queries))
    ranking = rank(index, distinct, 1)
    first = {
        query: int(ranking.concepts[start]) if start < end else -1
        for query, start, end in zip(
            distinct, ranking.offsets[:-1], ranking.offsets[1:], strict=True
        )
    }
    return np.array([first[query] in right for query, right in zip(queries, gold, strict=True)])


def difference(
    on: NDArray[np.bool_], off: NDArray[np.bool_], owners: Sequence[str]
) -> tuple[float, float]:
    """The 95 % interval of the paired difference."""
    _, document = np.unique(np.array(owners), return_inverse=True)
    gains = np.bincount(document, on.astype(float) - off)
    sizes = np.bincount(document)
    drawn = np.random.default_rng(0).integers(len(sizes), size=(1000, len(sizes)))
    shares = gains[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(shares, (0.025, 0.975))
    return float(low), float(high)


if __name__ == "__main__":
    main()
