"""OBO 1.2 and 1.4 (HPO, MONDO, Disease Ontology, Uberon, ...), with translations beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from xnorm.errors import DataError
from xnorm.kb.model import Concept, Name
from xnorm.kb.sources.lines import at, text_lines
from xnorm.kb.sources.obo_syntax import bare, identifier, quoted
from xnorm.kb.sources.options import Options
from xnorm.kb.sources.prefixes import of_vocabularies, xref_of
from xnorm.kb.sources.translations import add_translations, translation_files

USES = frozenset({"translations", "default_language", "sources"})

_SCOPES = {"EXACT": "exact", "BROAD": "broad", "NARROW": "narrow", "RELATED": "related"}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def read(source: Path, options: Options) -> Iterator[Concept]:
    """The terms of an OBO file in its order; obsolete ones only as retired ids.

    Names are English unless `default_language` says otherwise. Translations are taken from further
    files, or from the folder `translations`. Of several `replaced_by` the first counts. Terms of
    other ontologies are kept unless `sources` names the vocabularies wanted.

    Raises:
        DataError: naming the line of what is broken or repeated.
        SettingError: for a vocabulary without a single term.
    """
    terms = _terms(source, options.default_language or "en")
    concepts = of_vocabularies(terms, options.sources, source)
    paths = translation_files(options)
    return add_translations(concepts, paths) if paths else concepts


def _terms(source: Path, language: str) -> Iterator[Concept]:
    kinds: dict[str, str] = {}
    seen: dict[str, int] = {}
    for stanza in _stanzas(source):
        if stanza.type == "":
            kinds = _kinds_of_types(stanza)
        if stanza.type != "Term":
            continue
        id = identifier(stanza.first("id"))
        if not id:
            raise DataError(
                "a [Term] without id", place=stanza.place(), todo="Add a line id: PREFIX:NUMBER"
            )
        if id in seen:
            raise DataError(
                f"the id '{id}' was already used in line {seen[id]:,}",
                place=stanza.place(),
                todo="Merge the two terms or remove one",
            )
        seen[id] = stanza.line
        if bare(stanza.first("is_obsolete")) != "true":
            yield _concept(id, stanza, language, kinds)
        elif replaced_by := identifier(stanza.first("replaced_by")):
            yield Concept(id, replaced_by=replaced_by)
    if not seen:
        raise DataError(
            "no [Term] stanza",
            place=str(source),
            todo="Give an OBO file; OWL converts with: robot convert -i X.owl -o X.obo",
        )


def release(source: Path) -> str:
    """The version in the header: the date in `data-version`, or all of it; empty if none."""
    version = bare(next(_stanzas(source)).first("data-version"))
    date = _DATE.search(version)
    return date[0] if date is not None else version


def files(source: Path, options: Options) -> Sequence[Path]:
    """The files that `read` reads."""
    return [source, *translation_files(options)]


class _Stanza(NamedTuple):
    """The tags of a stanza with (line, value); the header is the stanza without type."""

    type: str
    source: Path
    line: int
    tags: dict[str, list[tuple[int, str]]]

    def values(self, tag: str) -> list[str]:
        return [value for _, value in self.tags.get(tag, ())]

    def first(self, tag: str) -> str:
        return next(iter(self.values(tag)), "")

    def place(self) -> str:
        return at(self.source, self.line)


def _stanzas(source: Path) -> Iterator[_Stanza]:
    stanza = _Stanza("", source, 1, {})
    for number, line in _logical_lines(source):
        if line.startswith("["):
            yield stanza
            stanza = _Stanza(line.split("]")[0][1:], source, number, {})
        elif line and not line.startswith("!"):
            tag, colon, value = line.partition(":")
            if not colon and stanza.type == "Term":
                raise DataError(
                    f"expected 'tag: value', found '{line[:40]}'",
                    place=at(source, number),
                    todo="Mend the line; a long value may be continued with a final backslash",
                )
            stanza.tags.setdefault(tag.strip(), []).append((number, value.strip()))
    yield stanza


def _logical_lines(source: Path) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; one that ends in an unescaped backslash goes on in the next."""
    begun, first = "", 0
    for number, raw in text_lines(source):
        line = begun + raw.rstrip("\r\n")
        first = first if begun else number
        trailing = len(line) - len(line.rstrip("\\"))
        if trailing % 2:
            begun = line[:-1]
            continue
        begun = ""
        yield first, line.strip()
    if begun:
        yield first, begun.strip()


def _concept(id: str, stanza: _Stanza, language: str, kinds: Mapping[str, str]) -> Concept:
    names = [Name(bare(text), language, "preferred") for text in stanza.values("name")]
    for line, value in stanza.tags.get("synonym", ()):
        text, rest = _quoted(value, "synonym", at(stanza.source, line))
        words = rest.split("[")[0].split()
        scope = next((_SCOPES[word] for word in words if word in _SCOPES), "related")
        type = next((word for word in words if word not in _SCOPES), "")
        names.append(Name(text, language, kinds.get(type, "synonym"), scope))
    definitions = [
        _quoted(value, "def", at(stanza.source, line))[0]
        for line, value in stanza.tags.get("def", ())
    ]
    return Concept(
        id=id,
        names=tuple(names),
        types=tuple(bare(value) for value in stanza.values("namespace")),
        definition=next(iter(definitions), ""),
        parents=_identifiers(stanza, "is_a"),
        xrefs=tuple(xref_of(id) for id in _identifiers(stanza, "xref")),
        retired=_identifiers(stanza, "alt_id"),
    )


def _identifiers(stanza: _Stanza, tag: str) -> tuple[str, ...]:
    return tuple(id for value in stanza.values(tag) if (id := identifier(value)))


def _quoted(value: str, tag: str, place: str) -> tuple[str, str]:
    parts = quoted(value)
    if parts is None:
        raise DataError(
            f"the text of '{tag}' is not closed in quotation marks",
            place=place,
            todo='Write "text" and put a backslash before quotation marks inside it',
        )
    return parts


def _kinds_of_types(header: _Stanza) -> dict[str, str]:
    """The kind of name that each synonym type of the header stands for, by its words."""
    kinds = {}
    for value in header.values("synonymtypedef"):
        words = value.lower()
        if "abbreviation" in words or "acronym" in words:
            kinds[identifier(value)] = "abbreviation"
        elif "layperson" in words:
            kinds[identifier(value)] = "layperson"
    return kinds
