"""ESCO's CSV files: occupations, skills and ISCO groups, in several languages, with hierarchy."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from xnorm.errors import DataError
from xnorm.kb.model import Concept, Name
from xnorm.kb.sources.lines import at, text_lines
from xnorm.kb.sources.merging import merged
from xnorm.kb.sources.options import Options
from xnorm.kb.sources.separated import Row, separated
from xnorm.kb.sources.values import language_of
from xnorm.languages import language_code

NAME = "ESCO"
USES = frozenset({"default_language", "types"})

_FILE = re.compile(r"\.csv(\.gz|\.xz)?$")
_LANGUAGE = re.compile(r"_(?P<language>[a-z]{2}(-[a-z]{2})?)\.csv(\.gz|\.xz)?$", re.IGNORECASE)
_VERSION = re.compile(r"v\d+\.\d+(\.[\dx]+)?")
_ISCO = "http://data.europa.eu/esco/isco/C"
"""Before the code of an ISCO group in its address."""


def read(source: Path, options: Options) -> Iterator[Concept]:
    """The concepts of one or more CSV files, or of those in a folder, merged by `conceptUri`.

    The id is the address of the concept. Labels have the language of the file's name
    (`occupations_de.csv`), of a language column, or `default_language`. Parents are the ISCO group
    (of a group, that of its code without the last digit) and those of `broaderRelations*.csv`.
    ESCO's files of other kinds are passed over.

    Raises:
        DataError: naming the line of what is broken, or a file that is not ESCO's.
    """
    broader: defaultdict[str, list[str]] = defaultdict(list)
    labelled: list[Path] = []
    for path in files(source, options):
        header = _header(path)
        if "conceptUri" in header and "broaderUri" in header:
            for _, row in _rows(path):
                broader[row["conceptUri"]].append(row["broaderUri"])
        elif "conceptUri" in header and "preferredLabel" in header:
            labelled.append(path)
        elif not any(column.lower().endswith("uri") for column in header):
            raise DataError(
                "not a file of ESCO", place=at(path, 1), todo="Its files have a column conceptUri"
            )
    if not labelled:
        raise DataError(
            "no file with labels of ESCO",
            place=str(source),
            todo="Give files such as occupations_en.csv, with conceptUri and preferredLabel",
        )
    wanted = set(options.types)
    for concept in merged(c for path in labelled for c in _concepts(path, options)):
        if not wanted or wanted.intersection(concept.types):
            parents = dict.fromkeys((*broader[concept.id], *concept.parents))
            yield replace(concept, parents=tuple(parents))


def files(source: Path, options: Options) -> Sequence[Path]:
    """The files that are looked into."""
    if not source.is_dir():
        return [source, *options.more]
    return [*sorted(p for p in source.iterdir() if _FILE.search(p.name)), *options.more]


def release(source: Path) -> str:
    """The version in the name of the file or folder; empty if there is none."""
    version = _VERSION.search(source.name)
    return version[0].removeprefix("v") if version is not None else ""


def _concepts(path: Path, options: Options) -> Iterator[Concept]:
    found = _LANGUAGE.search(path.name)
    of_file = language_code(found["language"], place=str(path)) if found else ""
    default = of_file or options.default_language
    for place, row in _rows(path):
        if not row["conceptUri"]:
            raise DataError("an empty conceptUri", place=place, todo="Mend or remove the row")
        tag = row.get("language") or row.get("lang") or ""
        yield _concept(row, language_of(tag, default, place))


def _concept(row: Mapping[str, str], language: str) -> Concept:
    preferred = row["preferredLabel"]
    labels = [Name(preferred, language, "preferred")] if preferred else []
    for column in ("altLabels", "hiddenLabels"):
        labels += [Name(text.strip(), language) for text in row.get(column, "").split("\n")]
    type = row.get("conceptType", "")
    code = row.get("code", "") if type == "ISCOGroup" else ""
    # The group of a group its code says: 2512 lies in 251.
    group = code[:-1] if code else row.get("iscoGroup", "")
    return Concept(
        row["conceptUri"],
        tuple(label for label in labels if label.text),
        types=(type,) if type else (),
        definition=row.get("description") or row.get("definition", ""),
        parents=(f"{_ISCO}{group.removeprefix('C')}",) if group else (),
        xrefs=(f"ISCO:{code}",) if code else (),
    )


def _header(path: Path) -> list[str]:
    return [cell.strip() for cell in next(_separated(path), Row(1, [])).cells]


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    rows = _separated(path)
    header = [cell.strip() for cell in next(rows).cells]
    for line, cells in rows:
        if len(cells) != len(header):
            raise DataError(
                f"{len(cells)} columns, the header has {len(header)}",
                place=at(path, line),
                todo="Mend the row; fields with line breaks stand in quotation marks",
            )
        row = {key: cell.strip() for key, cell in zip(header, cells, strict=True)}
        yield at(path, line), row


def _separated(path: Path) -> Iterator[Row]:
    return separated(path, text_lines(path), ",", quotes=True)
