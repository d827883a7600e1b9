"""What is searched: a mention's text and what is known about it."""

from __future__ import annotations

import msgspec


class Query(msgspec.Struct, frozen=True, omit_defaults=True):
    """A text to search concepts for.

    Attributes:
        text: the mention as it stands.
        long_form: the expansion of an abbreviation; searched too.
        language: ISO 639-1 code of the text, empty if unknown.
        types: only concepts that have one of these types; all if empty.
    """

    text: str
    long_form: str = ""
    language: str = ""
    types: tuple[str, ...] = ()
