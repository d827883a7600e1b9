"""Sentence spans by a handful of rules, for the languages the product speaks and others like them.

A full stop ends a sentence when white space follows, the next word does not begin in lower case,
and the word before it is not an abbreviation, an initial or an ordinal.
"""

from __future__ import annotations

import re

from xnorm.document import Span

_ENDING = re.compile(
    r"""(?P<stop>[.!?…]+)(?P<closing>["'”’»)\]]*)(?=\s)   # Latin punctuation wants white space
    | [。！？]+["'”’」』）]*                               # CJK punctuation does not
    | \n\s*\n                                            # an empty line
    | \n(?!\s*[a-zà-öø-ÿ])                               # a line that does not go on in lower case
    """,
    re.VERBOSE,
)
_LAST_WORD = re.compile(r"[^\s(\[«“\"'/]+$")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")

# Written without the final full stop. One set for all languages: what is an abbreviation in one is
# hardly ever the last word of a sentence in another.
_ABBREVIATIONS = frozenset(
    """
adj al approx ej ex aprox art av avda bzw ca cap cf cl cm col d.h dept dgl dr dra dres dott dres dña
ed eds e.g etc ev evtl fig figs ggf gr hr hrsg i.e ibid i.v inc incl i.m inkl jr lic ltd max mdl med
mg min mio mlle mme mmes mr mrs ms mw mevr dhr nr nro núm no nos o.ä p.a p.ej p.ex pág págs pp prof
profa ref resp rev s.c sig sog sr sra sres srta ss st sta sto str tab tel u.a ud uds usw v.a vgl vol
vs z.b z.n zn z.t b.v o.a m.b.t i.v.m d.w.z bijv blz p.es ecc ing avv es esp apdo ctra dto dcha izq
izqda tto tx dx hx fx
""".split()
)
_GERMAN_ORDINAL = frozenset({"de", "da", "nb", "no", "fi", "cs", "hu"})


def sentence_spans(text: str, language: str = "") -> list[Span]:
    """The sentences' spans without surrounding white space, in order; every letter is in one.

    >>> text = "El Dr. Gil vio p. ej. 3 casos. ¿Cuándo? Ayer."
    >>> [text[start:end] for start, end in sentence_spans(text, "es")]
    ['El Dr. Gil vio p. ej. 3 casos.', '¿Cuándo?', 'Ayer.']
    """
    spans: list[Span] = []
    start = 0
    for match in _ENDING.finditer(text):
        if match["stop"] is not None and not _ends(text, match, start, language):
            continue
        _append(spans, text, start, match.end())
        start = match.end()
    _append(spans, text, start, len(text))
    return spans


def _ends(text: str, match: re.Match[str], start: int, language: str) -> bool:
    """Whether Latin end punctuation really ends the sentence."""
    following = text[match.end() : match.end() + 80].lstrip()
    if following[:1].islower():
        return False
    if match["stop"] != "." or match["closing"]:
        return True
    # A word longer than this is no abbreviation, and a bound keeps long texts linear.
    before = _LAST_WORD.search(text, max(start, match.start() - 30), match.start())
    if before is None:
        return True
    word = before.group().casefold()
    if word.isdigit():  # "am 3. Mai", or a numbered line
        numbered = not text[max(start, before.start() - 80) : before.start()].strip()
        return not (numbered or (language in _GERMAN_ORDINAL and len(word) <= 2))
    if word in _ABBREVIATIONS:
        return False
    return not (_INITIALS.fullmatch(word) and following[:1].isalnum())


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip())
    length = len(piece.strip())
    if length:
        spans.append((start + lead, start + lead + length))
