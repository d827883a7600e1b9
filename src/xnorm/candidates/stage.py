"""The stage of a pipeline that gives every mention its candidates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import msgspec

from xnorm.candidates.evidence import generate
from xnorm.candidates.fuse import Fuse
from xnorm.candidates.query import Query
from xnorm.document import Document
from xnorm.errors import SettingError

if TYPE_CHECKING:
    from xnorm.index import Index


class Retrieve:
    """Gives each mention the best `k` concepts; mentions of all documents are searched together.

    Args:
        index: an open index.
        k: candidates a mention.
        fuse: how the retrievers' scores become one.

    Raises:
        SettingError: for a `k` below 1.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"mentions"})
    gives: ClassVar[frozenset[str]] = frozenset({"candidates"})

    def __init__(self, index: Index, *, k: int = 64, fuse: Fuse | None = None) -> None:
        if k < 1:
            raise SettingError(f"k is {k}", place="retrieve.k", todo="Give a number from 1 upwards")
        self.index = index
        self.k = k
        self.fuse = fuse or Fuse()

    def __call__(self, documents: Sequence[Document]) -> list[Document]:
        """The documents with candidates in their mentions."""
        queries = [
            Query(mention.surface, mention.long_form, document.language_at(mention.start))
            for document in documents
            for mention in document.mentions
        ]
        answers = iter(generate(self.index, queries, self.k, self.fuse))
        return [
            msgspec.structs.replace(
                document,
                mentions=tuple(
                    msgspec.structs.replace(mention, candidates=next(answers))
                    for mention in document.mentions
                ),
            )
            for document in documents
        ]
