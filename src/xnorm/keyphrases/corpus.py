"""Documents with gold key phrases: folders of `.txt` and `.key` files, or documents that name them.

The folder is the layout that the field's corpora have: `NAME.txt` with the text, the title on the
first line, and `NAME.key` with a phrase a line; 500N-KPCrowd adds `NAME-CrowdCountskey`, a phrase,
a tab, and how many people chose it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from xnorm.document import Document
from xnorm.errors import DataError
from xnorm.files import decode, open_binary
from xnorm.formats import open_documents
from xnorm.keyphrases.phrases import phrase_key

FIELD = "key_phrases"
"""The field of a document that has its key phrases: strings, or objects with `text` and `score`."""


class Annotated(NamedTuple):
    """A document with its gold key phrases, by `phrase_key`.

    Attributes:
        document: the text.
        relevance: how relevant each phrase is, above 0 to 1.
        chosen: the key phrases.
    """

    document: Document
    relevance: Mapping[str, float]
    chosen: frozenset[str]


def read_annotated(source: str | Path, *, language: str = "") -> Iterator[Annotated]:
    """The documents of a folder or file with their gold key phrases.

    Raises:
        DataError: for a document without any, or a file that cannot be read.
    """
    path = Path(source)
    if path.is_dir() and (texts := sorted(path.glob("*.txt"))):
        for text in texts:
            yield _from_files(text, language)
        return
    with open_documents(source, language=language) as documents:
        for document in documents:
            yield _from_field(document, place=f"{source}, document '{document.id}'")


def _from_files(path: Path, language: str) -> Annotated:
    text = _read(path)
    document = Document.from_text(text, id=path.stem, language=language)
    chosen = _lines(path.with_suffix(".key"))
    counts: dict[str, float] = {}
    crowd = path.with_name(f"{path.stem}-CrowdCountskey")
    for number, line in enumerate(_lines(crowd) if crowd.exists() else [], 1):
        phrase, _, count = line.rpartition("\t")
        if not count.strip().isdigit():
            raise DataError(
                f"'{count}' is not a number of people",
                place=f"{crowd}, line {number}",
                todo="Write the phrase, a tab, and a whole number",
            )
        key = phrase_key(phrase)
        counts[key] = max(counts.get(key, 0), int(count))
    return _annotated(document, counts or dict.fromkeys(map(phrase_key, chosen), 1.0), chosen)


def _from_field(document: Document, *, place: str) -> Annotated:
    phrases = document.extra.get(FIELD)
    if not isinstance(phrases, Sequence) or isinstance(phrases, str) or not phrases:
        raise DataError(
            f"there are no gold key phrases in the field '{FIELD}'",
            place=place,
            todo="Give a list of strings, or a folder of .txt and .key files",
        )
    scores: dict[str, float] = {}
    for phrase in phrases:
        text, score = (
            (phrase.get("text"), phrase.get("score", 1))
            if isinstance(phrase, Mapping)
            else (phrase, 1)
        )
        if (
            not isinstance(text, str)
            or isinstance(score, bool)
            or not isinstance(score, int | float)
        ):
            raise DataError(
                f"{phrase!r} is not a key phrase",
                place=f"{place}, field '{FIELD}'",
                todo="Give a string, or an object with `text` and a number as `score`",
            )
        scores[phrase_key(text)] = float(score)
    return _annotated(document, scores, list(scores))


def _annotated(document: Document, scores: Mapping[str, float], chosen: Sequence[str]) -> Annotated:
    best = max(scores.values(), default=1.0)
    relevance = {key: score / best for key, score in scores.items() if key and score > 0}
    return Annotated(document, relevance, frozenset(filter(None, map(phrase_key, chosen))))


def _lines(path: Path) -> list[str]:
    return [line for line in _read(path).splitlines() if line.strip()]


def _read(path: Path) -> str:
    with open_binary(path) as stream:
        return decode(stream.read(), place=str(path))
