"""Fitting an encoder to pairs of names, by sentence-transformers' own trainer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sentence_transformers import SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from sentence_transformers.base.evaluation import BaseEvaluator
from sentence_transformers.base.sampler import DefaultBatchSampler
from transformers import PrinterCallback

from xnorm.encoders.transformer import TransformerEncoder
from xnorm.errors import require
from xnorm.training.fitting import Progress
from xnorm.training.held_out import Found, mean_accuracy, measure
from xnorm.training.pairs import NameRow
from xnorm.training.trainer_arguments import common
from xnorm.training.trainer_callbacks import listeners
from xnorm.training.trainer_checkpoints import KeepsWeights, last_checkpoint
from xnorm.training.transformer.data import Batches
from xnorm.training.transformer.losses import loss_of
from xnorm.training.transformer.recipe import TransformerSettings
from xnorm.training.transformer.soup import Pot

_METRIC = "evaluator"
"""What the trainer calls an evaluator's single number."""


class Course(NamedTuple):
    """How a training went: steps that were taken, and some with the accuracy measured then."""

    steps: int
    measured: tuple[tuple[int, float], ...]


def fit(
    model: Any,
    batches: Batches,
    judge: Judge,
    settings: TransformerSettings,
    folder: Path,
    progress: Callable[[Progress], None] | None,
) -> Course:
    """Trains a model in place, to its best checkpoint or the mean of several.

    Args:
        model: a `SentenceTransformer`.
        batches: what it learns from.
        judge: of its quality; without held-out names training goes to its end.
        settings: the recipe.
        folder: of checkpoints; when it has one, training goes on from there.
        progress: told now and then.
    """
    steps = math.ceil(len(batches.sizes) / settings.accumulate)
    pot = Pot(folder / "soup", settings.soup, settings.soup_of) if settings.soup > 1 else None
    trainer = _Trainer(
        model=model,
        args=_arguments(settings, steps, folder, measured=bool(judge.unseen)),
        train_dataset=batches.rows,
        loss=loss_of(model, settings, batches.guide),
        evaluator=judge if judge.unseen else None,
        callbacks=listeners(progress, patience=settings.patience, tensorboard=settings.tensorboard),
        optimizer_cls_and_kwargs=_optimizer(settings),
    )
    trainer.sizes, trainer.pot = batches.sizes, pot
    trainer.remove_callback(PrinterCallback)  # it writes to standard output
    last = last_checkpoint(folder)
    model.train()
    trainer.train(resume_from_checkpoint=str(last) if last else None)
    if pot and pot.kept():
        model.load_state_dict(pot.mean())
    model.eval()
    return Course(
        trainer.state.global_step,
        tuple(
            (line["step"], round(line[f"eval_{_METRIC}"], 4))
            for line in trainer.state.log_history
            if f"eval_{_METRIC}" in line
        ),
    )


class Judge(BaseEvaluator):  # type: ignore[misc]  # the library has no types here
    """Accuracy@1 on held-out concepts, for the trainer: the mean over languages."""

    def __init__(self, unseen: Sequence[NameRow], settings: TransformerSettings) -> None:
        super().__init__()
        self.unseen = unseen
        self._prefix = settings.prefix
        self._precision = settings.precision

    def __call__(
        self, model: Any, output_path: Any = None, epoch: float = -1, steps: int = -1
    ) -> float:
        return mean_accuracy(self.found(model))

    def found(self, model: Any) -> dict[str, Found]:
        """What the names of each language find."""
        encoder = TransformerEncoder(model, self._prefix, 64, "in training", self._precision)
        return measure(encoder, self.unseen)


class _Trainer(KeepsWeights, SentenceTransformerTrainer):  # type: ignore[misc]  # it has no types
    """Takes batches in their order.

    Attributes:
        sizes: pairs of each batch.
        pot: takes the weights of every checkpoint, for a soup.
    """

    sizes: Sequence[int] = ()
    pot: Pot | None = None

    def get_batch_sampler(self, dataset: Any, **_: Any) -> Any:
        return _InOrder(dataset, self.sizes)

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        super()._save(output_dir, state_dict)
        if self.pot:
            self.pot.add(self.weights(), self.state.global_step, self._score())

    def _score(self) -> float:
        found = (line.get(f"eval_{_METRIC}") for line in reversed(self.state.log_history))
        return next((score for score in found if score is not None), 0.0)


class _InOrder(DefaultBatchSampler):  # type: ignore[misc]  # the library has no types here
    """The batches as they were drawn."""

    def __init__(self, dataset: Any, sizes: Sequence[int]) -> None:
        super().__init__(dataset, batch_size=max(sizes), drop_last=False)
        self.sizes = sizes

    def __len__(self) -> int:
        return len(self.sizes)

    def __iter__(self) -> Iterator[list[int]]:
        ends = np.cumsum(self.sizes).tolist()
        for size, end in zip(self.sizes, ends, strict=True):
            yield list(range(end - size, end))


def _arguments(
    settings: TransformerSettings, steps: int, folder: Path, *, measured: bool
) -> SentenceTransformerTrainingArguments:
    return SentenceTransformerTrainingArguments(
        **common(settings, steps, folder),
        num_train_epochs=1,
        eval_strategy="steps" if measured else "no",
        eval_steps=settings.every,
        save_strategy="steps",
        save_steps=settings.every,
        load_best_model_at_end=measured,
        metric_for_best_model=_METRIC if measured else None,
        greater_is_better=True if measured else None,
    )


def _optimizer(settings: TransformerSettings) -> tuple[type, dict[str, Any]] | None:
    if settings.optimizer == "adamw":
        return None
    return require("pytorch_optimizer", "neural").AdamP, {"lr": settings.rate}
