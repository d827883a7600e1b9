"""BioC documents in the form of its JSON, which the XML is put into too.

Offsets are code points of the document, gaps between passages are blanks. Mentions are the
annotations that have a location, in document, passages and sentences; relations those of two nodes.
Everything else (infons, sentences, annotations without a location, further fields) waits in the
`extra` of what it belongs to, and `at` says where an annotation or relation stood, if that cannot
be told from its offset.

Source: Comeau et al. 2013 (doi 10.1093/database/bat064); https://bioc.sourceforge.net
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from xnorm.document import ConceptId, Document, Mention, Passage, Relation, Span
from xnorm.errors import SettingError
from xnorm.formats.checks import KEPT, check_order, cut, differs
from xnorm.formats.fields import (
    Built,
    Wrong,
    each,
    id_of,
    list_of,
    object_of,
    place,
    rest,
    span_of,
    text_of,
)
from xnorm.formats.identifiers import read_ids
from xnorm.formats.reading import PARTS, Reading
from xnorm.json_values import Value
from xnorm.languages import language_code

HOLDS = frozenset(PARTS) - {"candidates", "coreferences", "events", "row"}
ID_INFONS = ("identifier", "Identifier", "MESH", "OMIM", "UMLS", "ncbi_homologene")
"""Where the ids of a mention may stand, the likeliest first."""

At = list[int]
"""Where an annotation stands: [] in the document, [passage], or [passage, sentence]."""

_HOLDER = {"annotations", "relations"}


class _Item(NamedTuple):
    """An annotation or relation with its place."""

    at: At
    path: str
    data: dict[str, Any]


def document_of(value: Value, reading: Reading, collection: Mapping[str, Any]) -> Document:
    """The document that a JSON object describes.

    Args:
        value: the object.
        reading: hears of oddities.
        collection: the fields of the collection that it stands in.

    Raises:
        Wrong: for what cannot be used, with its JSON path.
    """
    data = object_of(value.value)
    id = id_of(data)
    passages = tuple(
        msgspec.structs.replace(passage, id=f"{id}-{number}")
        for number, passage in enumerate(each(data, "passages", _passage))
    )
    check_order(passages, key="offset")
    extra = _extra(data, {"id", "passages"})
    if collection:
        extra["collection"] = collection
    document = Document(
        id=id, passages=passages, language=language_in(infons_of(data)), extra=extra
    )
    if not document.text:
        raise Wrong("a document without text", "Leave it out", ".passages")

    def note(what: str, path: str, todo: str) -> None:
        reading.note(what, place=place(value, path), todo=todo)

    mentions = _mentions(data, document, note)
    relations = tuple(
        _built(item, _relation) for item in _items(data, "relations") if _has_two_nodes(item.data)
    )
    return msgspec.structs.replace(document, mentions=mentions, relations=relations)


def infons_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The infons of anything."""
    infons = data.get("infons")
    return infons if isinstance(infons, dict) else {}


def language_in(infons: Mapping[str, Any]) -> str:
    """The language that a document's infons name; empty if they do not, or not by a known code."""
    try:
        return language_code(text_of(infons, "language"))
    except (SettingError, Wrong):
        return ""


def identifiers_in(infons: Mapping[str, Any]) -> tuple[str, str | None]:
    """The infon that names a mention's concepts, and what stands there; None if nothing does."""
    for key in ID_INFONS:
        value = infons.get(key)
        if isinstance(value, int | str) and not isinstance(value, bool):
            return key, str(value)
    return ID_INFONS[0], None


def gold_in(infons: Mapping[str, Any], type: str) -> tuple[ConceptId, ...]:
    """The concepts that a mention's infons name; the vocabulary may be an infon's key too."""
    key, stated = identifiers_in(infons)
    if stated is None:
        return ()
    database = infons.get("database") if key.lower() == "identifier" else key
    vocabulary = database if isinstance(database, str) else ""
    return tuple(
        concept if concept.db_name else ConceptId(vocabulary, concept.db_id)
        for concept in read_ids(stated, type)
    )


def default_at(passages: tuple[Passage, ...], start: int) -> At:
    """Where an annotation that begins there belongs."""
    for number, passage in enumerate(passages):
        if passage.spans and passage.spans[0][0] <= start < passage.spans[-1][1]:
            for at, sentence in enumerate(sentences_of(passage)):
                if 0 <= start - sentence["offset"] < len(sentence.get("text") or ""):
                    return [number, at]
            return [number]
    return []


def sentences_of(passage: Passage) -> list[dict[str, Any]]:
    """The sentences of a passage that was read from BioC, with their texts."""
    sentences = passage.extra.get("sentences")
    if not (isinstance(sentences, list) and all(map(_is_sentence, sentences))):
        return []
    if "offset" not in passage.extra:
        return [dict(sentence) for sentence in sentences]
    # The passage has no text of its own: its pieces are the sentences.
    return [
        {**sentence, "text": text} for sentence, text in zip(sentences, passage.text, strict=True)
    ]


def _is_sentence(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("offset"), int)


def _has_two_nodes(data: Mapping[str, Any]) -> bool:
    nodes = data.get("nodes")
    return isinstance(nodes, list) and len(nodes) == 2


def _has_location(data: Mapping[str, Any]) -> bool:
    return bool(data.get("locations"))


def _extra(data: Mapping[str, Any], known: set[str]) -> dict[str, Any]:
    """The fields that are not known, and what of `annotations` and `relations` is no mention's."""
    extra = rest(data, known | _HOLDER)
    if not infons_of(data):
        extra.pop("infons", None)
    for key, elsewhere in (("annotations", _has_location), ("relations", _has_two_nodes)):
        kept = [item for item in each(data, key, dict) if not elsewhere(item)]
        if kept:
            extra[key] = kept
    return extra


def _passage(data: dict[str, Any]) -> Passage:
    extra = _extra(data, {"offset", "text", "sentences"})
    sentences = each(data, "sentences", _sentence)
    offset = _whole_number(data, "offset")
    texts: tuple[str, ...] = (text_of(data, "text"),)
    starts: tuple[int, ...] = (offset,)
    if sentences and data.get("text") is None:
        texts = tuple(text_of(item, "text") for item in sentences)
        starts = tuple(item["offset"] for item in sentences)
        extra["offset"] = offset
        sentences = tuple(rest(item, {"text"}) for item in sentences)
    if sentences:
        extra["sentences"] = list(sentences)
    spans = tuple((start, start + len(text)) for start, text in zip(starts, texts, strict=True))
    type = infons_of(data).get("type")
    return Passage("", type if isinstance(type, str) else "", texts, spans, extra)


def _sentence(data: dict[str, Any]) -> dict[str, Any]:
    text_of(data, "text")
    return {"offset": _whole_number(data, "offset")} | _extra(data, {"offset"})


def _whole_number(data: Mapping[str, Any], key: str) -> int:
    value = data.get(key)
    if type(value) is not int or value < 0:
        raise Wrong(
            f"expected a whole number from 0, found {value!r}"[:80],
            "Offsets count Unicode characters from 0",
            f".{key}",
        )
    return value


def _items(data: dict[str, Any], key: str) -> Iterator[_Item]:
    """The annotations or relations of passages, their sentences and the document."""

    def of(holder: dict[str, Any], at: At, path: str) -> Iterator[_Item]:
        for number, item in enumerate(list_of(holder, key)):
            yield _Item(at, f"{path}.{key}[{number}]", item)

    for number, passage in enumerate(list_of(data, "passages")):
        path = f".passages[{number}]"
        for at, sentence in enumerate(list_of(passage, "sentences")):
            yield from of(sentence, [number, at], f"{path}.sentences[{at}]")
        yield from of(passage, [number], path)
    yield from of(data, [], "")


def _built(item: _Item, build: Callable[[_Item], Built]) -> Built:
    try:
        return build(item)
    except Wrong as wrong:
        raise wrong.under(item.path) from None


def _mentions(
    data: dict[str, Any], document: Document, note: Callable[[str, str, str], None]
) -> tuple[Mention, ...]:
    mentions: dict[str, Mention] = {}
    for number, item in enumerate(_items(data, "annotations"), 1):
        if not _has_location(item.data):
            continue
        mention = _built(item, lambda item: _mention(item, document, note))
        stated = item.data.get("id")
        id = str(stated) if stated not in (None, "") else f"T{number}"
        while id in mentions:
            if id == str(stated):
                note(
                    f"the id '{id}' occurs twice in the document",
                    item.path,
                    "The second mention has another one within xnorm",
                )
            id = f"{id}~"
        if id != stated:
            mention = msgspec.structs.replace(mention, extra={**mention.extra, "id": stated})
        mentions[id] = msgspec.structs.replace(mention, id=id)
    return tuple(mentions.values())


def _mention(item: _Item, document: Document, note: Callable[[str, str, str], None]) -> Mention:
    data, text = item.data, document.text
    locations = each(data, "locations", lambda location: _location(location, len(text)))
    if list(locations) != sorted(locations):
        note("the locations are not ascending", item.path, "They were put in text order")
    spans = tuple(sorted(locations))
    texts = tuple(text[start:end] for start, end in spans)
    stated = data.get("text")
    type = text_of(infons_of(data), "type")
    extra = rest(data, {"id", "text", "locations"})
    if isinstance(stated, str) and stated != " ".join(texts):
        whole = " ".join(texts)
        span = spans[0] if len(spans) == 1 else (0, len(whole))
        note(differs(stated, text if len(spans) == 1 else whole, span), item.path, KEPT)
        parted = cut(stated, spans)
        if parted is None:
            extra["stated"] = stated
        else:
            texts = parted
    if item.at != default_at(document.passages, spans[0][0]):
        extra["at"] = item.at
    gold = gold_in(infons_of(data), type)
    return Mention("", type, spans, texts, gold, extra=extra)


def _location(data: dict[str, Any], limit: int) -> Span:
    start = _whole_number(data, "offset")
    return span_of([start, start + _whole_number(data, "length")], limit=limit)


def _relation(item: _Item) -> Relation:
    data = item.data
    ids = each(data, "nodes", lambda node: id_of(node, "refid"))
    roles = each(data, "nodes", lambda node: text_of(node, "role"))
    extra = rest(data, {"id", "nodes"}) | {"roles": list(roles)}
    if item.at:
        extra["at"] = item.at
    stated = data.get("id")
    id = "" if stated is None else str(stated)
    if id != stated:
        extra["id"] = stated
    return Relation(id, text_of(infons_of(data), "type"), ids[0], ids[1], extra=extra)
