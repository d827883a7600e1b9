"""Features of candidate phrases, in groups that a model may have or do without.

Source: Marujo, Gershman, Carbonell, Frederking, Neto (LREC 2012), Supervised topical key phrase
extraction of news stories using crowdsourcing, light filtering and co-reference normalization.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from xnorm.document import Document
from xnorm.filtering import FilterSentences, kept_spans, peripherality
from xnorm.keyphrases.entities import Categories, category_columns, coreference_columns
from xnorm.keyphrases.phrases import LONGEST, Phrase, Word, candidates, words_of
from xnorm.keyphrases.signals import KINDS, count_signals
from xnorm.keyphrases.statistics import Gold, Statistics
from xnorm.resources import signal_words

Floats = NDArray[np.float64]

BASE = ("tf", "first", "last", "spread", "words", "idf", "tfidf", "keyphraseness")
SHALLOW = (
    "characters",
    "capitals",
    "names",
    "pattern",
    "digits",
    "in title",
    "word tf",
    "word idf",
    "word appeal",
)
SIGNALS = KINDS
CENTRALITY = ("nearest sentence", "mean sentence")
COREFERENCE = ("entity tf", "entity first", "entity forms")
CATEGORIES = ("known", "category", "words known")

GROUPS = {
    "base": BASE,
    "shallow": SHALLOW,
    "signals": SIGNALS,
    "centrality": CENTRALITY,
    "coreference": COREFERENCE,
    "categories": CATEGORIES,
}
"""Names of the features by group."""


class Reading(msgspec.Struct, frozen=True):
    """How documents are turned into candidates with features.

    Attributes:
        groups: of features.
        longest: words of the longest candidate.
        share: of sentences that light filtering drops first; 0 for none.
        signals: signal words with their kinds; those that ship if empty.
        categories: concept types that are told apart, for the group `categories`.
    """

    groups: tuple[str, ...] = ("base", "shallow", "signals", "centrality", "coreference")
    longest: int = LONGEST
    share: float = 0.0
    signals: dict[str, str] = {}
    categories: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The features, in the table's order."""
        return tuple(
            name for group, names in GROUPS.items() if group in self.groups for name in names
        )


class Sheet(NamedTuple):
    """A document's candidates with what can be said of them without a corpus.

    Attributes:
        words: of the kept sentences.
        phrases: the candidates.
        columns: feature name to float64[phrases].
    """

    words: Sequence[Word]
    phrases: Sequence[Phrase]
    columns: dict[str, Floats]


def sheet_of(document: Document, reading: Reading, categories: Categories | None = None) -> Sheet:
    """The candidates of a document with their features.

    Args:
        document: with a text.
        reading: what to compute.
        categories: of a knowledge base, for the group of that name.
    """
    if reading.share:
        (document,) = FilterSentences(reading.share)([document])
    words = words_of(document)
    phrases = candidates(words, longest=reading.longest)
    columns = _base(words, phrases)
    if "shallow" in reading.groups:
        columns |= _shallow(document, words, phrases)
    if "signals" in reading.groups or "centrality" in reading.groups:
        signals = reading.signals or signal_words(document.language)
        columns |= _sentences(document, phrases, signals)
    if "coreference" in reading.groups:
        columns |= coreference_columns(document, phrases)
    if categories is not None and "categories" in reading.groups:
        columns |= category_columns(phrases, categories, reading.categories)
    return Sheet(words, phrases, columns)


def with_statistics(
    sheet: Sheet, statistics: Statistics, *, own: Gold | None = None
) -> dict[str, Floats]:
    """The columns of a sheet and those that a corpus gives.

    Args:
        sheet: of a document.
        statistics: of the training corpus.
        own: the document's gold, if it belongs to that corpus: it is then not counted.
    """
    inside, gold = own is not None, own or {}
    keys = [phrase.key for phrase in sheet.phrases]
    idf = np.array([statistics.idf(key, own=inside) for key in keys])
    word_idf, appeal = np.zeros(len(keys)), np.zeros(len(keys))
    rare = {word.key: statistics.idf(word.key, own=inside) for word in sheet.words if not word.idle}
    liked = {key: statistics.appeal(key, found=inside, chosen=key in gold) for key in rare}
    for place, key in enumerate(keys):
        parts = [part for part in key.split(" ") if part in rare]
        word_idf[place] = sum(rare[part] for part in parts) / len(parts)
        appeal[place] = sum(liked[part] for part in parts) / len(parts)
    return {
        **sheet.columns,
        "idf": idf,
        "tfidf": sheet.columns["tf"] * idf,
        "keyphraseness": np.array(
            [float(statistics.keyphraseness(key, own=key in gold)) for key in keys]
        ),
        "word idf": word_idf,
        "word appeal": appeal,
    }


def matrix(columns: dict[str, Floats], names: Sequence[str]) -> Floats:
    """Columns side by side, float64[phrases, names]."""
    return np.stack([columns[name] for name in names], axis=1).astype(np.float64)


def _base(words: Sequence[Word], phrases: Sequence[Phrase]) -> dict[str, Floats]:
    """Frequency and places; places are shares of the length in words' ends."""
    length = max(words[-1].span[1], 1) if words else 1
    times = np.array([len(phrase.spans) for phrase in phrases], np.float64)
    first = np.array([phrase.spans[0][0] for phrase in phrases], np.float64) / length
    last = np.array([phrase.spans[-1][0] for phrase in phrases], np.float64) / length
    return {
        "tf": times / max(times.sum(), 1.0),
        "first": first,
        "last": last,
        "spread": last - first,
        "words": np.array([phrase.words[1] for phrase in phrases], np.float64),
    }


def _shallow(
    document: Document, words: Sequence[Word], phrases: Sequence[Phrase]
) -> dict[str, Floats]:
    """How a phrase is written, with the pattern of its words in place of parts of speech."""
    text = document.text
    shapes = [_shape(text[slice(*word.span)], word.idle) for word in words]
    counts: dict[str, int] = {}
    for word in words:
        counts[word.key] = counts.get(word.key, 0) + 1
    rows = []
    for phrase in phrases:
        first, number = phrase.words
        written = text[slice(*phrase.spans[0])]
        own = shapes[first : first + number]
        pattern = 0
        for shape in own:
            pattern = pattern * 6 + shape + 1
        names = sum(
            shape in (_CAPITAL, _ACRONYM) and (at == 0 or own[at - 1] not in (_CAPITAL, _ACRONYM))
            for at, shape in enumerate(own)
        )
        rows.append(
            (
                len(written),
                sum(c.isupper() for c in written),
                min(names, 2),
                pattern,
                sum(c.isdigit() for c in written),
                phrase.sentences[0] == 0,
                sum(counts[word.key] for word in words[first : first + number]) / number,
            )
        )
    table = np.array(rows, np.float64).reshape(-1, 7)
    table[:, 6] /= max(len(words), 1)
    names_ = ("characters", "capitals", "names", "pattern", "digits", "in title", "word tf")
    return dict(zip(names_, table.T, strict=True))


def _sentences(
    document: Document, phrases: Sequence[Phrase], signals: Mapping[str, str]
) -> dict[str, Floats]:
    """What the sentences of a phrase signal, and how near they are to the document's centre."""
    texts = [document.text[slice(*span)] for span in kept_spans(document)]
    distances = peripherality(texts, language=document.language)
    counts = np.array([count_signals(text, signals) for text in texts])
    means = np.zeros((len(phrases), len(KINDS)))
    nearest, mean = np.zeros(len(phrases)), np.zeros(len(phrases))
    for place, phrase in enumerate(phrases):
        means[place] = counts[phrase.sentences].mean(axis=0)
        nearest[place] = distances[phrase.sentences].min()
        mean[place] = distances[phrase.sentences].mean()
    columns = dict(zip(KINDS, means.T, strict=True))
    return {**columns, "nearest sentence": nearest, "mean sentence": mean}


_IDLE, _LOWER, _CAPITAL, _ACRONYM, _NUMBER = range(5)


def _shape(word: str, idle: bool) -> int:
    if any(c.isdigit() for c in word):
        return _NUMBER
    if idle:
        return _IDLE
    if len(word) > 1 and word.isupper():
        return _ACRONYM
    return _CAPITAL if word[:1].isupper() else _LOWER
