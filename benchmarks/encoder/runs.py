"""Runs of a table of ablations: kept as files, and told as rows against the base recipe."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import protocols

from xnorm.evaluation.machine import machine
from xnorm.files import atomic_file

BASE = "base"
"""The recipe that others are compared with."""
MEASURE = (
    "accuracy@1, mean over languages and seeds; 95 % bootstrap intervals over concepts (1,000 "
    "samples), of the difference to base on the same queries and seeds"
)

Tasks = Mapping[str, protocols.Task]
Hits = dict[str, dict[str, npt.NDArray[Any]]]
"""By task and language."""
Run = tuple[Hits, float]
"""With seconds of processor time."""


def save(place: Path, encoder: protocols.Encodes, tasks: Tasks, seconds: float) -> None:
    """Measures an encoder, and keeps what it finds."""
    found = {
        f"{name}/{language}": one
        for name, task in tasks.items()
        for language, one in protocols.hits(encoder, task).items()
    }
    with atomic_file(place) as stream:
        np.savez(stream, seconds=np.float64(seconds), **found)


def load(place: Path, tasks: Tasks) -> Run:
    """What `save` kept."""
    with np.load(place) as kept:
        hits = {
            name: {language: kept[f"{name}/{language}"] for language in task.queries}
            for name, task in tasks.items()
        }
        return hits, float(kept["seconds"])


def table(
    recipes: Mapping[str, Any],
    place: Callable[[str, int], Path],
    seeds: Iterable[int],
    tasks: Tasks,
) -> list[dict[str, Any]]:
    """A row for every recipe that was run; differences are against base with the same seeds."""
    runs: dict[str, dict[int, Run]] = {
        name: {seed: load(at, tasks) for seed in seeds if (at := place(name, seed)).exists()}
        for name in recipes
    }
    found = []
    for name, own in runs.items():
        common = [seed for seed in own if seed in runs[BASE]]
        if common:
            mine, base = ([some[seed] for seed in common] for some in (own, runs[BASE]))
            found.append(row(name, recipes[name], tasks, mine, base))
    return found


def row(
    name: str, changed: Any, tasks: Tasks, runs: Sequence[Run], base: Sequence[Run]
) -> dict[str, Any]:
    """What a recipe reaches, and how far that is from the base."""
    told: dict[str, Any] = {
        "recipe": name,
        "changed": changed,
        "runs": len(runs),
        "cpu_seconds": round(sum(seconds for _, seconds in runs) / len(runs), 1),
    }
    for key, task in tasks.items():
        own, other = (_mean([hits[key] for hits, _ in found]) for found in (runs, base))
        told[key] = {
            "accuracy": protocols.interval(task, own),
            "by_seed": [protocols.mean_of_shares(hits[key]) for hits, _ in runs],
        }
        if name != BASE:
            told[key]["against_base"] = protocols.difference(task, own, other)
    return told


def write(path: Path, what: str, tasks: Tasks, told: Mapping[str, Any]) -> None:
    """Writes a table's JSON, with what all such tables tell."""
    queries = {
        name: {language: len(asked) for language, asked in task.queries.items()}
        for name, task in tasks.items()
    }
    whole = {
        "what": what,
        "measure": MEASURE,
        "threads": 1,
        "machine": machine(),
        "queries": queries,
        **told,
    }
    data = msgspec.json.encode(protocols.rounded(msgspec.to_builtins(whole)))
    with atomic_file(path) as stream:
        stream.write(msgspec.json.format(data) + b"\n")


def _mean(found: list[dict[str, npt.NDArray[Any]]]) -> dict[str, npt.NDArray[Any]]:
    return {key: np.mean([one[key] for one in found], axis=0) for key in found[0]}
