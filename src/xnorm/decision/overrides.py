"""What people say about words: always this concept, never that one, or no concept at all.

A tab-separated file with a header:

    text       action   concept      type   language
    cansancio  always   HP:0012378
    alta       never                        es
    pie        never    HP:0001760   BODY

`always` links a mention to the concept; `never` forbids the concept, or every one when none is
named. A text fits a mention that is equal after folding; a type or language, where given, must be
the mention's and the document's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import msgspec
from msgspec.structs import replace

from xnorm.document import Candidate, Document, Link, Mention
from xnorm.errors import DataError
from xnorm.files import decode, open_binary
from xnorm.text.normal import fold

if TYPE_CHECKING:
    from xnorm.kb import KnowledgeBase

COLUMNS = ("text", "action", "concept", "type", "language")
_NEEDED = ("text", "action")
_ACTIONS = ("always", "never")


class Rule(msgspec.Struct, frozen=True):
    """One line of a file, with its place."""

    text: str
    action: str
    concept: str
    type: str
    language: str
    place: str

    def fits(self, mention: Mention, language: str) -> bool:
        """Whether type and language are the mention's, the texts being equal."""
        return self.type in ("", mention.type) and self.language in ("", language)


class Overrides:
    """Applies rules to mentions that have candidates, before they are decided.

    Of several `always` that fit, one that names a type or language goes before one that does not.

    Args:
        rules: from `read_rules`.
        kb: the terminology, whose current ids and names are taken.

    Raises:
        DataError: for a concept that the terminology does not have, or two contrary rules.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"candidates"})
    gives: ClassVar[frozenset[str]] = frozenset({"candidates"})

    def __init__(self, rules: Iterable[Rule], kb: KnowledgeBase) -> None:
        self.source = kb.source
        self._rules: dict[str, list[Rule]] = {}
        self._names: dict[str, str] = {}
        decided: dict[tuple[str, str, str], Rule] = {}
        for rule in rules:
            if rule.concept:
                concept = kb.concept(_known(rule, kb))
                rule = replace(rule, concept=concept.id)
                self._names[concept.id] = concept.names[0].text
            folded = fold(rule.text)
            if rule.action == "always":
                first = decided.setdefault((folded, rule.type, rule.language), rule)
                if first.concept != rule.concept:
                    raise DataError(
                        f"'{rule.text}' is always {rule.concept} here and {first.concept} in "
                        f"{first.place}",
                        place=rule.place,
                        todo="Remove one, or give them types or languages",
                    )
            self._rules.setdefault(folded, []).append(rule)
        for rules_of_text in self._rules.values():
            rules_of_text.sort(key=lambda rule: -bool(rule.type) - bool(rule.language))

    def __call__(self, documents: Sequence[Document]) -> list[Document]:
        """The documents with forbidden candidates gone and ordered links made."""
        return [
            replace(
                document,
                mentions=tuple(
                    self._ruled(one, document.language_at(one.start)) for one in document.mentions
                ),
            )
            for document in documents
        ]

    def _ruled(self, mention: Mention, language: str) -> Mention:
        rules = self._rules.get(fold(mention.surface), ())
        fitting = [rule for rule in rules if rule.fits(mention, language)]
        for rule in fitting:
            if rule.action == "always":
                link = Link(
                    rule.concept, 1.0, self.source, self._names[rule.concept], _reason(rule)
                )
                return replace(mention, link=link)
        if any(not rule.concept for rule in fitting):
            rule = next(rule for rule in fitting if not rule.concept)
            return replace(mention, link=Link(None, 0.0, reason=_reason(rule)))
        never = {rule.concept for rule in fitting}
        left = tuple(one for one in mention.candidates if not self._is_forbidden(one, never))
        return (
            mention if len(left) == len(mention.candidates) else replace(mention, candidates=left)
        )

    def _is_forbidden(self, candidate: Candidate, never: set[str]) -> bool:
        return candidate.source == self.source and candidate.concept in never


def read_rules(path: str | Path) -> Iterator[Rule]:
    """The rules of a file, in order; lines that are blank or begin with `#` are passed over.

    Raises:
        DataError: naming the line that is no rule.
    """
    with open_binary(path) as stream:
        lines = decode(stream.read(), place=str(path)).splitlines()
    columns: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        place = f"{path}, line {number}"
        cells = [cell.strip() for cell in line.split("\t")]
        if not columns:
            columns = _header(cells, place)
            continue
        row = dict.fromkeys(COLUMNS, "") | dict(zip(columns, cells, strict=False))
        yield _rule(row, place)


def _header(cells: list[str], place: str) -> list[str]:
    if any(column not in cells for column in _NEEDED) or not {*cells} <= {*COLUMNS}:
        raise DataError(
            f"the columns are {', '.join(cells)}",
            place=place,
            todo=f"Name some of {', '.join(COLUMNS)} in the first line, parted by tabs",
        )
    return cells


def _rule(row: dict[str, str], place: str) -> Rule:
    if row["action"] not in _ACTIONS:
        raise DataError(
            f"unknown action '{row['action']}'", place=place, todo=f"Say {' or '.join(_ACTIONS)}"
        )
    if not fold(row["text"]):
        raise DataError("a rule without a text", place=place, todo="Write the words it is about")
    if row["action"] == "always" and not row["concept"]:
        raise DataError(
            "`always` without a concept", place=place, todo="Give the concept's id, or say never"
        )
    return Rule(**row, place=place)


def _known(rule: Rule, kb: KnowledgeBase) -> str:
    if kb.concept_row(rule.concept) is None:
        raise DataError(
            f"no concept '{rule.concept}' in {kb.source}",
            place=rule.place,
            todo="Look for it with: xnorm show",
        )
    return rule.concept


def _reason(rule: Rule) -> str:
    return f"{rule.action} by {rule.place}"
