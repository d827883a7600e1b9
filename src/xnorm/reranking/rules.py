"""Re-ranking by rules: which of nearly equal candidates to prefer, and which to leave out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from msgspec.structs import replace

from xnorm.document import Candidate, Document, Mention
from xnorm.errors import SettingError, did_you_mean

if TYPE_CHECKING:
    from xnorm.kb import Concept, KnowledgeBase


class Case(NamedTuple):
    """A candidate as a rule sees it."""

    candidate: Candidate
    concept: Concept
    language: str
    """Of the document; empty if unknown."""
    depth: int
    """Of the concept below a root; -1 if unknown."""


Rule = Callable[[Case], float]
"""How well a candidate keeps to a rule; more is better."""


def exact(case: Case) -> float:
    """A name equals the mention after folding."""
    return float(any(item.retriever == "exact" for item in case.candidate.evidence))


def preferred(case: Case) -> float:
    """A preferred name was matched, not a synonym."""
    return float(any(item.kind == "preferred" for item in case.candidate.evidence))


def same_language(case: Case) -> float:
    """A name in the document's language was matched."""
    return float(any(item.language == case.language for item in case.candidate.evidence))


def agreed(case: Case) -> float:
    """As many retrievers as possible found it."""
    return float(len({item.retriever for item in case.candidate.evidence}))


def specific(case: Case) -> float:
    """The deeper concept of the hierarchy."""
    return float(case.depth)


def general(case: Case) -> float:
    """The concept nearer to the root; unknown depths come last."""
    return -float(case.depth) if case.depth >= 0 else float("-inf")


RULES: dict[str, Rule] = {
    "exact": exact,
    "preferred": preferred,
    "same-language": same_language,
    "agreed": agreed,
    "specific": specific,
    "general": general,
}
"""What `reorder.rules` may name."""


class Reorder:
    """Orders candidates whose scores are nearly equal by rules; the first that tells them apart
    decides. Scores stay with the places, so that they still fall from first to last.

    Args:
        kb: the knowledge base of the candidates.
        rules: keys of `RULES`, most important first.
        margin: scores that differ by at most this from the best of their group are nearly equal; 0
            orders ties only.

    Raises:
        SettingError: for an unknown rule, or a negative margin.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"candidates"})
    gives: ClassVar[frozenset[str]] = frozenset({"candidates"})

    def __init__(self, kb: KnowledgeBase, rules: Sequence[str], *, margin: float = 0.0) -> None:
        for name in rules:
            if name not in RULES:
                raise SettingError(
                    f"unknown rule '{name}'", place="reorder.rules", todo=did_you_mean(name, RULES)
                )
        if not margin >= 0:
            raise SettingError(f"margin is {margin}", place="reorder.margin", todo="Give 0 or more")
        self.rules = tuple(RULES[name] for name in rules)
        self.margin = margin
        self._concept = lru_cache(maxsize=50_000)(kb.concept)
        self._depths = kb.concepts["depth"]
        self._row = kb.concept_row

    def __call__(self, documents: Sequence[Document]) -> list[Document]:
        """The documents with their candidates in the new order."""
        return [
            replace(
                document,
                mentions=tuple(
                    replace(mention, candidates=self._ordered(mention, document.language))
                    for mention in document.mentions
                ),
            )
            for document in documents
        ]

    def _ordered(self, mention: Mention, language: str) -> tuple[Candidate, ...]:
        ordered: list[Candidate] = []
        for group in groups([candidate.score for candidate in mention.candidates], self.margin):
            near = mention.candidates[group.start : group.stop]
            if len(near) > 1:
                scores = [candidate.score for candidate in near]
                best_first = sorted(near, key=lambda one: self._key(one, language))
                near = tuple(
                    replace(one, score=score) for one, score in zip(best_first, scores, strict=True)
                )
            ordered.extend(near)
        return tuple(ordered)

    def _key(self, candidate: Candidate, language: str) -> tuple[float, ...]:
        row = self._row(candidate.concept)
        depth = -1 if row is None else int(self._depths[row].as_py())
        case = Case(candidate, self._concept(candidate.concept), language, depth)
        return tuple(-rule(case) for rule in self.rules)


def groups(scores: Sequence[float], margin: float) -> list[range]:
    """Runs of falling scores that differ by at most `margin` from the first of their run.

    >>> groups([0.9, 0.85, 0.7, 0.7], 0.1)
    [range(0, 2), range(2, 4)]
    """
    found: list[range] = []
    start = 0
    for at, score in enumerate(scores):
        if scores[start] - score > margin:
            found.append(range(start, at))
            start = at
    return [*found, range(start, len(scores))] if scores else []


class KeepTypes:
    """Leaves out candidates whose concept has none of some types.

    Args:
        kb: the knowledge base of the candidates.
        types: as the terminology writes them.

    Raises:
        SettingError: for no types.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"candidates"})
    gives: ClassVar[frozenset[str]] = frozenset({"candidates"})

    def __init__(self, kb: KnowledgeBase, types: Sequence[str]) -> None:
        if not types:
            raise SettingError("no types", place="keep.types", todo="Name one or more")
        self.types = frozenset(types)
        self._concept = lru_cache(maxsize=50_000)(kb.concept)

    def __call__(self, documents: Sequence[Document]) -> list[Document]:
        """The documents with the candidates that are left."""

        def kept(mention: Mention) -> Mention:
            left = (one for one in mention.candidates if self._is_kept(one))
            return replace(mention, candidates=tuple(left))

        return [replace(one, mentions=tuple(map(kept, one.mentions))) for one in documents]

    def _is_kept(self, candidate: Candidate) -> bool:
        return not self.types.isdisjoint(self._concept(candidate.concept).types)


class MergeEqual:
    """Makes one of candidates that are one concept: the same id, or one retired for the other.

    The best score stays, and the evidence of all. Candidates of one index never repeat; those of
    several, or of an input file, may.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"candidates"})
    gives: ClassVar[frozenset[str]] = frozenset({"candidates"})

    def __init__(self, kb: KnowledgeBase) -> None:
        self._resolve = kb.resolve

    def __call__(self, documents: Sequence[Document]) -> list[Document]:
        """The documents with distinct candidates."""
        return [
            replace(
                one,
                mentions=tuple(
                    replace(mention, candidates=self._merged(mention)) for mention in one.mentions
                ),
            )
            for one in documents
        ]

    def _merged(self, mention: Mention) -> tuple[Candidate, ...]:
        found: dict[tuple[str, str], Candidate] = {}
        for candidate in mention.candidates:
            id = self._resolve(candidate.concept)
            first = found.get((candidate.source, id))
            if first is None:
                found[candidate.source, id] = replace(candidate, concept=id)
            else:
                more = tuple(item for item in candidate.evidence if item not in first.evidence)
                found[candidate.source, id] = replace(first, evidence=(*first.evidence, *more))
        return tuple(found.values())
