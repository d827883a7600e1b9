"""What is searched for a title: its role, and the roles that it may be read as."""

from __future__ import annotations

from xnorm.titles.model import Title
from xnorm.titles.tables import WORD

_OPENING = "([{"
_CLOSING = ")]}"


def readings(title: Title) -> tuple[str, ...]:
    """The texts to search for a title, distinct; none when it has no word.

    The role, each of joined roles, and the role without what stands in brackets.

    >>> from xnorm.titles.cleaner import clean
    >>> readings(clean("Operator (Press) / Driver, full time", "en"))
    ('Operator Press Driver', 'Operator Press', 'Driver', 'Operator Driver')
    """
    texts = (title.role.text, *(role.text for role in title.joined), _outside(title))
    return tuple(dict.fromkeys(text for text in texts if WORD.search(text)))


def _outside(title: Title) -> str:
    """The role without the pieces in brackets."""
    pieces = []
    for start, end in title.role.spans:
        before = title.text[:start]
        opened = sum(before.count(mark) for mark in _OPENING)
        if opened <= sum(before.count(mark) for mark in _CLOSING):
            pieces.append(title.text[start:end])
    return " ".join(" ".join(pieces).split()) if len(pieces) < len(title.role.spans) else ""
