"""Abbreviations in mentions get their long forms: those a document defines, then the known ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import msgspec
from msgspec.structs import replace

from xnorm.document import Document
from xnorm.resources import known_abbreviations
from xnorm.text.abbreviations import defined_long_forms
from xnorm.text.long_forms import expand


class ExpandAbbreviations(msgspec.Struct, frozen=True):
    """Sets `long_form` of the mentions that contain an abbreviation, and of no others.

    Attributes:
        defined: take what the document itself defines, "infarto agudo de miocardio (IAM)".
        known: take what the language's list has, where the document defines nothing else.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"mentions"})
    gives: ClassVar[frozenset[str]] = frozenset({"long forms"})

    defined: bool = True
    known: bool = True

    def __call__(self, documents: Sequence[Document]) -> list[Document]:
        return [self._expanded(document) for document in documents]

    def _expanded(self, document: Document) -> Document:
        long_forms = self._long_forms(document)
        mentions = tuple(
            mention
            if mention.long_form
            else replace(mention, long_form=expand(mention.surface, long_forms))
            for mention in document.mentions
        )
        return replace(document, mentions=mentions)

    def _long_forms(self, document: Document) -> Mapping[str, str]:
        long_forms = dict(known_abbreviations(document.language)) if self.known else {}
        if self.defined:
            long_forms |= defined_long_forms(document.text)
        return long_forms
