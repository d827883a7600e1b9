"""Ids of gold and of systems made comparable: one vocabulary, retired ids resolved, prefixes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from xnorm.document import ConceptId, Mention

if TYPE_CHECKING:
    from xnorm.kb import KnowledgeBase

NO_ID = frozenset({"", "-", "-1", "NIL", "NULL", "NO_CODE", "CUI-less", "CUI_less"})
"""What corpora write where a mention has no concept."""


class Vocabulary:
    """The terminology that systems are judged in, and how its ids are compared.

    Args:
        sources: the terminologies of the ids (BigBIO's `db_name`), compared without case; gold ids
            of others do not count. The knowledge base's if none is given; any if there is no
            knowledge base either.
        kb: resolves retired ids and says which concepts exist; without it every id exists.
        strip_prefix: compare `HP:0000001` as `0000001`.
    """

    def __init__(
        self, *sources: str, kb: KnowledgeBase | None = None, strip_prefix: bool = False
    ) -> None:
        self.sources = sources or ((kb.source,) if kb else ())
        self.kb = kb
        self.strip_prefix = strip_prefix
        self._wanted = {source.casefold() for source in self.sources}
        self._current: dict[str, str] = {}
        self._full: dict[str, str] = {}
        if kb and strip_prefix:
            old = kb.retired["old"].to_pylist()
            self._full = {bare(id): id for id in (*old, *kb.concepts["id"].to_pylist())}

    def current(self, id: str) -> str:
        """The id as it is compared: the one in use for a retired one."""
        found = self._current.get(id)
        if found is None:
            short = bare(id) if self.strip_prefix else id
            found = self.kb.resolve(self._full.get(short, short)) if self.kb else short
            found = bare(found) if self.strip_prefix else found
            self._current[id] = found
        return found

    def knows(self, id: str) -> bool:
        """Whether the terminology has the concept of this id, which is `current`."""
        return self.kb is None or self.kb.concept_row(self._full.get(id, id)) is not None

    def name(self, id: str) -> str:
        """The preferred name of the concept of this id, which is `current`; empty if unknown."""
        if self.kb is None:
            return ""
        row = self.kb.concept_row(self._full.get(id, id))
        return "" if row is None else str(self.kb.concepts["preferred"][row].as_py())

    def gold(self, stated: Iterable[ConceptId]) -> tuple[str, ...] | None:
        """The gold ids of a mention in this vocabulary, each once; empty for NIL.

        None when the mention has ids, but only of other vocabularies: what it is in this one is
        not known.
        """
        real = [concept for concept in stated if concept.db_id not in NO_ID]
        own = [concept.db_id for concept in real if self.holds(concept.db_name)]
        if real and not own:
            return None
        return tuple(dict.fromkeys(map(self.current, own)))

    def decisions(self, mentions: Sequence[Mention]) -> list[str | None]:
        """The ids that a system's mentions are linked to; empty for NIL, None if nothing is said.

        Tools that know neither candidates nor links state their answer where a corpus states its
        gold: the first id there is theirs.
        """
        ours = any(mention.link or mention.candidates for mention in mentions)
        return [self._decision(mention, ours) for mention in mentions]

    def _decision(self, mention: Mention, ours: bool) -> str | None:
        if ours:
            link = mention.link
            return None if link is None else self.current(link.concept) if link.concept else ""
        ids = self.gold(mention.gold)
        return ids[0] if ids else ""

    def holds(self, source: str) -> bool:
        """Whether ids said to be of this terminology belong to the vocabulary."""
        return not self._wanted or not source or source.casefold() in self._wanted


def bare(id: str) -> str:
    """The id without the prefix before its last colon.

    >>> bare("HP:0000001"), bare("0000001")
    ('0000001', '0000001')
    """
    return id.rpartition(":")[2] or id
