"""What the cleaner does to job titles of the JobBERT evaluation set, and what the whole achieves.

    python benchmarks/titles/jobbert_eval.py --index esco-en.index [--split test] [--sample 2000]
    python benchmarks/titles/jobbert_eval.py --index jobs.index --name jobs --fusion fusion.json

The index holds ESCO 1.0's occupations with English names, and ISCO's groups. By concept, the first
100; equal scores go by address. `raw` searches the title as it stands, `cleaned` its readings, both
with the fusion that ships for titles (fitted on the split `dev`); `default` is the title as it
stands with the fusion that ships for medical names, `tfidf` TF-IDF of character 3-grams alone.
Intervals: 95 %, bootstrap over titles, 1,000 samples, seed 0. Then the decisions: how many titles
get an occupation, a group or nothing, how many of those are right, and how sure they were. An
index with another encoder has a name, by which its figures are kept, and a fusion (`fit_fusion.py
--index jobs.index --output fusion.json`).
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jobbert
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from xnorm.candidates import Fuse, Retrieve
from xnorm.document import Document, mention_at
from xnorm.evaluation.intervals import interval, paired
from xnorm.index import Index
from xnorm.stage import Stage
from xnorm.titles import clean
from xnorm.titles.back_off import BackOff
from xnorm.titles.hierarchy import Hierarchy
from xnorm.titles.stage import CALIBRATED, TYPE, RetrieveTitles

RESULTS = Path(__file__).parents[1] / "results"
SEED = 0
K = 100
TFIDF = Fuse(method="max", weights={"exact": 0.0, "tfidf": 1.0, "dense": 0.0})


def main() -> None:
    """Measures, prints and writes JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--split", choices=["dev", "test"], default="dev")
    parser.add_argument("--name", default="", help="what an index with another encoder is called")
    parser.add_argument("--fusion", default="", help="parameters instead of those that ship")
    parser.add_argument("--sample", type=int, help="so many titles, drawn with the seed 0")
    given = parser.parse_args()
    index = Index.open(given.index)
    titles = list(jobbert.titles(given.split))
    if given.sample:
        titles = random.Random(SEED).sample(titles, given.sample)
    documents = [_document(n, text) for n, (text, _) in enumerate(titles)]
    gold = [id for _, id in titles]
    fuse = Fuse(parameters=given.fusion) if given.fusion else CALIBRATED
    ways: dict[str, Stage] = {
        "tfidf": Retrieve(index, k=K, fuse=TFIDF),
        "default": Retrieve(index, k=K),
        "raw": Retrieve(index, k=K, fuse=fuse),
        "cleaned": RetrieveTitles(index, k=K, fuse=fuse),
    }
    reciprocal: dict[str, NDArray[np.float64]] = {}
    figures: dict[str, Any] = {}
    cleaned: list[Document] = []
    for name, search in ways.items():
        cleaned = _searched(search, documents)
        ranks = np.array([_rank(d, id) for d, id in zip(cleaned, gold, strict=True)])
        reciprocal[name] = np.where(ranks > 0, 1 / np.maximum(ranks, 1), 0)
        figures[name] = {"MRR": _figure(reciprocal[name])}
        for k in (1, 5, 10):
            figures[name][f"R@{k}"] = _figure((ranks > 0) & (ranks <= k))
        print(name, json.dumps(figures[name]), flush=True)
    changed = [clean(text, "en").role.text != text.strip() for text, _ in titles]
    effect = {
        "titles": len(titles),
        "changed": sum(changed),
        "all": _difference(reciprocal, np.ones(len(titles), bool)),
        "of changed": _difference(reciprocal, np.array(changed)),
    }
    print("cleaned - raw, MRR:", json.dumps(effect))
    decisions = _decisions(index, cleaned, gold)
    print("decisions:", json.dumps(decisions))
    result = {"figures": figures, "cleaner": effect, "decisions": decisions}
    name = f"{given.split}-{given.sample}" if given.sample else given.split
    name = f"{name}@{given.name}" if given.name else name
    path = RESULTS / "titles_jobbert.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    known[name] = result | {"encoder": index.manifest.encoder_fingerprint}
    path.write_text(json.dumps(known, indent=2) + "\n")


def _document(number: int, text: str) -> Document:
    made = Document.from_text(text, id=str(number), language="en")
    whole = mention_at(text, [(0, len(text))], id="T1", type=TYPE)
    return replace(made, mentions=(whole,))


def _searched(search: Stage, documents: Sequence[Document]) -> list[Document]:
    blocks = (documents[at : at + 256] for at in range(0, len(documents), 256))
    return [done for block in blocks for done in search(block)]


def _rank(document: Document, gold: str) -> int:
    ids = [c.concept for mention in document.mentions for c in mention.candidates]
    return ids.index(gold) + 1 if gold in ids else 0


def _figure(values: NDArray[Any]) -> list[float]:
    found = interval(values, range(len(values)), seed=SEED)
    return [round(value, 4) for value in (found.value, found.low, found.high)]


def _difference(reciprocal: dict[str, NDArray[np.float64]], of: NDArray[np.bool_]) -> list[float]:
    found = paired(
        reciprocal["cleaned"][of], reciprocal["raw"][of], range(int(of.sum())), seed=SEED
    )
    return [round(value, 4) for value in (found.value, found.low, found.high, found.p)]


def _decisions(index: Index, documents: Sequence[Document], gold: Sequence[str]) -> dict[str, Any]:
    hierarchy, kb = Hierarchy(index.kb), index.kb
    found: dict[str, list[tuple[bool, float]]] = {}
    for document, id in zip(BackOff(kb)(documents), gold, strict=True):
        link = document.mentions[0].link
        if link is None or link.concept is None:
            found.setdefault("nothing", []).append((False, 0.0))
            continue
        row, right = kb.concept_row(link.concept), kb.concept_row(id)
        assert row is not None
        above = hierarchy.above(right) if right is not None else {}
        kind = (
            "occupation"
            if "Occupation" in kb.concept(row).types
            else f"group {hierarchy.isco(row)}"
        )
        kind = kind if kind == "occupation" else f"group of {len(hierarchy.isco(row))} digits"
        found.setdefault(kind, []).append((row in above, link.score))
    return {
        kind: {
            "share": round(len(ones) / len(gold), 4),
            "right": round(float(np.mean([right for right, _ in ones])), 4),
            "confidence": round(float(np.mean([sure for _, sure in ones])), 4),
        }
        for kind, ones in sorted(found.items())
    }


if __name__ == "__main__":
    main()
