"""The stage that finds occupations for job titles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec.structs import replace

from xnorm.candidates import Fuse, Query, generate
from xnorm.document import Candidate, Document, Mention, mention_at
from xnorm.errors import SettingError
from xnorm.titles.cleaner import clean
from xnorm.titles.model import LONGEST, Title
from xnorm.titles.readings import readings
from xnorm.titles.skills import skills_of, with_skills

if TYPE_CHECKING:
    from xnorm.index import Index

TYPE = "title"
"""The type of mentions that are whole texts."""

DEPTH = 100
"""Candidates that the skills of a title choose from, at least."""

CALIBRATED = Fuse(parameters=str(Path(__file__).with_name("calibrated.json")))
"""The fusion of scores that is fitted on job titles."""


class RetrieveTitles:
    """Gives each job title the best `k` occupations.

    A document without mentions is a title as a whole; of a very long one the beginning counts. A
    title is searched in all its `readings`, and a concept counts by the best of them. What the
    cleaner found goes with the mention as `title`, offsets in the mention's text. Skills that a
    document's `extra` names (`skills`, see `skills_of`) count too.

    Args:
        index: of a terminology of occupations.
        k: candidates a title.
        fuse: how the retrievers' scores become one.

    Raises:
        SettingError: for a `k` below 1.
    """

    needs: ClassVar[frozenset[str]] = frozenset()
    gives: ClassVar[frozenset[str]] = frozenset({"mentions", "candidates"})

    def __init__(self, index: Index, *, k: int = 64, fuse: Fuse = CALIBRATED) -> None:
        if k < 1:
            raise SettingError(f"k is {k}", place="retrieve.k", todo="Give a number from 1 upwards")
        self.index = index
        self.k = k
        self.fuse = fuse

    def __call__(self, documents: Sequence[Document]) -> list[Document]:
        """The documents with candidates in their mentions."""
        given = [_with_mention(document) for document in documents]
        titles = [
            clean(mention.surface[:LONGEST], document.language)
            for document in given
            for mention in document.mentions
        ]
        searched = [readings(title) for title in titles]
        languages = [document.language for document in given for _ in document.mentions]
        skills = [skills_of(document.extra) for document in given for _ in document.mentions]
        depths = [max(self.k, DEPTH) if told else self.k for told in skills]
        asked = [
            (Query(text, language=language), depth)
            for texts, language, depth in zip(searched, languages, depths, strict=True)
            for text in texts
        ]
        found = iter(self._found(asked))
        best = [
            _best([(text, next(found)) for text in texts], title.text, depth)
            for title, texts, depth in zip(titles, searched, depths, strict=True)
        ]
        ranked = [one[: self.k] for one in with_skills(self.index, best, skills)]
        answers = iter(zip(titles, ranked, strict=True))
        return [
            replace(
                document,
                mentions=tuple(_answered(mention, *next(answers)) for mention in document.mentions),
            )
            for document in given
        ]

    def _found(self, asked: Sequence[tuple[Query, int]]) -> list[tuple[Candidate, ...]]:
        """Of each query as many candidates as are wanted for it."""
        made: dict[tuple[Query, int], tuple[Candidate, ...]] = {}
        for depth in sorted({depth for _, depth in asked}):
            queries = [query for query, wanted in asked if wanted == depth]
            found = generate(self.index, queries, depth, self.fuse)
            made.update(zip(((query, depth) for query in queries), found, strict=True))
        return [made[one] for one in asked]


def _best(
    found: Iterable[tuple[str, tuple[Candidate, ...]]], whole: str, k: int
) -> tuple[Candidate, ...]:
    """The best candidates of all readings, each with the evidence of its best one."""
    best: dict[str, Candidate] = {}
    for text, candidates in found:
        for candidate in candidates:
            known = best.get(candidate.concept)
            if known is None or known.score < candidate.score:
                best[candidate.concept] = _by(text, candidate, whole)
    ranked = sorted(best.values(), key=lambda candidate: (-candidate.score, candidate.concept))
    return tuple(ranked[:k])


def parts_of(title: Title) -> dict[str, Any]:
    """What the cleaner found, as files keep it."""
    return {
        "role": title.role.text,
        "joined": [role.text for role in title.joined],
        "parts": [
            {
                "kind": part.kind,
                "value": part.value,
                "start": part.start,
                "end": part.end,
                "removed": part.removed,
            }
            for part in title.parts
        ],
    }


def _with_mention(document: Document) -> Document:
    text = document.text
    if document.mentions or not text.strip():
        return document
    start = len(text) - len(text.lstrip())
    span = (start, start + len(text.strip()))
    return replace(document, mentions=(mention_at(text, [span], id="T1", type=TYPE),))


def _answered(mention: Mention, title: Title, candidates: tuple[Candidate, ...]) -> Mention:
    extra = {**mention.extra, "title": parts_of(title)}
    return replace(mention, candidates=candidates, extra=extra)


def _by(text: str, candidate: Candidate, whole: str) -> Candidate:
    """The candidate, whose evidence says what was searched."""
    if text == whole:
        return candidate
    evidence = tuple(replace(item, query=text) for item in candidate.evidence)
    return replace(candidate, evidence=evidence)
