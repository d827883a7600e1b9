"""The subword vectors and weights of a static encoder while they are trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from xnorm.encoders.static import PROJECTION
from xnorm.training import subwords
from xnorm.training.contrast import info_nce
from xnorm.training.lazy_adam import LazyAdam

if TYPE_CHECKING:
    import numpy.typing as npt

    from xnorm.training.encoder import EncoderSettings
    from xnorm.training.pairs import Integers


class Batch(NamedTuple):
    """Pairs to learn from.

    Attributes:
        names: of pairs, the left ones first, then the right ones.
        masked: cells that do not contrast.
        apart: places among the names of those that are none; they pass through the map, int64.
    """

    names: subwords.Cut
    masked: tuple[Integers, Integers]
    apart: Integers


class SubwordTable:
    """One vector and one log weight a subword, and a linear map of some texts if one is asked for.

    Args:
        vectors: to start from, float32 [vocabulary, dimension].
        counts: how often each subword occurs, float64 [vocabulary].
        silent: subwords whose vector stays zero.
        settings: the recipe.
        projection: there is such a map; it starts as the identity.
    """

    def __init__(
        self,
        vectors: subwords.Floats,
        counts: npt.NDArray[np.floating],
        silent: list[int],
        settings: EncoderSettings,
        *,
        projection: bool = False,
    ) -> None:
        import torch

        self._settings = settings
        self._silent = silent
        vectors = vectors.copy()
        vectors[silent] = 0
        weights = settings.smoothing / (settings.smoothing + counts / counts.sum())
        rate, projected = settings.rate, settings.optimizer == "adamp"
        self._vectors = LazyAdam(torch.from_numpy(vectors), rate, projected=projected)
        self._weights = LazyAdam(torch.from_numpy(np.log(weights)).float(), rate)
        self._parts = {"vectors": self._vectors, "weights": self._weights}
        if projection:
            self._parts[PROJECTION] = LazyAdam(torch.eye(vectors.shape[1]), rate)

    def step(self, batch: Batch, scale: float, generator: np.random.Generator) -> float:
        """One step at `scale` of the learning rate; returns the loss."""
        import torch
        from torch.nn import functional

        used, place = np.unique(batch.names.pieces, return_inverse=True)
        rows, inverse = torch.from_numpy(used), torch.from_numpy(place)
        vectors = self._vectors.table[rows].requires_grad_()
        weights = self._weights.table[rows].requires_grad_()
        sums = functional.embedding_bag(
            inverse,
            vectors,
            torch.from_numpy(batch.names.starts[:-1]),
            mode="sum",
            per_sample_weights=torch.exp(weights)[inverse],
        )
        projection = self._parts.get(PROJECTION)
        if projection:
            matrix = projection.table.clone().requires_grad_()
            places = torch.from_numpy(batch.apart)
            sums = sums.index_copy(0, places, sums[places] @ matrix)
        lengths = sums.detach().norm(dim=1, keepdim=True).clamp_min(1e-6)
        unit = sums.detach() / lengths
        half = len(unit) // 2
        contrast = info_nce(
            unit[:half],
            unit[half:],
            self._settings.temperature,
            batch.masked,
            focal=self._settings.focal,
            portions=self._portions(half, generator),
        )
        gradient = torch.cat([contrast.left, contrast.right])
        along = (gradient * unit).sum(dim=1, keepdim=True) * unit
        sums.backward((gradient - along) / lengths)
        self._vectors.step(rows, vectors.grad, scale)
        self._weights.step(rows, weights.grad, scale)
        if projection:
            projection.step(torch.arange(len(matrix)), matrix.grad, scale)
        return contrast.loss

    def _portions(self, pairs: int, generator: np.random.Generator) -> Any:
        import torch

        count = min(self._settings.mixed, pairs // 2)
        if not count:
            return None
        return torch.from_numpy(generator.random((2, pairs, count), dtype=np.float32))

    def vectors(self) -> subwords.Floats:
        """The table with the weights folded in, float32 [vocabulary, dimension].

        The map, if there is one, lies below: so many rows more as there are dimensions.
        """
        result: subwords.Floats = (self._vectors.table * self._weights.table.exp()[:, None]).numpy()
        result[self._silent] = 0
        if PROJECTION in self._parts:
            result = np.concatenate([result, self._parts[PROJECTION].table.numpy()])
        return result

    def encode(self, cut: subwords.Cut) -> subwords.Floats:
        """Unit vectors of cut names, as the table stands."""
        vectors = self.vectors()
        blocks = [np.zeros((0, vectors.shape[1]), np.float32)]
        for start in range(0, len(cut.starts) - 1, 20_000):
            part = cut.take(np.arange(start, min(start + 20_000, len(cut.starts) - 1)))
            sums = np.add.reduceat(vectors[part.pieces], part.starts[:-1], axis=0)
            blocks.append(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6))
        return np.concatenate(blocks)

    def state(self) -> dict[str, Any]:
        """Tensors to keep."""
        return {
            f"{part}.{name}": tensor
            for part, optimizer in self._parts.items()
            for name, tensor in optimizer.state().items()
        }

    def restore(self, state: dict[str, Any], steps: int) -> None:
        """Goes on from a kept state after so many steps."""
        for part, optimizer in self._parts.items():
            names = optimizer.state()
            optimizer.restore({name: state[f"{part}.{name}"] for name in names}, steps)
