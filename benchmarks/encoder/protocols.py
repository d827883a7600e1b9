"""What encoders are measured on: queries with their gold concepts, and the names they search.

3a  translated names of held-out HPO concepts, among the English names of these concepts
3b  the same among all English names of HPO
6   German and Spanish names of held-out Orphanet concepts, among their English names
4   Mantra's mentions in four languages, among its English mentions
codiesp  Spanish evidence of diagnoses, among the English names of ICD-10-CM

Held out are concepts with crc32(id) % 10 == 0. A hit is a query whose most similar name belongs to
one of its concepts.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from xnorm.corpora import default_path, read_corpus
from xnorm.evaluation.intervals import Counts, Difference, Interval, intervals_of, paired_of
from xnorm.text.normal import fold

sys.path.insert(0, str(Path(__file__).parent))
from build_sources import held_out, hpo, hpo_translations, icd10cm, orphanet

Floats = npt.NDArray[np.float32]
HPO_LANGUAGES = ("es", "de", "fr", "nl")
ORPHANET_LANGUAGES = ("de", "es")
MANTRA_LANGUAGES = ("de", "es", "fr", "nl")


class Encodes(Protocol):
    """An encoder."""

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, float32 [texts, dimension]."""


class Query(NamedTuple):
    text: str
    gold: frozenset[str]


class Task(NamedTuple):
    """Queries by language, and the names they are looked for among."""

    queries: dict[str, list[Query]]
    names: list[str]
    concepts: list[frozenset[str]]
    """Of each name."""


def tasks(data: Path, *, mantra: bool = False) -> dict[str, Task]:
    """All that recipes are chosen by, and Mantra, which is for measuring only, if asked for."""
    found = {**_hpo(data), "6": _orphanet(data), "codiesp": _codiesp(data)}
    return {**found, "4": _mantra(data)} if mantra else found


def hits(encoder: Encodes, task: Task) -> dict[str, npt.NDArray[np.bool_]]:
    """Whether each query finds one of its concepts first, by language."""
    names = encoder.encode(task.names)
    found = {}
    for language, queries in task.queries.items():
        vectors = encoder.encode([query.text for query in queries])
        blocks = np.array_split(vectors, len(vectors) // 512 + 1)
        best = np.concatenate([(block @ names.T).argmax(axis=1) for block in blocks])
        found[language] = np.array(
            [bool(task.concepts[b] & query.gold) for b, query in zip(best, queries, strict=True)]
        )
    return found


def interval(task: Task, found: dict[str, npt.NDArray[np.floating]]) -> Interval:
    """The mean over languages of the share of hits, concepts drawn with all their queries."""
    return intervals_of(_sums(task, found), [_shares])[0]


def difference(
    task: Task,
    one: dict[str, npt.NDArray[np.floating]],
    other: dict[str, npt.NDArray[np.floating]],
) -> Difference:
    """How much better the first is than the second in that mean, over the same draws."""
    return paired_of(_sums(task, one), _sums(task, other), _shares)


def mean_of_shares(found: dict[str, npt.NDArray[np.floating]]) -> float:
    """The mean over languages of the share of hits."""
    return float(np.mean([one.mean() for one in found.values()]))


def rounded(value: Any) -> Any:
    """Numbers with four digits, which is what is known."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, list) else value


def _sums(task: Task, found: dict[str, npt.NDArray[np.floating]]) -> Counts:
    """Hits and queries of each language by concept, float64 [concepts, 2 * languages]."""
    places: dict[str, int] = {}
    columns = []
    for language, queries in task.queries.items():
        owner = [places.setdefault(min(query.gold), len(places)) for query in queries]
        columns.append((owner, found[language].astype(np.float64)))
        columns.append((owner, np.ones(len(owner))))
    return np.stack([np.bincount(owner, values, len(places)) for owner, values in columns], axis=1)


def _shares(counts: Counts) -> npt.NDArray[np.float64]:
    shares: npt.NDArray[np.float64] = counts[..., 0::2] / np.maximum(counts[..., 1::2], 1)
    return shares.mean(axis=-1)


def _hpo(data: Path) -> dict[str, Task]:
    english = [(row.name, row.concept) for row in hpo(data)]
    held = [(name, concept) for name, concept in english if held_out(concept)]
    translated = (row for row in hpo_translations(data) if held_out(row.concept))
    queries = _queries(HPO_LANGUAGES, ((r.language, r.name, r.concept) for r in translated))
    return {"3a": _task(queries, held), "3b": _task(queries, english)}


def _orphanet(data: Path) -> Task:
    rows = list(dict.fromkeys(row for row in orphanet(data) if held_out(row.concept)))
    english = [(row.name, row.concept) for row in rows if row.language == "en"]
    named = ((row.language, row.name, row.concept) for row in rows)
    return _task(_queries(ORPHANET_LANGUAGES, named), english)


def _codiesp(data: Path) -> Task:
    """Distinct evidence of training and development documents whose texts DisTEMIST has not."""
    names = [(row.name, row.concept.removeprefix("ICD10CM:")) for row in icd10cm(data)]
    known = {concept for _, concept in names}
    shared = {
        document.id.removeprefix("es-")
        for document in read_corpus("distemist", data / default_path("distemist"))
    }
    queries = _queries(
        ("es",),
        (
            ("es", " ".join(mention.text), code.db_id)
            for split in ("train", "dev")
            for document in read_corpus("codiesp", data / default_path("codiesp"), split=split)
            if document.id not in shared
            for mention in document.mentions
            for code in mention.gold
            if code.db_name == "ICD10CM" and code.db_id in known
        ),
    )
    return _task(queries, names)


def _mantra(data: Path) -> Task:
    """Distinct English texts after folding are the names; queries have a concept among theirs."""
    mentions = [
        (document.language, " ".join(mention.text), mention.gold[0].db_id)
        for document in read_corpus("mantra", data / default_path("mantra"))
        for mention in document.mentions
    ]
    english = [(text, concept) for language, text, concept in mentions if language == "en"]
    known = {concept for _, concept in english}
    texts: dict[str, str] = {}
    concepts: dict[str, set[str]] = defaultdict(set)
    for text, concept in english:
        texts.setdefault(fold(text), text)
        concepts[fold(text)].add(concept)
    return Task(
        _queries(MANTRA_LANGUAGES, (one for one in mentions if one[2] in known)),
        list(texts.values()),
        [frozenset(concepts[key]) for key in texts],
    )


def _queries(
    languages: Iterable[str], named: Iterable[tuple[str, str, str]]
) -> dict[str, list[Query]]:
    """Distinct texts by language, each with all its concepts."""
    found: dict[str, dict[str, set[str]]] = {language: defaultdict(set) for language in languages}
    for language, text, concept in named:
        if language in found:
            found[language][text].add(concept)
    return {
        language: [Query(text, frozenset(gold)) for text, gold in texts.items()]
        for language, texts in found.items()
    }


def _task(queries: dict[str, list[Query]], names: list[tuple[str, str]]) -> Task:
    return Task(
        queries, [name for name, _ in names], [frozenset([concept]) for _, concept in names]
    )
