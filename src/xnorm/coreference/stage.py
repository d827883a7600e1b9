"""The stage that gives documents the clusters of their names, and texts written with one form each.

Clusters are BigBIO coreferences; the field `canonical` beside them has the form to write.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from typing import Any, ClassVar

import msgspec
from msgspec.structs import replace

from xnorm.coreference.clusters import canonical_form, cluster_names
from xnorm.coreference.forms import kind_of, parse_name
from xnorm.coreference.names import find_names
from xnorm.coreference.resolvers import Chain, Resolver, is_reference
from xnorm.coreference.rewrite import Replacement, Rewritten, rewrite
from xnorm.document import Coreference, Document, Mention, Span, mention_at
from xnorm.text.abbreviations import find_abbreviations

CANONICAL = "canonical"
"""The field of a coreference that has its canonical form."""


class NormalizeCoreference(msgspec.Struct, frozen=True):
    """Gives coreferences to documents: the names of one thing, with its pronouns if resolved.

    Names are the mentions; in documents without any, they are found by their capitals. Chains that
    a document has, and those of the resolver, go first: rules add names to them and never join
    two.

    Attributes:
        types: only mentions of these types are names; all if empty.
        resolver: brings in pronouns and nominals; none by default.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"mentions"})
    gives: ClassVar[frozenset[str]] = frozenset({"coreferences"})

    types: tuple[str, ...] = ()
    resolver: Resolver | None = None

    def __call__(self, documents: Sequence[Document]) -> list[Document]:
        named = [
            document if document.mentions else replace(document, mentions=find_names(document))
            for document in documents
        ]
        resolved = self.resolver(named) if self.resolver else [[]] * len(named)
        return [
            self._normalized(document, chains)
            for document, chains in zip(named, resolved, strict=True)
        ]

    def _normalized(self, document: Document, resolved: Sequence[Chain]) -> Document:
        ids = _fresh_ids({mention.id for mention in document.mentions}, "R")
        chains = [list(coreference.mentions) for coreference in document.coreferences]
        document, found = _with_chains(document, resolved, ids)
        chains += found
        _add_names(chains, self._clusters(document))
        by_id = {mention.id: mention for mention in document.mentions}
        new = _fresh_ids({one.id for one in document.coreferences} | by_id.keys(), "C")
        coreferences = []
        for number, chain in enumerate(chains):
            known = number < len(document.coreferences)
            old = document.coreferences[number] if known else Coreference(next(new), ())
            members = [by_id[id] for id in chain if id in by_id]
            canonical = _canonical(members, document.language)
            extra = {**old.extra, CANONICAL: canonical} if canonical else old.extra
            coreferences.append(replace(old, mentions=tuple(chain), extra=extra))
        return replace(document, coreferences=tuple(coreferences))

    def _clusters(self, document: Document) -> Iterator[list[str]]:
        """The ids of the names of one thing, where there are several."""
        by_type: dict[str, list[Mention]] = defaultdict(list)
        for mention in document.mentions:
            wanted = not self.types or mention.type in self.types
            if wanted and not is_reference(mention, document.language):
                by_type[mention.type].append(mention)
        pairs = find_abbreviations(document.text) if by_type else []
        long_forms = {pair.short: pair.long for pair in pairs}
        for type, mentions in by_type.items():
            for cluster in cluster_names(
                [mention.surface for mention in mentions],
                type=type,
                language=document.language,
                long_forms=long_forms,
            ):
                if len(cluster.names) > 1:
                    yield [mentions[place].id for place in cluster.names]


def rewrite_names(document: Document) -> Rewritten:
    """The document's text with the canonical form in place of every name in a cluster.

    Pronouns, nominals and names in several pieces stay as they are, and so does an abbreviation
    where it is defined.
    """
    defined = {pair.short_span for pair in find_abbreviations(document.text)}
    by_id = {mention.id: mention for mention in document.mentions}
    replacements = []
    for coreference in document.coreferences:
        canonical = coreference.extra.get(CANONICAL)
        if not isinstance(canonical, str):
            continue
        for mention in (by_id[id] for id in coreference.mentions if id in by_id):
            if len(mention.spans) > 1 or mention.spans[0] in defined:
                continue
            if not is_reference(mention, document.language):
                span = _name_span(mention, document.language)
                replacements.append(Replacement(span, canonical))
    return rewrite(document.text, replacements)


def _name_span(mention: Mention, language: str) -> Span:
    """Where the name lies, without article and possessive, with suffix and honorific."""
    start, end = parse_name(mention.surface, kind_of(mention.type), language).span
    return mention.start + start, mention.start + end


def _canonical(mentions: Sequence[Mention], language: str) -> str:
    """The form to write for a chain's names; empty without any."""
    names = [mention for mention in mentions if not is_reference(mention, language)]
    if not names:
        return ""
    texts = [name.surface for name in names]
    return canonical_form(texts, type=names[0].type, language=language)


def _with_chains(
    document: Document, chains: Sequence[Chain], ids: Iterator[str]
) -> tuple[Document, list[list[str]]]:
    """The document with mentions for what a resolver found, and its chains by ids.

    A chain without any mention that was there before is of no use and left out.
    """
    at = {mention.spans[0]: mention for mention in document.mentions if len(mention.spans) == 1}
    added: list[Mention] = []
    found: list[list[str]] = []
    for chain in chains:
        types = [at[span].type for span in chain if span in at]
        if not types:
            continue
        members: list[str] = []
        for start, end in chain:
            mention = at.get((start, end))
            if mention is None:
                mention = mention_at(document.text, [(start, end)], id=next(ids), type=types[0])
                added.append(mention)
            members.append(mention.id)
        found.append(list(dict.fromkeys(members)))
    if not added:
        return document, found
    mentions = sorted((*document.mentions, *added), key=lambda mention: mention.spans)
    return replace(document, mentions=tuple(mentions)), found


def _add_names(chains: list[list[str]], clusters: Iterator[list[str]]) -> None:
    """Adds clusters of names to the chains that they have mentions in common with, in place."""
    owner: dict[str, int] = {}
    for number, chain in enumerate(chains):
        for id in chain:
            owner.setdefault(id, number)
    for cluster in clusters:
        owners = {owner[id] for id in cluster if id in owner}
        free = [id for id in cluster if id not in owner]
        if len(owners) == 1:
            chains[owners.pop()] += free
        elif len(free) > 1:
            chains.append(free)


def _fresh_ids(taken: Container[str], prefix: str) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        if f"{prefix}{number}" not in taken:
            yield f"{prefix}{number}"


def normalized_fields(document: Document) -> dict[str, Any]:
    """A normalized document as JSON fields: the rewritten text, its map, and the clusters.

    `replaced` has spans of `text` with those of the original they stand for.
    """
    rewritten = rewrite_names(document)
    by_id = {mention.id: mention for mention in document.mentions}
    return {
        "id": document.id,
        "text": rewritten.text,
        "replaced": [{"offsets": new, "original": old} for new, old in rewritten.replaced],
        "clusters": [
            {
                CANONICAL: coreference.extra.get(CANONICAL, ""),
                "mentions": [
                    {"text": by_id[id].surface, "offsets": by_id[id].spans}
                    for id in coreference.mentions
                    if id in by_id
                ],
            }
            for coreference in document.coreferences
        ],
    }
