"""What went wrong, and where: every gold mention gets one label, groups of them are compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from xnorm.evaluation.metrics import has_candidates, hits
from xnorm.evaluation.outcomes import STAGE, Outcome, is_correct
from xnorm.evaluation.subsets import Training, groups_of

LABELS = {
    "right": "the decision is right",
    "right among equals": "right, but another concept scores the same",
    "type": "the right concept with another type",
    "ambiguous": "wrong, but the right concept scores the same",
    "wrong concept": "the right concept is further down the candidates",
    "not among the candidates": "the right concept was not retrieved",
    "NIL though in terminology": "the right concept exists, nothing was linked",
    "linked though NIL": "the corpus states no concept, one was linked",
    "out of terminology": "the right concept does not exist there, another was linked",
    "boundary": "the right concept at other borders",
    "boundary and concept": "another decision at other borders",
    "missed": "no mention was found there",
}
"""What can become of a gold mention, with what it means."""

RIGHT = frozenset({"right", "right among equals"})
_EXAMPLES = 3
_SMALLEST = 5  # mentions of a group that may be called a worst one


class Example(msgspec.Struct, frozen=True):
    """A gold mention that was not answered rightly."""

    document: str
    text: str
    gold: str
    predicted: str
    label: str


class Group(msgspec.Struct, frozen=True):
    """Mentions that have something in common.

    Attributes:
        by: the grouping, such as `type`.
        name: the group, such as `DISEASE`.
        mentions: how many there are.
        known: how many of them have a concept in the terminology.
        accuracy: the share of all of them whose answer is right.
        recall: the share of the known ones whose concept is among the first `k` (ties against);
            None where the system gives no candidates.
        k: the depth of `recall`.
        lost: how many more right answers an average group of this size would have.
        examples: some that went wrong.
    """

    by: str
    name: str
    mentions: int
    known: int
    accuracy: float
    recall: float | None
    k: int
    lost: float
    examples: tuple[Example, ...] = ()


def label_of(outcome: Outcome, *, typed: bool = True) -> str:
    """What became of a gold mention, one of `LABELS`.

    Where nothing was decided, the first candidate counts as the answer.

    Args:
        outcome: the mention.
        typed: whether the types of gold and system can be compared.
    """
    if not outcome.found:
        return "missed"
    if outcome.found == "overlap":
        said = outcome.predicted
        right = said in outcome.gold if said else said == "" and not outcome.known
        return "boundary" if right else "boundary and concept"
    if outcome.predicted is None:
        right = list(outcome.ranks.values())[-1] == 1
    else:
        right = is_correct(outcome)
    if right:
        if typed and outcome.type != outcome.found_type:
            return "type"
        return "right among equals" if outcome.ambiguous and outcome.predicted != "" else "right"
    return _mistake(outcome)


def _mistake(outcome: Outcome) -> str:
    if not outcome.known:
        return "out of terminology" if outcome.gold else "linked though NIL"
    if outcome.predicted == "":
        return "NIL though in terminology"
    if outcome.ambiguous:
        return "ambiguous"
    ranked = any(outcome.ranks.values())
    retrieved = ranked or not any(outcome.scores.values())
    return "wrong concept" if retrieved else "not among the candidates"


def labels_of(outcomes: Sequence[Outcome], *, typed: bool = True) -> list[str]:
    """The label of each gold mention."""
    return [label_of(outcome, typed=typed) for outcome in outcomes]


def counted_labels(labels: Sequence[str]) -> dict[str, int]:
    """How often each label occurs, in the order of `LABELS`, without those that do not."""
    counts = Counter(labels)
    return {label: counts[label] for label in LABELS if counts[label]}


def breakdown(
    outcomes: Sequence[Outcome],
    labels: Sequence[str],
    by: str,
    *,
    k: int = 64,
    stage: str = STAGE,
    training: Training | None = None,
) -> list[Group]:
    """The groups of one of `subsets.GROUPINGS`, the largest first; empty for a single group."""
    found = groups_of(outcomes, by, training=training)
    if len(found) < 2:
        return []
    right = np.array([label in RIGHT for label in labels])
    known = np.array([outcome.known for outcome in outcomes])
    ranked = has_candidates(outcomes)
    owner = np.empty(len(outcomes), np.int64)
    for number, places in enumerate(found.values()):
        owner[places] = number
    of_right, of_known, of_near = (
        np.bincount(owner, values, len(found))
        for values in (right, known, known & hits(outcomes, k, stage=stage))
    )
    return [
        Group(
            by=by,
            name=name,
            mentions=len(places),
            known=int(of_known[number]),
            accuracy=float(of_right[number] / len(places)),
            recall=float(of_near[number] / max(of_known[number], 1)) if ranked else None,
            k=k,
            lost=float(len(places) * right.mean() - of_right[number]),
            examples=tuple(_examples(places, outcomes, labels)),
        )
        for number, (name, places) in enumerate(found.items())
    ]


def worst_groups(groups: Sequence[Group], *, limit: int = 20) -> list[Group]:
    """The groups that cost most right answers, compared with an average group of their size.

    Groups of less than five mentions say little by chance, those of more than half of all mentions
    because they are the average.
    """
    totals: Counter[str] = Counter()
    for group in groups:
        totals[group.by] += group.mentions
    costly = [
        group
        for group in groups
        if group.lost > 0 and _SMALLEST <= group.mentions <= totals[group.by] / 2
    ]
    return sorted(costly, key=lambda group: (-group.lost, group.by, group.name))[:limit]


def _examples(
    places: Sequence[int], outcomes: Sequence[Outcome], labels: Sequence[str]
) -> Iterator[Example]:
    texts: set[str] = set()
    for place in places:
        outcome = outcomes[place]
        if labels[place] in RIGHT or outcome.text in texts:
            continue
        texts.add(outcome.text)
        yield Example(
            document=outcome.document,
            text=outcome.text,
            gold=" ".join(outcome.gold),
            predicted=outcome.predicted or "",
            label=labels[place],
        )
        if len(texts) == _EXAMPLES:
            return
