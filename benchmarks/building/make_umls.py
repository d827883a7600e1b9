"""Writes a made-up META folder of UMLS in the documented layout, to time `xnorm kb build umls`.

    python benchmarks/building/make_umls.py made/META
    /usr/bin/time -v xnorm kb build umls made/META -o made.kb

The same arguments give the same bytes. Names are made of syllables; their number, languages,
vocabularies, repetitions and suppressed rows are much like those of a release: 1.7 million CUIs
have 5 million rows of MRCONSO.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple


class Vocabulary(NamedTuple):
    """Root abbreviation, family, language, share of rows in percent, term types."""

    sab: str
    family: str
    language: str
    share: int
    ttys: tuple[str, ...]


VOCABULARIES = (
    Vocabulary("SNOMEDCT_US", "SNOMEDCT", "ENG", 16, ("PT", "SY", "FN")),
    Vocabulary("MSH", "MSH", "ENG", 10, ("MH", "ET", "PM", "NM")),
    Vocabulary("NCI", "NCI", "ENG", 9, ("PT", "SY", "AB")),
    Vocabulary("RXNORM", "RXNORM", "ENG", 8, ("SCD", "IN", "BN")),
    Vocabulary("MTH", "MTH", "ENG", 6, ("PN",)),
    Vocabulary("LNC", "LNC", "ENG", 8, ("LN", "LC")),
    Vocabulary("CHV", "CHV", "ENG", 4, ("PT", "SY")),
    Vocabulary("ICD10CM", "ICD10CM", "ENG", 5, ("PT", "HT", "AB")),
    Vocabulary("OMIM", "OMIM", "ENG", 4, ("PT", "ETAL")),
    Vocabulary("SCTSPA", "SNOMEDCT", "SPA", 9, ("PT", "SY")),
    Vocabulary("MSHSPA", "MSH", "SPA", 3, ("MH", "ET")),
    Vocabulary("MSHFRE", "MSH", "FRE", 3, ("MH", "SY")),
    Vocabulary("MSHGER", "MSH", "GER", 3, ("MH", "SY")),
    Vocabulary("MDRDUT", "MDR", "DUT", 3, ("PT", "LLT")),
    Vocabulary("MSHPOR", "MSH", "POR", 3, ("MH", "SY")),
    Vocabulary("MSHCZE", "MSH", "CZE", 3, ("MH", "SY")),
    Vocabulary("MDRJPN", "MDR", "JPN", 3, ("PT", "LLT")),
)

_TYPES = (
    ("T047", "B2.2.1.2.1", "Disease or Syndrome"),
    ("T184", "A2.2.2", "Sign or Symptom"),
    ("T121", "A1.4.1.1.1", "Pharmacologic Substance"),
    ("T109", "A1.4.1.2.1", "Organic Chemical"),
    ("T061", "B1.3.1.3", "Therapeutic or Preventive Procedure"),
    ("T023", "A1.2.3.1", "Body Part, Organ, or Organ Component"),
)
_SYLLABLES = "ar bo cel dys en fi gra hem in ko leu my nephr os pyr que rin scler tox ura".split()
_SUPPRESS = "N" * 88 + "O" * 8 + "Y" * 3 + "E"
_BLOCK = 10_000


def main() -> None:
    """Writes the folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--concepts", type=int, default=1_700_000)
    parser.add_argument("--retired", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "MRCONSO": _conso(Random(args.seed), args.concepts),
        "MRSTY": _sty(Random(args.seed + 1), args.concepts),
        "MRDEF": _def(Random(args.seed + 2), args.concepts),
        "MRCUI": _cui(Random(args.seed + 3), args.concepts, args.retired),
        "MRSAB": _sab(),
        "MRRANK": _rank(),
    }
    for name, rows in tables.items():
        with open(args.folder / f"{name}.RRF", "w", encoding="utf-8", newline="") as file:
            file.writelines("|".join(row) + "|\n" for row in rows)


def _conso(random: Random, concepts: int) -> Iterator[tuple[str, ...]]:
    words = ["".join(random.choices(_SYLLABLES, k=random.randint(1, 4))) for _ in range(60_000)]
    shares = [vocabulary.share for vocabulary in VOCABULARIES]
    serial = 0
    for start in range(0, concepts, _BLOCK):
        block = range(start, min(start + _BLOCK, concepts))
        # 3 rows a concept: half have one or two, a few have dozens.
        counts = random.choices((1, 2, 3, 4, 8, 30), (32, 28, 15, 14, 10, 1), k=len(block))
        total = sum(counts)
        chosen = iter(random.choices(VOCABULARIES, shares, k=total))
        lengths = iter(random.choices((1, 2, 3, 5, 8), (15, 35, 25, 15, 10), k=total))
        suppressed = iter(random.choices(_SUPPRESS, k=total))
        for number, count in zip(block, counts, strict=True):
            named: dict[str, str] = {}
            for _ in range(count):
                serial += 1
                vocabulary, length = next(chosen), next(lengths)
                language = vocabulary.language
                fresh = language not in named or serial % 4
                text = " ".join(random.choices(words, k=length)) if fresh else named[language]
                better = language not in named
                named.setdefault(language, text)
                code = f"{vocabulary.sab[0]}{number * 7 % 10_000_000:07}"
                yield (
                    _id(number),
                    language,
                    "P" if better else "S",
                    f"L{serial:08}",
                    "PF" if better else "VO",
                    f"S{serial:08}",
                    "Y" if fresh else "N",
                    f"A{serial:08}",
                    *("", code, ""),
                    vocabulary.sab,
                    vocabulary.ttys[serial % len(vocabulary.ttys)],
                    "NOCODE" if vocabulary.sab == "MTH" else code,
                    text,
                    *("0", next(suppressed), "256"),
                )


def _sty(random: Random, concepts: int) -> Iterator[tuple[str, ...]]:
    for number in range(concepts):
        for tui, tree, name in random.sample(_TYPES, 2 if number % 20 == 0 else 1):
            yield _id(number), tui, tree, name, f"AT{number:08}", "256"


def _def(random: Random, concepts: int) -> Iterator[tuple[str, ...]]:
    for number in range(0, concepts, 6):
        text = " ".join(random.choices(_SYLLABLES, k=60))
        sab = random.choice(("MSH", "NCI", "MSHSPA"))
        yield _id(number), f"A{number:08}", f"AT{number:08}", "", sab, text, "N", ""


def _cui(random: Random, concepts: int, retired: int) -> Iterator[tuple[str, ...]]:
    for number in range(concepts, concepts + retired):
        relation = random.choice(("SY", "SY", "RO", "DEL"))
        new = "" if relation == "DEL" else _id(random.randrange(concepts))
        yield _id(number), "2019AB", relation, "", "", new, "" if relation == "DEL" else "Y"


def _sab() -> Iterator[tuple[str, ...]]:
    for number, (sab, family, language, _, _) in enumerate(VOCABULARIES):
        versioned = (_id(number), _id(number), f"{sab}_2025", sab, f"{sab}, 2025", family, "2025")
        terms = ("", "", "2025AB", "", "", "", "0", "", "", "FULL", "", "", language, "UTF-8")
        yield *versioned, *terms, "Y", "Y", sab, ""


def _rank() -> Iterator[tuple[str, ...]]:
    ranked = [(sab, tty) for sab, _, _, _, ttys in VOCABULARIES for tty in ttys]
    for number, (sab, tty) in enumerate(ranked):
        yield f"{900 - number:04}", sab, tty, "N"


def _id(number: int) -> str:
    return f"C{number:07}"


if __name__ == "__main__":
    main()
