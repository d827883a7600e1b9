"""Model soup (Wortsman et al., 2022): the mean of the weights of several checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from safetensors.torch import load_file, save_file
from torch import Tensor

Weights = dict[str, Tensor]


class Pot:
    """The checkpoints that a soup is made of, as files in a folder.

    Args:
        folder: that keeps them; what an earlier, killed run left there counts.
        size: how many are kept.
        by: the `best` by their scores, or the `last`.
    """

    def __init__(self, folder: Path, size: int, by: str) -> None:
        self._folder = folder
        self._size = size
        self._by = by

    def add(self, weights: Weights, step: int, score: float) -> None:
        """Keeps the weights of a step, and drops those that fall behind."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in self._folder.glob(f"{step}_*.safetensors"):
            path.unlink()
        save_file(weights, self._folder / f"{step}_{score:.6f}.safetensors")
        for path in self._ranked()[self._size :]:
            path.unlink()

    def kept(self) -> list[int]:
        """The steps whose weights are kept, in order."""
        return sorted(_step(path) for path in self._ranked())

    def mean(self) -> Weights:
        """The mean of all that are kept."""
        return mean([load_file(path) for path in sorted(self._ranked(), key=_step)])

    def _ranked(self) -> list[Path]:
        paths = sorted(self._folder.glob("*.safetensors"), key=_step, reverse=True)
        if self._by == "best":
            paths.sort(key=_score, reverse=True)
        return paths


def mean(all_weights: Sequence[Weights]) -> Weights:
    """The mean of weights of one network; numbers that are no floats are the first one's."""
    first, *others = all_weights
    result = {}
    for name, tensor in first.items():
        if tensor.is_floating_point():
            total = tensor.double()
            for other in others:
                total = total + other[name].double()
            result[name] = (total / len(all_weights)).to(tensor.dtype)
        else:
            result[name] = tensor
    return result


def _step(path: Path) -> int:
    return int(path.stem.split("_")[0])


def _score(path: Path) -> float:
    return float(path.stem.split("_")[1])
