"""What the mentions of a read document must keep to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from xnorm.document import Mention, Passage, Span
from xnorm.formats.fields import Wrong

# The text between passages is made of blanks: a slip in an offset must not fill the memory.
_GAP = 10_000_000
KEPT = "It was kept as it is; correct the offsets or the text"

Note = Callable[[str, str, str], None]
"""Hears (what, JSON path, what to do) of something odd."""


def checked_mentions(
    mentions: Sequence[Mention], text: str, *, key: str, note: Note
) -> tuple[Mention, ...]:
    """The mentions with unique ids and ascending spans; other texts than the document's are noted.

    Raises:
        Wrong: when an id occurs twice.
    """
    seen: set[str] = set()
    checked = []
    for number, mention in enumerate(mentions):
        path = f".{key}[{number}]"
        if mention.id in seen:
            raise Wrong(
                f"the id '{mention.id}' occurs twice in the document",
                "Give every mention its own id",
                f"{path}.id",
            )
        seen.add(mention.id)
        if list(mention.spans) != sorted(mention.spans):
            note("the offsets are not ascending", path, "They were put in text order")
            pairs = sorted(zip(mention.spans, mention.text, strict=True))
            mention = msgspec.structs.replace(
                mention,
                spans=tuple(span for span, _ in pairs),
                text=tuple(part for _, part in pairs),
            )
        for at, ((start, end), part) in enumerate(zip(mention.spans, mention.text, strict=True)):
            if text[start:end] != part:
                note(differs(part, text, (start, end)), f"{path}.text[{at}]", KEPT)
        checked.append(mention)
    return tuple(checked)


def check_order(passages: Sequence[Passage], *, key: str) -> None:
    """Makes sure that the passages follow one another.

    Args:
        passages: in the order of the file.
        key: the field of their offsets.

    Raises:
        Wrong: when one begins before the end of the one before it, or very far after it.
    """
    end = 0
    for number, passage in enumerate(passages):
        for at, (start, stop) in enumerate(passage.spans):
            path = f".passages[{number}].{key}[{at}]"
            if start < end:
                raise Wrong(
                    f"the passage begins at {start}, before {end} where the one before it ends",
                    "Passages follow one another without overlap",
                    path,
                )
            if start - end > _GAP:
                raise Wrong(
                    f"the passage begins {start - end:,} characters after the one before it",
                    "Offsets count Unicode characters of the document",
                    path,
                )
            end = stop


def cut(stated: str, spans: Sequence[Span]) -> tuple[str, ...] | None:
    """The text of several spans, joined with blanks, as the text of each; None if it cannot be.

    >>> cut("left pain", [(0, 4), (10, 14)])
    ('left', 'pain')
    """
    if len(spans) == 1:
        return (stated,)
    texts, at = [], 0
    for start, end in spans:
        texts.append(stated[at : at + end - start])
        at += end - start + 1
    return tuple(texts) if " ".join(texts) == stated and at == len(stated) + 1 else None


def differs(part: str, text: str, span: Span) -> str:
    """What to say of a mention whose text is another than the document's at its offsets."""
    start, end = span
    there = text[start:end]
    return (
        f"the text is '{_short(part)}', but '{_short(there)}' stands at its offsets {start}-{end}"
    )


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
