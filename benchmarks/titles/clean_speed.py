"""How many titles a minute are taken apart on one core.

    python benchmarks/titles/clean_speed.py

The titles of the JobBERT evaluation set in English, and those of the raw German, French, Dutch and
Portuguese ads below the folder of data; each set three times, of which the best counts.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator

import jobbert

from xnorm.titles import clean

RAW = {
    "de": "de_instaffo_titles",
    "fr": "fr_francetravail_titles_rome",
    "nl": "nl_vacatures_titles",
    "pt": "pt_br_catho_titles",
}
TIMES = 3


def main() -> None:
    """Prints a line a language."""
    for language, titles in sets():
        clean("", language)  # reads the tables
        best = min(seconds(titles, language) for _ in range(TIMES))
        each = best / len(titles)
        print(f"{language}: {60 / each:,.0f} titles a minute, {each * 1e6:.1f} us each")


def sets() -> Iterator[tuple[str, list[str]]]:
    """The language and the titles of every set."""
    yield "en", [title for title, _ in jobbert.titles("dev")]
    for language, name in RAW.items():
        path = jobbert.DATA / "jobs/rawtitles" / f"{name}.tsv.gz"
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield language, [line.split("\t")[0].strip() for line in lines][1:]


def seconds(titles: list[str], language: str) -> float:
    """Processor time of cleaning all."""
    began = time.process_time()
    for title in titles:
        clean(title, language)
    return time.process_time() - began


if __name__ == "__main__":
    main()
