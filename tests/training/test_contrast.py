"""The contrast of pairs against automatic gradients of its formula, and the optimiser of tables."""

from __future__ import annotations

import numpy as np
import pytest

from xnorm.training.contrast import info_nce
from xnorm.training.lazy_adam import LazyAdam

torch = pytest.importorskip("torch", reason="training needs torch (extra neural)")

PAIRS, TEMPERATURE = 12, 0.2
MASKED = (np.array([0, 3]), np.array([5, 2]))


def sides() -> tuple:
    generator = torch.Generator().manual_seed(0)
    both = torch.nn.functional.normalize(torch.randn(2, PAIRS, 8, generator=generator), dim=2)
    return both[0].clone().requires_grad_(), both[1].clone().requires_grad_()


def plain(left, right, focal: float, portions):  # type: ignore[no-untyped-def]
    """The same loss, written for reading: a row or a column at a time."""
    hidden = set(zip(*(cells.tolist() for cells in MASKED), strict=True))
    losses, weights = [], []
    for side, (here, there) in enumerate(((left, right), (right, left))):
        some, many = [], []
        for i in range(PAIRS):
            cell = (lambda j, i=i: (i, j)) if side == 0 else (lambda j, i=i: (j, i))
            others = [j for j in range(PAIRS) if j != i and cell(j) not in hidden]
            negatives = [here[i] @ there[j] for j in others]
            if portions is not None:
                hardest = sorted(others, key=lambda j: -float((here[i] @ there[j]).detach()))
                for k, portion in enumerate(portions[side][i]):
                    first, second = hardest[2 * k], hardest[2 * k + 1]
                    mixed = portion * there[first] + (1 - portion) * there[second]
                    negatives.append(here[i] @ (mixed / mixed.norm()))
            scores = torch.stack([here[i] @ there[i], *negatives]) / TEMPERATURE
            log = torch.log_softmax(scores, 0)[0]
            some.append(-log)
            many.append((1 - log.exp().detach()) ** focal)
        losses.append(torch.stack(some))
        weights.append(torch.stack(many) / torch.stack(many).mean())
    return torch.stack([(w * one).mean() for w, one in zip(weights, losses, strict=True)]).mean()


@pytest.mark.parametrize("focal", [0.0, 0.5, 2.0])
@pytest.mark.parametrize("mixtures", [0, 2])
def test_loss_and_gradients_are_those_of_the_formula(focal: float, mixtures: int) -> None:
    portions = torch.rand(2, PAIRS, mixtures, generator=torch.Generator().manual_seed(1))
    portions = portions if mixtures else None
    left, right = sides()
    expected = plain(left, right, focal, portions)
    expected.backward()
    found = info_nce(
        left.detach(), right.detach(), TEMPERATURE, MASKED, focal=focal, portions=portions
    )
    # the products run in bfloat16, which keeps three digits
    assert found.loss == pytest.approx(float(expected.detach()), rel=2e-2)
    for one, other in ((found.left, left.grad), (found.right, right.grad)):
        assert float((one - other).norm() / other.norm()) < 2e-2


def test_hard_pairs_weigh_more_with_focal() -> None:
    near = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]])
    far = torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    none = (np.zeros(0, np.int64), np.zeros(0, np.int64))
    plain_one = info_nce(near, far, 0.5, none)
    focal_one = info_nce(near, far, 0.5, none, focal=2.0)
    share = [float(one.left[2].norm() / one.left.norm()) for one in (plain_one, focal_one)]
    assert share[1] > share[0]


def test_masked_names_are_not_mixed() -> None:
    """Where all but one negative of a name are masked, nothing is left to mix."""
    left, right = (one.detach() for one in sides())
    rows, columns = np.where(~np.eye(PAIRS, dtype=bool) & (np.indices((PAIRS, PAIRS))[1] != 1))
    masked = (rows, columns)
    portions = torch.full((2, PAIRS, 1), 0.5)
    with_mixtures = info_nce(left, right, TEMPERATURE, masked, portions=portions)
    without = info_nce(left, right, TEMPERATURE, masked)
    # columns have many negatives left only at 1; its own mixture is all that may differ
    untouched = [i for i in range(PAIRS) if i != 1]
    assert torch.allclose(with_mixtures.right[untouched], without.right[untouched])


def test_where_every_row_is_touched_it_is_adam() -> None:
    table = torch.randn(5, 3, generator=torch.Generator().manual_seed(0))
    expected = table.clone().requires_grad_()
    adam = torch.optim.Adam([expected], lr=0.01)
    lazy = LazyAdam(table.clone(), 0.01)
    for step in range(4):
        gradient = torch.randn(5, 3, generator=torch.Generator().manual_seed(step))
        expected.grad = gradient.clone()
        adam.step()
        lazy.step(torch.arange(5), gradient, 1.0)
    assert torch.allclose(lazy.table, expected.detach(), atol=1e-6)


def test_untouched_rows_stay() -> None:
    table = torch.ones(4, 3)
    lazy = LazyAdam(table.clone(), 0.1)
    lazy.step(torch.tensor([1]), torch.ones(1, 3), 1.0)
    assert (lazy.table != table).any(dim=1).tolist() == [False, True, False, False]


def test_projected_moves_do_not_lengthen_a_row_that_the_gradient_crosses() -> None:
    row, across = torch.tensor([[3.0, 4.0]]), torch.tensor([[4.0, -3.0]])
    plain_one, projected = LazyAdam(row.clone(), 0.1), LazyAdam(row.clone(), 0.1, projected=True)
    for optimiser in (plain_one, projected):
        optimiser.step(torch.tensor([0]), across, 1.0)
    along = [float(((one.table - row) @ row.T)[0, 0]) for one in (plain_one, projected)]
    assert along[0] != pytest.approx(0, abs=1e-3)
    assert along[1] == pytest.approx(0, abs=1e-5)
    with_part_along = LazyAdam(row.clone(), 0.1, projected=True)
    with_part_along.step(torch.tensor([0]), row.clone(), 1.0)
    assert torch.allclose(with_part_along.table, row - 0.1, atol=1e-6)
