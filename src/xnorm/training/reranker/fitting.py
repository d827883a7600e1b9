"""Fitting a network to lists, by sentence-transformers' own trainer."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sentence_transformers.base.evaluation import BaseEvaluator
from sentence_transformers.cross_encoder import (
    CrossEncoderTrainer,
    CrossEncoderTrainingArguments,
)
from transformers import PrinterCallback, TrainerCallback

from xnorm.encoders.transformer import Precision
from xnorm.reranking.model import Reading
from xnorm.reranking.scoring import logits
from xnorm.reranking.stage import probabilities
from xnorm.training.fitting import Progress
from xnorm.training.reranker.calibration import calibrated
from xnorm.training.reranker.data import Listed
from xnorm.training.reranker.loss import COLUMNS, RankRegularizedLoss
from xnorm.training.reranker.recipe import RerankerSettings
from xnorm.training.trainer_arguments import common
from xnorm.training.trainer_callbacks import listeners
from xnorm.training.trainer_checkpoints import KeepsWeights, last_checkpoint

_METRIC = "evaluator"
"""What the trainer calls an evaluator's single number."""

_TIE = 1e-6

_PAIRS = 32
"""Pairs that share a padded batch within a step."""


def fit(
    network: Any,
    taught: Sequence[Listed],
    asked: Sequence[Listed],
    settings: RerankerSettings,
    folder: Path,
    tell: Callable[[str], None],
    progress: Callable[[Progress], None] | None = None,
) -> list[float]:
    """Trains the network in place, to its best epoch; accuracy@1 after each epoch.

    Args:
        network: a `CrossEncoder`.
        taught: lists to learn from.
        asked: lists to choose the best epoch by.
        settings: the recipe.
        folder: of checkpoints; when it has one, training goes on from there.
        tell: told the accuracy of each epoch.
        progress: told of steps.
    """
    loss = RankRegularizedLoss(network, settings.objective, pairs=_PAIRS)
    steps = math.ceil(len(taught) / (settings.batch * settings.accumulate)) * settings.epochs
    heard = listeners(progress, patience=settings.patience, tensorboard=settings.tensorboard)
    evaluator = _Accuracy(asked, settings, tell)
    trainer = _Trainer(
        model=network,
        args=CrossEncoderTrainingArguments(
            **common(settings, steps, folder),
            num_train_epochs=settings.epochs,
            eval_strategy="epoch",
            save_strategy="epoch",
            load_best_model_at_end=True,
            metric_for_best_model=_METRIC,
            greater_is_better=True,
            logging_first_step=True,
        ),
        train_dataset=_rows(taught),
        loss=loss,
        evaluator=evaluator,
        callbacks=[_Fade(loss), *heard],
    )
    trainer.remove_callback(PrinterCallback)  # it writes to standard output
    last = last_checkpoint(folder)
    if last:
        tell(f"going on from {last}")
    network.train()
    trainer.train(resume_from_checkpoint=str(last) if last else None)
    network.eval()
    return [
        line[f"eval_{_METRIC}"] for line in trainer.state.log_history if f"eval_{_METRIC}" in line
    ]


def answers(
    network: Any, found: Sequence[Listed], precision: Precision
) -> list[NDArray[np.float32]]:
    """The logits of each list, float32 [pairs]."""
    flat = logits(network, [pair for one in found for pair in one.pairs], precision=precision)
    return np.split(flat, np.cumsum([len(one.pairs) for one in found])[:-1])


class _Trainer(KeepsWeights, CrossEncoderTrainer):  # type: ignore[misc]  # it has no types here
    """The library's, with checkpoints of our own."""


class _Accuracy(BaseEvaluator):  # type: ignore[misc]  # the library has no types here
    """Accuracy@1 on lists, for the trainer: calibrated, since that is how answers are used."""

    def __init__(
        self, asked: Sequence[Listed], settings: RerankerSettings, tell: Callable[[str], None]
    ) -> None:
        super().__init__()
        self.asked = asked
        self.precision = settings.precision
        self.tell = tell

    def __call__(
        self, model: Any, output_path: Any = None, epoch: float = -1, steps: int = -1
    ) -> float:
        answered = answers(model, self.asked, self.precision)
        reading = calibrated(Reading(), self.asked, answered)
        shares = [
            probabilities(got, one.scores, reading)
            for one, got in zip(self.asked, answered, strict=True)
        ]
        judged = list(zip(self.asked, shares, strict=True))
        share = float(np.mean([one.labels[int(found.argmax())] > 0 for one, found in judged]))
        sure = np.mean([found @ one.labels for one, found in judged])
        self.tell(f"epoch {epoch:g}: accuracy@1 {share:.4f}")
        # Of epochs that are right as often, the one that is surer of it counts as better.
        return share + _TIE * float(sure)


class _Fade(TrainerCallback):  # type: ignore[misc]  # the library has no types here
    """Tells the loss how far training is."""

    def __init__(self, loss: RankRegularizedLoss) -> None:
        self.loss = loss

    def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self.loss.done = state.global_step / max(1, state.max_steps)


def _rows(taught: Sequence[Listed]) -> Any:
    from datasets import Dataset

    mention, concepts, scores, label = COLUMNS
    return Dataset.from_dict(
        {
            mention: [one.pairs[0][0] for one in taught],
            concepts: [[concept for _, concept in one.pairs] for one in taught],
            scores: [one.scores.tolist() for one in taught],
            label: [one.labels.tolist() for one in taught],
        }
    )
