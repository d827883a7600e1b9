"""MEDIC, CTD's disease vocabulary, as one line a disease: `id|further id||name|name`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from xnorm.errors import DataError
from xnorm.kb.model import Concept, Name
from xnorm.kb.sources.lines import at, text_lines
from xnorm.kb.sources.merging import merged
from xnorm.kb.sources.options import Options
from xnorm.kb.sources.prefixes import xref

NAME = "MEDIC"
USES = frozenset({"default_language"})


def read(source: Path, options: Options) -> Iterator[Concept]:
    """The diseases in the order in which their ids first appear; the first name is the preferred.

    Ids are `MESH:D000123` and, of bare digits, `OMIM:601313`. Further ids of a line are retired
    ids of its concept, and its cross-references. Codes without their prefix, as the corpora that
    were annotated with MEDIC write them, count as retired ids as well.

    Raises:
        DataError: naming the line that is not laid out so.
    """
    concepts = merged(
        _concept(line, at(path, number), options.default_language or "en")
        for path in (source, *options.more)
        for number, line in text_lines(path)
        if line.strip()
    )
    return _with_codes(list(concepts))


def _with_codes(concepts: Sequence[Concept]) -> Iterator[Concept]:
    """Concepts with the codes of their ids and retired ids, but not those of another concept."""
    ids = {concept.id for concept in concepts}
    for concept in concepts:
        retired = tuple(id for id in concept.retired if id not in ids)
        codes = tuple(id.rpartition(":")[2] for id in (concept.id, *retired))
        yield replace(concept, retired=retired + codes)


def _concept(line: str, place: str, language: str) -> Concept:
    codes, bars, texts = line.strip().partition("||")
    id, *others = [_id(code) for code in codes.split("|")]
    names = [text for text in texts.split("|") if text.strip()]
    if not bars or not codes.strip("| ") or not names:
        raise DataError(
            f"expected 'id||name|name', found '{line.strip()[:40]}'",
            place=place,
            todo="Give MEDIC's dictionary; CTD_diseases.tsv is read by: xnorm kb build table",
        )
    return Concept(
        id,
        tuple(
            Name(text, language, "synonym" if number else "preferred")
            for number, text in enumerate(names)
        ),
        xrefs=tuple(others),
        retired=tuple(others),
    )


def _id(code: str) -> str:
    code = code.strip()
    prefix, colon, rest = code.partition(":")
    if colon:
        return xref(prefix, rest)
    return xref("OMIM" if code.isdigit() else "MESH", code)
