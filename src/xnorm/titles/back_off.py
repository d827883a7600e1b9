"""The decision for a title: an occupation, the group that it surely belongs to, or nothing.

The scores of a title's candidates are shared out among them (a softmax of their log odds); a group
has the shares of all below it. How sure a concept is follows from its share and from the score of
the best candidate, which tells whether the right concept is among them at all:

    logit(confidence) = 0.77 logit(share) + 0.38 logit(best score)

Fitted on half of the validation half of the JobBERT evaluation set. On the other half the mean
confidence is that of the links which are right, for occupations and for groups of every level.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import msgspec

from xnorm.decision.threshold import decided, explain
from xnorm.document import Document, Link, Mention
from xnorm.errors import check_share
from xnorm.titles.hierarchy import Hierarchy

if TYPE_CHECKING:
    from xnorm.kb import KnowledgeBase

_SHARPNESS = 2.0
_OF_SHARE = 0.77
_OF_SCORE = 0.38
_LEAST = 1e-4  # of a score or share: its log odds have to be finite
_SHOWN = 3


class BackOffSettings(msgspec.Struct, frozen=True):
    """How titles are decided, where `stages` has `back-off`.

    Attributes:
        threshold: 0 to 1; the confidence from which an occupation is linked.
        group: 0 to 1; the confidence from which a group is linked when no occupation is.

    Raises:
        SettingError: when one lies outside 0 to 1.
    """

    threshold: float = 0.3
    group: float = 0.5

    def __post_init__(self) -> None:
        for name in ("threshold", "group"):
            check_share(
                getattr(self, name),
                place=f"back_off.{name}",
                todo="Give a share such as 0.5; higher links less and surer",
            )


class BackOff:
    """Decides every mention that has no link yet.

    Args:
        kb: the terminology with its hierarchy.
        settings: the thresholds.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"candidates"})
    gives: ClassVar[frozenset[str]] = frozenset({"links"})

    def __init__(self, kb: KnowledgeBase, settings: BackOffSettings | None = None) -> None:
        self._kb = kb
        self._settings = settings or BackOffSettings()
        self._hierarchy = Hierarchy(kb)

    def __call__(self, documents: Sequence[Document]) -> list[Document]:
        return decided(documents, self._link)

    def _link(self, mention: Mention) -> Link:
        if not mention.candidates:
            return Link(concept=None, score=0.0, reason="no occupation has a name that is near")
        best = mention.candidates[0]
        share = shares([candidate.score for candidate in mention.candidates])
        sure = confidence(share[0], best.score)
        if sure >= self._settings.threshold:
            return Link(best.concept, sure, best.source, best.name, explain(best))
        group = self._group(mention, share)
        if group is None:
            reason = f"best candidate ‘{best.name}’ has confidence {sure:.2f}, and no group more"
            return Link(concept=None, score=sure, reason=reason)
        concept = self._kb.concept(group.row)
        members = ", ".join(f"‘{name}’" for name in group.members)
        return Link(
            concept.id,
            group.confidence,
            self._kb.source,
            concept.names[0].text,
            f"a group with {members}",
        )

    def _group(self, mention: Mention, share: Sequence[float]) -> _Group | None:
        """The lowest group that is sure enough; of several the surest."""
        sums: dict[int, float] = {}
        members: dict[int, list[str]] = {}
        for candidate, part in zip(mention.candidates, share, strict=True):
            row = self._kb.concept_row(candidate.concept)
            if row is None:  # of another terminology
                continue
            for above, steps in self._hierarchy.above(row).items():
                sums[above] = sums.get(above, 0.0) + part
                if steps:
                    members.setdefault(above, []).append(candidate.name)
        best = mention.candidates[0].score
        found = [(self._hierarchy.depth(row), confidence(sums[row], best), -row) for row in members]
        sure = [one for one in found if one[1] >= self._settings.group]
        if not sure:
            return None
        _, confident, row = max(sure)
        return _Group(-row, confident, members[-row][:_SHOWN])


class _Group(NamedTuple):
    """A concept's row, how sure it is, and the best candidates below it."""

    row: int
    confidence: float
    members: list[str]


def shares(scores: Sequence[float]) -> list[float]:
    """The share of each candidate, from the scores of all; together 1.

    >>> shares([0.5, 0.5])
    [0.5, 0.5]
    """
    weights = [math.exp(_SHARPNESS * _log_odds(score)) for score in scores]
    whole = sum(weights)
    return [weight / whole for weight in weights]


def confidence(share: float, best: float) -> float:
    """How sure it is, 0 to 1, that a title's concept is the one with this share, or below it.

    Args:
        share: of one candidate, or the sum of those in a group.
        best: the score of the best candidate.

    >>> confidence(0.5, 0.5), confidence(0.9, 0.3), confidence(0.9, 0.9)
    (0.5, 0.7974, 0.926)
    """
    weighted = _OF_SHARE * _log_odds(share) + _OF_SCORE * _log_odds(best)
    return round(1 / (1 + math.exp(-weighted)), 4)


def _log_odds(score: float) -> float:
    inside = min(max(score, _LEAST), 1 - _LEAST)
    return math.log(inside / (1 - inside))
