"""How much of the exact TF-IDF answer each way of searching finds, and how fast.

    python benchmarks/candidates/tfidf_search.py --work FOLDER

Names: the first 10,000 of HPO, all English names of HPO, MeSH descriptors, MeSH with supplementary
records. Queries: 500 distinct mentions of CodiEsp train+dev (Spanish, documents that are not in
DisTEMIST) and 500 of NCBI Disease train (English); no gold is read. Recall: the share of the exact
first 8 and 64 names, scores above 0, that are among the first 64 found with no lower score (a name
with the score of the last one counts as found). Queries a second: of processor time, one thread.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import faiss
import numpy as np

import bench
import corpora
import terminologies
from xnorm.index.hits import Hits
from xnorm.index.tfidf import Tfidf

SIZES = {"hpo-en": (10_000, None), "mesh": (None,), "mesh-all": (None,)}
RESULTS = Path(bench.__file__).parent / "results" / "candidates_tfidf_search.json"
K = 64


def main() -> None:
    """Measures, prints and writes JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="where knowledge bases are kept")
    given = parser.parse_args()
    faiss.omp_set_num_threads(1)
    results = []
    for name, sizes in SIZES.items():
        names = terminologies.knowledge_base(name, given.work).names["text"].to_pylist()
        for size in sizes:
            results += measure(names[:size])
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")


def measure(names: list[str]) -> list[dict[str, Any]]:
    """The three searches over some names."""
    texts = queries()
    exact: Hits | None = None
    rows = []
    for search in ("exact", "rarest", "faiss"):
        with tempfile.TemporaryDirectory() as folder:
            start = time.process_time()
            Tfidf.build(names, Path(folder), search=search)
            built = time.process_time() - start
            size = sum(path.stat().st_size for path in Path(folder).iterdir())
            retriever = Tfidf.open(Path(folder))
            prepared = retriever.prepare(texts)
            retriever.find(prepared, K)
            start = time.process_time()
            hits = retriever.find(prepared, K)
            speed = len(texts) / (time.process_time() - start)
        exact = exact or hits
        row = {
            "names": len(names),
            "search": search,
            "recall of first 8": round(recall(exact, hits, 8), 4),
            "recall of first 64": round(recall(exact, hits, K), 4),
            "queries a second": round(speed),
            "seconds to build": round(built, 1),
            "bytes a name": round(size / len(names)),
        }
        print(*(f"{key} {value}" for key, value in row.items()), sep=", ", flush=True)
        rows.append(row)
    return rows


def queries() -> list[str]:
    """500 Spanish and 500 English mentions."""
    spanish = (d for s in ("train", "dev") for d in corpora.codiesp(s, without_distemist=True))
    found = []
    for documents in (spanish, corpora.ncbi_disease("train")):
        texts = sorted({m.surface for document in documents for m in document.mentions})
        found += [texts[place] for place in np.linspace(0, len(texts) - 1, 500).astype(int)]
    return found


def recall(exact: Hits, hits: Hits, k: int) -> float:
    """The share of the exact first k scores that the found ones reach."""
    shares = []
    for query in range(len(exact.offsets) - 1):
        best = exact.scores[exact.offsets[query] : exact.offsets[query + 1]][:k]
        found = hits.scores[hits.offsets[query] : hits.offsets[query + 1]][: len(best)]
        missing = len(best) - np.searchsorted(-found, -best[-1:], side="right").sum()
        shares.append(1 - missing / max(len(best), 1))
    return float(np.mean(shares))


if __name__ == "__main__":
    main()
