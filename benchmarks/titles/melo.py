"""Encoders alone on MELO, as its publishers measure: all names ranked, not concepts.

    python benchmarks/titles/melo.py DATA default=default jobs=jobs/ [--sets usa_q_en_c_en,...]

An argument is a label and an encoder, as an index names it. A query's rank is that of the first
name of its concept among all names; cosines are rounded to five decimals, of equal ones the greater
number of a name goes first, as trec_eval does, and beyond the first 100 a query counts 0. Beside it
MRR with ties against the encoder. Means are over sets; `fitted` are the languages that
e5-small-trim has a vocabulary for. `xnorm bench` measures all systems on the suites
`melo-*-names`, more slowly.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from xnorm.corpora.packs import rows, texts
from xnorm.encoders import Encoder, load_encoder
from xnorm.evaluation.suite import read_suite
from xnorm.files import atomic_file

BENCHMARKS = Path(__file__).parents[1]
RESULTS = BENCHMARKS / "results/titles_melo.json"
KINDS = {"monolingual": "melo-monolingual-names", "cross-lingual": "melo-cross-lingual-names"}
"""Kind to the suite that lists its sets."""

FITTED = ("de", "en", "es", "fr", "nl", "pt")
FIRST = 100
_BLOCK = 256


class Set(NamedTuple):
    """Queries of a set, and the names that are searched, in the order of ties."""

    queries: list[str]
    names: list[str]
    right: list[NDArray[np.int64]]
    """Of each query the places of the names of its concept."""


def main() -> None:
    """Measures, prints and writes JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder of raw data")
    parser.add_argument("encoders", nargs="+", metavar="LABEL=ENCODER")
    parser.add_argument("--sets", default="", help="only these, with commas between")
    given = parser.parse_args()
    files = texts(given.data / "jobs/melo", "*.tsv")
    wanted = list(filter(None, given.sets.split(",")))
    told: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    encoders = [argument.partition("=")[::2] for argument in given.encoders]
    opened = {label: Remembering(load_encoder(spec)) for label, spec in encoders}
    for kind, suite in KINDS.items():
        for name in read_suite(BENCHMARKS / f"suites/{suite}.yaml").sets:
            if wanted and name not in wanted:
                continue
            asked = read_set(files, name)
            for label, encoder in opened.items():
                found = measured(asked, encoder)
                told.setdefault(label, {}).setdefault(kind, {})[name] = found
                print(label, name, json.dumps(found), flush=True)
    for label in opened:
        for kind in KINDS:
            told[label].setdefault("means", {})[kind] = means(told[label].get(kind, {}))
        print(label, json.dumps(told[label]["means"]), flush=True)
    with atomic_file(RESULTS) as stream:
        stream.write(json.dumps(told, indent=1).encode() + b"\n")


class Remembering:
    """An encoder that encodes the names of a set once, as several sets have the same."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: tuple[list[str], NDArray[np.float32]] | None = None

    def names(self, names: list[str]) -> NDArray[np.float32]:
        """The vectors of names."""
        if self._known is None or self._known[0] != names:
            self._known = names, self._encoder.encode(names)
        return self._known[1]

    def queries(self, queries: list[str]) -> NDArray[np.float32]:
        """The vectors of queries."""
        return self._encoder.encode(queries)


def read_set(files: Mapping[str, str], name: str) -> Set:
    """A set of MELO from the texts of its files."""

    def table(file: str, cells: int) -> list[list[str]]:
        (path,) = (one for one in files if one.endswith(f"{name}/{file}.tsv"))
        return [row for _, row in rows(files[path], place=path, cells=cells)]

    elements = sorted(table("corpus_elements", 2), reverse=True)
    places = {row[0]: place for place, row in enumerate(elements)}
    right: dict[str, list[int]] = {}
    for query, _, element, *_ in table("annotations", 4):
        right.setdefault(query, []).append(places[element])
    queries = table("queries", 2)
    return Set(
        [row[1] for row in queries],
        [row[1] for row in elements],
        [np.array(sorted(right[row[0]])) for row in queries],
    )


def measured(asked: Set, encoder: Remembering) -> dict[str, float]:
    """The figures of an encoder on a set."""
    vectors = encoder.names(asked.names)
    queries = encoder.queries(asked.queries)
    ranks = np.zeros((2, len(asked.queries)))
    for start in range(0, len(asked.queries), _BLOCK):
        scores = np.round(queries[start : start + _BLOCK] @ vectors.T, 5)
        for place, row in enumerate(scores, start):
            right = asked.right[place]
            best = row[right].max()
            first = right[row[right] == best][0]
            above, equal = (row > best).sum(), row == best
            ranks[0, place] = 1 + above + equal[:first].sum()
            ranks[1, place] = 1 + above + equal.sum() - equal[right].sum()
    by_number, against = np.where(ranks <= FIRST, 1 / ranks, 0)
    told = {"MRR": by_number.mean(), **{f"A@{k}": (by_number >= 1 / k).mean() for k in (1, 5, 10)}}
    told["MRR, ties against"] = against.mean()
    return {name: round(float(value), 4) for name, value in told.items()}


def means(by_set: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """Means over all sets, those of fitted languages, and the others."""
    parts = {
        "all": list(by_set),
        "fitted": [name for name in by_set if name.split("_")[2] in FITTED],
        "others": [name for name in by_set if name.split("_")[2] not in FITTED],
    }
    return {part: mean([by_set[name] for name in names]) for part, names in parts.items() if names}


def mean(found: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The mean of every figure, and of how many sets."""
    values = {key: round(float(np.mean([one[key] for one in found])), 4) for key in found[0]}
    return {"sets": len(found), **values}


if __name__ == "__main__":
    main()
