"""Documents in the form of BigBIO's knowledge-base schema, as `bigbio.py` reads it."""

from __future__ import annotations

from typing import Any

from xnorm.document import Document, Event, Mention, Passage, Relation
from xnorm.formats.fields import beside, concept_id_fields, language_fields, rest
from xnorm.formats.linked import candidate_fields, link_fields


def document_fields(document: Document) -> dict[str, Any]:
    """The document in the schema's form."""
    known = {
        "id": document.id,
        "document_id": document.extra.get("document_id", document.id),
        **language_fields(document),
        "passages": [_passage_fields(passage) for passage in document.passages],
        "entities": [_mention_fields(mention) for mention in document.mentions],
        "events": [_event_fields(event) for event in document.events],
        "coreferences": [
            beside({"id": item.id, "entity_ids": item.mentions}, item.extra)
            for item in document.coreferences
        ],
        "relations": [_relation_fields(relation) for relation in document.relations],
    }
    return beside(known, rest(document.extra, {"document_id"}))


def _passage_fields(passage: Passage) -> dict[str, Any]:
    known = {
        "id": passage.id,
        "type": passage.type,
        "text": passage.text,
        "offsets": passage.spans,
    }
    return beside(known, passage.extra)


def _mention_fields(mention: Mention) -> dict[str, Any]:
    link = mention.link
    known: dict[str, Any] = {
        "id": mention.id,
        "type": mention.type,
        "text": mention.text,
        "offsets": mention.spans,
        "normalized": concept_id_fields(mention.gold) if link is None else [],
    }
    if link is not None:
        decision = known["link"] = link_fields(link)
        if link.concept is not None:
            known["normalized"] = [
                {"db_name": link.source, "db_id": link.concept, "score": decision["score"]}
            ]
        if mention.gold:
            known["gold"] = concept_id_fields(mention.gold)
    if mention.candidates:
        known["candidates"] = [candidate_fields(item) for item in mention.candidates]
    if mention.long_form:
        known["long_form"] = mention.long_form
    return beside(known, mention.extra)


def _event_fields(event: Event) -> dict[str, Any]:
    trigger = {"text": event.trigger_text, "offsets": event.trigger_spans}
    arguments: list[dict[str, Any]] = [
        {"role": role, "ref_id": ref_id} for role, ref_id in event.arguments
    ]
    beyond = event.extra.get("arguments", [{}] * len(arguments))
    known = {
        "id": event.id,
        "type": event.type,
        "trigger": beside(trigger, event.extra.get("trigger", {})),
        "arguments": [
            beside(argument, more) for argument, more in zip(arguments, beyond, strict=True)
        ],
    }
    return beside(known, rest(event.extra, {"trigger", "arguments"}))


def _relation_fields(relation: Relation) -> dict[str, Any]:
    known = {
        "id": relation.id,
        "type": relation.type,
        "arg1_id": relation.arg1,
        "arg2_id": relation.arg2,
        "normalized": concept_id_fields(relation.normalized),
    }
    return beside(known, relation.extra)
