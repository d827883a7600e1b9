"""The objective as a loss of sentence-transformers' `CrossEncoderTrainer` (extra `neural`)."""

from __future__ import annotations

from typing import Any

import torch
from sentence_transformers.util import batch_to_device
from torch import Tensor, nn

from xnorm.training.reranker.objective import Objective, loss

COLUMNS = ("mention", "concepts", "scores", "label")
"""Of a training row: a text, k texts, k first-stage scores, and k labels."""


class RankRegularizedLoss(nn.Module):  # type: ignore[misc]  # torch has no types here
    """Reads rows of `COLUMNS`; mentions of a batch may have lists of different lengths.

    Args:
        model: the cross-encoder that is trained, with one output.
        objective: the settings of the loss.
        pairs: how many pairs go through the model at a time; it bounds the memory of activations
            only where gradients are checkpointed, and padding always. 0: all.
    """

    def __init__(self, model: Any, objective: Objective, *, pairs: int = 0) -> None:
        super().__init__()
        self.model = model
        self.objective = objective
        self.pairs = pairs
        self.done = 0.0
        """Share of the training that is over; the trainer keeps it."""

    def forward(
        self,
        inputs: list[Any],
        labels: list[Tensor],
        prompt: str | None = None,
        task: str | None = None,
    ) -> Tensor:
        """The mean loss of a batch: mentions, their candidates' texts, and first-stage scores."""
        mentions, lists, scores = inputs
        flat = [
            (mention, concept)
            for mention, concepts in zip(mentions, lists, strict=True)
            for concept in concepts
        ]
        logits = self._logits(flat)
        lengths = [len(concepts) for concepts in lists]
        device = logits.device

        def padded(parts: list[Tensor]) -> Tensor:
            return nn.utils.rnn.pad_sequence([part.float() for part in parts], batch_first=True)

        present = padded([torch.ones(length) for length in lengths]).bool().to(device)
        return loss(
            padded(list(logits.split(lengths))),
            padded(list(labels)).to(device),
            padded([torch.tensor(row) for row in scores]).to(device),
            present,
            self.objective,
            done=self.done,
        )

    def get_config_dict(self) -> dict[str, Any]:
        """For the model card."""
        import msgspec

        settings: dict[str, Any] = msgspec.to_builtins(self.objective)
        return settings

    def _logits(self, flat: list[tuple[str, str]]) -> Tensor:
        """Of each pair, float32 [pairs]; pairs of like length share a batch."""
        order = sorted(range(len(flat)), key=lambda at: len(flat[at][0]) + len(flat[at][1]))
        size = self.pairs or len(flat)
        parts = []
        for start in range(0, len(flat), size):
            tokens = self.model.preprocess([flat[at] for at in order[start : start + size]])
            answer = self.model(batch_to_device(tokens, self.model.device))
            parts.append(answer["scores"].view(-1).float())
        back = torch.empty(len(flat), dtype=torch.long)
        back[torch.tensor(order)] = torch.arange(len(flat))
        return torch.cat(parts)[back.to(parts[0].device)]
