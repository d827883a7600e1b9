"""Precision, recall and F1 of finding mentions and linking them, by neleval's names for measures.

Source: Hachey, Nothman, Radford (2014), Cheap and easy entity evaluation, ACL; Ji, Nothman, Hachey
(2014), Overview of TAC-KBP2014 entity discovery and linking.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from xnorm.document import Span
from xnorm.evaluation.annotations import Annotated, Annotation
from xnorm.evaluation.intervals import SAMPLES, Counts, Interval, divided, intervals_of
from xnorm.evaluation.pairing import Overlaps, Spans, common

Which = Literal["all", "linked", "nil"]
Match = Literal["exact", "document", "overlap", "max", "sum"]


class Measure(msgspec.Struct, frozen=True):
    """What makes a mention of the system right.

    Attributes:
        spans: how places are compared: `exact`; `document`: the mention's place does not count, and
            each id counts once a document; `overlap`: sharing a character is enough; `max`, `sum`:
            a mention counts by the share of its characters that the best or all overlapping
            mentions of the other side cover.
        type: whether types have to be equal.
        id: whether concepts have to be equal.
        which: only mentions with a concept (`linked`), only those without (`nil`), or all.
    """

    spans: Match = "exact"
    type: bool = False
    id: bool = False
    which: Which = "all"


MEASURES: Mapping[str, Measure] = {
    "strong_mention_match": Measure(),
    "strong_typed_mention_match": Measure(type=True),
    "strong_linked_mention_match": Measure(which="linked"),
    "strong_link_match": Measure(id=True, which="linked"),
    "strong_nil_match": Measure(which="nil"),
    "strong_all_match": Measure(id=True),
    "strong_typed_link_match": Measure(type=True, id=True, which="linked"),
    "strong_typed_nil_match": Measure(type=True, which="nil"),
    "strong_typed_all_match": Measure(type=True, id=True),
    "entity_match": Measure("document", id=True, which="linked"),
    "mention_overlap": Measure("overlap"),
    "typed_mention_overlap": Measure("overlap", type=True),
    "link_overlap": Measure("overlap", id=True, which="linked"),
    "overlap-maxmax": Measure("max"),
    "overlap-sumsum": Measure("sum"),
}
"""The measures by name; the `_overlap` ones, which need no more than one character, are ours."""


class Score(msgspec.Struct, frozen=True):
    """Precision, recall and F1 of one measure.

    Attributes:
        measure: its name.
        precision, recall, f1: over all documents, with intervals over documents.
        macro_precision, macro_recall, macro_f1: means over the documents that have mentions.
        gold, found: how many mentions, or ids a document, there are on each side.
    """

    measure: str
    precision: Interval
    recall: Interval
    f1: Interval
    macro_precision: float
    macro_recall: float
    macro_f1: float
    gold: int
    found: int


def score(
    measure: str,
    documents: Sequence[Annotated],
    *,
    type: str | None = None,
    seed: int = 0,
    samples: int = SAMPLES,
) -> Score:
    """The score of a measure in `MEASURES`; of mentions of one type only, when it is given."""
    counts = count(MEASURES[measure], documents, type=type)
    total = counts.sum(axis=0)
    own = counts[counts[:, 1] + counts[:, 3] > 0]
    figures = (precision, recall, f1)
    micro = intervals_of(counts, figures, seed=seed, samples=samples)
    macro = [float(figure(own).mean()) if len(own) else 0.0 for figure in figures]
    return Score(
        measure=measure,
        precision=micro[0],
        recall=micro[1],
        f1=micro[2],
        macro_precision=macro[0],
        macro_recall=macro[1],
        macro_f1=macro[2],
        gold=int(total[3]),
        found=int(total[1]),
    )


def count(measure: Measure, documents: Iterable[Annotated], *, type: str | None = None) -> Counts:
    """Hits of the system, its mentions, hits of gold and gold mentions; float64[documents, 4]."""
    rows = [
        _count(measure, _kept(document.gold, measure, type), _kept(document.found, measure, type))
        for document in documents
    ]
    return np.array(rows, np.float64).reshape(-1, 4)


def precision(counts: Counts) -> NDArray[np.float64]:
    """Right mentions of the system / its mentions; 0 where it has none."""
    return divided(counts[..., 0], counts[..., 1])


def recall(counts: Counts) -> NDArray[np.float64]:
    """Gold mentions that were found / gold mentions; 0 where there are none."""
    return divided(counts[..., 2], counts[..., 3])


def f1(counts: Counts) -> NDArray[np.float64]:
    """2 P R / (P + R); 0 where both are 0."""
    first, second = precision(counts), recall(counts)
    return divided(2 * first * second, first + second)


def _kept(
    annotations: Iterable[Annotation], measure: Measure, type: str | None
) -> list[Annotation]:
    if type is not None:
        annotations = (a for a in annotations if a.type == type)
    if measure.which == "linked":
        return [a for a in annotations if a.id]
    if measure.which == "nil":
        return [a for a in annotations if a.id == ""]
    return [a for a in annotations if a.id is not None or not measure.id]


def _count(
    measure: Measure, gold: list[Annotation], found: list[Annotation]
) -> tuple[float, float, float, float]:
    if measure.spans in ("exact", "document"):
        ours, theirs = _keys(measure, gold), _keys(measure, found)
        both = len(ours & theirs)
        return both, len(theirs), both, len(ours)
    return (
        _covered(measure, found, gold),
        len(found),
        _covered(measure, gold, found),
        len(gold),
    )


def _keys(measure: Measure, annotations: Iterable[Annotation]) -> set[tuple[object, ...]]:
    return {
        (
            a.spans if measure.spans == "exact" else None,
            a.type if measure.type else None,
            a.id if measure.id else None,
        )
        for a in annotations
    }


def _covered(measure: Measure, ours: Sequence[Annotation], others: Sequence[Annotation]) -> float:
    """How much of our mentions the others cover, each mention up to 1."""
    groups: dict[tuple[str, str | None], list[Spans]] = {}
    for other in others:
        groups.setdefault(_key(measure, other), []).append(other.spans)
    equal = {key: set(group) for key, group in groups.items()}
    near: dict[tuple[str, str | None], Overlaps] = {}
    covered = 0.0
    for own in ours:
        key = _key(measure, own)
        if own.spans in equal.get(key, ()):
            covered += 1
        elif key in groups:
            if key not in near:
                near[key] = Overlaps(groups[key])
            covered += _cover(measure, own.spans, near[key], groups[key])
    return covered


def _key(measure: Measure, annotation: Annotation) -> tuple[str, str | None]:
    return annotation.type if measure.type else "", annotation.id if measure.id else ""


def _cover(measure: Measure, spans: Spans, near: Overlaps, group: Sequence[Spans]) -> float:
    shared = near.of(spans)
    if not shared:
        return 0
    if measure.spans == "overlap":
        return 1
    if measure.spans == "max":
        characters = max(characters for _, characters in shared)
    else:
        characters = _union(spans, [group[number] for number, _ in shared])
    return characters / sum(end - start for start, end in spans)


def _union(spans: Spans, others: Sequence[Spans]) -> int:
    """How many characters of a mention at least one of the others has."""
    merged: list[Span] = []
    for start, end in sorted(span for other in others for span in other):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return common(spans, tuple(merged))
