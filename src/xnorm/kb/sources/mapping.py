"""What a YAML file says about the columns of a table: where the ids, names and the rest stand."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec

from xnorm.errors import SettingError, did_you_mean
from xnorm.kb.model import KINDS
from xnorm.yaml_files import read_yaml, yaml_path

SCOPES = ("exact", "broad", "narrow", "related")

Where = dict[str | int, str | int | list[str | int]]
"""Columns (or their numbers from 1) to the values that a row must have one of."""

Row = Mapping[str | int, tuple[str, ...]]
"""The values of a row by column, as the layout speaks of them."""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What is taken from a row: the values of one column, or a constant.

    Attributes:
        column: its header or key, or its number from 1.
        value: a constant instead of a column.
        separator: between several values of a cell; by default the table's.
        strip: taken away from the front of a value.
        prefix: put in front of a value, unless it is there.
        where: take it only from rows like this.
    """

    column: str | int = ""
    value: str = ""
    separator: str | None = None
    strip: str = ""
    prefix: str = ""
    where: Where = {}


class Column(Taken, frozen=True, kw_only=True):
    """A column of anything but names.

    Attributes:
        named: values are preferred names of concepts, not their ids (parents).
        prefix_column: the column with the vocabulary of each value (cross-references).
    """

    named: bool = False
    prefix_column: str | int = ""


class NameColumn(Taken, frozen=True, kw_only=True):
    """A column of names, with what is known of all of them or stands in other columns.

    Attributes:
        language: of all names, such as `es`; else the one of `--default-language`.
        language_column: the column with the language of each name.
        kind: of all names: preferred, synonym, layperson or abbreviation; or, for a synonym, its
            scope: exact, broad, narrow or related.
        kind_column: the column with the kind of each name.
        kinds: what the values of that column mean, as for `kind`, where they are other words.
    """

    language: str = ""
    language_column: str | int = ""
    kind: str = "synonym"
    kind_column: str | int = ""
    kinds: dict[str, str] = {}


_Some = str | int | Column | list[str | int | Column]
_SomeNames = str | int | NameColumn | list[str | int | NameColumn]


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is laid out.

    Attributes:
        id: the column of the concept's id; rows of one id are merged.
        names, types, definition, parents, xrefs, retired: one column or several.
        where: leave out all rows but those like this.
        separator: between several values of a cell.
        empty: values that mean nothing, such as `n/a`.
        delimiter: between columns; by default a tab wherever there is one, else `,` or `;`.
        quotes: whether quotation marks enclose values, or are part of the text.
        header: whether the first row names the columns; else they are numbers.
        skip: lines before the header.
        comment: lines that begin with this are left out.
    """

    id: str | int | Column
    names: _SomeNames = []
    types: _Some = []
    definition: _Some = []
    parents: _Some = []
    xrefs: _Some = []
    retired: _Some = []
    where: Where = {}
    separator: str = ""
    empty: list[str] = []
    delimiter: str = ""
    quotes: bool = True
    header: bool = True
    skip: int = 0
    comment: str = ""


class Mapped(Layout, frozen=True, kw_only=True):
    """How all files of a terminology are laid out.

    Attributes:
        terminology: its name, such as `ICD10`: what the ids belong to.
        grouped: rows of one id stand together, so that nothing is held in memory; otherwise all
            concepts are (some 300 bytes each, and 150 a name).
        other_files: patterns of file names, such as `*_titles.tsv*`, to their own layout.
    """

    terminology: str = ""
    grouped: bool = False
    other_files: dict[str, Layout] = {}

    def layout(self, path: Path) -> Layout:
        """The layout of a file: of the first pattern that fits its name, else the main one."""
        for pattern, layout in self.other_files.items():
            if fnmatchcase(path.name, pattern):
                return layout
        return self


def read_mapping(source: Path) -> Mapped:
    """The mapping in a YAML file, or the ready one of that name (`configs/mappings/NAME.yaml`).

    Raises:
        SettingError: for an unknown key, a value of a wrong type, or keys that exclude each other.
    """
    path = mapping_path(source)
    mapped = read_yaml(Mapped, path, option="--mapping")
    for layout in (mapped, *mapped.other_files.values()):
        _check(layout, str(path))
    if mapped.grouped and any(column.named for column in columns(mapped.parents)):
        raise _wrong(
            "`grouped` and `named` exclude each other",
            str(path),
            "Leave out `grouped`: parents by name are known when all names are",
        )
    return mapped


def mapping_path(source: Path) -> Path:
    """The path itself, or the one of the ready mapping with that name.

    Raises:
        SettingError: when there is neither.
    """
    return yaml_path(source, folder="mappings", option="--mapping")


def columns(some: _Some) -> tuple[Column, ...]:
    """The columns of a key that takes one or several, in short or in full.

    >>> [column.column for column in columns(["a", 2, Column(column="c")])]
    ['a', 2, 'c']
    """
    given = some if isinstance(some, list) else [some]
    return tuple(one if isinstance(one, Column) else Column(column=one) for one in given)


def name_columns(some: _SomeNames) -> tuple[NameColumn, ...]:
    """The same for names."""
    given = some if isinstance(some, list) else [some]
    return tuple(one if isinstance(one, NameColumn) else NameColumn(column=one) for one in given)


def used_columns(layout: Layout) -> list[str | int]:
    """All columns that a layout speaks of, each once."""
    used: dict[str | int, None] = dict.fromkeys(layout.where)
    for taken in _all_taken(layout):
        used |= dict.fromkeys((taken.column, *taken.where))
        if isinstance(taken, NameColumn):
            used |= dict.fromkeys((taken.language_column, taken.kind_column))
        elif isinstance(taken, Column):
            used[taken.prefix_column] = None
    return [column for column in used if column != ""]


def fits(row: Row, where: Where) -> bool:
    """Whether a row has one of the values wanted in each column; an empty one is the value ''.

    >>> fits({"kind": ("label",), "lang": ()}, {"kind": ["label", "exact"], "lang": ""})
    True
    """
    for column, wanted in where.items():
        allowed = wanted if isinstance(wanted, list) else [wanted]
        if not any(str(value) in (row[column] or ("",)) for value in allowed):
            return False
    return True


def _all_taken(layout: Layout) -> list[Taken]:
    rest = (layout.types, layout.definition, layout.parents, layout.xrefs, layout.retired)
    others = [column for some in (layout.id, *rest) for column in columns(some)]
    return [*others, *name_columns(layout.names)]


def _check(layout: Layout, place: str) -> None:
    for taken in _all_taken(layout):
        if (taken.column == "") == (taken.value == ""):
            raise _wrong("a column needs either `column` or `value`", place, "Write one of them")
    _check_keys_of_columns(layout, place)
    for name in name_columns(layout.names):
        for kind in (name.kind, *name.kinds.values()):
            if kind not in (*KINDS, *SCOPES):
                known = did_you_mean(kind, (*KINDS, *SCOPES))
                raise _wrong(f"unknown kind of name '{kind}'", place, known)
    for column in used_columns(layout):
        if isinstance(column, int) and column < 1:
            raise _wrong("columns are numbered from 1", place, f"There is no {column}")
        if isinstance(column, str) and not layout.header:
            raise _wrong(
                f"without a header there is no column '{column}'",
                place,
                "Number the columns from 1, or leave out `header: false`",
            )


def _check_keys_of_columns(layout: Layout, place: str) -> None:
    for role in ("id", "types", "definition", "parents", "xrefs", "retired"):
        for column in columns(getattr(layout, role)):
            for key, meant in (("named", "parents"), ("prefix_column", "xrefs")):
                if getattr(column, key) not in ("", False) and role != meant:
                    raise _wrong(
                        f"`{key}` has no meaning in `{role}`", place, f"It is for `{meant}`"
                    )


def _wrong(what: str, place: str, todo: str) -> SettingError:
    return SettingError(what, place=place, todo=todo)
