"""Groups of gold mentions that tell what a system is good at: unseen, abbreviated, long ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from xnorm.document import Document
from xnorm.evaluation.vocabulary import Vocabulary
from xnorm.text.normal import fold

if TYPE_CHECKING:
    from xnorm.evaluation.outcomes import Outcome

_SHORT_FORM = re.compile(r"(?=(?:[^A-Z]*[A-Z]){2})[A-Za-z0-9][\w+/.-]{1,7}")
_LONGEST = 5  # lengths from here on are one group


class Training(msgspec.Struct, frozen=True):
    """What training data have: folded mention texts, and how often each concept."""

    texts: frozenset[str]
    concepts: Mapping[str, int]

    @classmethod
    def of(cls, documents: Iterable[Document], vocabulary: Vocabulary) -> Training:
        """Collects the gold mentions of documents."""
        texts: set[str] = set()
        concepts: Counter[str] = Counter()
        for document in documents:
            for mention in document.mentions:
                ids = vocabulary.gold(mention.gold)
                if ids is not None:
                    texts.add(fold(mention.surface))
                    concepts.update(ids)
        return cls(frozenset(texts), dict(concepts))

    def saw(self, text: str, gold: Sequence[str]) -> tuple[bool, bool]:
        """Whether the mention's text was there, and one of its concepts."""
        return fold(text) in self.texts, any(id in self.concepts for id in gold)


def is_abbreviation(text: str) -> bool:
    """Whether a mention looks like an abbreviation: one short word with two capitals at least.

    >>> [is_abbreviation(text) for text in ("IAM", "HbA1c", "Fieber", "ataxia", "IAM inferior")]
    [True, True, False, False, False]
    """
    return _SHORT_FORM.fullmatch(text) is not None


def groups_of(
    outcomes: Sequence[Outcome], by: str, *, training: Training | None = None
) -> dict[str, list[int]]:
    """The places of outcomes by group, the largest group first; a group is named as people read it.

    Args:
        outcomes: any.
        by: one of `GROUPINGS`.
        training: for `frequency`; without it that grouping puts all into `unknown`.
    """
    group = GROUPINGS[by]
    found: dict[str, list[int]] = {}
    for place, outcome in enumerate(outcomes):
        found.setdefault(group(outcome, training), []).append(place)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def _words(outcome: Outcome, training: Training | None) -> str:
    if outcome.words >= _LONGEST:
        return f"{_LONGEST}+ words"
    return "1 word" if outcome.words == 1 else f"{outcome.words} words"


def _seen(seen: bool | None, what: str) -> str:
    return "unknown" if seen is None else f"{what} {'seen' if seen else 'unseen'}"


def _frequency(outcome: Outcome, training: Training | None) -> str:
    if training is None:
        return "unknown"
    times = max((training.concepts.get(id, 0) for id in outcome.gold), default=0)
    for most, name in ((0, "never"), (1, "once"), (4, "2-4 times"), (19, "5-19 times")):
        if times <= most:
            return f"concept {name} in training"
    return "concept 20+ times in training"


GROUPINGS: Mapping[str, Callable[[Outcome, Training | None], str]] = {
    "type": lambda outcome, _: outcome.type or "no type",
    "language": lambda outcome, _: outcome.language or "no language",
    "abbreviation": lambda outcome, _: "abbreviation" if outcome.abbreviation else "written out",
    "words": _words,
    "mention": lambda outcome, _: _seen(outcome.seen_mention, "mention"),
    "concept": lambda outcome, _: _seen(outcome.seen_concept, "concept"),
    "frequency": _frequency,
    "gold": lambda outcome, _: outcome.gold[0] if outcome.gold else "NIL",
    "document": lambda outcome, _: outcome.document,
}
"""What outcomes can be grouped by."""
