"""An optimiser for tables of which a step touches few rows."""

from __future__ import annotations

from typing import Any


class LazyAdam:
    """Adam (Kingma and Ba, 2015) whose moments move only for rows that a step touches.

    Args:
        table: tensor [rows] or [rows, dimension], changed in place.
        rate: the learning rate.
        projected: as AdamP (Heo et al., 2021, algorithm 3) takes off the part of a move along its
            row where the gradient is about orthogonal to the row, so that rows do not grow.
    """

    def __init__(self, table: Any, rate: float, *, projected: bool = False) -> None:
        self.table = table
        self._rate = rate
        self._projected = projected
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
        move = mean / spread
        if self._projected:
            move = _projected(move, self.table[rows], gradient)
        self.table[rows] -= scale * self._rate * move

    def state(self) -> dict[str, Any]:
        """Tensors to keep; the number of steps is for the caller to count."""
        return {"table": self.table, "first": self._first, "second": self._second}

    def restore(self, state: dict[str, Any], steps: int) -> None:
        """Goes on from a kept state."""
        self.table, self._first, self._second = state["table"], state["first"], state["second"]
        self._steps = steps


def _projected(move: Any, row: Any, gradient: Any) -> Any:
    """The move without its part along the row, for rows across which the gradient points."""
    unit = row / row.norm(dim=1, keepdim=True).clamp_min(1e-8)
    cosine = (gradient * unit).sum(dim=1) / gradient.norm(dim=1).clamp_min(1e-8)
    across = cosine.abs() < 0.1 / row.shape[1] ** 0.5
    along = (move * unit).sum(dim=1, keepdim=True) * unit
    return move - across[:, None] * along
