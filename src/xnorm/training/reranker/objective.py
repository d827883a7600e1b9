"""What a re-ranker is trained to do: find the gold concept, and stay near the first stage's order.

For one mention with logits z, gold labels y and first-stage scores s of its k candidates,

    loss = CE(y, softmax(z)) + weight * distance(z, s)

is rank regularization (Borchert et al., xMEN). `Objective.xmen()` is its published form: labels as
they are, raw scores, the Euclidean norm. The other forms differ in what the prior is and in how
the distance is measured. With an offset the prior is not a place to stay near but a place to start
from: the network learns what the first stage does not know,

    loss = CE(y, softmax(z + offset * log-odds(s)))

as in a product of experts (Hinton, 2002). That is the default: it was the best on the development
parts of both corpora on which it was tried (`benchmarks/README.md`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from xnorm.errors import SettingError

if TYPE_CHECKING:
    from torch import Tensor

Fit = Literal["softmax", "bce"]
Prior = Literal["raw", "standard", "log-odds"]
Distance = Literal["norm", "rms", "kl"]

_FAR = -1e9
_EDGE = 1e-4


class Objective(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of the loss.

    Attributes:
        fit: `softmax`, cross-entropy over the list of candidates; `bce`, each one by itself.
        weight: of the distance; 0 trains without regularization.
        prior: `raw` first-stage scores; `standard`, to mean 0 and deviation 1 within the list;
            `log-odds` of scores that are probabilities.
        distance: `norm`, the Euclidean one; `rms`, the same divided by the root of k, so that long
            lists do not weigh more; `kl`, from softmax(prior) to softmax(logits).
        fade: let the weight fall linearly to 0 until training ends.
        shared: several gold concepts share a label mass of 1; without, each has 1 as in xMEN.
        smoothing: label mass that is spread over the list, 0 to 1.
        offset: weight of the log-odds of the first stage's scores that are added to the logits.
    """

    fit: Fit = "softmax"
    weight: float = 0.0
    prior: Prior = "raw"
    distance: Distance = "norm"
    fade: bool = False
    shared: bool = True
    smoothing: float = 0.0
    offset: float = 1.0

    def __post_init__(self) -> None:
        for field in ("weight", "offset"):
            if not getattr(self, field) >= 0:
                raise SettingError(
                    f"{field} is {getattr(self, field)}", place="objective", todo="Give 0 or more"
                )
        if not 0 <= self.smoothing < 1:
            raise SettingError(
                f"smoothing is {self.smoothing}", place="objective", todo="Give 0 or more, below 1"
            )

    @classmethod
    def xmen(cls, weight: float = 1.0) -> Objective:
        """The published form."""
        return cls(weight=weight, offset=0.0, shared=False)


def loss(
    logits: Tensor,
    labels: Tensor,
    scores: Tensor,
    present: Tensor,
    objective: Objective,
    *,
    done: float = 0.0,
) -> Tensor:
    """The mean loss of some mentions.

    Args:
        logits: float32 [mentions, k], of each candidate; lists are padded to the longest.
        labels: float32 [mentions, k], 1 for gold; a mention may have several.
        scores: float32 [mentions, k], the first stage's.
        present: bool [mentions, k], False for padding.
        objective: the settings.
        done: share of the training that is over, for `fade`.

    >>> import torch
    >>> z, y, s = torch.tensor([[1.0, 0.0]]), torch.tensor([[1.0, 0.0]]), torch.tensor([[0.4, 0.8]])
    >>> round(loss(z, y, s, torch.ones(1, 2, dtype=torch.bool), Objective.xmen()).item(), 4)
    1.3133
    """
    weight = objective.weight * (1 - done if objective.fade else 1)
    started = logits + objective.offset * _prior(scores, present, "log-odds")
    fitted = _fit(started, labels, present, objective)
    if weight == 0:
        return fitted.mean()
    prior = _prior(scores, present, objective.prior)
    return (fitted + weight * _distance(logits, prior, present, objective.distance)).mean()


def _fit(logits: Tensor, labels: Tensor, present: Tensor, objective: Objective) -> Tensor:
    """The distance to the labels, float32 [mentions]."""
    from torch.nn.functional import binary_cross_entropy_with_logits

    sizes = present.sum(dim=1, keepdim=True)
    target = labels * present
    if objective.shared and objective.fit == "softmax":
        target = target / target.sum(dim=1, keepdim=True).clamp_min(1.0)
    if objective.smoothing:
        spread = (
            objective.smoothing / sizes if objective.fit == "softmax" else objective.smoothing / 2
        )
        target = (target * (1 - objective.smoothing) + spread) * present
    if objective.fit == "bce":
        each = binary_cross_entropy_with_logits(logits, target, reduction="none")
        return (each * present).sum(dim=1) / sizes.squeeze(1)
    return -(target * _log_softmax(logits, present)).sum(dim=1)


def _log_softmax(logits: Tensor, present: Tensor) -> Tensor:
    return logits.masked_fill(~present, _FAR).log_softmax(dim=1).masked_fill(~present, 0.0)


def _prior(scores: Tensor, present: Tensor, kind: Prior) -> Tensor:
    if kind == "log-odds":
        return scores.clamp(_EDGE, 1 - _EDGE).logit()
    if kind == "standard":
        sizes = present.sum(dim=1, keepdim=True)
        away = (scores - (scores * present).sum(dim=1, keepdim=True) / sizes) * present
        deviation = (away.square().sum(dim=1, keepdim=True) / sizes).sqrt()
        return away / deviation.clamp_min(1e-6)
    return scores


def _distance(logits: Tensor, prior: Tensor, present: Tensor, kind: Distance) -> Tensor:
    """How far the logits are from the prior, float32 [mentions]."""
    if kind == "kl":
        share = _log_softmax(prior, present)
        return (share.exp() * (share - _log_softmax(logits, present)) * present).sum(dim=1)
    apart = ((logits - prior) * present).norm(dim=1)
    return apart / present.sum(dim=1).sqrt() if kind == "rms" else apart
