"""The contrast of synonym pairs in a batch, and the optimiser of the table it trains."""

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
    left: Any, right: Any, temperature: float, masked: tuple[Integers, Integers]
) -> Contrast:
    """Symmetric InfoNCE (van den Oord et al., 2018) of unit vectors, with gradients.

    Of pair i, loss = -log(exp(s_ii / t) / sum over j of exp(s_ij / t)), the mean over rows and
    columns. The gradients are written out, because half of an automatic one's time goes into
    keeping large matrices; the products run in bfloat16, the diagonal in float32.

    Args:
        left: float32 tensor [pairs, dimension].
        right: the other names, likewise.
        temperature: t.
        masked: cells that are no negatives (`false_negatives`).
    """
    import torch

    a, b = left.bfloat16(), right.bfloat16()
    matrix = torch.mm(a, b.T).float().sub_(1.0).div_(temperature).exp_()
    matrix[torch.from_numpy(masked[0]), torch.from_numpy(masked[1])] = 0.0
    matrix.fill_diagonal_(0.0)
    own = (((left * right).sum(dim=1) - 1) / temperature).exp()
    by_row, by_column = matrix.sum(dim=1), matrix.sum(dim=0)
    loss = (torch.log1p(by_row / own) + torch.log1p(by_column / own)).mean() / 2
    scale = 1 / (2 * len(left) * temperature)
    pull = scale * (by_row / (by_row + own) + by_column / (by_column + own))[:, None]
    rows, columns = scale / (by_row + own), scale / (by_column + own)
    push = torch.add(rows[:, None], columns[None]).mul_(matrix).bfloat16()
    return Contrast(
        float(loss),
        torch.mm(push, b).float() - pull * right,
        torch.mm(push.T, a).float() - pull * left,
    )


class LazyAdam:
    """Adam (Kingma and Ba, 2015) whose moments move only for rows that a step touches."""

    def __init__(self, table: Any, rate: float) -> None:
        self.table = table
        self._rate = rate
        self._first = table.new_zeros(table.shape)
        self._second = table.new_zeros(table.shape)
        self._steps = 0

    def step(self, rows: Any, gradient: Any, scale: float) -> None:
        """Moves the given rows against their gradient, at `scale` of the rate."""
        self._steps += 1
        first = self._first[rows].mul_(0.9).add_(gradient, alpha=0.1)
        second = self._second[rows].mul_(0.999).addcmul_(gradient, gradient, value=0.001)
        self._first[rows], self._second[rows] = first, second
        mean = first / (1 - 0.9**self._steps)
        spread = (second / (1 - 0.999**self._steps)).sqrt_().add_(1e-8)
        self.table[rows] -= scale * self._rate * mean / spread
