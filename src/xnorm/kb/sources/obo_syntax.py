"""The value syntax of OBO 1.2 and 1.4: escapes, quoted text, trailing modifiers, comments."""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "W": " "}

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')

_BARE = re.compile(
    r"""
    (?P<text> (?: \\. | [^\\] | \\$ )*? )
    (?: \s+ \{ [^{}="]* = (?: "(?:[^"\\]|\\.)*" | [^"{}] )* \} )?  # {source="X", ...}
    (?: (?:^|\s+) ! .* )?                                          # ! comment
    \s* $
    """,
    re.VERBOSE | re.DOTALL,
)

_IDENTIFIER = re.compile(r"(?: \\. | [^\s\\] )+", re.VERBOSE)


def unescape(text: str) -> str:
    r"""Text with OBO's escapes resolved; an unknown one stands for its character.

    >>> unescape(r"a\, \"b\"\W\{c\}")
    'a, "b" {c}'
    """
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text)


def bare(value: str) -> str:
    """An unquoted value without trailing modifiers and comment.

    >>> bare('Fever {source="X ! y"} ! a comment')
    'Fever'
    """
    found = _BARE.match(value)
    text = found["text"] if found is not None else value
    return unescape(text.strip())


def identifier(value: str) -> str:
    """The identifier that a value begins with; empty if there is none.

    >>> identifier('HP:0001507 {source="X"} ! Growth abnormality')
    'HP:0001507'
    """
    found = _IDENTIFIER.match(value)
    return unescape(found[0]) if found is not None else ""


def quoted(value: str) -> tuple[str, str] | None:
    """The text in the quotation marks that a value begins with, and what follows; else None.

    >>> quoted('"a \\\\"b\\\\"" EXACT []')
    ('a "b"', 'EXACT []')
    """
    found = _QUOTED.match(value)
    return None if found is None else (unescape(found[1]), value[found.end() :].strip())
