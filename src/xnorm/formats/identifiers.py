"""Concept ids as the annotation formats write them: one text that may name several concepts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xnorm.document import ConceptId, Link, Mention

NO_ID = "-"

_NO_IDS = frozenset({"", NO_ID, "-1"})
_SEPARATORS = re.compile(r"[|+,;]")
_VARIANT = re.compile(r"(tmvar:)?[cgmnopr]\|", re.IGNORECASE)
_VARIANT_TYPE = re.compile(r"variant|mutation|^snp$|acidchange", re.IGNORECASE)
# Vocabularies whose codes say nothing of where they come from. An id such as HP:0002315 says it.
_PREFIXED = re.compile(
    r"(MESH|OMIM|UMLS|SNOMEDCT|ICD10|ICD10CM|ICD9CM|MEDDRA):(?=\S)", re.IGNORECASE
)
# Supplementary concepts of MeSH have six or nine digits, UMLS concepts seven.
_BARE = {"MESH": re.compile(r"D\d{6,9}|C\d{6}|C\d{9}"), "UMLS": re.compile(r"C\d{7}")}


def read_ids(text: str, type: str = "") -> tuple[ConceptId, ...]:
    """The concepts that a text names, without those that stand for no concept (`-`, `-1`).

    Several are parted by `|`, `+`, `,` or `;`; in ids of sequence variants only a comma parts.

    Args:
        text: the ids as the file writes them.
        type: the mention's type.

    >>> [(concept.db_name, concept.db_id) for concept in read_ids("D003643|OMIM:104300|-1")]
    [('MESH', 'D003643'), ('OMIM', '104300')]
    >>> [concept.db_id for concept in read_ids("c|SUB|G|263+1|A", "SequenceVariant")]
    ['c|SUB|G|263+1|A']
    """
    variant = _VARIANT.match(text.strip()) or _VARIANT_TYPE.search(type)
    parts = text.split(",") if variant else _SEPARATORS.split(text)
    return tuple(_concept(part) for part in map(str.strip, parts) if part not in _NO_IDS)


def id_text(db_name: str, db_id: str) -> str:
    """A concept's id as `read_ids` understands it.

    >>> id_text("MESH", "D003643"), id_text("SNOMEDCT", "44054006"), id_text("HPO", "HP:0002315")
    ('D003643', 'SNOMEDCT:44054006', 'HP:0002315')
    """
    whole = f"{db_name}:{db_id}"
    bare = db_name in _BARE and _BARE[db_name].fullmatch(db_id)
    return whole if _PREFIXED.match(whole) and not bare and ":" not in db_id else db_id


def ids_text(concepts: Sequence[ConceptId]) -> str:
    """Several concepts as one text; `-` for none."""
    return ",".join(id_text(concept.db_name, concept.db_id) for concept in concepts) or NO_ID


def link_text(link: Link) -> str:
    """The id of a decision; `-` for NIL."""
    return NO_ID if link.concept is None else id_text(link.source, link.concept)


def stated_ids(mention: Mention, kept: str | None, gold: Sequence[ConceptId]) -> str:
    """What stands where the format keeps a mention's ids.

    Gold ids stay there; without them the decision goes there.

    Args:
        mention: the mention to write.
        kept: what stood there when the mention was read.
        gold: the concepts that `kept` names.
    """
    if not mention.gold and mention.link is not None and mention.link.concept is not None:
        return link_text(mention.link)
    if kept is not None and tuple(gold) == mention.gold:
        return kept
    return ids_text(mention.gold)


def _concept(text: str) -> ConceptId:
    prefix = _PREFIXED.match(text)
    if prefix:
        return ConceptId(prefix[1].upper(), text[prefix.end() :])
    for db_name, form in _BARE.items():
        if form.fullmatch(text):
            return ConceptId(db_name, text)
    return ConceptId("", text)
