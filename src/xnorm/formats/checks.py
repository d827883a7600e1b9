"""What the mentions of a read document must keep to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from xnorm.document import Mention
from xnorm.formats.fields import Wrong

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
                note(
                    f"the text is '{_short(part)}', but '{_short(text[start:end])}' stands at its "
                    f"offsets {start}-{end}",
                    f"{path}.text[{at}]",
                    "It was kept as it is; correct the offsets or the text",
                )
        checked.append(mention)
    return tuple(checked)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
