"""From documents with gold concepts to a file of fusion parameters."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from xnorm.candidates.features import feature_names
from xnorm.candidates.fuse import Card
from xnorm.candidates.query import Query
from xnorm.errors import SettingError
from xnorm.files import sha256
from xnorm.formats import open_documents
from xnorm.index.hits import owners
from xnorm.kb import KnowledgeBase
from xnorm.mentions.long_forms import ExpandAbbreviations
from xnorm.stores import open_index
from xnorm.text.normal import fold
from xnorm.training.fusion.fit import (
    Candidates,
    Floats,
    Labelled,
    Marks,
    best,
    candidates,
    fitted,
    parameters_of,
    write_parameters,
)
from xnorm.training.reranker.data import gold_ids
from xnorm.version import VERSION

_PARTS = 5  # of the mentions, each judged by what the others teach
_BINS = 10  # of probabilities, to compare them with what is right


class FusionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The recipe of fusion parameters.

    Attributes:
        index: what `--index` of `xnorm link` takes.
        train: files of documents with gold concepts, in any format.
        source: the `db_name` of gold ids; by default the terminology's.
        language: of documents that do not say theirs, a code; empty if unknown.
        abbreviations: search the long forms too, as `xnorm link` does.
    """

    index: str = "default"
    train: tuple[str, ...] = ()
    source: str = ""
    language: str = ""
    abbreviations: bool = True

    def __post_init__(self) -> None:
        if not self.train:
            raise SettingError(
                "nothing to learn from",
                place="fusion",
                todo="Name documents with gold concepts: train: [train.json]",
            )


class FusionReport(msgspec.Struct, frozen=True, kw_only=True):
    """What came out; mentions are distinct ones with a concept in the terminology.

    Figures are of mentions that the parameters were not fitted on: a fifth at a time is judged by
    what the others teach, and equal texts are never in both.

    Attributes:
        mentions: that were learned from.
        found: the share whose concept is among the candidates.
        shipped: accuracy@1 with the parameters that ship.
        accuracy: accuracy@1 with one's own.
        error: how far probabilities are from the share that is right, on average (expected
            calibration error, ten bins of equal size).
        weights: of the features, fitted on all mentions.
    """

    mentions: int
    found: float
    shipped: float
    accuracy: float
    error: float
    weights: dict[str, float]


def train_fusion(
    settings: FusionSettings, output: str | Path, *, say: Callable[[str], None] | None = None
) -> FusionReport:
    """Learns fusion parameters and writes them for `retrieve.fuse.parameters` of a linker.

    Args:
        settings: the recipe.
        output: the file.
        say: told what is being done.

    Raises:
        SettingError: when no mention can be learned from.
        DataError: when documents cannot be read, or none of their concepts is found.
    """
    index = open_index(settings.index, notify=say)
    mentions = list(dict.fromkeys(labelled(settings, index.kb)))
    if len(mentions) < _PARTS:
        raise SettingError(
            f"{len(mentions)} mentions to learn from",
            place=", ".join(settings.train),
            todo=f"Give documents with gold ids of {settings.source or index.kb.source}",
        )
    if say:
        say(f"{len(mentions):,} distinct mentions to learn from")
    names = feature_names(index)
    given = candidates(index, mentions, names)
    model = fitted([given])
    report = _judged(given, _part_of(mentions), dict(zip(names, model.weights, strict=True)))
    card = Card(
        tuple(f"{name}: gold mentions of {index.kb.source}" for name in settings.train),
        " ".join(made.fingerprint for made in index.manifest.encoders.values()),
        note="xnorm train fusion",
        xnorm=VERSION,
        index=index.fingerprint,
        inputs={name: sha256(Path(name)) for name in settings.train if Path(name).is_file()},
        figures={
            field: getattr(report, field)
            for field in ("mentions", "found", "shipped", "accuracy", "error")
        },
    )
    write_parameters(parameters_of(model, names, card), output)
    return report


def labelled(settings: FusionSettings, kb: KnowledgeBase) -> Iterator[Labelled]:
    """The mentions of all documents that have a gold concept which the terminology has."""
    expand = ExpandAbbreviations()
    for name in settings.train:
        with open_documents(name, language=settings.language) as documents:
            for read in documents:
                document = expand([read])[0] if settings.abbreviations else read
                for mention in document.mentions:
                    ids = gold_ids(mention, kb, settings.source or kb.source)
                    if ids:
                        query = Query(mention.surface, mention.long_form, document.language)
                        yield Labelled(query, ids)


def _part_of(mentions: Sequence[Labelled]) -> NDArray[np.int64]:
    """The part that each mention belongs to, by its text."""
    texts = (fold(mention.query.text).encode() for mention in mentions)
    return np.array([zlib.crc32(text) % _PARTS for text in texts])


def _judged(given: Candidates, part: NDArray[np.int64], weights: dict[str, float]) -> FusionReport:
    """The report, each part judged by a model of the others."""
    count = len(part)
    right, chances = np.zeros(0, bool), np.zeros(0)
    for number in range(_PARTS):
        others, mine = given.of(part != number), given.of(part == number)
        if not others.right.any():
            continue
        model = fitted([others])
        sums, hit = best(mine, mine.values @ model.weights)
        right = np.concatenate([right, hit])
        chance = 1 / (1 + np.exp(-(model.slope * sums + model.bias)))
        chances = np.concatenate([chances, chance])
    found = np.bincount(owners(given.offsets), given.right, count) > 0
    _, shipped = best(given, given.usual)
    return FusionReport(
        mentions=count,
        found=round(float(found.mean()), 4),
        shipped=round(float(shipped.sum()) / count, 4),
        accuracy=round(float(right.sum()) / count, 4),
        error=round(_calibration_error(chances, right), 4),
        weights={name: round(float(weight), 4) for name, weight in weights.items()},
    )


def _calibration_error(chances: Floats, right: Marks) -> float:
    order = np.argsort(chances, kind="stable")
    bins = [part for part in np.array_split(order, _BINS) if len(part)]
    away = [abs(float(chances[b].mean() - right[b].mean())) * len(b) for b in bins]
    return sum(away) / max(len(order), 1)
