"""What a cross-encoder reads: a mention in its context, and a concept by its names.

... ingresa por [START] IAM (infarto agudo de miocardio) [END] con elevación ...
Myocardial infarction [NAME] heart attack [NAME] infarto de miocardio [TYPE] Disease
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from xnorm.document import Document, Mention
from xnorm.errors import SettingError
from xnorm.kb.model import Concept, Name
from xnorm.text.normal import fold
from xnorm.text.sentences import sentence_spans

START, END, HIDDEN, NAME, TYPE, NIL = "[START]", "[END]", "[HIDDEN]", "[NAME]", "[TYPE]", "[NIL]"
MARKERS = (START, END, HIDDEN, NAME, TYPE, NIL)
"""Texts that are one token each; a model learns what they mean."""

Count = Callable[[str], int]
"""How many tokens a text takes."""


class Texts(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of both texts.

    Attributes:
        window: what is shown around a mention: `characters` to each side, or its `sentence`.
        context: characters to each side, at most; whole words.
        hide: show the place of the mention, but not the mention.
        long_form: show an abbreviation's long form.
        names: tokens that all names of a concept may take; the preferred one is always shown.
        types: show the concept's types.
        definition: characters of its definition.
    """

    window: Literal["characters", "sentence"] = "characters"
    context: int = 96
    hide: bool = False
    long_form: bool = True
    names: int = 40
    types: bool = True
    definition: int = 0

    def __post_init__(self) -> None:
        for field in ("context", "names", "definition"):
            if getattr(self, field) < 0:
                raise SettingError(
                    f"{field} is {getattr(self, field)}", place="texts", todo="Give 0 or more"
                )


def mention_text(document: Document, mention: Mention, texts: Texts) -> str:
    """The mention between its markers, with what stands around it on one line.

    >>> document = Document.from_text("He had a severe headache today.")
    >>> mention = Mention("T1", "", ((16, 24),), ("headache",))
    >>> mention_text(document, mention, Texts(context=9))
    'a severe [START] headache [END] today.'
    """
    text = document.text
    first, last = _around(document, mention, texts)
    shown = HIDDEN if texts.hide else mention.surface
    if texts.long_form and mention.long_form and not texts.hide:
        shown = f"{shown} ({mention.long_form})"
    left, right = text[first : mention.start], text[mention.end : last]
    return " ".join(f"{left} {START} {shown} {END} {right}".split())


def concept_text(
    concept: Concept,
    mention: Mention,
    texts: Texts,
    *,
    language: str,
    matched: Iterable[str],
    count: Count,
) -> str:
    """The concept's preferred name and the names that tell most about this mention.

    Names that a retriever matched come first, then those in the mention's language, each the more
    similar to the mention the earlier; names that are equal after folding are shown once.

    Args:
        concept: with all its names.
        mention: to choose names for.
        texts: the settings.
        language: of the document.
        matched: names that were found by retrievers.
        count: tells the tokens of a text.
    """
    preferred, *others = concept.names
    shown, seen = [preferred.text], {fold(preferred.text)}
    left = texts.names - count(preferred.text)
    for name in _ordered(others, mention, language, frozenset(matched)):
        folded = fold(name.text)
        cost = count(name.text) + 1
        if folded in seen or cost > left:
            continue
        seen.add(folded)
        shown.append(name.text)
        left -= cost
    text = f" {NAME} ".join(shown)
    if texts.types and concept.types:
        text = f"{text} {TYPE} {', '.join(concept.types)}"
    if texts.definition and concept.definition:
        text = f"{text}: {_cut(concept.definition, texts.definition)}"
    return text


def _around(document: Document, mention: Mention, texts: Texts) -> tuple[int, int]:
    """Where the context begins and ends: inside the mention's passages, at borders of words."""
    text = document.text
    first, last = max(0, mention.start - texts.context), min(len(text), mention.end + texts.context)
    for passage in document.passages:
        for start, end in passage.spans:
            if start <= mention.start < end:
                first = max(first, start)
            if start < mention.end <= end:
                last = min(last, end)
    if texts.window == "sentence":
        for start, end in sentence_spans(text, document.language):
            if start <= mention.start < end:
                first = max(first, start)
            if start < mention.end <= end:
                last = min(last, end)
    while 0 < first < mention.start and not text[first - 1].isspace():
        first += 1
    while mention.end < last < len(text) and not text[last].isspace():
        last -= 1
    return first, last


def _ordered(
    names: Iterable[Name], mention: Mention, language: str, matched: frozenset[str]
) -> list[Name]:
    from rapidfuzz.fuzz import token_sort_ratio

    wanted = fold(mention.long_form or mention.surface)

    def key(name: Name) -> tuple[bool, bool, float, str]:
        likeness = token_sort_ratio(wanted, fold(name.text))
        return (name.text not in matched, name.language != language, -likeness, name.text)

    return sorted(names, key=key)


def _cut(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0]
