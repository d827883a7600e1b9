"""Ways to search vectors of names: time, size, memory, and how much of the full search is found.

    PYTHONPATH=benchmarks nice python benchmarks/index/dense_choices.py --work FOLDER

Names, in this order: ICD-10-CM, MeSH descriptors, HPO in five languages, MEDIC, MeSH supplements;
what lacks to a million are copies of them with two letters exchanged. Queries: 1,000 distinct
mentions of CodiEsp train+dev (Spanish, documents that are not in DisTEMIST). `overlap`: the share
of the first 64 (and 8) names of a full search, by score, that are found. `recall`: the share of
mentions with a name of their gold ICD-10-CM concept among the first 64 names. One thread; seconds
are of processor time, so that other work on the machine does not count. Memory is what opening and
searching adds to a fresh process: its own, and of files that it maps. Sizes and choices can be
measured one by one; results are added to those that are there.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import faiss
import numpy as np
from numpy.typing import NDArray

import bench
import corpora
import terminologies
from xnorm.encoders import load_encoder
from xnorm.index import first_pass, vectors
from xnorm.index.groups import centres, flat, group_count
from xnorm.kb import Concept

RESULTS = Path(bench.__file__).parent / "results" / "dense_choices.json"
SIZES = (100_000, 500_000, 1_000_000)
K, FIRST = 64, 8
CODE = faiss.ScalarQuantizer.QT_8bit_direct_signed
PRODUCT = faiss.METRIC_INNER_PRODUCT
SCALE = (
    400.0  # what unit vectors are multiplied by; nearly all values of the encoder stay below 127
)

Bytes = NDArray[np.int8]
Search = Callable[[NDArray[np.float32]], NDArray[np.int64]]
"""Queries as whole numbers to rows, int64[queries, K], -1 where there is none."""


class Choice(NamedTuple):
    """A way to search: writes to a folder, and opens it."""

    write: Callable[[Bytes, Path], None]
    open: Callable[[Path], Search]


def of_package(search: str, probes: int = first_pass.PROBES) -> Choice:
    """What the package has: bytes, and short codes that propose which of them to compare."""

    def write(stored: Bytes, folder: Path) -> None:
        blocks = (stored[at : at + 8192] / SCALE for at in range(0, len(stored), 8192))
        largest = np.full((1, stored.shape[1]), 127 / SCALE)
        vectors.write(blocks, largest, len(stored), folder, search=search)

    def open(folder: Path) -> Search:
        first_pass.PROBES = probes
        nearest = vectors.NearestVectors(folder)

        def find(queries: NDArray[np.float32]) -> NDArray[np.int64]:
            lengths = np.linalg.norm(queries, axis=1, keepdims=True)
            hits = nearest.find(nearest.prepare(queries / lengths), K)
            rows = np.full((len(queries), K), -1, np.int64)
            for row, (start, stop) in zip(
                rows, np.stack([hits.offsets[:-1], hits.offsets[1:]], 1), strict=True
            ):
                row[: stop - start] = hits.rows[start:stop]
            return rows

        return find

    return Choice(write, open)


def of_faiss(
    make: Callable[[Bytes], Any], set_up: Callable[[Any], None] = lambda _: None
) -> Choice:
    """An index of FAISS over the bytes, which it may make shorter."""

    def write(stored: Bytes, folder: Path) -> None:
        index = make(stored)
        for start in range(0, len(stored), 65_536):
            index.add(stored[start : start + 65_536].astype(np.float32))
        faiss.write_index(index, str(folder / "vectors.faiss"))

    def open(folder: Path) -> Search:
        index = faiss.read_index(str(folder / "vectors.faiss"), faiss.IO_FLAG_MMAP_IFC)
        set_up(index)

        def find(queries: NDArray[np.float32]) -> NDArray[np.int64]:
            found: NDArray[np.int64] = index.search(queries, K)[1]
            return found

        return find

    return Choice(write, open)


def sq8(stored: Bytes) -> Any:
    """All bytes, one after the other."""
    index = faiss.IndexScalarQuantizer(stored.shape[1], CODE, PRODUCT)
    index.is_trained = True
    return index


def ivf_sq8(stored: Bytes) -> Any:
    """Bytes in groups."""
    coarse = flat(centres(stored, group_count(len(stored))))
    index = faiss.IndexIVFScalarQuantizer(
        coarse, stored.shape[1], coarse.ntotal, CODE, PRODUCT, False
    )
    index.is_trained = True
    coarse.this.disown()
    index.own_fields = True
    return index


def hnsw(stored: Bytes) -> Any:
    """Bytes in a graph of 32 neighbours."""
    index = faiss.IndexHNSWSQ(stored.shape[1], CODE, 32, PRODUCT)
    index.is_trained = index.storage.is_trained = True
    return index


def pq(stored: Bytes) -> Any:
    """64 bytes a name by product quantization, nothing else."""
    index = faiss.IndexPQ(stored.shape[1], 64, 8, PRODUCT)
    index.pq.cp.niter = 10
    spread = np.linspace(0, len(stored) - 1, 16_384).astype(np.int64)
    index.train(stored[spread].astype(np.float32))
    return index


def ivf_pq(stored: Bytes) -> Any:
    """The same 64 bytes a name, in groups."""
    coarse = flat(centres(stored, group_count(len(stored))))
    index = faiss.IndexIVFPQ(coarse, stored.shape[1], coarse.ntotal, 64, 8, PRODUCT)
    index.by_residual = False
    index.pq.cp.niter = 10
    spread = np.linspace(0, len(stored) - 1, 16_384).astype(np.int64)
    index.train(stored[spread].astype(np.float32))
    coarse.this.disown()
    index.own_fields = True
    return index


def probing(count: int) -> Callable[[Any], None]:
    """Sets the groups that are looked at."""
    return lambda index: setattr(index, "nprobe", count)


def walking(count: int) -> Callable[[Any], None]:
    """Sets how far a graph is followed."""
    return lambda index: setattr(index.hnsw, "efSearch", count)


CHOICES = {
    "sq8": of_faiss(sq8),
    "flat": of_package("flat"),
    "ivf, 64 probes": of_package("ivf", 64),
    "ivf, 128 probes": of_package("ivf", 128),
    "ivf, 256 probes": of_package("ivf", 256),
    "ivf-sq8, 64 probes": of_faiss(ivf_sq8, probing(64)),
    "hnsw, 128 followed": of_faiss(hnsw, walking(128)),
    "hnsw, 512 followed": of_faiss(hnsw, walking(512)),
    "pq": of_faiss(pq),
    "ivf-pq, 64 probes": of_faiss(ivf_pq, probing(64)),
}
"""The first is the full search that others are compared with."""


def main() -> None:
    """Measures, prints and writes JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="where files are kept")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of names")
    parser.add_argument("--choices", nargs="+", default=list(CHOICES), help="after the first one")
    given = parser.parse_args()
    faiss.omp_set_num_threads(1)
    encoder = load_encoder()
    ids, texts = zip(*names(max(given.sizes)), strict=True)
    mentions = queries()
    asked = encoder.encode([text for text, _ in mentions])
    asked = np.rint(asked * (127 / np.abs(asked).max(axis=1, keepdims=True))).astype(np.float32)
    stored = encoded(encoder, texts)
    results = {(row["names"], row["search"]): row for row in read_results()}
    for size in given.sizes:
        own = {id: number for number, id in enumerate(dict.fromkeys(ids[:size]))}
        concepts = np.array([own[id] for id in ids[:size]] + [-1])
        gold = [{own[id] for id in wanted if id in own} for _, wanted in mentions]
        full: NDArray[np.float32] | None = None
        for name in dict.fromkeys([next(iter(CHOICES)), *given.choices]):
            row, rows = measured(name, CHOICES[name], stored[:size], asked, given.work)
            scores = products(stored[:size], asked, rows)
            full = scores if full is None else full
            right = [
                bool(wanted & set(concepts[found].tolist()))
                for wanted, found in zip(gold, rows, strict=True)
                if wanted
            ]
            row |= {
                "overlap of first 64": overlap(full, scores, K),
                "overlap of first 8": overlap(full, scores, FIRST),
                "recall of gold at 64": round(float(np.mean(right)), 4),
            }
            print(*(f"{key} {value}" for key, value in row.items()), sep=", ", flush=True)
            results[size, name] = row
            every = [results[key] for key in sorted(results, key=order)]
            RESULTS.write_text(json.dumps(every, indent=2) + "\n")


def read_results() -> list[dict[str, Any]]:
    """What was measured before: sizes and choices can be measured one by one."""
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else []


def order(key: tuple[int, str]) -> tuple[int, int]:
    """By size, then as `CHOICES` lists them."""
    return key[0], list(CHOICES).index(key[1])


def names(count: int) -> Iterator[tuple[str, str]]:
    """Ids and names."""
    sources: list[Callable[[], Iterator[Concept]]] = [
        terminologies.icd10cm,
        terminologies.mesh,
        lambda: terminologies.hpo("en", "es", "de", "fr", "nl"),
        terminologies.medic,
        lambda: terminologies.mesh(supplements=True),
    ]
    found = dict.fromkeys(
        (concept.id, name.text) for read in sources for concept in read() for name in concept.names
    )
    pairs = list(found)[:count]
    yield from pairs
    rng = np.random.default_rng(0)
    for at in rng.integers(len(pairs), size=count - len(pairs)).tolist():
        id, text = pairs[at]
        place = int(rng.integers(max(len(text) - 1, 1)))
        swapped = text[place : place + 2][::-1]
        yield id, text[:place] + swapped + text[place + 2 :]


def queries() -> list[tuple[str, frozenset[str]]]:
    """Distinct mentions with their gold ids."""
    documents = (d for s in ("train", "dev") for d in corpora.codiesp(s, without_distemist=True))
    found: dict[str, frozenset[str]] = {}
    for query, ids in bench.queries(documents, "ICD10CM", abbreviations=False):
        found[query.text] = found.get(query.text, frozenset()) | ids
    chosen = np.linspace(0, len(found) - 1, 1000).astype(int)
    pairs = sorted(found.items())
    return [pairs[at] for at in chosen.tolist()]


def encoded(encoder: Any, texts: Sequence[str]) -> Bytes:
    """Vectors as bytes, int8[n, d]."""
    stored = np.empty((len(texts), encoder.dimension), np.int8)
    for start in range(0, len(texts), 8192):
        block = encoder.encode(texts[start : start + 8192]) * SCALE
        stored[start : start + 8192] = np.clip(np.rint(block), -127, 127)
    return stored


def measured(
    name: str, choice: Choice, stored: Bytes, asked: NDArray[np.float32], work: Path
) -> tuple[dict[str, Any], NDArray[np.int64]]:
    """What a choice takes, and what it finds."""
    folder = work / f"{name.split(',')[0]}-{len(stored)}"
    built: float | None = None
    if not folder.exists():
        folder.mkdir(parents=True)
        start = time.process_time()
        choice.write(stored, folder)
        built = time.process_time() - start
        (folder / "seconds").write_text(f"{built:.1f}")
    size = sum(path.stat().st_size for path in folder.glob("*.*"))
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        speed, own, mapped, rows = pool.apply(searched, (name, folder, asked))
    row = {
        "names": len(stored),
        "search": name,
        "seconds to build": float((folder / "seconds").read_text()),
        "bytes a name": round(size / len(stored)),
        "MB of memory": own,
        "MB of files mapped": mapped,
        "mentions a second": speed,
    }
    return row, rows


def searched(
    name: str, folder: Path, asked: NDArray[np.float32]
) -> tuple[int, int, int, NDArray[np.int64]]:
    """Opens and searches; a process of its own does it."""
    faiss.omp_set_num_threads(1)
    before = memory()
    find = CHOICES[name].open(folder)
    find(asked[:16])
    start = time.process_time()
    rows = np.concatenate([find(asked[at : at + 500]) for at in range(0, len(asked), 500)])
    seconds = time.process_time() - start
    own, mapped = (now - then for now, then in zip(memory(), before, strict=True))
    return round(len(asked) / seconds), own, mapped, rows


def memory() -> tuple[int, int]:
    """Megabytes that are the process's own, and of files that it maps."""
    lines = Path("/proc/self/status").read_text().splitlines()
    found = dict(line.split(":", 1) for line in lines)
    own, mapped = (int(found[key].split()[0]) // 1024 for key in ("RssAnon", "RssFile"))
    return own, mapped


def products(
    stored: Bytes, asked: NDArray[np.float32], rows: NDArray[np.int64]
) -> NDArray[np.float32]:
    """The scores of found rows to four decimals, best first, float32[queries, K]."""
    found = np.empty(rows.shape, np.float32)
    for at, row in enumerate(rows):
        scores = stored[np.maximum(row, 0)].astype(np.float32) @ asked[at]
        scores = np.round(scores / (SCALE * np.linalg.norm(asked[at])), 4)
        found[at] = -np.sort(-np.where(row >= 0, scores, -np.inf))
    return found


def overlap(full: NDArray[np.float32], scores: NDArray[np.float32], k: int) -> float:
    """The share of the first k scores of the full search that are reached."""
    reached = (scores[:, :k] >= full[:, k - 1 : k]).sum(axis=1)
    return round(float(reached.mean()) / k, 4)


if __name__ == "__main__":
    main()
