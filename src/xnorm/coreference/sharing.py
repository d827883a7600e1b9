"""Mentions of one document share what was found for them, so that it is linked consistently."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import ClassVar

import msgspec
from msgspec.structs import replace

from xnorm.coreference.resolvers import is_reference
from xnorm.document import Candidate, Document, Evidence, Mention
from xnorm.errors import check_share
from xnorm.text.normal import fold

RETRIEVER = "document"
"""Names the document's other mentions in evidence."""

_Concept = tuple[str, str]


class ShareEvidence(msgspec.Struct, frozen=True):
    """Lets unsure mentions follow the sure ones of their document.

    In a coreference, pronouns and nominals take the candidates of the surest name, and unsure names
    get those of a sure one beside their own. After that, an unsure mention prefers a concept that a
    sure mention of the document has, when that is among its own candidates and nearly as good: the
    two candidates exchange their scores. It does not follow a mention that is a part of it, as
    `cancer` is of `ovarian cancer`. The evidence says which mention was followed.

    Attributes:
        sure: 0 to 1; mentions whose best candidate scores as much are sure. The default takes
            names that match exactly.
        near: 0 to 1; candidates that have at least this share of the best one's score are nearly
            as good.

    Raises:
        SettingError: for a value outside 0 to 1.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"candidates"})
    gives: ClassVar[frozenset[str]] = frozenset({"candidates"})

    sure: float = 0.9
    near: float = 0.7

    def __post_init__(self) -> None:
        for name, value in (("sure", self.sure), ("near", self.near)):
            check_share(value, place=f"share.{name}", todo="Give a share such as 0.7")

    def __call__(self, documents: Sequence[Document]) -> list[Document]:
        return [self._shared(document) for document in documents]

    def _shared(self, document: Document) -> Document:
        followed = self._followed(document)
        mentions = [followed.get(mention.id, mention) for mention in document.mentions]
        said: dict[_Concept, dict[frozenset[str], Mention]] = defaultdict(dict)
        for mention in mentions:
            if self._is_sure(mention):
                said[_concept(mention.candidates[0])].setdefault(_words(mention), mention)
        return replace(document, mentions=tuple(self._preferring(one, said) for one in mentions))

    def _is_sure(self, mention: Mention) -> bool:
        return bool(mention.candidates) and mention.candidates[0].score >= self.sure

    def _followed(self, document: Document) -> Mapping[str, Mention]:
        """By id, the mentions that follow the surest name of their coreference."""
        by_id = {mention.id: mention for mention in document.mentions}
        changed: dict[str, Mention] = {}
        for coreference in document.coreferences:
            members = [by_id[id] for id in coreference.mentions if id in by_id]
            references = {m.id for m in members if is_reference(m, document.language)}
            names = [m for m in members if m.id not in references and m.candidates]
            if not names:
                continue
            surest = max(names, key=lambda m: (m.candidates[0].score, len(m.surface)))
            for member in members:
                if member.id in references:
                    shared = tuple(_following(one, surest) for one in surest.candidates)
                    changed[member.id] = replace(member, candidates=shared)
                elif self._is_sure(surest) and not self._is_sure(member):
                    changed[member.id] = replace(member, candidates=_merged(member, surest))
        return changed

    def _preferring(
        self, mention: Mention, said: Mapping[_Concept, Mapping[frozenset[str], Mention]]
    ) -> Mention:
        if not mention.candidates or self._is_sure(mention):
            return mention
        best = mention.candidates[0]
        if _concept(best) in said:
            return mention
        words = _words(mention)
        for place, candidate in enumerate(mention.candidates):
            if candidate.score < self.near * best.score:
                break
            sure = said.get(_concept(candidate), {})
            if sure and not any(part < words for part in sure):
                others = list(mention.candidates)
                others[place] = replace(best, score=candidate.score)
                preferred = _following(candidate, next(iter(sure.values())))
                return replace(
                    mention, candidates=(replace(preferred, score=best.score), *others[1:])
                )
        return mention


def _words(mention: Mention) -> frozenset[str]:
    return frozenset(fold(mention.surface).split())


def _concept(candidate: Candidate) -> _Concept:
    return candidate.source, candidate.concept


def _following(candidate: Candidate, sure: Mention) -> Candidate:
    """The candidate with the mention that is followed as its first evidence."""
    evidence = Evidence(
        RETRIEVER, candidate.name, sure.candidates[0].score, rank=1, query=sure.surface
    )
    return replace(candidate, evidence=(evidence, *candidate.evidence))


def _merged(mention: Mention, surest: Mention) -> tuple[Candidate, ...]:
    """The candidates of both, each once with its better score, best first."""
    best = {_concept(candidate): candidate for candidate in mention.candidates}
    for candidate in surest.candidates:
        own = best.get(_concept(candidate))
        if own is None or candidate.score > own.score:
            best[_concept(candidate)] = _following(candidate, surest)
    return tuple(sorted(best.values(), key=lambda item: (-item.score, item.concept)))
