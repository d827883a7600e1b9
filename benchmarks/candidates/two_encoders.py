"""What two encoders find together: each alone, as one, by the usual weights, and by learned ones.

    PYTHONPATH=benchmarks python benchmarks/candidates/two_encoders.py --work FOLDER \\
        --encoders TWIN "transformer:TUNED?max_tokens=32&precision=bfloat16"

Names of HPO concepts with crc32(id) % 10 = 0 in es, de, fr and nl are searched among their English
names. `TWIN` is a static encoder and `TUNED` a transformer (`configs/encoder-transformer.yaml`),
both trained without these concepts. Weights are learned on half of the concepts,
crc32(id) % 20 = 0; all figures are accuracy@1 on the other half, with 95 % bootstrap intervals over
concepts.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import bench
import terminologies
from xnorm.candidates import Fuse, Query, rank
from xnorm.encoders import Encoder, load_encoder
from xnorm.encoders.concatenated import ConcatenatedEncoder
from xnorm.index import Index
from xnorm.index.hits import owners
from xnorm.kb import KnowledgeBase
from xnorm.training.fusion import Labelled, fit_fusion, write_parameters

RESULTS = Path(bench.__file__).parent / "results" / "two_encoders.json"
LANGUAGES = ("es", "de", "fr", "nl")


def main() -> None:
    """Measures, prints and writes JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoders", nargs=2, required=True, help="what load_encoder opens")
    parser.add_argument("--work", type=Path, required=True, help="where indexes are kept")
    given = parser.parse_args()
    learned, asked = list(mentions(0)), list(mentions(10))
    first, second = (Remembering(load_encoder(encoder)) for encoder in given.encoders)
    concepts = [c for c in terminologies.hpo("en") if zlib.crc32(c.id.encode()) % 10 == 0]
    given.work.mkdir(parents=True, exist_ok=True)
    kb = KnowledgeBase.build(concepts, given.work / "held-out.kb", source="HPO")
    figures = {}
    for label, encoders in {
        "first": [first],
        "second": [second],
        "as one": [ConcatenatedEncoder((first, second))],
        "both": [first, second],
    }.items():
        index = Index.build(kb, given.work / f"{label}.index", encoder=encoders)
        own = given.work / f"{label}.json"
        write_parameters(fit_fusion([(index, learned)]), own)
        fusions = {"usual weights": Fuse(), "learned weights": Fuse(parameters=str(own))}
        for name, fuse in fusions.items():
            figures[f"{label}, {name}"] = accuracy(index, asked, fuse)
        index.retrievers = {n: r for n, r in index.retrievers.items() if n.startswith("dense")}
        figures[f"{label}, without exact and tfidf"] = accuracy(index, asked, Fuse(method="max"))
        print(label, figures, flush=True)
    result = {
        "encoders": [first.fingerprint, second.fingerprint],
        "mentions": len(asked),
        "learned from": len(learned),
        "accuracy@1 with interval": figures,
    }
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")


class Remembering:
    """An encoder that encodes every text once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, NDArray[np.float32]] = {}
        self.dimension, self.fingerprint = encoder.dimension, encoder.fingerprint

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the encoder does."""
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        self._known.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._known[text] for text in texts])


def mentions(part: int) -> Iterator[Labelled]:
    """Translated names of concepts with crc32(id) % 20 = `part`, each once a language."""
    for language in LANGUAGES:
        found: dict[str, set[str]] = {}
        for concept in terminologies.hpo(language):
            if zlib.crc32(concept.id.encode()) % 20 == part:
                for name in concept.names:
                    found.setdefault(name.text, set()).add(concept.id)
        for text, ids in found.items():
            yield Labelled(Query(text, language=language), frozenset(ids))


def accuracy(index: Index, asked: Sequence[Labelled], fuse: Fuse) -> list[float]:
    """The mean over languages, and its interval."""
    found = rank(index, [one.query for one in asked], 1, fuse)
    best = dict(zip(owners(found.offsets).tolist(), found.concepts.tolist(), strict=True))
    _, concept = np.unique([min(one.concepts) for one in asked], return_inverse=True)
    hits = np.zeros((len(LANGUAGES), concept.max() + 1))
    sizes = np.zeros_like(hits)
    for at, one in enumerate(asked):
        place = LANGUAGES.index(one.query.language), concept[at]
        sizes[place] += 1
        hits[place] += best.get(at) in {index.kb.concept_row(id) for id in one.concepts}
    drawn = np.random.default_rng(0).integers(hits.shape[1], size=(1000, hits.shape[1]))
    shares = hits[:, drawn].sum(axis=2) / sizes[:, drawn].sum(axis=2)
    low, high = np.quantile(shares.mean(axis=0), (0.025, 0.975))
    mean = (hits.sum(axis=1) / sizes.sum(axis=1)).mean()
    return [round(float(value), 4) for value in (mean, low, high)]


if __name__ == "__main__":
    main()
