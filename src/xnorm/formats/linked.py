"""Candidates and decisions of a mention as JSON fields, and back exactly.

A decided mention says `link` (concept, source, name, score, reason), `gold` when the input stated
concepts, and `candidates` best first. Scores keep four decimals. A field of the same name but of
another shape is somebody else's and rides along as unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from xnorm.document import Candidate, ConceptId, Evidence, Link
from xnorm.formats.fields import Built, Wrong, concept_ids

LINK_FIELDS = frozenset({"concept", "source", "name", "score", "reason"})
_DECIMALS = 4


class _Candidate(msgspec.Struct, forbid_unknown_fields=True):
    db_name: str
    db_id: str
    name: str
    score: float
    evidence: tuple[Evidence, ...] = ()


def link_fields(link: Link) -> dict[str, Any]:
    """A decision; `concept` is null for NIL."""
    return {
        "concept": link.concept,
        "source": link.source,
        "name": link.name,
        "score": round(link.score, _DECIMALS),
        "reason": link.reason,
    }


def candidate_fields(candidate: Candidate) -> dict[str, Any]:
    """A candidate with its evidence; defaults are left out."""
    fields: dict[str, Any] = {
        "db_name": candidate.source,
        "db_id": candidate.concept,
        "name": candidate.name,
        "score": round(candidate.score, _DECIMALS),
    }
    if candidate.evidence:
        fields["evidence"] = [
            msgspec.to_builtins(item) | {"score": round(item.score, _DECIMALS)}
            for item in candidate.evidence
        ]
    return fields


def link_of(value: dict[str, Any], path: str) -> Link:
    """A decision as `link_fields` writes it."""
    return _convert(value, Link, path)


def read_link(data: Mapping[str, Any]) -> tuple[Link | None, tuple[ConceptId, ...], set[str]]:
    """The decision, the gold concepts beside it, and the fields that were used for them."""
    value = data.get("link")
    if not (isinstance(value, dict) and {"concept", "score"} <= value.keys()):
        return None, (), set()
    return link_of(value, ".link"), concept_ids(data, "gold"), {"link", "gold"}


def read_candidates(data: Mapping[str, Any]) -> tuple[tuple[Candidate, ...], set[str]]:
    """The candidates, and the fields that were used for them."""
    values = data.get("candidates")
    if not (isinstance(values, list) and values and all(map(_is_candidate, values))):
        return (), set()
    candidates = tuple(
        Candidate(
            concept=item.db_id,
            source=item.db_name,
            name=item.name,
            score=item.score,
            evidence=item.evidence,
        )
        for item in _convert(values, tuple[_Candidate, ...], ".candidates")
    )
    return candidates, {"candidates"}


def _is_candidate(value: Any) -> bool:
    return isinstance(value, dict) and {"db_id", "score"} <= value.keys()


def _convert(value: Any, type: type[Built], path: str) -> Built:
    try:
        return msgspec.convert(value, type)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$")
        what = what[0].lower() + what[1:].replace("`", "'")
        todo = "Write it as xnorm does, or rename the field"
        raise Wrong(what, todo, path + where.rstrip("`")) from None
