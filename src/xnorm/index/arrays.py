"""Arrays on disk: one `.npy` a piece, opened by memory map, never pickled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def save(folder: Path, names: Sequence[str], arrays: Sequence[NDArray[Any]]) -> None:
    """Writes `NAME.npy` for every array."""
    for name, array in zip(names, arrays, strict=True):
        np.save(folder / f"{name}.npy", array, allow_pickle=False)


def load(folder: Path, names: Sequence[str]) -> list[NDArray[Any]]:
    """Maps the arrays that `save` wrote; an empty one is read, it cannot be mapped."""
    return [_map(folder / f"{name}.npy") for name in names]


def _map(path: Path) -> NDArray[Any]:
    try:
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except ValueError:
        return np.asarray(np.load(path, allow_pickle=False))
