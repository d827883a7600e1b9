"""Documents that do not say their language, or are in several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec
from msgspec.structs import replace

from xnorm.document import LANGUAGES, Document, Mention
from xnorm.stage import Stage
from xnorm.text.language_id import LanguageIdentifier


class IdentifyLanguages(msgspec.Struct, frozen=True):
    """Gives documents without a language theirs, and says which parts are in another.

    Attributes:
        identifier: knows the languages to tell apart.
    """

    needs: ClassVar[frozenset[str]] = frozenset()
    gives: ClassVar[frozenset[str]] = frozenset({"languages"})

    identifier: LanguageIdentifier

    def __call__(self, documents: Sequence[Document]) -> list[Document]:
        return [
            document if document.language else self._identified(document) for document in documents
        ]

    def _identified(self, document: Document) -> Document:
        found = self.identifier.identify(document.text)
        if not found.others or LANGUAGES in document.extra:
            return replace(document, language=found.language)
        others = [
            {"language": language, "start": start, "end": end}
            for (start, end), language in found.others
        ]
        extra = {**document.extra, LANGUAGES: others}
        return replace(document, language=found.language, extra=extra)


class FindByLanguage(msgspec.Struct, frozen=True):
    """Lets a finder search each part of a document in the part's own language.

    The finder is given the document once a language, with line ends for the other parts, so that
    offsets stay what they are and no mention crosses from one part into another.

    Attributes:
        finder: gives mentions to documents that have none.
    """

    needs: ClassVar[frozenset[str]] = frozenset()
    gives: ClassVar[frozenset[str]] = frozenset({"mentions"})

    finder: Stage

    def __call__(self, documents: Sequence[Document]) -> list[Document]:
        parted = [_by_language(document) for document in documents]
        found = iter(self.finder([part for parts in parted for part in parts]))
        return [
            _together(document, [next(found) for _ in parts])
            for document, parts in zip(documents, parted, strict=True)
        ]


def _by_language(document: Document) -> list[Document]:
    if document.mentions or not document.other_languages:
        return [document]
    text = document.text
    main = list(text)
    others: dict[str, list[str]] = {}
    for part in document.other_languages:
        blanked = others.setdefault(part.language, ["\n"] * len(text))
        blanked[part.start : part.end] = text[part.start : part.end]
        main[part.start : part.end] = "\n" * len(text[part.start : part.end])
    return [
        Document.from_text("".join(characters), id=document.id, language=language)
        for language, characters in [(document.language, main), *others.items()]
    ]


def _together(document: Document, found: Sequence[Document]) -> Document:
    if len(found) == 1:
        return found[0]
    mentions = sorted(
        (mention for part in found for mention in part.mentions), key=lambda one: one.spans
    )
    return replace(document, mentions=tuple(map(_numbered, range(1, len(mentions) + 1), mentions)))


def _numbered(number: int, mention: Mention) -> Mention:
    return replace(mention, id=f"T{number}")
