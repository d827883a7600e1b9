"""What each technique brings to the static encoder: named recipes, three seeds, a small budget.

    python benchmarks/encoder/ablations.py --names twin.tsv.gz --work FOLDER

`twin.tsv.gz` is made by `build_sources.py DATA --hold-out --out twin.tsv.gz`. A third of its
concepts, three epochs, batches of 1,024 pairs, one thread; with `--budget full` all of the shipped
recipe, for what won there. Runs that lie in FOLDER are not repeated; after each seed, the table of
all is written anew. Nothing is chosen on test data: protocols 3a, 3b and 6, and CodiEsp's training
and development parts. `--tuned` names a transformer that was trained on the same table by
`xnorm train encoder encoder-transformer`, to distil from.
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
from xnorm.training.encoder import EncoderSettings
from xnorm.training.fitting import Fit
from xnorm.training.material import Material, first_vectors, prepared
from xnorm.training.pairs import NameRow, read_names
from xnorm.training.subwords import Cut, cut

sys.path.insert(0, str(Path(__file__).parent))
import protocols
import runs
from ngrams import BUCKETS, cut_with_ngrams
from protocols import Floats

RESULTS = Path(__file__).parents[1] / "results" / "encoder_ablations.json"
BUDGETS: dict[str, dict[str, Any]] = {
    "small": {"share": 1 / 3, "epochs": 3.0, "batch": 1024, "rate": 0.005},
    "full": {"share": 1.0},
}
"""What is changed of the shipped recipe before a technique is tried; `share` is of concepts."""
RECIPES: dict[str, dict[str, Any]] = {
    runs.BASE: {},
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
    "tuned teacher": {"teacher": "tuned"},
    "mixed 2": {"mixed": 2},
    "mixed 8": {"mixed": 8},
    "focal 1": {"focal": 1.0},
    "soup 3": {"soup": 3},
}
SEEDS = (0, 1, 2)
SEED_SOUP = "three seeds"
"""The mean of the base recipe's tables, which costs no further run."""
TUNED = "tuned teacher"
"""The recipe that is run only where there is a tuned transformer."""


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

    def __init__(
        self, rows: list[NameRow], base: EncoderSettings, work: Path, tuned: Path | None
    ) -> None:
        self.base, self.work, self.tuned = base, work, tuned
        self.material = prepared(rows, base)

    def vectors(
        self, recipe: str, seed: int
    ) -> tuple[Floats, Callable[[Sequence[str]], Cut], float]:
        """Trains one run; the seconds of processor time are without what all runs share."""
        settings = msgspec.structs.replace(self.base, seed=seed, **RECIPES[recipe])
        if recipe == TUNED:
            settings = msgspec.structs.replace(settings, teacher=str(self.tuned))
        material, first = self.material, self._first(settings)
        begun = time.process_time()
        cutting = partial(cut, material.tokenizer)
        if recipe == "n-grams":
            cutting = partial(cut_with_ngrams, material.tokenizer)
            material = self._with_ngrams(cutting)
            first = np.concatenate([first, np.zeros((BUCKETS, first.shape[1]), np.float32)])
        vectors = Fit(material, settings, first=first).run()
        return vectors, cutting, time.process_time() - begun

    def _first(self, settings: EncoderSettings) -> Floats:
        """The teacher's vectors, which take minutes, are kept."""
        generator = np.random.default_rng(settings.seed)
        if not settings.teacher:
            return first_vectors(self.material.tokenizer, settings, generator)
        of_tuned = "" if settings.teacher == self.base.teacher else "-tuned"
        path = self.work / f"first-{settings.dimension}{of_tuned}.npy"
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
    parser.add_argument("--tuned", type=Path, help=f"transformer for the recipe '{TUNED}'")
    parser.add_argument("--only", nargs="*", default=[*RECIPES], help="recipes to run")
    options = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    options.work.mkdir(parents=True, exist_ok=True)
    tasks = protocols.tasks(options.data)
    rows = read_names(options.names)
    budget = BUDGETS[options.budget]
    bench = Bench(rows, _base(rows, options.data, budget), options.work, options.tuned)
    recipes = [name for name in options.only if name != TUNED or options.tuned]
    for seed in SEEDS:
        for name in recipes:
            place = _place(options.work, options.budget, name, seed)
            if not place.exists():
                vectors, cutting, seconds = bench.vectors(name, seed)
                if name == runs.BASE:
                    np.save(place.with_suffix(".npy"), vectors)
                runs.save(place, TableEncoder(vectors, cutting), tasks, seconds)
                print(name, seed, f"{seconds:.0f} CPU seconds", flush=True)
        _write(tasks, options.work)
    _seed_soup(bench, options.work, options.budget, tasks)
    _write(tasks, options.work)


def _seed_soup(bench: Bench, work: Path, budget: str, tasks: runs.Tasks) -> None:
    """The mean of the base recipe's tables; they started alike, so that they can be averaged."""
    places = [_place(work, budget, runs.BASE, seed).with_suffix(".npy") for seed in SEEDS]
    if all(place.exists() for place in places):
        mean = np.mean([np.load(place) for place in places], axis=0)
        encoder = TableEncoder(mean, partial(cut, bench.material.tokenizer))
        runs.save(work / f"{budget}-{SEED_SOUP}.npz", encoder, tasks, 0.0)


def _base(rows: list[NameRow], data: Path, budget: dict[str, Any]) -> EncoderSettings:
    """The shipped recipe with a budget."""
    recipe = load_settings(EncoderSettings, "encoder")
    share, changed = budget["share"], {k: v for k, v in budget.items() if k != "share"}
    shares = {row.source: share * recipe.shares.get(row.source, 1.0) for row in rows}
    teacher = str(data / "models/e5-small-trim")
    return msgspec.structs.replace(recipe, teacher=teacher, shares=shares, **changed)


def _place(work: Path, budget: str, name: str, seed: int) -> Path:
    return work / f"{budget}-{name}-{seed}.npz"


def _write(tasks: runs.Tasks, work: Path) -> None:
    told = {"budgets": BUDGETS, **{budget: _table(budget, tasks, work) for budget in BUDGETS}}
    runs.write(RESULTS, (__doc__ or "").splitlines()[0], tasks, told)


def _table(budget: str, tasks: runs.Tasks, work: Path) -> list[dict[str, Any]]:
    """All runs there are; differences are against base with the same seeds."""
    place = partial(_place, work, budget)
    table = runs.table(RECIPES, place, SEEDS, tasks)
    if (soup := work / f"{budget}-{SEED_SOUP}.npz").exists():
        base = [runs.load(place(runs.BASE, seed), tasks) for seed in SEEDS]
        own = (runs.load(soup, tasks)[0], sum(seconds for _, seconds in base))
        table.append(runs.row(SEED_SOUP, {"seeds": len(SEEDS)}, tasks, [own], base))
    return table


if __name__ == "__main__":
    main()
