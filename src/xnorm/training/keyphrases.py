"""Trains the ranker of key phrases on documents with gold ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from xnorm.errors import DataError, SettingError, did_you_mean, require
from xnorm.keyphrases.corpus import Annotated
from xnorm.keyphrases.entities import Categories
from xnorm.keyphrases.features import GROUPS, Reading, Sheet, matrix, sheet_of, with_statistics
from xnorm.keyphrases.model import FORMAT, Model
from xnorm.keyphrases.statistics import Statistics
from xnorm.keyphrases.trees import Trees
from xnorm.version import VERSION

_SMALLEST_BAG = 1000  # of a small corpus a tree sees more than its share
_CODES = 40  # concept types that are told apart


class Forest(msgspec.Struct, frozen=True):
    """How the trees are grown.

    Attributes:
        trees: how many.
        bag: the share of the candidates that a tree sees, drawn with replacement.
        leaf: candidates in a leaf, at least; fewer where there are not hundreds of them.
        columns: the share of the features that a node chooses from.
        seed: of the draws.
    """

    trees: int = 50
    bag: float = 0.1
    leaf: int = 20
    columns: float = 0.33
    seed: int = 0


def train_keyphrases(
    corpus: Iterable[Annotated],
    reading: Reading,
    *,
    forest: Forest | None = None,
    categories: Categories | None = None,
    name: str = "",
) -> Model:
    """A model that ranks phrases as the corpus's annotators did.

    Args:
        corpus: documents with gold.
        reading: the features; with `categories` among its groups, the types to tell apart are
            those most frequent in the corpus.
        forest: how the trees are grown, by default as `Forest` has it.
        categories: of a knowledge base.
        name: of the corpus, for the model's card.

    Raises:
        DataError: when there are no documents, or no candidates in them.
        SettingError: for settings that there are not, or categories without a knowledge base.
        MissingExtra: without scikit-learn.
    """
    require("sklearn", "keyphrases")
    forest = forest or Forest()
    _check(reading, forest, categories)
    annotated = list(corpus)
    if categories is not None:
        reading = msgspec.structs.replace(
            reading, categories=_codes(annotated, reading, categories)
        )
    sheets = [sheet_of(one.document, reading, categories) for one in annotated]
    if not any(sheet.phrases for sheet in sheets):
        raise DataError(
            "there is nothing to train on", place=name, todo="Give documents with texts"
        )
    statistics, rows, targets = training_table(sheets, annotated, reading.names)
    trees = grow(rows, targets, forest)
    card = {
        "xnorm": VERSION,
        "corpus": name,
        "documents": str(len(annotated)),
        "forest": msgspec.json.encode(forest).decode(),
    }
    return Model(FORMAT, card, reading, statistics, trees)


def training_table(
    sheets: Sequence[Sheet], annotated: Sequence[Annotated], names: Sequence[str]
) -> tuple[Statistics, NDArray[np.float64], NDArray[np.float64]]:
    """The counts of a corpus, and all its candidates with their features and relevance.

    A document's own gold is left out of the counts that its candidates see.
    """
    chosen = [dict.fromkeys(sorted(one.chosen), 1.0) for one in annotated]
    statistics = Statistics.count(
        (sheet.phrases, gold) for sheet, gold in zip(sheets, chosen, strict=True)
    )
    rows, targets = [], []
    for sheet, one, gold in zip(sheets, annotated, chosen, strict=True):
        if sheet.phrases:
            rows.append(matrix(with_statistics(sheet, statistics, own=gold), names))
            targets.append([one.relevance.get(phrase.key, 0.0) for phrase in sheet.phrases])
    return statistics, np.concatenate(rows), np.concatenate(targets)


def grow(rows: NDArray[np.float64], targets: NDArray[np.float64], forest: Forest) -> Trees:
    """Trees that answer with the relevance of candidates; float64[rows, columns], float64[rows]."""
    from sklearn.ensemble import RandomForestRegressor

    bag = max(int(forest.bag * len(rows)), min(len(rows), _SMALLEST_BAG))
    grown = RandomForestRegressor(
        n_estimators=forest.trees,
        max_samples=bag,
        min_samples_leaf=max(1, min(forest.leaf, bag // 100)),
        max_features=forest.columns,
        random_state=forest.seed,
    ).fit(rows.astype(np.float32), targets)
    return flattened([estimator.tree_ for estimator in grown.estimators_])


def flattened(trees: Sequence[Any]) -> Trees:
    """The nodes of scikit-learn's trees in one table."""
    table = Trees([], [], [], [], [], [])
    for tree in trees:
        base = len(table.feature)
        inner = tree.children_left >= 0
        table.roots.append(base)
        table.feature.extend(np.where(inner, tree.feature, -1).tolist())
        table.threshold.extend(np.where(inner, tree.threshold, 0.0).tolist())
        table.left.extend(np.where(inner, tree.children_left + base, -1).tolist())
        table.right.extend(np.where(inner, tree.children_right + base, -1).tolist())
        table.value.extend(np.where(inner, 0.0, tree.value[:, 0, 0]).round(6).tolist())
    return table


def _check(reading: Reading, forest: Forest, categories: Categories | None) -> None:
    least = {"groups": len(reading.groups), "longest": reading.longest, "trees": forest.trees}
    for what, number in least.items():
        if number < 1:
            raise SettingError(f"{what}: {number}", place="keyphrases", todo="Give one at least")
    for group in reading.groups:
        if group not in GROUPS:
            raise SettingError(
                f"unknown group of features '{group}'",
                place="groups",
                todo=did_you_mean(group, GROUPS),
            )
    if ("categories" in reading.groups) != (categories is not None):
        raise SettingError(
            "the features `categories` and a knowledge base go together",
            place="groups",
            todo="Name an index, or leave the group out",
        )


def _codes(
    annotated: Sequence[Annotated], reading: Reading, categories: Categories
) -> tuple[str, ...]:
    bare = msgspec.structs.replace(reading, groups=("base",))
    counts: Counter[str] = Counter()
    for one in annotated:
        keys = [phrase.key for phrase in sheet_of(one.document, bare).phrases]
        counts.update(found[0] for found in categories.types(keys) if found)
    return tuple(sorted(counts, key=lambda type: (-counts[type], type))[:_CODES])
