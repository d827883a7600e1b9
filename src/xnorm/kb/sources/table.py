"""Plain tables: TSV, CSV or JSONL with an id and a name, and whatever else is known.

Several values in one cell (synonyms, types, parents, ...) are parted by `|`. Rows of one id are
merged wherever they stand, so a table is held in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from xnorm.errors import DataError
from xnorm.kb.model import Concept, Name
from xnorm.kb.sources.headings import find_columns, numbered_columns, roles
from xnorm.kb.sources.lines import at, text_lines
from xnorm.kb.sources.mapped import read_mapped
from xnorm.kb.sources.mapping import mapping_path, read_mapping
from xnorm.kb.sources.merging import merged
from xnorm.kb.sources.options import Options
from xnorm.kb.sources.records import read_records
from xnorm.kb.sources.separated import Row, delimiter_of, separated
from xnorm.kb.sources.values import kind_of, language_of

USES = frozenset({"columns", "default_language", "mapping", "quotes"})


def read(source: Path, options: Options) -> Iterator[Concept]:
    """The concepts of one or more tables, in the order in which their ids first appear.

    Without a kind column, the first name of each id and language is the preferred one.

    Raises:
        DataError: naming the line of what is broken.
        SettingError: for a column that is not there.
    """
    if options.mapping is not None:
        yield from read_mapped(source, options)
        return
    paths = (source, *options.more)
    yield from merged(concept for path in paths for concept in _read_one(path, options))


def name(options: Options) -> str:
    """The terminology's name, if a mapping says it."""
    return read_mapping(options.mapping).terminology if options.mapping is not None else ""


def files(source: Path, options: Options) -> Sequence[Path]:
    """The files that `read` reads."""
    mapping = [mapping_path(options.mapping)] if options.mapping is not None else []
    return [source, *options.more, *mapping]


def _read_one(path: Path, options: Options) -> Iterator[Concept]:
    lines = text_lines(path)
    first = next(lines, None)
    if first is None:
        raise DataError("an empty file", place=str(path), todo="Give a table with a header")
    columns = roles(options.columns)
    numbered = chain([first], lines)
    if first[1].lstrip().startswith("{"):
        return read_records(path, numbered, columns, options.default_language)
    rows = separated(path, numbered, delimiter_of(first[1]), quotes=options.quotes)
    return _read_rows(path, rows, columns, options.default_language)


def _read_rows(
    path: Path, rows: Iterator[Row], columns: Mapping[str, str], default_language: str
) -> Iterator[Concept]:
    found = numbered_columns(columns, str(path))
    headless = found is not None
    if found is not None:
        width = 1 + max(found.values())
    else:
        header = [cell.strip() for cell in next(rows, Row(1, [])).cells]
        found = find_columns(header, columns, at(path, 1))
        width = len(header)
    for line, cells in rows:
        # Without a header nobody says how many columns there are: more than used is fine.
        if len(cells) < width or (len(cells) > width and not headless):
            raise DataError(
                f"{len(cells)} columns, expected {width}",
                place=at(path, line),
                todo="Mend the row, or put a value that holds the separator in quotation marks",
            )
        values = {role: cells[position].strip() for role, position in found.items()}
        yield _concept(values, at(path, line), default_language)


def _concept(values: Mapping[str, str], place: str, default_language: str) -> Concept:
    id = values["id"]
    if not id:
        raise DataError("an empty id", place=place, todo="Give every row an id, or remove the row")
    language = language_of(values.get("language", ""), default_language, place)
    main = [text for text in (values.get("name"), *_split(values, "names")) if text]
    kind = kind_of(values["kind"], place) if "kind" in values else "preferred"
    names = [Name(text, language, kind) for text in main[:1]]
    names += [Name(text, language) for text in (*main[1:], *_split(values, "synonyms"))]
    return Concept(
        id,
        tuple(names),
        types=_split(values, "types"),
        definition=values.get("definition", ""),
        parents=_split(values, "parents"),
        xrefs=_split(values, "xrefs"),
        retired=_split(values, "retired"),
    )


def _split(values: Mapping[str, str], role: str) -> tuple[str, ...]:
    cell = values.get(role)
    return tuple(text for part in cell.split("|") if (text := part.strip())) if cell else ()
