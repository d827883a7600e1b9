"""Cross-references from separate mapping tables (SSSOM).

Source: A Simple Standard for Sharing Ontological Mappings, https://w3id.org/sssom.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from xnorm.errors import DataError
from xnorm.kb.model import Concept
from xnorm.kb.sources.lines import at, text_lines
from xnorm.kb.sources.prefixes import xref_of
from xnorm.kb.sources.separated import Row, separated

_COLUMNS = ("subject_id", "predicate_id", "object_id")

_SAME = {"exactmatch", "hasdbxref", "equivalentclass", "sameas", "dbxref"}
"""Predicates that name the same concept; broader, narrower and close ones do not."""


def add_mappings(concepts: Iterable[Concept], paths: Sequence[Path]) -> Iterator[Concept]:
    """Concepts with the cross-references that tables have for them; the tables are held in memory.

    Raises:
        DataError: naming the line that is broken, or the tables when no concept is in them.
    """
    mapped: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        for subject, target in _read(path):
            mapped[subject].append(target)
    used = False
    for concept in concepts:
        targets = mapped.get(concept.id)
        if targets:
            used = True
            xrefs = tuple(dict.fromkeys((*concept.xrefs, *targets)))
            concept = msgspec.structs.replace(concept, xrefs=xrefs)
        yield concept
    if not used:
        raise DataError(
            "no concept is a subject of these mappings",
            place=", ".join(map(str, paths)),
            todo="Check that subject_id has the ids of the terminology",
        )


def _read(path: Path) -> Iterator[tuple[str, str]]:
    """Subjects and the normal spelling of what they are the same as."""
    # Comments come first and may hold lonely quotation marks.
    lines = ((number, line) for number, line in text_lines(path) if not line.startswith("#"))
    rows = separated(path, lines, "\t", quotes=True)
    header = [cell.strip() for cell in next(rows, Row(1, [])).cells]
    for column in _COLUMNS:
        if column not in header:
            raise DataError(
                f"no column '{column}'",
                place=str(path),
                todo=f"Give an SSSOM table as TSV with the columns {', '.join(_COLUMNS)}",
            )
    subject, predicate, target = map(header.index, _COLUMNS)
    for line, cells in rows:
        if len(cells) != len(header):
            raise DataError(
                f"{len(cells)} columns, the header has {len(header)}",
                place=at(path, line),
                todo="Mend the line",
            )
        if cells[predicate].rpartition(":")[2].lower() in _SAME:
            yield cells[subject].strip(), xref_of(cells[target])
