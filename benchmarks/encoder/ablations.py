"""What each technique brings to the static encoder: named recipes, three seeds, a small budget.

    python benchmarks/encoder/ablations.py --names twin.tsv.gz --work FOLDER

`twin.tsv.gz` is made by `build_sources.py DATA --hold-out --out twin.tsv.gz`. A third of its
concepts, three epochs, batches of 1,024 pairs, one thread; with `--budget full` all of the shipped
recipe, for what won there. Runs that lie in FOLDER are not repeated; after each seed, the table of
all is written anew. Nothing is chosen on test data: protocols 3a, 3b and 6, and CodiEsp's training
and development parts.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from xnorm.config import load_settings
from xnorm.evaluation.machine import machine
from xnorm.files import atomic_file
from xnorm.training.encoder import EncoderSettings
from xnorm.training.fitting import Fit
from xnorm.training.material import Material, first_vectors, prepared
from xnorm.training.pairs import NameRow, read_names
from xnorm.training.subwords import Cut, cut

sys.path.insert(0, str(Path(__file__).parent))
import protocols
from ngrams import BUCKETS, cut_with_ngrams
from protocols import Floats

RESULTS = Path(__file__).parents[1] / "results" / "encoder_ablations.json"
BUDGETS: dict[str, dict[str, Any]] = {
    "small": {"share": 1 / 3, "epochs": 3.0, "batch": 1024, "rate": 0.005},
    "full": {"share": 1.0},
}
"""What is changed of the shipped recipe before a technique is tried; `share` is of concepts."""
RECIPES: dict[str, dict[str, Any]] = {
    "base": {},
    "mixed 4": {"mixed": 4},
    "focal 0.5": {"focal": 0.5},
    "soup 2": {"soup": 2},
    "n-grams": {},
    "adamp": {"optimizer": "adamp"},
    "epochs 9": {"epochs": 9.0},
    "no near concepts": {"hard": 0.0},
    "batch 4,096": {"batch": 4096, "rate": 0.007},
    "dimension 128": {"dimension": 128},
    "temperature 0.05": {"temperature": 0.05},
    "no teacher": {"teacher": ""},
    "mixed 2": {"mixed": 2},
    "mixed 8": {"mixed": 8},
    "focal 1": {"focal": 1.0},
    "soup 3": {"soup": 3},
}
SEEDS = (0, 1, 2)
SEED_SOUP = "three seeds"
"""The mean of the base recipe's tables, which costs no further run."""
Hits = dict[str, dict[str, np.ndarray[Any, Any]]]
"""By task and language."""


class TableEncoder(NamedTuple):
    """Vectors that are being tried, with the cutting that they were trained on."""

    vectors: Floats
    cutting: Callable[[Sequence[str]], Cut]

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, float32 [texts, dimension]."""
        found = self.cutting(texts)
        sums = np.zeros((len(texts), self.vectors.shape[1]), np.float32)
        full = np.flatnonzero(np.diff(found.starts))
        sums[full] = np.add.reduceat(self.vectors[found.pieces], found.starts[full], axis=0)
        return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)


class Bench:
    """The material of all runs, made once."""

    def __init__(self, rows: list[NameRow], base: EncoderSettings, work: Path) -> None:
        self.base, self.work = base, work
        self.material = prepared(rows, base)

    def vectors(self, recipe: str, seed: int) -> tuple[Floats, Callable[[Sequence[str]], Cut]]:
        """Trains one run."""
        settings = msgspec.structs.replace(self.base, seed=seed, **RECIPES[recipe])
        material, first = self.material, self._first(settings)
        cutting = partial(cut, material.tokenizer)
        if recipe == "n-grams":
            cutting = partial(cut_with_ngrams, material.tokenizer)
            material = self._with_ngrams(cutting)
            first = np.concatenate([first, np.zeros((BUCKETS, first.shape[1]), np.float32)])
        return Fit(material, settings, first=first).run(), cutting

    def _first(self, settings: EncoderSettings) -> Floats:
        """The teacher's vectors, which take minutes, are kept."""
        generator = np.random.default_rng(settings.seed)
        if not settings.teacher:
            return first_vectors(self.material.tokenizer, settings, generator)
        path = self.work / f"first-{settings.dimension}.npy"
        if not path.exists():
            np.save(path, first_vectors(self.material.tokenizer, settings, generator))
        kept: Floats = np.load(path)
        return kept

    def _with_ngrams(self, cutting: Callable[[Sequence[str]], Cut]) -> Material:
        found = cutting([row.name for row in self.material.rows])
        return self.material._replace(cut=found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--names", type=Path, required=True, help="table without held-out names")
    parser.add_argument("--work", type=Path, required=True, help="folder for what runs leave")
    parser.add_argument("--data", type=Path, default=os.environ.get("XNORM_DATA"))
    parser.add_argument("--budget", choices=BUDGETS, default="small")
    parser.add_argument("--only", nargs="*", default=[*RECIPES], help="recipes to run")
    options = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    options.work.mkdir(parents=True, exist_ok=True)
    tasks = protocols.tasks(options.data)
    rows = read_names(options.names)
    budget = BUDGETS[options.budget]
    bench = Bench(rows, _base(rows, options.data, budget), options.work)
    for seed in SEEDS:
        for name in options.only:
            place = options.work / f"{options.budget}-{name}-{seed}.npz"
            if not place.exists():
                begun = time.process_time()
                vectors, cutting = bench.vectors(name, seed)
                seconds = time.process_time() - begun
                if name == "base":
                    np.save(options.work / f"{options.budget}-base-{seed}.npy", vectors)
                _save(place, TableEncoder(vectors, cutting), tasks, seconds)
                print(name, seed, f"{seconds:.0f} CPU seconds", flush=True)
        _write(tasks, options.work)
    _seed_soup(bench, options.work, options.budget, tasks)
    _write(tasks, options.work)


def _seed_soup(bench: Bench, work: Path, budget: str, tasks: dict[str, protocols.Task]) -> None:
    """The mean of the base recipe's tables; they started alike, so that they can be averaged."""
    places = [work / f"{budget}-base-{seed}.npy" for seed in SEEDS]
    if all(place.exists() for place in places):
        mean = np.mean([np.load(place) for place in places], axis=0)
        encoder = TableEncoder(mean, partial(cut, bench.material.tokenizer))
        _save(work / f"{budget}-{SEED_SOUP}.npz", encoder, tasks, 0.0)


def _base(rows: list[NameRow], data: Path, budget: dict[str, Any]) -> EncoderSettings:
    """The shipped recipe with a budget."""
    recipe = load_settings(EncoderSettings, "encoder")
    share, changed = budget["share"], {k: v for k, v in budget.items() if k != "share"}
    shares = {row.source: share * recipe.shares.get(row.source, 1.0) for row in rows}
    teacher = str(data / "models/e5-small-trim")
    return msgspec.structs.replace(recipe, teacher=teacher, shares=shares, **changed)


def _save(
    place: Path, encoder: TableEncoder, tasks: dict[str, protocols.Task], seconds: float
) -> None:
    found = {
        f"{name}/{language}": one
        for name, task in tasks.items()
        for language, one in protocols.hits(encoder, task).items()
    }
    with atomic_file(place) as stream:
        np.savez(stream, seconds=np.float64(seconds), **found)


def _load(place: Path, tasks: dict[str, protocols.Task]) -> tuple[Hits, float]:
    with np.load(place) as kept:
        hits = {
            name: {language: kept[f"{name}/{language}"] for language in task.queries}
            for name, task in tasks.items()
        }
        return hits, float(kept["seconds"])


def _write(tasks: dict[str, protocols.Task], work: Path) -> None:
    told = {
        "what": (__doc__ or "").splitlines()[0],
        "measure": "accuracy@1, mean over languages and seeds; 95 % bootstrap intervals over "
        "concepts (1,000 samples), of the difference to base on the same queries and seeds",
        "threads": 1,
        "machine": machine(),
        "queries": {
            name: {language: len(asked) for language, asked in task.queries.items()}
            for name, task in tasks.items()
        },
        "budgets": BUDGETS,
        **{budget: _table(budget, tasks, work) for budget in BUDGETS},
    }
    data = msgspec.json.encode(protocols.rounded(msgspec.to_builtins(told)))
    with atomic_file(RESULTS) as stream:
        stream.write(msgspec.json.format(data) + b"\n")


def _table(budget: str, tasks: dict[str, protocols.Task], work: Path) -> list[dict[str, Any]]:
    """All runs there are; differences are against base with the same seeds."""
    runs: dict[str, dict[int, tuple[Hits, float]]] = {
        name: {
            seed: _load(place, tasks)
            for seed in SEEDS
            if (place := work / f"{budget}-{name}-{seed}.npz").exists()
        }
        for name in RECIPES
    }
    table = []
    for name, found in runs.items():
        seeds = [seed for seed in found if seed in runs["base"]]
        if seeds:
            own, base = ([some[seed] for seed in seeds] for some in (found, runs["base"]))
            table.append(_row(name, RECIPES[name], tasks, own, base))
    if (soup := work / f"{budget}-{SEED_SOUP}.npz").exists():
        base = [*runs["base"].values()]
        seconds = sum(spent for _, spent in base)
        own = [(_load(soup, tasks)[0], seconds)]
        table.append(_row(SEED_SOUP, {"seeds": len(SEEDS)}, tasks, own, base))
    return table


def _row(
    name: str,
    changed: dict[str, Any],
    tasks: dict[str, protocols.Task],
    runs: list[tuple[Hits, float]],
    base: list[tuple[Hits, float]],
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "recipe": name,
        "changed": changed,
        "runs": len(runs),
        "cpu_seconds": round(sum(seconds for _, seconds in runs) / len(runs), 1),
    }
    for key, task in tasks.items():
        own, other = (_mean([hits[key] for hits, _ in found]) for found in (runs, base))
        row[key] = {
            "accuracy": protocols.interval(task, own),
            "by_seed": [protocols.mean_of_shares(hits[key]) for hits, _ in runs],
        }
        if name != "base":
            row[key]["against_base"] = protocols.difference(task, own, other)
    return row


def _mean(found: list[dict[str, np.ndarray[Any, Any]]]) -> dict[str, np.ndarray[Any, Any]]:
    return {key: np.mean([one[key] for one in found], axis=0) for key in found[0]}


if __name__ == "__main__":
    main()
