"""The concepts of tables and JSON records whose columns a mapping names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from xnorm.errors import DataError, SettingError
from xnorm.kb.model import KINDS, Concept, Name
from xnorm.kb.sources.mapped_rows import rows
from xnorm.kb.sources.mapping import (
    SCOPES,
    Column,
    Layout,
    NameColumn,
    Row,
    Taken,
    columns,
    fits,
    name_columns,
    read_mapping,
)
from xnorm.kb.sources.merging import grouped, merged
from xnorm.kb.sources.options import Options
from xnorm.kb.sources.prefixes import xref, xref_of
from xnorm.kb.sources.values import kind_of, language_of


def read_mapped(source: Path, options: Options) -> Iterator[Concept]:
    """The concepts of one or more files, in the order in which their ids first appear.

    Args:
        source: the first file; `options.more` are the others.
        options: with the `mapping`.

    Raises:
        DataError: naming the line of what is broken.
        SettingError: for a mapping that is wrong, or names a column that is not there.
    """
    assert options.mapping is not None, "the caller looks"
    if options.columns:
        raise SettingError(
            "--column and --mapping exclude each other",
            place=str(options.mapping),
            todo="Write the columns into the mapping",
        )
    mapped = read_mapping(options.mapping)
    found = (
        concept
        for path in (source, *options.more)
        for concept in _read_one(path, mapped.layout(path), options)
    )
    concepts = grouped(found) if mapped.grouped else merged(found)
    named = any(column.named for column in columns(mapped.parents))
    return _with_ids(concepts) if named else concepts


def _read_one(path: Path, layout: Layout, options: Options) -> Iterator[Concept]:
    quotes = layout.quotes and options.quotes
    building = _Building(layout, options.default_language)
    for place, row in rows(path, layout, quotes=quotes):
        if fits(row, layout.where):
            yield building.concept(row, place)


def _with_ids(concepts: Iterable[Concept]) -> Iterator[Concept]:
    """Concepts whose parents are ids, where they were preferred names."""
    held = list(concepts)
    ids: dict[str, str] = {}
    for concept in held:
        for name in concept.names:
            if name.kind == "preferred":
                ids.setdefault(name.text, concept.id)
    for concept in held:
        parents = tuple(ids.get(parent, parent) for parent in concept.parents)
        yield replace(concept, parents=parents)


class _Building:
    """A layout made ready for its rows."""

    def __init__(self, layout: Layout, default_language: str) -> None:
        self.layout = layout
        self.default_language = default_language
        (self.id,) = columns(layout.id)
        self.names = name_columns(layout.names)
        self.types = columns(layout.types)
        self.definition = columns(layout.definition)
        self.parents = columns(layout.parents)
        self.xrefs = columns(layout.xrefs)
        self.retired = columns(layout.retired)

    def concept(self, row: Row, place: str) -> Concept:
        """What one row says."""
        id = next(iter(self._values(row, self.id)), "")
        if not id:
            raise DataError(
                "an empty id",
                place=place,
                todo="Give every row an id, or leave such rows out with `where`",
            )
        return Concept(
            id,
            tuple(name for column in self.names for name in self._names(row, column, place)),
            types=self._all(row, self.types),
            definition=next(iter(self._all(row, self.definition)), ""),
            parents=self._all(row, self.parents),
            xrefs=tuple(code for column in self.xrefs for code in self._xrefs(row, column)),
            retired=self._all(row, self.retired),
        )

    def _names(self, row: Row, column: NameColumn, place: str) -> Iterator[Name]:
        texts = self._values(row, column)
        if not texts:
            return
        tag = column.language
        if column.language_column != "":
            tag = next(iter(row[column.language_column]), tag)
        language = language_of(tag, self.default_language, place)
        kind, scope = self._kind(row, column, place)
        for text in texts:
            yield Name(text, language, kind, scope)

    def _kind(self, row: Row, column: NameColumn, place: str) -> tuple[str, str]:
        word = column.kind
        if column.kind_column != "":
            word = next(iter(row[column.kind_column]), word)
            word = column.kinds.get(word, word)
        if word in SCOPES:
            return "synonym", word
        return (word if word in KINDS else kind_of(word, place)), ""

    def _xrefs(self, row: Row, column: Column) -> Iterator[str]:
        prefixes = row[column.prefix_column] if column.prefix_column != "" else ()
        for code in self._values(row, column):
            yield xref(prefixes[0], code) if prefixes else xref_of(code)

    def _all(self, row: Row, taken: Sequence[Column]) -> tuple[str, ...]:
        return tuple(value for column in taken for value in self._values(row, column))

    def _values(self, row: Row, taken: Taken) -> list[str]:
        if taken.where and not fits(row, taken.where):
            return []
        if taken.value:
            return [taken.value]
        texts: Iterable[str] = row[taken.column]
        separator = self.layout.separator if taken.separator is None else taken.separator
        if separator:
            texts = (part.strip() for text in texts for part in text.split(separator))
        return [_dressed(text, taken) for text in texts if text and text not in self.layout.empty]


def _dressed(text: str, taken: Taken) -> str:
    text = text.removeprefix(taken.strip)
    return text if text.startswith(taken.prefix) else taken.prefix + text
