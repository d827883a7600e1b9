"""Documents in the form of BioC's JSON, as `bioc.py` reads it.

A decision is the mention's identifier; beside gold ids it is the infon `linked_identifier`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xnorm.document import Document, Mention, Passage, Relation
from xnorm.formats.bioc import (
    default_at,
    gold_in,
    identifiers_in,
    infons_of,
    language_in,
    sentences_of,
)
from xnorm.formats.fields import beside, rest
from xnorm.formats.identifiers import NO_ID, link_text, stated_ids

_LINK = "linked_identifier"
_LISTS = ("annotations", "relations")


def document_fields(document: Document) -> dict[str, Any]:
    """The document in BioC's form; `collection_fields` are not in it."""
    infons = dict(infons_of(document.extra))
    if document.language and document.language != language_in(infons):
        infons["language"] = document.language
    fields: dict[str, Any] = {"id": document.id, "infons": infons, "passages": []}
    end = 0
    for passage in document.passages:
        fields["passages"].append(_passage_fields(passage, document.text, end))
        end = passage.spans[-1][1] if passage.spans else end
    fields |= _lists(document.extra)
    fields = beside(fields, rest(document.extra, {"infons", "collection", *_LISTS}))
    ids = {mention.id: mention.extra.get("id", mention.id) for mention in document.mentions}
    for mention in document.mentions:
        holder = _holder(fields, mention.extra.get("at"))
        if holder is None:
            holder = _holder(fields, default_at(document.passages, mention.start))
        assert holder is not None
        holder["annotations"].append(_mention_fields(mention))
    for relation in document.relations:
        holder = _holder(fields, relation.extra.get("at"))
        (fields if holder is None else holder)["relations"].append(_relation_fields(relation, ids))
    return fields


def collection_fields(document: Document | None) -> dict[str, Any]:
    """The fields of the collection that the document was read from, without its documents."""
    known: dict[str, Any] = {"source": "", "date": "", "key": "", "infons": {}}
    collection = None if document is None else document.extra.get("collection")
    return {**known, **collection} if isinstance(collection, dict) else known


def _passage_fields(passage: Passage, text: str, before: int) -> dict[str, Any]:
    extra = passage.extra
    sentences = sentences_of(passage)
    start, end = (passage.spans[0][0], passage.spans[-1][1]) if passage.spans else (before, before)
    fields: dict[str, Any] = {
        "infons": _typed(infons_of(extra), passage.type),
        "offset": start,
        "text": text[start:end],
    }
    if sentences and "offset" in extra:
        del fields["text"]
        fields["offset"] = extra["offset"]
    fields["sentences"] = [{"infons": {}, **item, **_lists(item)} for item in sentences]
    used = {"infons", "offset", *_LISTS} | ({"sentences"} if sentences else set())
    return beside({**fields, **_lists(extra)}, rest(extra, used))


def _lists(extra: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The lists that annotations and relations go to, with what of them is no mention's."""
    lists = {key: extra.get(key) for key in _LISTS}
    return {key: list(value) if isinstance(value, list) else [] for key, value in lists.items()}


def _holder(fields: dict[str, Any], at: Any) -> dict[str, Any] | None:
    """What an annotation or relation stands in; None if there is no such place."""
    if not isinstance(at, list):
        return None
    try:
        for key, number in zip(("passages", "sentences"), at, strict=False):
            fields = fields[key][number]
    except (LookupError, TypeError):
        return None
    return fields


def _typed(infons: dict[str, Any], type: str) -> dict[str, Any]:
    return infons if type == infons.get("type", "") else {**infons, "type": type}


def _mention_fields(mention: Mention) -> dict[str, Any]:
    infons = dict(_typed(infons_of(mention.extra), mention.type))
    key, kept = identifiers_in(infons)
    gold = gold_in(infons, mention.type)
    ids = stated_ids(mention, kept, gold)
    if ids != kept and (kept is not None or ids != NO_ID or mention.link is not None):
        if gold:
            del infons[key]
        infons[key if key.lower() == "identifier" else "identifier"] = ids
    if mention.gold and mention.link is not None:
        infons[_LINK] = link_text(mention.link)
    stated = mention.extra.get("stated")
    fields = {
        **_id(mention.extra, mention.id),
        "infons": infons,
        "text": stated if isinstance(stated, str) else " ".join(mention.text),
        "locations": [{"offset": start, "length": end - start} for start, end in mention.spans],
    }
    return beside(fields, rest(mention.extra, {"id", "infons", "stated", "at"}))


def _relation_fields(relation: Relation, ids: Mapping[str, Any]) -> dict[str, Any]:
    extra = relation.extra
    roles = extra.get("roles")
    roles = roles if isinstance(roles, list) and len(roles) == 2 else ["Arg1", "Arg2"]
    nodes = [
        {"refid": ids.get(argument, argument), "role": role}
        for argument, role in zip((relation.arg1, relation.arg2), roles, strict=True)
    ]
    fields = {
        **_id(extra, relation.id),
        "infons": _typed(infons_of(extra), relation.type),
        "nodes": nodes,
    }
    return beside(fields, rest(extra, {"id", "infons", "roles", "at"}))


def _id(extra: Mapping[str, Any], id: str) -> dict[str, Any]:
    """The id that was read, which may be missing."""
    stated = extra.get("id", id)
    return {} if stated is None else {"id": stated}
