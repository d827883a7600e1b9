"""What all runs of sentence-transformers' trainers are told alike (extra `neural`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from xnorm.training.reranker.recipe import RerankerSettings
    from xnorm.training.transformer.recipe import TransformerSettings

_TOLD = 20
"""Steps from one telling of the loss to the next."""


def common(
    settings: TransformerSettings | RerankerSettings, steps: int, folder: Path
) -> dict[str, Any]:
    """Arguments for the trainer of an encoder or a re-ranker.

    Args:
        settings: the recipe.
        steps: of the whole run.
        folder: of checkpoints.
    """
    return {
        "output_dir": str(folder),
        "per_device_train_batch_size": settings.batch,
        "gradient_accumulation_steps": settings.accumulate,
        "learning_rate": settings.rate,
        "warmup_steps": int(settings.warmup * steps),
        "weight_decay": settings.decay,
        "bf16": settings.precision == "bfloat16",
        "use_cpu": not torch.cuda.is_available(),  # bf16 is refused there unless it is said
        "seed": settings.seed,
        "save_total_limit": 2,
        "restore_callback_states_from_checkpoint": True,  # patience goes on, too
        "logging_steps": _TOLD,
        "report_to": "none",  # of itself it would report to whatever is installed
        "disable_tqdm": True,
        "dataloader_pin_memory": torch.cuda.is_available(),
    }
