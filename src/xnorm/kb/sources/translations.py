"""Translations of an ontology's names: babelon tables, and ROBOT templates of synonyms.

`hp-es.babelon.tsv` has one header row and a translated label a row; `hp-de.synonyms.tsv` has a
second header row that is a ROBOT template. Both say the language in the file name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from xnorm.errors import DataError, SettingError
from xnorm.kb.model import Concept, Name
from xnorm.kb.retirement import settle
from xnorm.kb.sources.lines import at, text_lines
from xnorm.kb.sources.options import Options
from xnorm.kb.sources.separated import Row, separated
from xnorm.languages import language_code

_FILE = re.compile(r"-(?P<language>\w{2})\.(?P<form>babelon|synonyms)\b.*\.tsv(\.gz|\.xz)?$")
_STATUS = ("translation_status", "status", "comment")
"""Columns that may say NOT_TRANSLATED; the value is English then."""

_OBSOLETE = re.compile(r"^obsol[eè]t[aeo]\s+", re.IGNORECASE)
"""Labels of retired ids may begin with a mark that is no part of the name."""


def translation_files(options: Options) -> list[Path]:
    """The translation files that were named, and those of the folder in the languages wanted.

    Raises:
        SettingError: for a file that is no translation, or a folder without any.
    """
    for path in options.more:
        if not _FILE.search(path.name):
            raise SettingError(
                "further files of an OBO source must be translations",
                place=str(path),
                todo="Name them like hp-es.babelon.tsv or hp-de.synonyms.tsv",
            )
    folder = options.translations
    found = []
    if folder is not None:
        found = sorted(p for p in folder.glob("*") if _FILE.search(p.name))
        if not found:
            raise SettingError(
                "no translations in this folder",
                place=str(folder),
                todo="Files are expected to be named like hp-es.babelon.tsv.gz",
            )
    chosen = [*options.more, *found]
    return [p for p in chosen if not options.languages or _language(p) in options.languages]


def add_translations(concepts: Iterable[Concept], paths: Sequence[Path]) -> Iterator[Concept]:
    """Concepts with the translated names of their ids, and those of ids that they replace.

    Translations lag behind the ontology: labels of ids that were merged since are synonyms now.

    Raises:
        DataError: naming the line that is broken.
    """
    held = list(concepts)
    translated = _read(paths)
    replacements = [(c.id, c.replaced_by) for c in held if c.replaced_by]
    replacements += [(old, c.id) for c in held for old in c.retired]
    current = {c.id for c in held if not c.replaced_by}
    for old, new in settle(replacements, current).pairs:
        translated[new].extend(_as_synonym(name) for name in translated.get(old, ()))
    for concept in held:
        if not concept.replaced_by:
            names = (*concept.names, *translated.get(concept.id, ()))
            concept = msgspec.structs.replace(concept, names=names)
        yield concept


def _read(paths: Sequence[Path]) -> defaultdict[str, list[Name]]:
    """Translated names by id. The first label of a language is preferred, others are synonyms."""
    found: defaultdict[str, list[Name]] = defaultdict(list)
    labelled: set[tuple[str, str]] = set()
    for path in paths:
        for id, name in _babelon(path) if _form(path) == "babelon" else _synonyms(path):
            if name.kind == "preferred":
                if (id, name.language) in labelled:
                    name = _as_synonym(name)
                labelled.add((id, name.language))
            found[id].append(name)
    return found


def _as_synonym(name: Name) -> Name:
    kind = "synonym" if name.kind == "preferred" else name.kind
    return msgspec.structs.replace(name, text=_OBSOLETE.sub("", name.text), kind=kind)


def _babelon(path: Path) -> Iterator[tuple[str, Name]]:
    language = _language(path)
    for row in _rows(path, ("subject_id", "predicate_id", "translation_value")):
        if row["predicate_id"] == "rdfs:label":
            yield row["subject_id"], Name(row["translation_value"], language, "preferred")


def _synonyms(path: Path) -> Iterator[tuple[str, Name]]:
    rows = _rows(path, ("subject_id", "translation_value"))
    language = _language(path)
    next(rows, None)  # the template
    for row in rows:
        layperson = row.get("synonym_type", "").endswith("layperson")
        kind = "layperson" if layperson else "synonym"
        # Templates do not always announce it with SPLIT=|, and no name holds this character.
        for text in row["translation_value"].split("|"):
            yield row["subject_id"], Name(text, language, kind, "exact")


def _rows(path: Path, needed: Sequence[str]) -> Iterator[dict[str, str]]:
    """Rows by column, without those that are not translated."""
    rows = separated(path, text_lines(path), "\t", quotes=True)
    header = [cell.strip().lower() for cell in next(rows, Row(1, [])).cells]
    for column in needed:
        if column not in header:
            raise DataError(
                f"no column '{column}'",
                place=at(path, 1),
                todo=f"The columns are: {', '.join(header)}",
            )
    for line, cells in rows:
        if len(cells) != len(header):
            raise DataError(
                f"{len(cells)} columns, the header has {len(header)}",
                place=at(path, line),
                todo="Mend the line",
            )
        row = {key: cell.strip() for key, cell in zip(header, cells, strict=True)}
        if all(row.get(column) != "NOT_TRANSLATED" for column in _STATUS):
            yield row


def _language(path: Path) -> str:
    return language_code(_parts(path)["language"], place=str(path))


def _form(path: Path) -> str:
    return _parts(path)["form"]


def _parts(path: Path) -> re.Match[str]:
    found = _FILE.search(path.name)
    assert found is not None, "only files that match come this far"
    return found
