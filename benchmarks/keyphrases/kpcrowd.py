"""Key phrases on 500N-KPCrowd: nDCG, F and precision of the first ten, by groups of features.

    python benchmarks/keyphrases/kpcrowd.py [--out benchmarks/results/kpcrowd.json]

Two protocols: the published split (450 stories to train, 50 to measure), and ten folds over the 450
by a fixed seed. The split chose nothing: features and trees were settled on three of the folds.

nDCG: a phrase's relevance is the number of annotators who chose it, 0 if none did; discount log2(i)
from the second place on; ideal: the ten phrases chosen most. F and precision: against the `.key`
file (about 46 phrases a story, so that F of ten is at most .36). Phrases are compared without case,
accents and signs, not stemmed; three in four of the gold ones are single words. Intervals: 95 %,
bootstrap over stories, 1,000 samples, seed 0.

Rows `frequent words` (single words by frequency) and TF-IDF (of the training stories) need no
training; YAKE (extra `bench`) is run with its defaults and with single words.
"""

from __future__ import annotations

import argparse
import json
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

import corpora
from xnorm.evaluation.intervals import interval, paired
from xnorm.evaluation.machine import machine, versions
from xnorm.keyphrases import Annotated, Reading, phrase_key, read_annotated
from xnorm.keyphrases.extractor import best_first
from xnorm.keyphrases.features import Sheet, matrix, sheet_of, with_statistics
from xnorm.keyphrases.measures import f_at, ndcg, precision_at
from xnorm.training.keyphrases import Forest, grow, training_table

FOLDS, SEED, SHARE = 10, 0, 0.1
MEASURES = ("ndcg", "f@10", "p@10")

_MORE = ("base", "shallow", "signals", "centrality")
CONDITIONS: dict[str, tuple[tuple[str, ...], float]] = {
    "base": (("base",), 0.0),
    "+ shallow semantic": (("base", "shallow"), 0.0),
    "+ rhetorical signals, centrality": (_MORE, 0.0),
    "+ light filtering": (_MORE, SHARE),
    "+ co-reference": ((*_MORE, "coreference"), 0.0),
    "+ light filtering, co-reference": ((*_MORE, "coreference"), SHARE),
}
"""Features and the share of sentences dropped, by what a row adds."""

_ALL = Reading(groups=(*_MORE, "coreference"))

Ranked = list[str]
"""Keys of the phrases of one story, best first."""


def main() -> None:
    """Prints the figures, and writes them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        pack = corpora.data_folder() / "text/500N-KPCrowd-v1.0-full.tar.xz"
        with tarfile.open(pack) as archive:
            archive.extractall(folder, filter="data")
        stories = Path(folder) / "500N-KPCrowd/CorpusAndCrowdsourcingAnnotations"
        train = list(read_annotated(stories / "train", language="en"))
        test = list(read_annotated(stories / "test", language="en"))
    sheets = {
        share: [sheet_of(one.document, _reading(share)) for one in (*train, *test)]
        for share in (0.0, SHARE)
    }
    print(f"features: {time.perf_counter() - began:.0f} s", file=sys.stderr)
    fold = np.random.default_rng(SEED).permutation(len(train)) % FOLDS
    places = np.arange(len(train) + len(test))
    parts = [
        (np.flatnonzero(fold != number), np.flatnonzero(fold == number)) for number in range(FOLDS)
    ]
    whole = (places[: len(train)], places[len(train) :])
    every = [*train, *test]
    result: dict[str, Any] = {"protocol": __doc__, "machine": machine(), "versions": versions()}
    for name, splits in (("450/50", [whole]), (f"{FOLDS} folds of 450", parts)):
        ranked = dict(_rankings(every, sheets, splits))
        result[name] = _figures(every, np.concatenate([held for _, held in splits]), ranked)
    result["seconds"] = round(time.perf_counter() - began)
    if options.out:
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def _reading(share: float) -> Reading:
    return Reading(groups=_ALL.groups, share=share)


def _rankings(
    every: Sequence[Annotated],
    sheets: dict[float, list[Sheet]],
    splits: Sequence[tuple[np.ndarray, np.ndarray]],
) -> Iterator[tuple[str, dict[int, Ranked]]]:
    """Each row's name with its ranking of every held-out story."""
    held_out = [int(place) for _, held in splits for place in held]
    plain: dict[int, Ranked] = {}
    trained: dict[str, dict[int, Ranked]] = {name: {} for name in CONDITIONS}
    for rest, held in splits:
        for share, made in sheets.items():
            known = [made[place] for place in rest]
            statistics, rows, targets = training_table(
                known, [every[place] for place in rest], _ALL.names
            )
            columns = {int(place): with_statistics(made[place], statistics) for place in held}
            if not share:
                plain |= {at: _keys(made[at], by["tfidf"], by) for at, by in columns.items()}
            for name, (groups, wanted) in CONDITIONS.items():
                if wanted != share:
                    continue
                chosen = [_ALL.names.index(one) for one in Reading(groups=groups).names]
                trees = grow(rows[:, chosen], targets, Forest())
                for at, by in columns.items():
                    scores = trees.predict(matrix(by, _ALL.names)[:, chosen]).round(4)
                    trained[name][at] = _keys(made[at], scores, by)
        print(f"{len(trained['base'])} stories", file=sys.stderr, flush=True)
    yield "frequent words", {at: _frequent(sheets[0.0][at]) for at in held_out}
    yield "TF-IDF", plain
    for size in (1, 3):
        yield f"YAKE, {size} words", {at: _yake(every[at], size) for at in held_out}
    yield from trained.items()


def _keys(sheet: Sheet, scores: np.ndarray, columns: dict[str, np.ndarray]) -> Ranked:
    return [sheet.phrases[place].key for place in best_first(scores, columns)[:10]]


def _frequent(sheet: Sheet) -> Ranked:
    singles = [phrase for phrase in sheet.phrases if phrase.words[1] == 1]
    return [one.key for one in sorted(singles, key=lambda one: -len(one.spans))[:10]]


def _yake(one: Annotated, size: int) -> Ranked:
    import yake

    extractor = yake.KeywordExtractor(lan="en", n=size, top=10)
    return [phrase_key(phrase) for phrase, _ in extractor.extract_keywords(one.document.text)]


def _figures(
    every: Sequence[Annotated], held: np.ndarray, ranked: dict[str, dict[int, Ranked]]
) -> list[dict[str, Any]]:
    stories = [every[place].document.id for place in held]
    values: dict[str, list[list[float]]] = {}
    rows = []
    for name, rankings in ranked.items():
        measures: list[Callable[[int], float]] = [
            lambda at, by=rankings: ndcg(by[at], every[at].relevance),
            lambda at, by=rankings: f_at(by[at], every[at].chosen),
            lambda at, by=rankings: precision_at(by[at], every[at].chosen),
        ]
        values[name] = [[measure(int(place)) for place in held] for measure in measures]
        row: dict[str, Any] = {"row": name, "stories": len(stories)}
        for measure, own in zip(MEASURES, values[name], strict=True):
            found = interval(own, stories)
            row[measure] = [round(found.value, 4), round(found.low, 4), round(found.high, 4)]
        if name.startswith("+"):
            differences = paired(values[name][0], values["base"][0], stories)
            row["ndcg over base"] = [
                round(differences.value, 4),
                round(differences.low, 4),
                round(differences.high, 4),
                round(differences.p, 4),
            ]
        rows.append(row)
        print(json.dumps(row), flush=True)
    return rows


if __name__ == "__main__":
    main()
