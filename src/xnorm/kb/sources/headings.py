"""Which column of a table says what: the usual headers, and the user's own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from xnorm.errors import DataError, SettingError, did_you_mean

HEADINGS: dict[str, tuple[str, ...]] = {
    "id": ("id", "concept_id", "identifier", "code", "cui", "curie", "subject_id", "concept"),
    "name": ("name", "label", "term", "preferred_name", "preferred_label", "description"),
    "names": ("names",),
    "synonyms": ("synonyms", "synonym", "aliases", "alias", "alternative_names", "entry_terms"),
    "language": ("language", "lang", "lat"),
    "kind": ("kind", "name_kind", "name_type"),
    "types": ("types", "type", "semantic_types", "semantic_type", "category"),
    "parents": ("parents", "parent", "parent_id", "parent_ids", "broader", "is_a", "subclassof"),
    "definition": ("definition", "def", "description"),
    "xrefs": ("xrefs", "xref", "cross_references"),
    "retired": ("retired", "alt_ids", "alt_id", "old_ids"),
}
"""What a column may be, and its usual headers, likelier ones first."""

_TO_SINGLE = {"type": "types", "parent": "parents", "synonym": "synonyms", "xref": "xrefs"}


def roles(columns: Mapping[str, str]) -> dict[str, str]:
    """The user's `{role: column}` with roles as in `HEADINGS`.

    Raises:
        SettingError: for an unknown role.

    >>> roles({"type": "Group"})
    {'types': 'Group'}
    """
    chosen = {}
    for role, column in columns.items():
        role = _TO_SINGLE.get(role, role)
        if role not in HEADINGS:
            raise SettingError(f"unknown column role '{role}'", todo=did_you_mean(role, HEADINGS))
        chosen[role] = column
    return chosen


def find_columns(header: Sequence[str], columns: Mapping[str, str], place: str) -> dict[str, int]:
    """The position of each role's column in a header; the user's choice goes first.

    Raises:
        SettingError: for a chosen column that is not there.
        DataError: when there is no column for the id or for any name.

    >>> find_columns(["Code", "Label", "Group"], {"types": "Group"}, "x.tsv")
    {'id': 0, 'name': 1, 'types': 2}
    """
    known = {_plain(cell): position for position, cell in reversed(list(enumerate(header)))}
    found: dict[str, int] = {}
    for role, usual in HEADINGS.items():
        if role in columns:
            if columns[role] not in header:
                raise SettingError(
                    f"no column '{columns[role]}'",
                    place=place,
                    todo=did_you_mean(columns[role], header),
                )
            found[role] = list(header).index(columns[role])
        else:
            # A "description" is the name where there is no other; it is not both.
            here = (known[heading] for heading in usual if heading in known)
            free = next((position for position in here if position not in found.values()), None)
            if free is not None:
                found[role] = free
    _require_id_and_name(found, f"; columns are: {', '.join(header)}", place)
    return found


def numbered_columns(columns: Mapping[str, str], place: str) -> dict[str, int] | None:
    """The position of each role's column if all are numbers, from 1; else None.

    Raises:
        SettingError: for the number 0.
        DataError: when there is no column for the id or for any name.

    >>> numbered_columns({"id": "1", "name": "3"}, "x.tsv")
    {'id': 0, 'name': 2}
    """
    if not columns or not all(column.isdecimal() for column in columns.values()):
        return None
    found = {role: int(column) - 1 for role, column in columns.items()}
    if min(found.values()) < 0:
        raise SettingError("columns are numbered from 1", place="--column", todo="There is no 0")
    _require_id_and_name(found, "", place)
    return found


def _require_id_and_name(found: Mapping[str, int], known: str, place: str) -> None:
    for role, needed in (("id", {"id"}), ("name", {"name", "names", "synonyms"})):
        if not needed & found.keys():
            raise DataError(
                f"no column for the {role}{known}",
                place=place,
                todo=f"Say which one: --column {role}=COLUMN; or by numbers if there is no header",
            )


def _plain(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", cell.strip().lower())
