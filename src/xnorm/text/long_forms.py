"""Abbreviations written out."""

from __future__ import annotations

from collections.abc import Mapping

from xnorm.text.tokens import tokenize


def expand(text: str, long_forms: Mapping[str, str]) -> str:
    """The text with its abbreviations written out; empty when it has none.

    Case counts, since "FA" is fibrillation and "fa" a note.

    >>> expand("IAM inferior", {"IAM": "infarto agudo de miocardio"})
    'infarto agudo de miocardio inferior'
    """
    if text in long_forms:
        return long_forms[text]
    parts: list[str] = []
    end = 0
    for token in tokenize(text):
        word = text[token.start : token.end]
        if word in long_forms:
            parts += [text[end : token.start], long_forms[word]]
            end = token.end
    return "".join((*parts, text[end:])) if parts else ""
