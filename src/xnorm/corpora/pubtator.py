"""Documents of PubTator files, whose ids every corpus reads in its own way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from xnorm.corpora.building import COMPOSITE
from xnorm.corpora.packs import open_files
from xnorm.document import ConceptId, Document, Mention
from xnorm.formats import pubtator
from xnorm.formats.identifiers import ids_text
from xnorm.formats.reading import Reading

Ids = Callable[[str, str], Sequence[ConceptId]]
"""(what the file has as id, the mention's type) to gold ids."""


def read_files(path: Path, pattern: str, ids: Ids, *, split: str = "") -> Iterator[Document]:
    """The English documents of all files that match, with the gold that `ids` makes."""
    extra = {"split": split} if split else {}
    for name, stream in open_files(path, pattern):
        for document in pubtator.read(stream, Reading(f"{path}, {name}")):
            mentions = tuple(_with_gold(mention, ids) for mention in document.mentions)
            more = {**document.extra, **extra}
            yield replace(document, language="en", mentions=mentions, extra=more)


def _with_gold(mention: Mention, ids: Ids) -> Mention:
    stated = mention.extra.get("identifier", ids_text(mention.gold)) or ""
    gold = tuple(ids(stated, mention.type))
    extra = {**mention.extra, COMPOSITE: stated} if len(gold) > 1 else mention.extra
    return replace(mention, gold=gold, extra=extra)
