"""Abbreviations that a text defines itself: `long form (SF)`, `SF (long form)`, `SF = long form`.

After Schwartz and Hearst (PSB 2003): the letters of the short form are looked for, in order, in the
words beside it. Where they take the first alignment from the right, this takes the best one
(`text.alignment`). Letters are compared without case and accents, so that any Latin-script language
works; the words that introduce a short form ("por sus siglas", "kurz") are known in seven.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from xnorm.document import Span
from xnorm.text.alignment import align, letters_of
from xnorm.text.normal import fold, fold_with_map
from xnorm.text.tokens import tokenize

_BRACKETS = r"(?:\([^()\[\]]{1,300}\)|\[[^()\[\]]{1,300}\])"
_GROUP = re.compile(_BRACKETS)
_PASSED = re.compile(rf"{_BRACKETS}(?!\s?[,.;:])")  # what a long form may go past
_ATTACHED = re.compile(r"(?<=\w)(?:\([^()\[\]\s]{1,12}\)|\[[^()\[\]\s]{1,12}\])")
_BORDER = re.compile(r"(?<!\b[A-Z])[.!?;]\s+|\n\s*\n|\s[(\[]|[)\]]")
_CUT = re.compile(r"[;=:]|,(?!\d)|\s(?:or|o|ou|oder|of)\s")
_LONG_CUT = re.compile(r"[;=(]|[,:]\s")
_CUES = r"""(?:
    (?:(?:por|par)\ )?(?:(?:sus?|ses|le)\ )?(?:siglas?|sigles?|acr[óo]nimo|acronyme)
  | (?:hence|here|there)(?:in)?after | henceforth | kurz | afkorting | abkürzung | en\ abr[ée]g[ée]
  | (?:abbreviated|abreviad[oa]|abr[ée]g[ée]e?|abgek[üu]rzt|afgekort|abbreviat[oa])
    (?:\ (?:as|to|als|mit|tot|como|en|come|com))?
  | (?:abbr|abk|afk|abr|abrev)\.
  | (?:in\ english|en\ ingl[ée]s|en\ anglais|em\ ingl[êe]s|auf\ englisch|in\ het\ engels)
)"""
_LEAD = re.compile(
    rf"""(?ix)(?:(?:{_CUES} | also | the | or | o | ou | oder | of | i\.e\. | e\.g\.
    | termed | called | designated | denoted | (?:referred\ to|known)\ as)[,:]?\s+)+"""
)
_INTRODUCED = re.compile(rf"(?x),?\s(?i:{_CUES})[,:]?\ ([^\W_][\w-]{{1,9}})(?![\w-])")
_EQUALS = re.compile(r"(?<![^\s(\[;,])([^\W\d_][\w/-]{1,9})\ ?([=:])\ ?(?=[^\W\d_])")
_EQUALS_END = re.compile(r"[.;,)\]\n=]|\s[^\s=]{1,10} ?=")
_PLURAL = re.compile(r"(?<=[A-Z])['’]?s$")
_LAST_WORD = re.compile(r"[^\s,;:]+\s*$")
_LOCANT = re.compile(r"(?<![\w'’])(?:\d[\w,'’′]{0,12}|\w{1,3}|alpha|beta|gamma|delta)[-‐‑]$")

_LONGEST_SHORT = 10
_WINDOW = 400  # a long form begins at most so many characters before its short form
_MINOR = 3  # words up to this length do not count towards the room that a long form has
_ENOUGH = 0.3
_ENOUGH_FAR = 0.8  # for a long form that goes past another bracket
_ENOUGH_LOWER = 0.7  # a lower-case word in brackets is seldom an abbreviation
_ENOUGH_UNNUMBERED = 0.8  # for a short form that has a number beside the letters
_ENOUGH_BUT_ONE = 0.8  # for one with a letter that the long form has not
_ENOUGH_EQUALS = {"=": 0.6, ":": 0.8}


class Abbreviation(NamedTuple):
    """A short form and what the text says it stands for, with the places of this definition."""

    short: str
    long: str
    short_span: Span
    long_span: Span


def find_abbreviations(text: str) -> list[Abbreviation]:
    """The definitions of a text, in order; a short form that is defined twice comes twice.

    >>> text = "Sufre un infarto agudo de miocardio (IAM). EPOC (enfermedad pulmonar obstructiva)"
    >>> [(a.short, a.long) for a in find_abbreviations(text)]
    [('IAM', 'infarto agudo de miocardio'), ('EPOC', 'enfermedad pulmonar obstructiva')]
    """
    pairs = dict(_with_equals(text)) | dict(_introduced(text)) | dict(_in_brackets(text))
    return [
        Abbreviation(text[slice(*short)], text[slice(*long)], short, long)
        for short, long in sorted(pairs.items())
    ]


def defined_long_forms(text: str) -> dict[str, str]:
    """The long form of every short form that a text defines, in the singular and the plural.

    Of several definitions the last counts.

    >>> defined_long_forms("accidente cerebrovascular (ACV)")
    {'ACV': 'accidente cerebrovascular', 'ACVs': 'accidente cerebrovascular'}
    """
    defined = {found.short: found.long for found in find_abbreviations(text)}
    varied = {
        _PLURAL.sub("", short) if _PLURAL.search(short) else f"{short}s": long
        for short, long in defined.items()
        if short[-1].isupper() or _PLURAL.search(short)
    }
    return defined | {short: long for short, long in varied.items() if short not in defined}


def _in_brackets(text: str) -> Iterator[tuple[Span, Span]]:
    """`long form (SF)` and `SF (long form)`; a long form may go past another bracket."""
    near = _ATTACHED.sub(_blank, text)  # "Na(+)" is one word
    inner = _GROUP.sub(_blank, text)
    far = _PASSED.sub(_blank, _PASSED.sub(_blank, text))
    for match in (*_GROUP.finditer(text), *_GROUP.finditer(inner)):
        bracket, end = match.start(), match.end() - 1
        short = _part(text, bracket + 1, end, _CUT)
        long = _long_before(near, bracket, text[slice(*short)])
        if long is None:
            pair = _long_inside(near, bracket, _part(text, bracket + 1, end, _LONG_CUT))
            if pair is not None:
                yield pair
                continue
            long = _long_before(far, bracket, text[slice(*short)], enough=_ENOUGH_FAR)
        if long is not None:
            yield short, long


def _introduced(text: str) -> Iterator[tuple[Span, Span]]:
    """`long form, abbreviated SF`."""
    for match in _INTRODUCED.finditer(text):
        long = _long_before(text, match.start(), match[1])
        if long is not None and _is_upper(match[1]):
            yield match.span(1), long


def _with_equals(text: str) -> Iterator[tuple[Span, Span]]:
    """`SF = long form` and `SF: long form`, as legends have it."""
    for match in _EQUALS.finditer(text):
        if not _is_upper(match[1]):
            continue
        following = text[match.end() : match.end() + _WINDOW]
        long = _EQUALS_END.split(following, maxsplit=1)[0].rstrip()
        aligned = align(letters_of(match[1]), long)
        if (
            aligned is not None
            and not aligned.start
            and aligned.score >= _ENOUGH_EQUALS[match[2]]
            and _plausible(match[1], long)
        ):
            yield match.span(1), (match.end(), match.end() + len(long))


def _long_before(text: str, end: int, short: str, *, enough: float = _ENOUGH) -> Span | None:
    """The long form of a short form in the words right before `end`."""
    begin = max(0, end - _WINDOW)
    for border in _BORDER.finditer(text, begin, end):
        begin = border.end()
    words = [token for token in tokenize(text[begin:end]) if text[begin + token.start].isalnum()]
    if not words or text[begin + words[-1].end : end].strip(" \t\n\"'”’*-"):
        return None
    last = begin + words[-1].end
    if len(short) == 1:
        first = begin + words[-1].start
        return (first, last) if _is_initial(short, text[first:last]) else None
    if not _is_short(short):
        return None
    letters = letters_of(short)
    room = min(len(letters) + 5, 2 * len(letters))  # Schwartz and Hearst's bound, on major words
    majors = [i for i, word in enumerate(words) if word.end - word.start > _MINOR]
    words = words[majors[-room] :] if len(majors) > room else words
    first = begin + words[0].start
    start = _aligned(short, text[first:last], enough)
    if start is None:
        start = _exchanged(letters, text[first:last])
    if start is None or not _plausible(short, text[first + start : last]):
        return None
    return _with_locants(text, begin, first + start), last


def _long_inside(text: str, bracket: int, inside: Span) -> tuple[Span, Span] | None:
    """`SF (long form)`."""
    begin = max(0, bracket - 3 * _LONGEST_SHORT)
    word = _LAST_WORD.search(text, begin, bracket)
    if word is None:
        return None
    start = word.start() + len(word.group()) - len(word.group().lstrip("([\"'“‘"))
    short = text[start:bracket].rstrip()
    long = text[slice(*inside)]
    if not _is_short(short) or not any(c.isupper() for c in short[:-1] or short):
        return None
    aligned = align(letters_of(_PLURAL.sub("", short)), long)
    if aligned is None or aligned.score < _ENOUGH or not _plausible(short, long):
        return None
    # "AIDS (the acquired ...)": an article may go before
    first = _with_locants(long, 0, aligned.start)
    lead = fold(long[:first]).split()
    if len(lead) > 1 or any(len(word) > _MINOR for word in lead):
        return None
    return (start, start + len(short)), (inside[0] + first, inside[1])


def _aligned(short: str, text: str, enough: float) -> int | None:
    """Where the long form begins: of a short form, or without its plural s, number, a letter."""
    if not any(c.isupper() or c.isdigit() for c in short):
        enough = max(enough, _ENOUGH_LOWER)
    found = [align(letters_of(form), text) for form in {short, _PLURAL.sub("", short)}]
    best = max((item for item in found if item), key=lambda item: item.score, default=None)
    if best is not None and best.score >= enough:
        return best.start
    letters = letters_of(short)
    plain = letters_of(short.rstrip("0123456789"))
    if 1 < len(plain) < len(letters):
        unnumbered = align(plain, text)
        if unnumbered is not None and unnumbered.score >= _ENOUGH_UNNUMBERED:
            return unnumbered.start
    if len(letters) > 3 and sum(c.isupper() for c in short) > len(letters) / 2:
        found = [align(letters[:at] + letters[at + 1 :], text) for at in range(1, len(letters))]
        best = max((item for item in found if item), key=lambda item: item.score, default=None)
        if best is not None and best.score >= _ENOUGH_BUT_ONE:
            return best.start
    return None


def _exchanged(letters: str, text: str) -> int | None:
    """Where the last major words begin whose initials are the letters in another order.

    "myotonic dystrophy (DM)" has the order of Latin or of another language.
    """
    folded, offsets = fold_with_map(text)
    starts = [at for at in range(len(folded)) if at == 0 or folded[at - 1] == " "]
    majors = [at for at in starts if len(folded[at:].split(" ", 1)[0]) > _MINOR][-len(letters) :]
    initials = sorted(folded[at] for at in majors)
    return offsets[majors[0]] if initials == sorted(letters) and len(letters) <= 4 else None


def _with_locants(text: str, begin: int, start: int) -> int:
    """The start with what hangs on it by a hyphen: "3-methylcholanthrene", "c-Jun"."""
    while locant := _LOCANT.search(text, begin, start):
        start = locant.start()
    return start


def _is_short(short: str) -> bool:
    return (
        1 < len(short) <= _LONGEST_SHORT
        and len(short.split()) <= 2
        and short[0].isalnum()
        and any(c.isalpha() for c in short)
    )


def _is_initial(letter: str, word: str) -> bool:
    return letter.isupper() and len(word) > _MINOR and fold(word).startswith(fold(letter))


def _is_upper(short: str) -> bool:
    return sum(c.isupper() for c in short) >= 2 and _is_short(short)


def _plausible(short: str, long: str) -> bool:
    """A long form is longer than its short form and does not contain it as a word."""
    return len(long) > len(short) + 1 and fold(short) not in fold(long).split()


def _part(text: str, start: int, end: int, cut: re.Pattern[str]) -> Span:
    """The text up to a comma or the like, without "abbreviated" and white space."""
    lead = _LEAD.match(text, start, end)
    start = lead.end() if lead else start
    found = cut.search(text, start, end)
    end = found.start() if found else end
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip(" \t\n\"'“‘"))
    end = max(start, start + len(text[start:end].rstrip(" \t\n\"'”’.,")))
    return start, end


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
