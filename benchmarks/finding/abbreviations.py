"""Abbreviation definitions on MED1250: precision, recall and F of (record, short, long) triples.

    python benchmarks/finding/abbreviations.py [--out benchmarks/results/abbreviations.json]

MED1250 (Ab3P's gold, 1,246 records) is for measuring only; pairs are compared in lower case and
counted once a record, as in the published figures.
"""

from __future__ import annotations

import argparse
import json
import sys
import tarfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import corpora
from xnorm.text.abbreviations import find_abbreviations

Triple = tuple[str, str, str]


def med1250(data: Path) -> tuple[dict[str, str], set[Triple]]:
    """The records' texts by id, and the gold triples."""
    with tarfile.open(data / "text/Ab3P-MED1250.tar.xz") as archive:
        member = archive.extractfile("./MED1250_labeled")
        assert member is not None
        lines = member.read().decode("latin-1").splitlines()
    texts: dict[str, str] = {}
    gold: set[Triple] = set()
    record = ""
    for line in lines:
        if line.strip().isdigit():
            record = line.strip()
            texts[record] = ""
        elif line.startswith("  ") and "|" in line:
            short, long = line.strip().split("|")[:2]
            gold.add((record, short.strip().lower(), long.strip().lower()))
        elif record and line.strip() and not line.startswith("//"):
            texts[record] += line + "\n"
    return texts, gold


def main() -> None:
    """Prints the figures, and writes them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--errors", action="store_true", help="print what differs from the gold")
    options = parser.parse_args()
    texts, gold = med1250(corpora.data_folder())
    found = {
        (record, pair.short.lower(), pair.long.lower())
        for record, text in texts.items()
        for pair in find_abbreviations(text)
    }
    hits = len(found & gold)
    precision, recall = hits / len(found), hits / len(gold)
    row = {
        "records": len(texts),
        "pairs": len(gold),
        "found": len(found),
        "precision": round(precision, 3),
        "recall": round(recall, 3),
        "f": round(2 * precision * recall / (precision + recall), 3),
    }
    print(json.dumps(row))
    if options.out:
        text = json.dumps({"protocol": __doc__, "rows": [row]}, indent=1)
        options.out.write_text(text + "\n", encoding="utf-8")
    if options.errors:
        for label, triples in (("+", found - gold), ("-", gold - found)):
            for triple in sorted(triples):
                print(label, *triple, sep="\t")


if __name__ == "__main__":
    main()
