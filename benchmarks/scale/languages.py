"""How well `--lang auto` tells languages: whole documents, and parts of mixed ones.

    python benchmarks/scale/languages.py

Nine languages are told apart: those with word lists and those of HPO's translations. Documents of
one language have no part in another, so every part that is found is wrong. Mixed documents are made
of sentences of two corpora: five of a Spanish case report, three of an English abstract, five more
Spanish ones; the characters of the middle that are found, and those around it that are wrongly
found, are counted. Nothing was fitted on these texts but the two thresholds of a sentence, which
were chosen on the first 60 documents of a shuffled DisTEMIST and NCBI Disease dev.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import material

from xnorm.corpora import default_path, read_corpus
from xnorm.languages import SPOKEN
from xnorm.text.language_id import LanguageIdentifier
from xnorm.text.sentences import sentence_spans

LANGUAGES = {*SPOKEN, "cs", "tr"}


def main() -> None:
    """Measures and records."""
    identifier = LanguageIdentifier(LANGUAGES)
    spanish = [document.text for document in material.corpora.distemist()]
    english = [document.text for document in material.corpora.ncbi_disease("test")]
    figures: dict[str, Any] = {
        "es, DisTEMIST": of_one(identifier, "es", spanish),
        "en, NCBI Disease test": of_one(identifier, "en", english),
    }
    folder = material.corpora.data_folder()
    mantra: dict[str, list[str]] = {}
    for document in read_corpus("mantra", folder / default_path("mantra")):
        mantra.setdefault(document.language, []).append(document.text)
    for language, texts in sorted(mantra.items()):
        figures[f"{language}, Mantra's short texts"] = of_one(identifier, language, texts)
    figures["es with three sentences in en"] = of_two(identifier, spanish, english)
    material.record("languages", figures)


def of_one(identifier: LanguageIdentifier, language: str, texts: Sequence[str]) -> dict[str, Any]:
    """Documents whose language is right, and sentences that are taken for another language."""
    began = time.process_time()
    found = [identifier.identify(text) for text in texts]
    seconds = time.process_time() - began
    sentences = wrong = 0
    for text, one in zip(texts, found, strict=True):
        spans = sentence_spans(text)
        sentences += len(spans)
        wrong += sum(start <= begin < end for (start, end), _ in one.others for begin, _ in spans)
    return {
        "documents": len(texts),
        "right": round(sum(one.language == language for one in found) / len(texts), 4),
        "sentences": sentences,
        "taken for another language than the document": round(wrong / sentences, 4),
        "ms a document": round(1000 * seconds / len(texts), 1),
    }


def of_two(
    identifier: LanguageIdentifier, spanish: Iterable[str], english: Iterable[str]
) -> dict[str, Any]:
    """What is found of the middle of mixed documents, in shares of characters."""
    inside = around = found_inside = found_around = count = 0
    for text, start, end in mixed(spanish, english):
        others = identifier.identify(text).others
        hits = [
            max(0, min(end, stop) - max(start, begin))
            for (begin, stop), language in others
            if language == "en"
        ]
        marked = sum(stop - begin for (begin, stop), _ in others)
        count += 1
        inside, around = inside + end - start, around + len(text) - (end - start)
        found_inside, found_around = found_inside + sum(hits), found_around + marked - sum(hits)
    return {
        "documents": count,
        "of the English found": round(found_inside / inside, 4),
        "of the Spanish wrongly found": round(found_around / around, 4),
    }


def mixed(spanish: Iterable[str], english: Iterable[str]) -> Iterator[tuple[str, int, int]]:
    """Texts, and where their English is."""
    for one, other in zip(spanish, english, strict=False):
        before, middle = sentences_of(one), sentences_of(other)
        if len(before) < 10 or len(middle) < 3:
            continue
        head, part = " ".join(before[:5]), " ".join(middle[:3])
        yield f"{head} {part} {' '.join(before[5:10])}", len(head) + 1, len(head) + 1 + len(part)


def sentences_of(text: str) -> list[str]:
    """The texts of the sentences."""
    return [text[start:end] for start, end in sentence_spans(text)]


if __name__ == "__main__":
    main()
