"""The names of a knowledge base as mentions of their concepts, to measure on names held out.

A concept is held out when the CRC-32 of its id is divisible by ten. That needs no list, is the
same everywhere, and does not change when concepts are added.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from xnorm.corpora.model import Wanted
from xnorm.document import ConceptId, Document, mention_at

HELD_OUT = "held-out"
_ONE_IN = 10


def held_out(id: str, one_in: int = _ONE_IN) -> bool:
    """Whether a concept is one of those that encoders' twins are trained without.

    The hash is of the id as its terminology writes it; of Orphanet's, of the number alone.

    >>> [id for id in ("HP:0000001", "HP:0000002", "HP:0000016") if held_out(id)]
    ['HP:0000001', 'HP:0000016']
    """
    return zlib.crc32(id.removeprefix("ORPHA:").encode()) % one_in == 0


def read(path: Path, wanted: Wanted) -> Iterator[Document]:
    """A document for each distinct name of a language; a name of several concepts has several ids.

    Args:
        path: a knowledge base (.kb).
        wanted: `split` is `held-out` or `seen`, by the concept.
    """
    from xnorm.kb import KnowledgeBase

    kb = KnowledgeBase.open(path)
    concepts: dict[tuple[str, str], list[str]] = {}
    for concept in kb:
        split = HELD_OUT if held_out(concept.id) else "seen"
        if wanted.has_split(split):
            for name in concept.names:
                if wanted.has_language(name.language):
                    ids = concepts.setdefault((name.language, name.text), [])
                    ids += [concept.id] * (concept.id not in ids)
    for number, ((language, text), ids) in enumerate(sorted(concepts.items()), 1):
        made = Document.from_text(text, id=str(number), language=language)
        found = mention_at(text, [(0, len(text))], id="T1")
        gold = tuple(ConceptId(kb.source, id) for id in ids)
        yield replace(made, mentions=(replace(found, gold=gold),))
