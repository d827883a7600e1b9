"""The losses that draw names of one concept together, for sentence-transformers' trainer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from xnorm.training.contrast import false_negatives
from xnorm.training.guide import Guide, joined
from xnorm.training.transformer.recipe import TransformerSettings

Features = Iterable[dict[str, Any]]

_TEXTS = 32
"""That go through the model at a time."""


def loss_of(model: Any, settings: TransformerSettings, guide: Guide | None = None) -> nn.Module:
    """The loss that the recipe names, over a `SentenceTransformer`."""
    if settings.loss == "multi-similarity":
        return MultiSimilarity(model)
    return InfoNce(
        model, settings.temperature, focal=settings.focal, mixed=settings.mixed, guide=guide
    )


class InfoNce(nn.Module):  # type: ignore[misc]  # torch has no types here
    """Symmetric InfoNCE in the batch, with two options of KaLM-Embedding-V2 (Zhao et al., 2025).

    Args:
        model: the encoder that is trained.
        temperature: similarities are divided by it.
        focal: pairs are weighted by (1 - p) to this power, p being the probability that the batch
            gives the right answer; weights have a mean of 1.
        mixed: so many negatives a name are mixed from neighbours among its hardest ones.
        guide: finds cells that are no negatives.
    """

    def __init__(
        self,
        model: Any,
        temperature: float,
        *,
        focal: float = 0.0,
        mixed: int = 0,
        guide: Guide | None = None,
    ) -> None:
        super().__init__()
        self.model = model
        self.temperature = temperature
        self.focal = focal
        self.mixed = mixed
        self.guide = guide

    def forward(self, features: Features, labels: Tensor) -> Tensor:
        """The mean loss of a batch whose labels are those of `data.COLUMNS`."""
        left, right = _vectors(self.model, features)
        return self.of(left, right, _same(labels, self.guide).to(left.device))

    def of(self, left: Tensor, right: Tensor, same: Tensor) -> Tensor:
        """The mean loss.

        Args:
            left: unit vectors [pairs, dimension].
            right: those of the other names.
            same: cells, besides the diagonal, that are no negatives, bool [pairs, pairs].
        """
        similar = left @ right.T
        losses = torch.cat(
            [
                self._losses(similar, left, right, same),
                self._losses(similar.T, right, left, same.T),
            ]
        )
        if not self.focal:
            return losses.mean()
        weights = (1 - torch.exp(-losses.detach())) ** self.focal
        return (weights * losses).sum() / weights.sum().clamp_min(1e-9)

    def _losses(self, similar: Tensor, names: Tensor, others: Tensor, same: Tensor) -> Tensor:
        """Of each name, against the others' side."""
        own = similar.diagonal()
        diagonal = torch.eye(len(similar), dtype=torch.bool, device=similar.device)
        negatives = similar.masked_fill(same | diagonal, -torch.inf)
        logits = [own[:, None], negatives]
        if self.mixed:
            logits.append(mixtures(negatives, names, others, self.mixed))
        return torch.logsumexp(torch.cat(logits, dim=1) / self.temperature, dim=1) - (
            own / self.temperature
        )

    def get_config_dict(self) -> dict[str, Any]:
        """For the trainer."""
        return {"temperature": self.temperature, "focal": self.focal, "mixed": self.mixed}


def mixtures(negatives: Tensor, names: Tensor, others: Tensor, count: int) -> Tensor:
    """Similarities of names to negatives that are mixed of two, each next to the other in rank.

    Args:
        negatives: similarities of names to the others, -inf where one is no negative.
        names: unit vectors [names, dimension].
        others: unit vectors that negatives are mixed from.
        count: mixed negatives a name; fewer where the batch is small.
    """
    hardest = negatives.topk(min(count + 1, negatives.shape[1]), dim=1)
    share = torch.rand(hardest.indices[:, 1:].shape, device=names.device)[..., None]
    first, second = others[hardest.indices[:, :-1]], others[hardest.indices[:, 1:]]
    between = functional.normalize(share * first + (1 - share) * second, dim=2)
    none = hardest.values[:, 1:] == -torch.inf
    return (names[:, None] * between).sum(dim=2).masked_fill(none, -torch.inf)


class MultiSimilarity(nn.Module):  # type: ignore[misc]  # torch has no types here
    """The Multi-Similarity loss (Wang et al., 2019) as SapBERT sets it (Liu et al., 2021).

    Only pairs that occur in a triplet violating a margin count: online hard mining.
    """

    ALPHA, BETA, BASE, MARGIN = 1, 60, 0.5, 0.2

    def __init__(self, model: Any) -> None:
        from pytorch_metric_learning import losses, miners

        super().__init__()
        self.model = model
        self.loss = losses.MultiSimilarityLoss(self.ALPHA, self.BETA, self.BASE)
        self.miner = miners.TripletMarginMiner(margin=self.MARGIN, type_of_triplets="all")

    def forward(self, features: Features, labels: Tensor) -> Tensor:
        """The mean loss of a batch whose labels are those of `data.COLUMNS`."""
        vectors = torch.cat(_vectors(self.model, features))
        concept, left, right = labels[:, :3].T
        return self.of(vectors, torch.cat([concept, concept]), torch.cat([left, right]))

    def of(self, vectors: Tensor, concepts: Tensor, texts: Tensor) -> Tensor:
        """The loss of unit vectors with the number of their concept and of their text."""
        anchor, positive, negative = self.miner(vectors, concepts)
        kept = texts[anchor] != texts[negative]
        triplets = (anchor[kept], positive[kept], negative[kept])
        loss: Tensor = self.loss(vectors, concepts, triplets)
        return loss

    def get_config_dict(self) -> dict[str, Any]:
        """For the trainer."""
        return {"alpha": self.ALPHA, "beta": self.BETA, "base": self.BASE, "margin": self.MARGIN}


def _vectors(model: Any, features: Features) -> list[Tensor]:
    """Unit vectors of both sides, float32."""
    return [functional.normalize(_by_length(model, side).float(), dim=1) for side in features]


def _by_length(model: Any, side: dict[str, Any]) -> Tensor:
    """A side's vectors; texts of like length share padding, which halves the time on a CPU."""
    mask = side["attention_mask"]
    order = mask.sum(dim=1).argsort(stable=True)
    parts = []
    for rows in order.split(_TEXTS):
        columns = mask[rows].any(dim=0)
        part = {
            name: value[rows][:, columns]
            if isinstance(value, Tensor) and value.shape == mask.shape
            else value
            for name, value in side.items()
        }
        parts.append(model(part)["sentence_embedding"])
    return torch.cat(parts)[order.argsort()]


def _same(labels: Tensor, guide: Guide | None) -> Tensor:
    """Cells of a batch whose two names may mean the same, bool [pairs, pairs]."""
    concept, left, right, *places = map(np.ascontiguousarray, labels.cpu().numpy().T)
    cells = false_negatives(concept, left, right)
    rows, columns = joined(cells, guide.false_negatives(*places)) if guide else cells
    same = torch.zeros(len(concept), len(concept), dtype=torch.bool)
    same[torch.from_numpy(rows), torch.from_numpy(columns)] = True
    return same
