"""What a user may have meant by an id that is not in a knowledge base."""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa


class Suggestion(NamedTuple):
    """A concept that somebody may have meant."""

    id: str
    preferred: str


def suggest(names: pa.Table, concepts: pa.Table, text: str, limit: int = 3) -> list[Suggestion]:
    """Concepts with exactly this name, whatever its case; else those with the nearest ids."""
    import pyarrow.compute as pc
    from rapidfuzz import fuzz, process

    same = pc.equal(pc.utf8_lower(names["text"]), text.lower())
    rows = pc.unique(names["concept"].filter(same)).to_pylist()[:limit]
    if not rows:
        ids = concepts["id"].to_pylist()
        near = process.extract(text, ids, scorer=fuzz.ratio, limit=limit, score_cutoff=60)
        rows = [row for _, _, row in near]
    found = concepts.select(["id", "preferred"]).take(pa.array(rows, pa.int32())).to_pylist()
    return [Suggestion(**row) for row in found]
