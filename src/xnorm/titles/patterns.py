"""Parts of titles that have a form rather than words: markup, marks of gender, amounts, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xnorm.titles.model import Part

_MARKUP = re.compile(r"<[^<>]{0,300}>|&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});")
_AND = "&amp;"

_LETTER = r"(?:[mwfhvdxiuk]|gn|div(?:ers)?|inter|\*)"
_MARK = re.compile(
    rf"(?<![^\W_])(?<![^\W_]['’&])(?:{_LETTER}\s?[/|,.:;*\\+-]\s?)+{_LETTER}(?![^\W_])(?!['’&])",
    re.IGNORECASE,
)
_GENDERS = frozenset("mwfhvk")

_CURRENCY = r"(?:[€$£]|r\$|rm|eur(?:os?)?|usd|gbp|chf|sgd|myr|brl|inr|cad|aud)"
_AMOUNT = r"\d(?:[\d.,'’]*\d)?\s?k?"
_TO = r"\s?(?:-|–|—|to|bis|à|a|até|tot)\s?"
_UNIT = (
    r"(?:hour|hr|h|day|week|month|mth|year|annum|stunde|std|monat|jahr|heure|mois|an|hora|mes|mês"
    r"|día|dia|año|ano|uur|maand|jaar)"
)
_SALARY = re.compile(
    rf"(?<![^\W_])(?:(?<![^\W])(?:{_CURRENCY})\s?{_AMOUNT}|{_AMOUNT}\s?{_CURRENCY}(?![^\W_]))"
    rf"(?:{_TO}(?:{_CURRENCY}\s?)?{_AMOUNT})?(?:\s?{_CURRENCY}(?![^\W_]))?"
    rf"(?:\s?(?:/|per|pro|p/|par|por)\s?{_UNIT}(?![^\W_]))?",
    re.IGNORECASE,
)
_SHARE = re.compile(r"(?<![\w.,])\d{1,3}\s?%?(?:\s?(?:-|–|—|à|bis|to|/)\s?\d{1,3})?\s?%")
_HOURS = re.compile(
    r"(?<![\w.,])\d{1,2}(?:[.,]\d{1,2})?(?:\s?(?:-|–|à|a|tot|bis|to)\s?\d{1,2}(?:[.,]\d{1,2})?)?\s?"
    r"(?:h|hrs?|hours?|std|stunden|uur|uren|horas?|heures?)(?![^\W_])\.?"
    r"(?:\s?(?:/|per|pro|p\.|par|por)?\s?(?:week|wk|woche|semana|semaine)(?![^\W_]))?",
    re.IGNORECASE,
)
_REQUISITION = re.compile(
    r"(?:#|(?<![^\W_])(?:ref(?:erence|erenz|erencia)?|réf(?:érence)?|req(?:uisition)?|job\s?id|id"
    r"|kennziffer|job(?:nr|nummer)|stellen(?:nr|nummer)|vacaturenummer|nr|n[°º])(?![^\W_]))"
    r"[.:\s#]*(?:(?:no|nr|id|n[°º])(?![^\W_])[.:\s]*)?(?=[\w/.-]*\d)[\w/.-]*[\w]",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?<![\w.,/-])(?!(?:ISO|DIN|IEC|EN|AS)[-_ ]?\d)"
    r"(?:[A-Z]{1,5}[-_ ]?\d{4,}(?:[-/_]\d+)*|[A-Z]{1,6}[-_]\d{3,}(?:[-/_]\w+)*|\d{5,}"
    r"|\d{4}[-/]\d{2,}|[A-Z]{2,}\d{4}/\d+)(?![\w])"
)
_COUNT = re.compile(
    r"(?<![\w.,])(?:\d{1,3}\s?x|x\s?\d{1,3}|\d{1,3}\s(?:vacancies|posts|positions|pax|persons|vagas"
    r"|plazas|stellen|postes|vacatures))(?![^\W_])|(?<=\()\d{1,3}(?=\))",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\w.,/-])20[12]\d(?:\s?[/-]\s?(?:20)?[123]\d)?(?![\w/-])")
_POSTAL = re.compile(
    r"(?<![\w.,])(?:(?:D|A|CH|F|B)-)?(?:\d{4,5}\s(?=[A-ZÄÖÜÉ])(?:[^\W\d_]+(?:[-\s](?=[A-ZÄÖÜÉ]))?){1,4}"
    r"|\d{4}\s?[A-Z]{2}|[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}|\d{5}-\d{3})(?![\w])"
)
_DEPARTMENT = re.compile(r"(?<!\w)[A-ZÉ][\w'’-]+\s\(\d{2,5}\)")

_NUMBERED = (
    ("salary", _SALARY),
    ("employment", _SHARE),
    ("employment", _HOURS),
    ("requisition", _REQUISITION),
    ("location", _POSTAL),
    ("location", _DEPARTMENT),
    ("requisition", _CODE),
    ("noise", _COUNT),
    ("noise", _YEAR),
)
_DIGIT = re.compile(r"\d")
_PICTURE = re.compile(
    r"(?:[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f]\u200d?)+"
)
"""Arrows, symbols and emoji, with what joins them."""


def formed(text: str) -> Iterator[Part]:
    """The parts of a title that are told by their form; of overlapping ones the first counts."""
    if "<" in text or "&" in text:
        for found in _MARKUP.finditer(text):
            if found[0] == _AND:  # the sign itself stays
                yield Part("markup", found.start() + 1, found.end(), "sign")
            else:
                yield Part("markup", found.start(), found.end())
    for found in _MARK.finditer(text):
        if len(_GENDERS.intersection(found[0].lower())) > 1 or "gn" in found[0].lower():
            yield Part("gender", found.start(), found.end(), "mark")
    if _DIGIT.search(text):
        for kind, pattern in _NUMBERED:
            for found in pattern.finditer(text):
                yield Part(kind, found.start(), found.end(), "".join(found[0].split()))
    if not text.isascii():
        for found in _PICTURE.finditer(text):
            yield Part("noise", found.start(), found.end())
