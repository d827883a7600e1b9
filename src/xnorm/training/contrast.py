"""The contrast of synonym pairs in a batch, with its gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]


def false_negatives(
    concept: Integers, left: Integers, right: Integers
) -> tuple[Integers, Integers]:
    """Cells (i, j), i != j, of a batch's similarity matrix whose two names may mean the same.

    Args:
        concept: of each pair, int64 [pairs].
        left: texts of the pairs' first names, equal numbers for equal texts, int64 [pairs].
        right: those of the second names.

    >>> concept, left, right = np.array([7, 7, 8]), np.array([0, 1, 2]), np.array([3, 4, 5])
    >>> rows, columns = false_negatives(concept, left, right)
    >>> list(zip(rows.tolist(), columns.tolist(), strict=True))
    [(0, 1), (1, 0)]
    """
    rows, columns = [], []
    for here, there in ((concept, concept), (left, left), (right, right), (left, right)):
        order = np.argsort(there, kind="stable")
        first = np.searchsorted(there[order], here, "left")
        counts = np.searchsorted(there[order], here, "right") - first
        inside = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        row = np.repeat(np.arange(len(here)), counts)
        column = order[inside + np.repeat(first, counts)]
        rows.append(row[row != column])
        columns.append(column[row != column])
    return np.concatenate(rows), np.concatenate(columns)


class Contrast(NamedTuple):
    """The mean loss of a batch and its gradients for the unit vectors of both sides."""

    loss: float
    left: Any
    right: Any


def info_nce(
    left: Any,
    right: Any,
    temperature: float,
    masked: tuple[Integers, Integers],
    *,
    focal: float = 0.0,
    portions: Any = None,
) -> Contrast:
    """Symmetric InfoNCE (van den Oord et al., 2018) of unit vectors, with gradients.

    Of pair i, loss = -log p_i, p_i = exp(s_ii / t) / sum over j of exp(s_ij / t), the mean over
    rows and columns. The gradients are written out, because half of an automatic one's time goes
    into keeping large matrices; the products run in bfloat16, the diagonal in float32.

    Two additions are those of KaLM-Embedding-V2 (Zhao et al., 2025): the weight of a pair grows
    with its difficulty, and the hardest negatives are mixed into harder ones.

    Args:
        left: float32 tensor [pairs, dimension].
        right: the other names, likewise.
        temperature: t.
        masked: cells that are no negatives (`false_negatives`).
        focal: a pair has weight (1 - p_i) ** focal, scaled to a mean of 1.
        portions: float32 tensor [2, pairs, mixtures], 0 to 1: how much of the first of two hard
            negatives goes into each mixture, for rows and for columns; None mixes none.
    """
    import torch

    a, b = left.bfloat16(), right.bfloat16()
    matrix = torch.mm(a, b.T).float().sub_(1.0).div_(temperature).exp_()
    matrix[torch.from_numpy(masked[0]), torch.from_numpy(masked[1])] = 0.0
    matrix.fill_diagonal_(0.0)
    own = (((left * right).sum(dim=1) - 1) / temperature).exp()
    by_row, by_column = matrix.sum(dim=1), matrix.sum(dim=0)
    mixed = []
    if portions is not None:
        mixed = [
            _mixtures(left, right, matrix, portions[0], temperature),
            _mixtures(right, left, matrix.T, portions[1], temperature),
        ]
        by_row, by_column = by_row + mixed[0].mass, by_column + mixed[1].mass
    row_weight = _difficulty(by_row / (by_row + own), focal)
    column_weight = _difficulty(by_column / (by_column + own), focal)
    scale = 1 / (2 * len(left) * temperature)
    rows, columns = scale * row_weight / (by_row + own), scale * column_weight / (by_column + own)
    pull = (rows * by_row + columns * by_column)[:, None]
    push = torch.add(rows[:, None], columns[None]).mul_(matrix).bfloat16()
    for_left = torch.mm(push, b).float() - pull * right
    for_right = torch.mm(push.T, a).float() - pull * left
    if mixed:
        mixed[0].spread(rows, for_left, for_right)
        mixed[1].spread(columns, for_right, for_left)
    log = row_weight * torch.log1p(by_row / own) + column_weight * torch.log1p(by_column / own)
    return Contrast(float(log.mean() / 2), for_left, for_right)


def _difficulty(miss: Any, power: float) -> Any:
    """Weights of pairs by 1 - p, mean 1."""
    weight = miss**power
    return weight / weight.mean().clamp_min(1e-12)


class _Mixtures(NamedTuple):
    """Negatives of `here` that are mixed from pairs of vectors of `there`."""

    here: Any
    made: Any
    """Unit vectors, float32 [pairs, mixtures, dimension]."""
    lengths: Any
    """Before they were made unit vectors."""
    sources: tuple[Any, Any]
    """Row numbers in `there`, [pairs, mixtures] each."""
    portions: Any
    similar: Any
    """exp((s - 1) / t) to `here`; 0 where too few negatives are left to mix."""

    @property
    def mass(self) -> Any:
        """What they add to the sum of each pair's negatives."""
        return self.similar.sum(dim=1)

    def spread(self, factor: Any, here: Any, there: Any) -> None:
        """Adds the gradients, `factor` a unit of mass, to those of the two sides."""
        weight = (factor[:, None] * self.similar)[..., None]
        here += (weight * self.made).sum(dim=1)
        pushed = weight * self.here[:, None]
        along = (pushed * self.made).sum(dim=2, keepdim=True) * self.made
        pushed = (pushed - along) / self.lengths
        size = pushed.shape[-1]
        first, second = (rows.reshape(-1) for rows in self.sources)
        there.index_add_(0, first, (self.portions * pushed).reshape(-1, size))
        there.index_add_(0, second, ((1 - self.portions) * pushed).reshape(-1, size))


def _mixtures(here: Any, there: Any, matrix: Any, portions: Any, temperature: float) -> _Mixtures:
    count = portions.shape[1]
    hardest = matrix.topk(2 * count, dim=1)
    first, second = hardest.indices[:, 0::2], hardest.indices[:, 1::2]
    portions = portions[..., None]
    sums = portions * there[first] + (1 - portions) * there[second]
    lengths = sums.norm(dim=2, keepdim=True).clamp_min(1e-6)
    made = sums / lengths
    similar = (((made * here[:, None]).sum(dim=2) - 1) / temperature).exp()
    present = hardest.values[:, 1::2] > 0
    return _Mixtures(here, made, lengths, (first, second), portions, similar * present)
