"""The loss against numbers worked out by hand."""

from __future__ import annotations

from functools import partial
from math import exp, log, sqrt

import pytest

from xnorm.errors import SettingError
from xnorm.training.reranker.objective import Objective, loss

torch = pytest.importorskip("torch", reason="training needs torch")

PLAIN = partial(Objective, offset=0)
"""Without the first stage's log-odds, and so what papers mean by the loss."""

Z, S = [2.0, 1.0, 0.0], [0.9, 0.5, 0.1]
LOG_SUM = log(exp(2) + exp(1) + 1)
NORM = sqrt(1.1**2 + 0.5**2 + 0.1**2)


def of(objective: Objective, labels: list[float], *, pad: int = 0, done: float = 0.0) -> float:
    def padded(values: list[float]) -> object:
        return torch.tensor([values + [7.0] * pad], dtype=torch.float32)

    present = torch.tensor([[True] * 3 + [False] * pad])
    found = loss(padded(Z), padded(labels), padded(S), present, objective, done=done)
    return float(found)


@pytest.mark.parametrize(
    ("objective", "labels", "expected"),
    [
        (Objective.xmen(), [0, 1, 0], LOG_SUM - 1 + NORM),
        (Objective.xmen(weight=0), [0, 1, 0], LOG_SUM - 1),
        # several gold concepts: xMEN's target sums to their number, ours to one
        (Objective.xmen(weight=0), [1, 1, 0], 2 * LOG_SUM - 3),
        (PLAIN(weight=0), [1, 1, 0], LOG_SUM - 1.5),
        (PLAIN(weight=0), [0, 0, 0], 0.0),
        (PLAIN(weight=0, smoothing=0.3), [0, 1, 0], LOG_SUM - 0.7 - 0.1 * 3),
        (PLAIN(distance="rms", weight=2), [0, 1, 0], LOG_SUM - 1 + 2 * NORM / sqrt(3)),
        (
            PLAIN(prior="standard", weight=1),
            [0, 1, 0],
            LOG_SUM - 1 + sqrt((2 - sqrt(1.5)) ** 2 + 1 + (0 + sqrt(1.5)) ** 2),
        ),
        (
            PLAIN(prior="log-odds", weight=1),
            [0, 1, 0],
            LOG_SUM - 1 + sqrt((2 - log(9)) ** 2 + 1 + log(9) ** 2),
        ),
        # odds of 0.9, 0.5 and 0.1 are 9, 1 and 1/9
        (Objective(weight=0, offset=1), [0, 1, 0], log(9 * exp(2) + exp(1) + 1 / 9) - 1),
        (
            Objective(weight=0, offset=2),
            [1, 0, 0],
            log(81 * exp(2) + exp(1) + 1 / 81) - log(81) - 2,
        ),
        (
            PLAIN(fit="bce", weight=0),
            [0, 1, 0],
            (log(1 + exp(2)) + log(1 + exp(-1)) + log(2)) / 3,
        ),
    ],
)
def test_the_loss_is_that_of_the_formula(
    objective: Objective, labels: list[float], expected: float
) -> None:
    assert of(objective, labels) == pytest.approx(expected, abs=1e-5)
    assert of(objective, labels, pad=4) == pytest.approx(expected, abs=1e-5)


def test_the_divergence_is_zero_where_both_say_the_same_and_that_of_scipy_else() -> None:
    from scipy.special import softmax
    from scipy.stats import entropy

    objective = PLAIN(distance="kl", weight=1)
    expected = LOG_SUM - 1 + entropy(softmax(S), softmax(Z))
    assert of(objective, [0, 1, 0], pad=2) == pytest.approx(expected, abs=1e-5)


def test_the_weight_fades() -> None:
    objective = PLAIN(fade=True, weight=1)
    assert of(objective, [0, 1, 0], done=0.5) == pytest.approx(LOG_SUM - 1 + NORM / 2, abs=1e-5)
    assert of(objective, [0, 1, 0], done=1.0) == pytest.approx(LOG_SUM - 1, abs=1e-5)


def test_a_batch_has_the_mean_loss_of_its_mentions() -> None:
    z = torch.tensor([Z, [0.5, 0.5, 0.0]])
    y = torch.tensor([[0.0, 1, 0], [1.0, 0, 0]])
    s = torch.tensor([S, [0.5, 0.5, 0.0]])
    present = torch.tensor([[True] * 3, [True, True, False]])
    expected = (LOG_SUM - 1 + NORM + log(2)) / 2
    assert float(loss(z, y, s, present, Objective.xmen())) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("distance", ["norm", "rms", "kl"])
@pytest.mark.parametrize("prior", ["raw", "standard", "log-odds"])
def test_gradients_are_finite_even_where_the_logits_are_the_prior(
    distance: str, prior: str
) -> None:
    z = torch.tensor([S, S], requires_grad=True)
    s = torch.tensor([S, [0.5, 0.5, 0.5]])
    present = torch.tensor([[True] * 3, [True, True, False]])
    objective = PLAIN(distance=distance, prior=prior, weight=1)
    loss(z, torch.tensor([[1.0, 0, 0], [0, 0, 0]]), s, present, objective).backward()
    assert torch.isfinite(z.grad).all()
    assert z.grad[1, 2] == 0


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"weight": -1}, "objective: weight is -1"), ({"smoothing": 1}, "objective: smoothing is 1")],
)
def test_settings_out_of_range_are_refused(settings: dict[str, float], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Objective(**settings)
