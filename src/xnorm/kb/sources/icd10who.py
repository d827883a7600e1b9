"""ICD-10 of WHO: a list of codes with English labels (CSV, TSV or ClaML), and translations.

Further files are gettext catalogues (.po, .mo) that translate the labels. Modifiers of ClaML, from
which further codes may be made, are not followed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from xnorm.errors import DataError
from xnorm.files import open_binary
from xnorm.kb.model import Concept, Name
from xnorm.kb.sources import table
from xnorm.kb.sources.gettext_catalogue import Catalogue, read_catalogue
from xnorm.kb.sources.options import Options
from xnorm.kb.sources.values import language_of
from xnorm.xml_stream import Element, elements

NAME = "ICD10"
USES = frozenset({"columns", "quotes"})

_HEAD = 64
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_KINDS = {"preferred": "preferred", "preferredLong": "synonym", "inclusion": "synonym"}


def read(source: Path, options: Options) -> Iterator[Concept]:
    """The codes in the order of the list, with the labels that further files translate.

    A table has a header as for the source `table`, or columns by number. Where it has no parents,
    A00.0 is below A00. In ClaML, chapters and blocks are the types, and inclusions are synonyms.
    Labels are matched as they are written; a fuzzy translation is left out.

    Raises:
        DataError: naming the line that is broken.
        SettingError: for a catalogue of unknown language, or a column that is not there.
    """
    catalogues = [read_catalogue(path) for path in options.more]
    if _is_xml(source):
        concepts: Iterable[Concept] = _claml(source)
    else:
        base = msgspec.structs.replace(options, more=(), default_language="en")
        concepts = map(_below_category, table.read(source, base))
    for concept in concepts:
        yield _translated(concept, catalogues) if catalogues else concept


def _is_xml(path: Path) -> bool:
    with open_binary(path) as stream:
        return stream.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def _below_category(concept: Concept) -> Concept:
    category = concept.id.rpartition(".")[0]
    if concept.parents or not category:
        return concept
    return msgspec.structs.replace(concept, parents=(category,))


def _translated(concept: Concept, catalogues: Iterable[Catalogue]) -> Concept:
    names = [
        Name(text, catalogue.language, name.kind)
        for catalogue in catalogues
        for name in concept.names
        if (text := catalogue.messages.get(name.text))
    ]
    return msgspec.structs.replace(concept, names=(*concept.names, *names))


def _claml(path: Path) -> Iterator[Concept]:
    """The categories of a ClaML file; all are held, for their ranks come with those above them."""
    kinds: dict[str, str] = {}
    above: dict[str, str] = {}
    held: list[Concept] = []
    with open_binary(path) as stream:
        for element in elements(stream, frozenset({"Class"}), place=str(path)):
            code, kind = element.get("code", ""), element.get("kind", "")
            kinds[code] = kind
            upper = element.find("SuperClass")
            above[code] = upper.get("code", "") if upper is not None else ""
            if kind == "category":
                held.append(Concept(code, tuple(_names(element, f"{path}, {code}"))))
    if not held:
        raise DataError(
            "no category",
            place=str(path),
            todo="Give a table of codes and labels, or a ClaML file with <Class kind='category'>",
        )
    for concept in held:
        upper_code = above[concept.id]
        parents = (upper_code,) if kinds.get(upper_code) == "category" else ()
        types = tuple(_ranges(concept.id, kinds, above))[::-1]
        yield msgspec.structs.replace(concept, parents=parents, types=types)


def _ranges(code: str, kinds: Mapping[str, str], above: Mapping[str, str]) -> Iterator[str]:
    """The blocks and the chapter above a code, from the nearest."""
    seen = {code}
    while (code := above.get(code, "")) and code not in seen:
        seen.add(code)
        if kinds.get(code) != "category":
            yield code


def _names(element: Element, place: str) -> Iterator[Name]:
    for rubric in element.iterfind("Rubric"):
        kind = _KINDS.get(rubric.get("kind", ""))
        for label in rubric.iterfind("Label") if kind else ():
            text = " ".join("".join(_text(label)).split())
            yield Name(text, language_of(label.get(_LANGUAGE, ""), "en", place), kind or "")


def _text(element: Element) -> Iterator[str]:
    """The text without references to other codes."""
    yield element.text or ""
    for part in element:
        if part.tag != "Reference":
            yield " "
            yield from _text(part)
        yield part.tail or ""
