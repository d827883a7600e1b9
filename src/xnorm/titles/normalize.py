"""Rows with titles in, the same rows with occupations out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from xnorm.document import Document
from xnorm.titles.cleaner import clean
from xnorm.titles.hierarchy import Hierarchy
from xnorm.titles.model import LONGEST
from xnorm.titles.rows import Row
from xnorm.titles.skills import KEY
from xnorm.titles.tables import WORD

if TYPE_CHECKING:
    from xnorm.kb import KnowledgeBase

ANSWERS = (
    "occupation",
    "occupation_label",
    "isco",
    "level",
    "score",
    "role",
    "seniority",
    "employment",
    "matched",
    "error",
)
"""The columns that are added; with `xnorm_` before them where the table has one of that name."""

ROWS = 256
"""Rows that are looked up together."""

_GROUP = "ISCOGroup"

Link = Callable[[Iterable[Document]], Iterator[Document]]


class Counts(msgspec.Struct):
    """How many rows came to what."""

    rows: int = 0
    occupations: int = 0
    groups: int = 0
    unmatched: int = 0
    errors: int = 0


class Normalizer:
    """Answers titles over one terminology.

    Args:
        link: gives documents back with links, in order; a linker's `stream`.
        kb: the terminology.
        language: ISO 639-1 code of the titles.
        labels: of the labels to give; a concept without one has its preferred name.
        skills: the column that names the skills asked; none if empty.

    Attributes:
        counts: of the rows so far.
        failed: the first errors, with the row.
    """

    SHOWN = 3

    def __init__(
        self, link: Link, kb: KnowledgeBase, *, language: str, labels: str, skills: str = ""
    ) -> None:
        self.counts = Counts()
        self.failed: list[str] = []
        self._link = link
        self._kb = kb
        self._language = language
        self._labels = labels
        self._skills = skills
        self._hierarchy = Hierarchy(kb)
        self._label = lru_cache(maxsize=None)(self._label_of)

    def __call__(self, rows: Iterable[Row], columns: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The rows with the added columns, in order, in bounded memory.

        Args:
            rows: of a table.
            columns: of that table.
        """
        names = answer_columns(columns)
        waiting = iter(rows)
        while held := list(islice(waiting, ROWS)):
            checked = [msgspec.structs.replace(row, error=_problem(row)) for row in held]
            documents = [self._document(row) for row in checked if not row.error]
            linked = iter(self._link(documents))
            for row in checked:
                answer = self._failed(row) if row.error else self._answer(row, next(linked))
                yield {**row.cells, **{names[key]: answer.get(key) for key in ANSWERS}}

    def _document(self, row: Row) -> Document:
        made = Document.from_text(row.title, id=str(row.number), language=self._language)
        if not self._skills:
            return made
        return msgspec.structs.replace(made, extra={KEY: row.cells.get(self._skills)})

    def _failed(self, row: Row) -> dict[str, Any]:
        self.counts.rows += 1
        self.counts.errors += 1
        if len(self.failed) < self.SHOWN:
            self.failed.append(f"row {row.number:,}: {row.error}")
        return {"error": row.error}

    def _answer(self, row: Row, document: Document) -> dict[str, Any]:
        self.counts.rows += 1
        title = clean(row.title, self._language)
        answer: dict[str, Any] = {
            "role": title.role.text,
            "seniority": title.value("seniority"),
            "employment": title.value("employment"),
        }
        (mention,) = document.mentions
        link = mention.link
        if link is None or link.concept is None:
            self.counts.unmatched += 1
            return answer | {"matched": link.reason if link else ""}
        best = mention.candidates[0].concept if mention.candidates else ""
        label, isco, is_group = self._label(link.concept)
        is_group = is_group or (bool(best) and link.concept != best)
        self.counts.groups += is_group
        self.counts.occupations += not is_group
        return answer | {
            "occupation": link.concept,
            "occupation_label": label,
            "isco": isco,
            "level": "group" if is_group else "occupation",
            "score": link.score,
            "matched": link.reason,
        }

    def _label_of(self, id: str) -> tuple[str, str, bool]:
        """A concept's label in the wanted language, its ISCO code, and whether it is a group."""
        concept = self._kb.concept(id)
        names = [name.text for name in concept.names if name.language == self._labels]
        row = self._kb.concept_row(id)
        assert row is not None
        label = names[0] if names else concept.names[0].text
        return label, self._hierarchy.isco(row), _GROUP in concept.types


def answer_columns(columns: Sequence[str]) -> Mapping[str, str]:
    """What the added columns are called in a table with these.

    >>> answer_columns(["title", "score"])["score"]
    'xnorm_score'
    """
    return {key: f"xnorm_{key}" if key in columns else key for key in ANSWERS}


def _problem(row: Row) -> str:
    if row.error:
        return row.error
    if not row.title.strip():
        return "the title is empty"
    if WORD.search(row.title) is None:
        return "no word in the title"
    if len(row.title) > LONGEST:
        return f"{len(row.title):,} characters, a title has at most {LONGEST}"
    return ""
