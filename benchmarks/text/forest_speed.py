"""Short texts a second through the forests that ship, on one core, and what a forest weighs.

    python benchmarks/text/forest_speed.py [--out FILE]

Texts: mentions of DisTEMIST (Spanish), BC5CDR and NCBI Disease (English), German names of HPO, each
distinct one once, in the order of the corpus. `first` begins with nothing remembered, `again` is
the same texts a second time. Times are of the processor; the best of five runs, since other work
on a machine only ever slows one.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import corpora
import terminologies
from xnorm.document import Document
from xnorm.resources.forests import forest_files
from xnorm.text.forest import Forest, open_forest
from xnorm.version import VERSION

RUNS = 5


def english() -> Iterable[Document]:
    """Abstracts of two corpora."""
    yield from corpora.bc5cdr("Development", "Disease")
    yield from corpora.bc5cdr("Development", "Chemical")
    yield from corpora.ncbi_disease("train")


def german() -> Iterable[str]:
    """Names of phenotypes."""
    return (name.text for concept in terminologies.hpo("de") for name in concept.names)


def mentions(documents: Iterable[Document]) -> Iterable[str]:
    """Their texts."""
    return (mention.surface for document in documents for mention in document.mentions)


TEXTS: dict[str, Callable[[], Iterable[str]]] = {
    "es": lambda: mentions(corpora.distemist()),
    "en": lambda: mentions(english()),
    "de": german,
}


def main() -> None:
    """Prints a line a language, and writes them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    results: dict[str, object] = {"xnorm": VERSION, "python": platform.python_version()}
    for language, given in TEXTS.items():
        texts = list(dict.fromkeys(given()))
        results[language] = row = measure(language, texts)
        print(language, json.dumps(row), flush=True)
    if options.out:
        options.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def measure(language: str, texts: list[str]) -> dict[str, object]:
    """Speed and size of one language's forest."""
    files = forest_files(language)
    tables = {table for file in files for table in file.parent.glob("*.tsv")}
    with tempfile.TemporaryDirectory() as name:
        cache = Path(name)
        compiling = seconds(lambda: open_forest(files))
        open_forest(files, cache=cache)
        opening = min(seconds(lambda: open_forest(files, cache=cache)) for _ in range(RUNS))
        kept = sum(file.stat().st_size for file in cache.iterdir())
        forests = [open_forest(files, cache=cache) for _ in range(RUNS)]
    first = [seconds(lambda forest=forest: digest(forest, texts)) for forest in forests]
    again = [seconds(lambda forest=forest: digest(forest, texts)) for forest in forests]
    digested = [forests[0].digest(text) for text in texts]
    return {
        "texts": len(texts),
        "characters a text": round(sum(map(len, texts)) / len(texts), 1),
        "changed": sum(d.text != d.original for d in digested),
        "texts a second, first": round(len(texts) / min(first)),
        "texts a second, again": round(len(texts) / min(again)),
        "ms to compile": round(1000 * compiling),
        "ms to open": round(1000 * opening, 1),
        "kB of rules": round(sum(file.stat().st_size for file in (*files, *tables)) / 1000),
        "kB compiled": round(kept / 1000),
    }


def digest(forest: Forest, texts: list[str]) -> None:
    """Digests all texts."""
    for text in texts:
        forest.digest(text)


def seconds(work: Callable[[], object]) -> float:
    """Of the processor."""
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
