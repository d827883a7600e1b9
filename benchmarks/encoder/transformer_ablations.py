"""What each technique brings to the transformer encoder: named recipes, one budget, small.

    python benchmarks/encoder/transformer_ablations.py --names twin.tsv.gz --base E5 --work FOLDER

`twin.tsv.gz` is made by `build_sources.py DATA --hold-out --out twin.tsv.gz`. A tenth of its
concepts, 80 steps of 96 pairs in bfloat16, one thread. Runs that lie in FOLDER are not repeated;
after each, the table of all is written anew. Recipes are chosen on 3a and 6; Mantra (4) is told and
chooses nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from xnorm.config import load_settings
from xnorm.encoders import Encoder, load_encoder
from xnorm.text.normal import fold
from xnorm.training.pairs import NameRow, PairSampler, read_names, thinned
from xnorm.training.transformer.recipe import TransformerSettings
from xnorm.training.transformer.run import train_transformer

sys.path.insert(0, str(Path(__file__).parent))
import protocols
import runs

RESULTS = Path(__file__).parents[1] / "results" / "encoder_transformer_ablations.json"
SHARE = 0.1
"""Of concepts."""
STEPS = 80
BUDGET = {"batch": 96, "precision": "bfloat16", "hold_out": 0, "soup": 0, "every": STEPS}
"""What is changed of the ready recipe before a technique is tried."""
RECIPES: dict[str, dict[str, Any]] = {
    runs.BASE: {},
    "multi-similarity": {"loss": "multi-similarity"},
    "connected adapters": {"frozen": 0, "rate": 1e-3, "adapters": {"kind": "connected"}},
    "no frozen layers": {"frozen": 0},
    "lora": {"frozen": 0, "rate": 1e-3, "adapters": {"kind": "lora"}},
    "mixed 4": {"mixed": 4},
    "focal 0.5": {"focal": 0.5},
    "cls pooling": {"pooling": "cls"},
    "soup of the last 3": {"soup": 3, "soup_of": "last", "every": STEPS // 8},
    "adamp": {"optimizer": "adamp"},
    "no near concepts": {"hard": 0.0},
    "temperature 0.02": {"temperature": 0.02},
    "rate 2e-4": {"rate": 2e-4},
}
SEEDS = (0, 1, 2)
UNTUNED, SEED_SOUP = "not trained", "three seeds"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--names", type=Path, required=True, help="table without held-out names")
    parser.add_argument("--base", required=True, help="folder of e5-small-trim, or another E5")
    parser.add_argument("--work", type=Path, required=True, help="folder for what runs leave")
    parser.add_argument("--data", type=Path, default=os.environ.get("XNORM_DATA"))
    parser.add_argument("--only", nargs="*", default=[*RECIPES], help="recipes to run")
    parser.add_argument("--seeds", type=int, nargs="*", default=SEEDS)
    options = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    work: Path = options.work
    work.mkdir(parents=True, exist_ok=True)
    found = protocols.tasks(options.data, mantra=True)
    tasks = {name: found[name] for name in ("3a", "6", "4")}
    rows, settings = _material(options.names, options.base)
    if not (place := work / f"{UNTUNED}.npz").exists():
        runs.save(place, _encoder(options.base, settings.prefix), tasks, 0.0)
    for seed in options.seeds:
        for name in options.only:
            if not _place(work, name, seed).exists():
                seconds = _run(rows, settings, name, seed, work, tasks)
                print(name, seed, f"{seconds:.0f} CPU seconds", flush=True)
                _write(tasks, settings, work)
    _seed_soup(work, tasks)
    _write(tasks, settings, work)


def _material(names: Path, base: str) -> tuple[list[NameRow], TransformerSettings]:
    """Names, and the ready recipe within the budget."""
    every = read_names(names)
    recipe = load_settings(TransformerSettings, "encoder-transformer")
    shares = {row.source: SHARE * recipe.shares.get(row.source, 1.0) for row in every}
    rows = thinned(every, shares)
    known: dict[str, int] = {}
    texts = np.array([known.setdefault(fold(row.name), len(known)) for row in rows], np.int64)
    sampler = PairSampler(rows, texts, np.random.default_rng(0), weights=recipe.weights)
    epochs = STEPS * BUDGET["batch"] / float(sampler.draws.sum())
    changed = {**BUDGET, "base": base, "shares": {}, "epochs": epochs}
    return rows, msgspec.structs.replace(recipe, **changed)


def _run(
    rows: list[NameRow],
    settings: TransformerSettings,
    name: str,
    seed: int,
    work: Path,
    tasks: runs.Tasks,
) -> float:
    """Trains, measures and keeps one run; of the weights only the base recipe's."""
    changed = msgspec.convert(
        {**msgspec.to_builtins(settings), **RECIPES[name], "seed": seed}, TransformerSettings
    )
    folder = work / f"{name}-{seed}"
    begun = time.process_time()
    if not folder.exists():
        train_transformer(rows, changed, folder, inputs={})
    seconds = time.process_time() - begun
    runs.save(_place(work, name, seed), _encoder(str(folder)), tasks, seconds)
    if name != runs.BASE:
        shutil.rmtree(folder)
    return seconds


def _encoder(folder: str, prefix: str = "") -> Encoder:
    return load_encoder(f"transformer:{folder}?max_tokens=32&precision=bfloat16&prefix={prefix}")


def _seed_soup(work: Path, tasks: runs.Tasks) -> None:
    """The mean of the base recipe's weights; all started from one transformer."""
    from safetensors.torch import load_file, save_file

    from xnorm.training.transformer.soup import mean

    place, soup = work / f"{SEED_SOUP}.npz", work / SEED_SOUP
    folders = [work / f"{runs.BASE}-{seed}" for seed in SEEDS]
    if place.exists() or not all(_place(work, runs.BASE, seed).exists() for seed in SEEDS):
        return
    shutil.copytree(folders[0], soup, dirs_exist_ok=True)
    file = "model.safetensors"
    save_file(mean([load_file(folder / file) for folder in folders]), soup / file, {"format": "pt"})
    runs.save(place, _encoder(str(soup)), tasks, 0.0)


def _place(work: Path, name: str, seed: int) -> Path:
    return work / f"{name}-{seed}.npz"


def _write(tasks: runs.Tasks, settings: TransformerSettings, work: Path) -> None:
    """The table, with two rows that no training of their own was needed for."""
    table = runs.table(RECIPES, lambda name, seed: _place(work, name, seed), SEEDS, tasks)
    base = [
        runs.load(place, tasks)
        for seed in SEEDS
        if (place := _place(work, runs.BASE, seed)).exists()
    ]
    for name in (UNTUNED, SEED_SOUP):
        if (place := work / f"{name}.npz").exists():
            hits, _ = runs.load(place, tasks)
            cost = sum(seconds for _, seconds in base) if name == SEED_SOUP else 0.0
            table.append(runs.row(name, {}, tasks, [(hits, cost)], base))
    recipe = {k: v for k, v in msgspec.to_builtins(settings).items() if k not in ("names", "base")}
    told = {"steps": STEPS, "share of concepts": SHARE, "recipe": recipe, "runs": table}
    runs.write(RESULTS, (__doc__ or "").splitlines()[0], tasks, told)


if __name__ == "__main__":
    main()
