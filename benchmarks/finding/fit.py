"""Fits the finder's scorer and writes src/xnorm/resources/finder/scorer.json.

    python benchmarks/finding/fit.py [--out FILE] [--folds]

Nothing here sees a document of DisTEMIST, on which the finder is measured:

- CodiEsp train and dev without DisTEMIST's documents (181, Spanish), HPO's English names. Gold are
  the evidence spans of diagnoses whose text is an HPO name (English or Spanish, exactly or by
  TF-IDF of at least .72), and wherever else the text has a Spanish name of HPO or, for a concept
  with an equal English name, of the glossary, since not every symptom is coded: a silver standard.
- GSC+ (228 English abstracts, exact HPO ids) against HPO's Spanish, German, French and Dutch
  names, one language at a time, and a share against the English ones.
- Both against an eighth of the English concepts, because terminologies may be small.

With --folds nothing is written; the figures of three-fold cross-validation by document are printed.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
import warnings
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

import corpora
from xnorm.document import Document
from xnorm.encoders import load_encoder
from xnorm.kb import Concept, KnowledgeBase, Name, default_concepts
from xnorm.mentions.cross_lingual import CrossLingualFinder
from xnorm.mentions.dictionary import DictionaryFinder
from xnorm.mentions.features import FEATURES
from xnorm.mentions.findings import likely_findings, without_overlaps
from xnorm.mentions.scorer import Scorer
from xnorm.mentions.scoring import with_probability
from xnorm.mentions.windows import Windows, find_windows
from xnorm.resources import known_abbreviations, resource_path
from xnorm.text import fold

UNITS = 8
SEEDS = 4
GOLD_OVERLAP = 0.4
SHARES = {
    "cod-en": 1.0,
    "cod-small": 0.5,
    "gsc-small": 0.2,
    "gsc-es": 0.3,
    "gsc-de": 0.8,
    "gsc-fr": 0.3,
    "gsc-nl": 0.8,
    "gsc-en": 0.15,
}
SEED = 0
FITTED_ON = (
    "CodiEsp train and dev without DisTEMIST's documents (silver) x HPO English names; "
    "GSC+ x HPO Spanish, German, French, Dutch, English names; both x an eighth of the concepts"
)

Gold = dict[tuple[int, int], frozenset[str]]


class Task(NamedTuple):
    """Texts with gold spans, and everything the scorer sees of them."""

    gold: list[Gold]
    ids: list[str]
    windows: Windows
    window: Any
    concept: Any
    features: Any
    right: Any


class Terminology:
    """A knowledge base that poses as an index: the finder asks for no more."""

    def __init__(
        self,
        languages: Sequence[str],
        folder: Path,
        *,
        small: bool = False,
        concepts: Iterator[Concept] | None = None,
    ) -> None:
        path = folder / f"{'-'.join(languages)}{'-small' * small}{'-own' * bool(concepts)}.kb"
        concepts = concepts or default_concepts(languages)
        if small:
            concepts = (c for c in concepts if zlib.crc32(c.id.encode()) % 8 == 0)
        self.kb = KnowledgeBase.build(concepts, path, source="HPO")


def silver(documents: Iterable[Document], kb: KnowledgeBase) -> list[Gold]:
    """Spans whose text is a name, with its concepts."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    ids = kb.concepts["id"].to_pylist()
    names = [fold(text) for text in kb.names["text"].to_pylist()]
    concepts = [ids[row] for row in kb.names["concept"].to_pylist()]
    exact: dict[str, set[str]] = defaultdict(set)
    for name, concept in zip(names, concepts, strict=True):
        exact[name].add(concept)
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), sublinear_tf=True)
    matrix = vectors.fit_transform(names)
    long_forms = known_abbreviations("es")
    found = []
    for document in documents:
        gold: Gold = {}
        for mention in document.mentions:
            if len(mention.spans) > 1:
                continue
            query = fold(long_forms.get(mention.surface.strip(), mention.surface))
            if query in exact:
                gold[mention.spans[0]] = frozenset(exact[query])
                continue
            likeness = (matrix @ vectors.transform([query]).T).toarray()[:, 0]
            if likeness.max() >= 0.72:
                rows = np.flatnonzero(likeness >= likeness.max() - 1e-6)
                gold[mention.spans[0]] = frozenset(concepts[row] for row in rows)
        found.append(gold)
    return found


def with_names(documents: Sequence[Document], gold: list[Gold], spanish: Any) -> list[Gold]:
    """Gold with the concepts that the texts name elsewhere, as a dictionary finds them."""
    finder = DictionaryFinder(spanish)
    ids = spanish.kb.concepts["id"].to_pylist()
    found = []
    for document, stated in zip(documents, gold, strict=True):
        named = {(m.start, m.end): frozenset({ids[m.concept]}) for m in finder.find(document)}
        free = {
            span: concepts
            for span, concepts in named.items()
            if not any(a < span[1] and span[0] < b for a, b in stated)
        }
        found.append({**stated, **free})
    return found


def spanish_concepts() -> Iterator[Concept]:
    """HPO's Spanish names, and the glossary's where an English name of it is one of HPO's."""
    glossary: dict[str, set[str]] = defaultdict(set)
    for path in sorted(resource_path("glossary").glob("*.tsv")):
        with open(path, encoding="utf-8") as stream:
            for row in csv.DictReader(stream, delimiter="\t"):
                for english in row["en"].split("|"):
                    glossary[fold(english)].update(filter(None, row["es"].split("|")))
    for concept in default_concepts(["en", "es"]):
        names = [name for name in concept.names if name.language == "es"]
        english = {fold(name.text) for name in concept.names if name.language == "en"}
        more = sorted(set().union(*(glossary.get(text, set()) for text in english)))
        names += [Name(text, "es") for text in more if len(text) > 4]
        yield msgspec.structs.replace(concept, names=tuple(names))


def gold_of(documents: Iterable[Document], kb: KnowledgeBase) -> list[Gold]:
    """Gold HPO ids, in use today."""
    return [
        {
            mention.spans[0]: frozenset(kb.resolve(gold.db_id) for gold in mention.gold)
            for mention in document.mentions
        }
        for document in documents
    ]


def task(documents: Sequence[Document], gold: list[Gold], terminology: Any) -> Task:
    """Windows, features and what is right."""
    finder = CrossLingualFinder(terminology)
    windows = find_windows(documents, finder.longest)
    window, concept, features = finder.pairs(windows)
    ids = terminology.kb.concepts["id"].to_pylist()
    right = np.zeros(len(window), bool)
    for pair, (w, c) in enumerate(zip(window.tolist(), concept.tolist(), strict=True)):
        start, end = windows.words[windows.first[w]].start, windows.words[windows.last[w]].end
        for (a, b), concepts in gold[windows.document[w]].items():
            shared = min(end, b) - max(start, a)
            if shared >= GOLD_OVERLAP * max(end - start, b - a) and ids[c] in concepts:
                right[pair] = True
    return Task(gold, ids, windows, window, concept, features, right)


def fit(features: Any, right: Any) -> Scorer:
    """Networks of one small hidden layer from several seeds, their logits averaged: again one."""
    mean, scale = features.mean(0), features.std(0) + 1e-6
    standard = ((features - mean) / scale).clip(-8, 8)
    networks = [network(standard, right, seed) for seed in range(SEEDS)]
    return Scorer(
        card={},
        features=list(FEATURES),
        mean=short(mean),
        scale=short(scale),
        hidden=short(np.hstack([one.coefs_[0] for one in networks])),
        hidden_bias=short(np.concatenate([one.intercepts_[0] for one in networks])),
        output=short(np.concatenate([one.coefs_[1][:, 0] for one in networks]) / SEEDS),
        output_bias=short(np.mean([one.intercepts_[1][0] for one in networks])),
    )


def network(standard: Any, right: Any, seed: int) -> Any:
    """One of the networks."""
    from sklearn.neural_network import MLPClassifier

    one = MLPClassifier(
        (UNITS,),
        alpha=3e-2,
        batch_size=256,
        n_iter_no_change=100,
        warm_start=True,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the number of rounds is chosen, not a failure to converge
        for rate, rounds in ((4e-3, 12), (4e-4, 6)):
            one.set_params(learning_rate_init=rate, max_iter=rounds).fit(standard, right)
    return one


def short(values: Any) -> Any:
    """Nested lists of numbers of four digits."""
    return [short(v) for v in values] if np.ndim(values) else float(f"{values:.4g}")


def rows(one: Task, documents: Any, share: float) -> tuple[Any, Any]:
    """Features and labels of some documents' pairs; a share of them."""
    chosen = np.isin(one.windows.document[one.window], documents)
    chosen &= np.random.default_rng(SEED).random(len(chosen)) < share
    return one.features[chosen], one.right[chosen]


def figures(one: Task, probability: Any, documents: Any, wanted: float) -> str:
    """Found a document, overlapped, right, at the threshold that finds `wanted` a document."""
    low, high = 0.0, 1.0
    for _ in range(14):
        threshold = (low + high) / 2
        found, overlapped, right = measure(one, probability, documents, threshold)
        low, high = (threshold, high) if found > wanted else (low, threshold)
    return f"{found:5.1f} {overlapped:.3f} {right:.3f} at {threshold:.3f}"


def measure(one: Task, probability: Any, documents: Any, threshold: float) -> tuple[float, ...]:
    """Found a document, overlapped, right."""
    scored = with_probability(one.window, one.concept, one.features, probability)
    likely = likely_findings(one.windows, scored, len(one.gold), threshold)
    found = [without_overlaps(findings, threshold) for findings in likely]
    total = hit = right = number = 0
    known = set(one.ids)
    for document in documents:
        number += len(found[document])
        for (a, b), concepts in one.gold[document].items():
            if not concepts & known:
                continue
            over = [f for f in found[document] if f.start < b and a < f.end]
            total += 1
            hit += bool(over)
            right += any(one.ids[f.concept] in concepts for f in over)
    return number / len(documents), hit / total, right / total


def tasks(folder: Path) -> dict[str, Task]:
    """What the scorer is fitted on, by the names in `SHARES`."""
    both = Terminology(["en", "es"], folder)
    spanish = [
        *corpora.codiesp("train", without_distemist=True),
        *corpora.codiesp("dev", without_distemist=True),
    ]
    english = corpora.gsc_plus()
    exact = gold_of(english, both.kb)
    named = Terminology(["es"], folder, concepts=spanish_concepts())
    gold = with_names(spanish, silver(spanish, both.kb), named)
    made = {"cod-en": task(spanish, gold, Terminology(["en"], folder))}
    small = Terminology(["en"], folder, small=True)
    made["cod-small"] = task(spanish, gold, small)
    made["gsc-small"] = task(english, exact, small)
    for language in ("es", "de", "fr", "nl", "en"):
        made[f"gsc-{language}"] = task(english, exact, Terminology([language], folder))
    return made


def main() -> None:
    """Fits and writes, or prints what cross-validation says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=resource_path("finder", "scorer.json"))
    parser.add_argument("--folds", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        known = tasks(Path(folder))
    if options.folds:
        validate(known)
        return
    parts = [rows(one, range(len(one.gold)), SHARES[name]) for name, one in known.items()]
    scorer = fit(np.vstack([x for x, _ in parts]), np.concatenate([y for _, y in parts]))
    options.out.parent.mkdir(exist_ok=True)
    card = {
        "made by": "benchmarks/finding/fit.py",
        "fitted on": FITTED_ON,
        "encoder": load_encoder("default").fingerprint,
    }
    data = msgspec.json.encode(msgspec.structs.replace(scorer, card=card))
    options.out.write_bytes(data + b"\n")
    print(f"{options.out}: {len(data):,} bytes, {sum(len(y) for _, y in parts):,} pairs")


def validate(known: dict[str, Task]) -> None:
    """Prints, for each task, the figures of documents whose fold was left out."""
    probability = {name: np.zeros(len(one.right)) for name, one in known.items()}
    for fold_ in range(3):
        parts = []
        for name, one in known.items():
            kept = [d for d in range(len(one.gold)) if d % 3 != fold_]
            parts.append(rows(one, kept, SHARES[name]))
        scorer = fit(np.vstack([x for x, _ in parts]), np.concatenate([y for _, y in parts]))
        for name, one in known.items():
            left = one.windows.document[one.window] % 3 == fold_
            probability[name][left] = scorer.probability(one.features[left])
    for name, one in known.items():
        for wanted in (10, 14):
            print(name, figures(one, probability[name], range(len(one.gold)), wanted), flush=True)


if __name__ == "__main__":
    main()
