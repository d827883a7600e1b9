"""What a corpus is, and what a caller may want of it."""

from __future__ import annotations

import msgspec


class Corpus(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the table of corpora.

    Attributes:
        title: its name in words.
        licence: what the publisher states.
        where: where to get it.
        path: where it lies below a folder of data; empty when it has no place there.
        languages: ISO 639-1 codes of its texts.
        ids: the vocabularies of its gold ids (`db_name`).
        splits: the publisher's parts for training and measuring; empty when there is one set.
        editions: versions of which one is read, the first by default when it is there.
        parts: sources of text; all are read by default.
        module: what reads it, in `xnorm.corpora`.
    """

    title: str
    licence: str
    where: str
    path: str = ""
    languages: tuple[str, ...]
    ids: tuple[str, ...]
    splits: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    module: str


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be read of a corpus; empty means all (of `edition`: the first that is there).

    Attributes:
        split: one of the corpus's splits.
        ids: vocabularies whose gold ids are kept.
        languages: ISO 639-1 codes.
        edition: one of its editions.
        parts: some of its parts.
    """

    split: str = ""
    ids: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    edition: str = ""
    parts: tuple[str, ...] = ()

    def has_split(self, split: str) -> bool:
        """Whether documents of this split are wanted."""
        return self.split in ("", split)

    def has_language(self, language: str) -> bool:
        """Whether documents in this language are wanted."""
        return not self.languages or language in self.languages

    def has_part(self, part: str) -> bool:
        """Whether documents of this part are wanted."""
        return not self.parts or part in self.parts
