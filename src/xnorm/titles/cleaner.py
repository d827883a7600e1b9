"""Takes a job title apart: its role, and the parts around it with their kinds, values and spans.

Rules and tables only, so that what happens can be read and mended in `resources/`.
"""

from __future__ import annotations

from collections.abc import Sequence

from xnorm.titles.gender import endings, twins
from xnorm.titles.model import Part, Title
from xnorm.titles.patterns import formed
from xnorm.titles.phrases import phrases
from xnorm.titles.role import joined_roles, role_of
from xnorm.titles.tables import tables

_GIVEN_BACK = (("location", "noise"), ("employment",), ("seniority",))
"""What a title that has nothing else is a role by, in the order of trying."""


def clean(text: str, language: str = "") -> Title:
    """Takes a title apart.

    Args:
        text: a job title as it stands in an ad.
        language: ISO 639-1 code; titles in languages without tables are read with the English.

    >>> title = clean("Sr. Java Ninja (m/w/d) – Berlin, 80-100%", "de")
    >>> title.role.text
    'Java Ninja'
    >>> [(part.kind, part.value) for part in title.parts]  # doctest: +NORMALIZE_WHITESPACE
    [('seniority', 'senior'), ('gender', 'mark'), ('location', 'Berlin'),
     ('employment', '80-100%')]
    >>> [role.text for role in clean("Driver / Warehouse worker", "en").joined]
    ['Driver', 'Warehouse worker']
    """
    known = tables(language)
    taken = bytearray(len(text))
    parts: list[Part] = []

    def take(found: Sequence[Part]) -> None:
        for part in found:
            if not any(taken[part.start : part.end]):
                taken[part.start : part.end] = b"\1" * (part.end - part.start)
                parts.append(part)

    take(list(formed(text)))
    take(list(endings(text, known)))
    if "/" in text or "|" in text:
        take(list(twins(text, known)))
    take(phrases(text, taken, known))
    parts.sort(key=lambda part: part.start)
    role, left_out = role_of(text, parts, language)
    for kinds in _GIVEN_BACK:
        if role.text:
            break
        parts = [_kept(part) if part.kind in kinds else part for part in parts]
        role, left_out = role_of(text, parts, language)
    parts += (Part("noise", *span) for span in left_out)
    parts.sort(key=lambda part: part.start)
    return Title(text, role, joined_roles(text, role, taken), tuple(parts))


def _kept(part: Part) -> Part:
    return Part(part.kind, part.start, part.end, part.value, removed=False)
