"""WHO's ATC classification as CSV or TSV: a code and a name a row.

The codes say the hierarchy: A, A01, A01A, A01AA and A01AA01 lie below one another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, pairwise
from pathlib import Path

from xnorm.errors import DataError
from xnorm.kb.model import Concept, Name
from xnorm.kb.sources.lines import at, text_lines
from xnorm.kb.sources.merging import merged
from xnorm.kb.sources.options import Options
from xnorm.kb.sources.separated import Row, delimiter_of, separated
from xnorm.kb.sources.values import language_of

NAME = "ATC"
USES = frozenset({"default_language", "quotes"})

_CODE = re.compile(r"[A-Z](?:\d\d(?:[A-Z](?:[A-Z](?:\d\d)?)?)?)?")
_LENGTHS = (1, 3, 4, 5, 7)
_LEVELS = (
    "anatomical main group",
    "therapeutic subgroup",
    "pharmacological subgroup",
    "chemical subgroup",
    "chemical substance",
)
_CODES = ("atc_code", "atc code", "atccode", "code", "atc", "id")
_NAMES = ("atc_name", "atc level name", "atc_level_name", "atcname", "name", "label", "substance")
_LANGUAGES = ("language", "lang")


def read(source: Path, options: Options) -> Iterator[Concept]:
    """The groups and substances in the order in which their codes first appear.

    A code stands in several rows where it has several doses; its names are taken once. The type of
    a concept is its level. A language column is heeded; else names are English unless
    `default_language` says otherwise.

    Raises:
        DataError: naming the line of a code that is none, or a header without code or name.
    """
    paths = (source, *options.more)
    return merged(concept for path in paths for concept in _concepts(path, options))


def _concepts(path: Path, options: Options) -> Iterator[Concept]:
    lines = text_lines(path)
    first = next(lines, (1, ""))
    rows = separated(path, chain([first], lines), delimiter_of(first[1]), quotes=options.quotes)
    header = [cell.strip().lower() for cell in next(rows, Row(1, [])).cells]
    code_at = _column(header, _CODES, "code", path)
    name_at = _column(header, _NAMES, "name", path)
    language_at = next((header.index(word) for word in _LANGUAGES if word in header), None)
    for line, cells in rows:
        place = at(path, line)
        if len(cells) != len(header):
            raise DataError(
                f"{len(cells)} columns, the header has {len(header)}",
                place=place,
                todo="Mend the line",
            )
        code = cells[code_at].strip()
        if not _CODE.fullmatch(code):
            raise DataError(
                f"'{code}' is not an ATC code",
                place=place,
                todo="Codes are like A, A10BA or A10BA02",
            )
        tag = cells[language_at].strip() if language_at is not None else ""
        language = language_of(tag, options.default_language or "en", place)
        yield _concept(code, cells[name_at].strip(), language)


def _concept(code: str, name: str, language: str) -> Concept:
    return Concept(
        code,
        (Name(name, language, "preferred"),),
        types=(_LEVELS[_LENGTHS.index(len(code))],),
        parents=tuple(
            code[:shorter] for shorter, longer in pairwise(_LENGTHS) if longer == len(code)
        ),
    )


def _column(header: list[str], words: tuple[str, ...], what: str, path: Path) -> int:
    for word in words:
        if word in header:
            return header.index(word)
    raise DataError(
        f"no column for the {what}; columns are: {', '.join(header)}",
        place=at(path, 1),
        todo=f"Name it {words[0]}, or read the file with: xnorm kb build table",
    )
