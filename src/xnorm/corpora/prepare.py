"""Steps between a corpus as published and what is measured or trained on; each can be counted.

A step takes documents and gives documents, one by one, and changes nothing in place. Given a
`Tally` it counts there, while the documents are gone through.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from xnorm.corpora.building import COMPOSITE
from xnorm.corpora.tally import Tally
from xnorm.document import ConceptId, Document, Mention
from xnorm.errors import SettingError, did_you_mean
from xnorm.text.abbreviations import defined_long_forms
from xnorm.text.long_forms import expand

if TYPE_CHECKING:
    from xnorm.kb import KnowledgeBase

Change = Callable[[Mention], tuple[Sequence[Mention], str]]
"""A mention to what becomes of it (nothing, itself, several) and a note if it is to be counted."""


def expand_abbreviations(
    documents: Iterable[Document], *, tally: Tally | None = None
) -> Iterator[Document]:
    """Sets the long form of mentions with an abbreviation that their document defines."""
    for document in documents:
        long_forms = defined_long_forms(document.text)

        def change(
            mention: Mention, long_forms: dict[str, str] = long_forms
        ) -> tuple[Sequence[Mention], str]:
            long_form = mention.long_form or expand(mention.surface, long_forms)
            note = "expanded" if long_form != mention.long_form else ""
            return [replace(mention, long_form=long_form)], note

        yield from _changed([document], change, tally)


def keep_types(
    documents: Iterable[Document], types: Sequence[str], *, tally: Tally | None = None
) -> Iterator[Document]:
    """Keeps mentions of these types; one with several, parted by a comma, needs one of them.

    Raises:
        SettingError: when there are mentions, but none of these types, with the nearest there is.
    """
    wanted = frozenset(types)
    found: set[str] = set()

    def change(mention: Mention) -> tuple[Sequence[Mention], str]:
        own = mention.type.split(",")
        found.update(own)
        return ([], "of other types") if wanted.isdisjoint(own) else ([mention], "")

    yield from _changed(documents, change, tally)
    if found and wanted.isdisjoint(found):
        raise SettingError(
            f"no mention is of the types: {', '.join(types)}", todo=did_you_mean(types[0], found)
        )


def keep_groups(
    documents: Iterable[Document], groups: Sequence[str], *, tally: Tally | None = None
) -> Iterator[Document]:
    """Keeps mentions in these semantic groups of UMLS, such as DISO.

    A corpus states a mention's groups themselves as its type, or the semantic types (T047).

    Raises:
        SettingError: for an unknown group.
    """
    from xnorm.kb.semantic_types import types_in_groups

    return keep_types(documents, [*groups, *types_in_groups(groups)], tally=tally)


def drop_without_id(
    documents: Iterable[Document], *, tally: Tally | None = None
) -> Iterator[Document]:
    """Drops mentions for which the corpus names no concept."""

    def change(mention: Mention) -> tuple[Sequence[Mention], str]:
        return ([mention], "") if mention.gold else ([], "without an id")

    return _changed(documents, change, tally)


def drop_composites(
    documents: Iterable[Document], *, tally: Tally | None = None
) -> Iterator[Document]:
    """Drops mentions that name several concepts at once ("breast and ovarian cancer")."""

    def change(mention: Mention) -> tuple[Sequence[Mention], str]:
        return ([], "of several concepts") if COMPOSITE in mention.extra else ([mention], "")

    return _changed(documents, change, tally)


def split_composites(
    documents: Iterable[Document], *, tally: Tally | None = None
) -> Iterator[Document]:
    """Makes a mention of each concept that a composite one names; all have its text.

    Raises:
        SettingError: when a mention has ids of several vocabularies for the same concepts.
    """

    def change(mention: Mention) -> tuple[Sequence[Mention], str]:
        if COMPOSITE not in mention.extra:
            return [mention], ""
        stated = str(mention.extra[COMPOSITE])
        if any(gold.db_id not in stated for gold in mention.gold):
            raise SettingError(
                f"'{stated}' has ids of several vocabularies for the same concepts",
                place=f"mention '{mention.surface}'",
                todo="Choose one vocabulary, as in ids=SNOMEDCT",
            )
        extra = {key: value for key, value in mention.extra.items() if key != COMPOSITE}
        parts = [
            replace(mention, id=f"{mention.id}-{number}", gold=(gold,), extra=extra)
            for number, gold in enumerate(mention.gold, 1)
        ]
        return parts, "split"

    return _changed(documents, change, tally)


def replace_retired(
    documents: Iterable[Document], kb: KnowledgeBase, *, tally: Tally | None = None
) -> Iterator[Document]:
    """Replaces ids that the knowledge base has retired by those in use."""

    def change(mention: Mention) -> tuple[Sequence[Mention], str]:
        current = (_in_use(kb, concept) or concept for concept in mention.gold)
        gold = tuple({(concept.db_name, concept.db_id): concept for concept in current}.values())
        return [replace(mention, gold=gold)], "" if gold == mention.gold else "replaced"

    return _changed(documents, change, tally)


def out_of_terminology(
    documents: Iterable[Document],
    kb: KnowledgeBase,
    *,
    drop: bool = True,
    tally: Tally | None = None,
) -> Iterator[Document]:
    """Counts mentions none of whose concepts is in the knowledge base, and drops them or not.

    Mentions without any id stay.
    """

    def change(mention: Mention) -> tuple[Sequence[Mention], str]:
        if not mention.gold or any(_in_use(kb, concept) for concept in mention.gold):
            return [mention], ""
        return [] if drop else [mention], "not in the terminology"

    return _changed(documents, change, tally)


def drop_duplicates(
    documents: Iterable[Document], *, tally: Tally | None = None
) -> Iterator[Document]:
    """Drops documents whose text has come before, and mentions that their document states twice."""
    seen: set[bytes] = set()
    tally = tally if tally is not None else Tally()
    for document in documents:
        key = hashlib.sha256(document.text.encode()).digest()[:12]
        if key in seen:
            for _ in document.mentions:
                tally.add(kept=False, note="in documents that came before")
            continue
        seen.add(key)
        stated: set[object] = set()

        def change(mention: Mention, stated: set[object] = stated) -> tuple[Sequence[Mention], str]:
            ids = tuple((gold.db_name, gold.db_id) for gold in mention.gold)
            what = (mention.spans, mention.type, ids)
            if what in stated:
                return [], "stated twice"
            stated.add(what)
            return [mention], ""

        yield from _changed([document], change, tally)


def _in_use(kb: KnowledgeBase, concept: ConceptId) -> ConceptId | None:
    """The concept with the id in use, written as before; None when it is not there.

    A knowledge base may write `MESH:D000001` where a corpus has the vocabulary apart. A code of
    digits alone says nothing of its vocabulary, so it counts only in its own.
    """
    prefix = f"{concept.db_name}:"
    own = concept.db_name.casefold() == kb.source.casefold()
    ids = [f"{prefix}{concept.db_id}"]
    if own or not concept.db_id.isdigit():
        ids.insert(0, concept.db_id)
    for id in ids:
        if kb.concept_row(id) is not None:
            now = kb.resolve(id)
            if now == id:
                return concept
            return replace(concept, db_id=now if id == concept.db_id else now.removeprefix(prefix))
    return None


def _changed(
    documents: Iterable[Document], change: Change, tally: Tally | None
) -> Iterator[Document]:
    for document in documents:
        mentions: list[Mention] = []
        for mention in document.mentions:
            kept, note = change(mention)
            mentions += kept
            if tally is not None:
                tally.add(bool(kept), note)
        yield _with_mentions(document, mentions)


def _with_mentions(document: Document, mentions: Sequence[Mention]) -> Document:
    """The document with these mentions; what speaks of mentions that are gone goes too."""
    gone = {mention.id for mention in document.mentions} - {mention.id for mention in mentions}
    if not gone:
        return replace(document, mentions=tuple(mentions))
    coreferences = (
        replace(item, mentions=tuple(id for id in item.mentions if id not in gone))
        for item in document.coreferences
    )
    return replace(
        document,
        mentions=tuple(mentions),
        coreferences=tuple(item for item in coreferences if item.mentions),
        relations=tuple(
            relation
            for relation in document.relations
            if gone.isdisjoint((relation.arg1, relation.arg2))
        ),
        events=tuple(
            event
            for event in document.events
            if gone.isdisjoint(reference for _, reference in event.arguments)
        ),
    )
