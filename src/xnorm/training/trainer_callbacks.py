"""Who listens while one of sentence-transformers' trainers runs (extra `neural`)."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from transformers import EarlyStoppingCallback, TrainerCallback

from xnorm.errors import SettingError
from xnorm.training.fitting import Progress


def listeners(
    progress: Callable[[Progress], None] | None, *, patience: int, tensorboard: str
) -> list[TrainerCallback]:
    """Those that a recipe asks for.

    Args:
        progress: told of steps.
        patience: measurements without a better one after which training stops; 0 goes to the end.
        tensorboard: a folder for TensorBoard's files; empty writes none.

    Raises:
        SettingError: when TensorBoard is asked for and not installed.
    """
    asked: list[TrainerCallback] = []
    if progress:
        asked.append(_Tell(progress))
    if tensorboard:
        asked.append(_tensorboard(tensorboard))
    if patience:
        asked.append(EarlyStoppingCallback(patience))
    return asked


class _Tell(TrainerCallback):  # type: ignore[misc]  # the library has no types here
    """Passes the trainer's progress on."""

    def __init__(self, progress: Callable[[Progress], None]) -> None:
        self.progress = progress

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        if logs and "loss" in logs:
            self.progress(Progress(state.global_step, state.max_steps, logs["loss"]))


def _tensorboard(folder: str) -> TrainerCallback:
    if not find_spec("tensorboard"):
        raise SettingError(
            "TensorBoard is not installed", place="tensorboard", todo="pip install tensorboard"
        )
    from torch.utils.tensorboard import SummaryWriter
    from transformers.integrations import TensorBoardCallback

    return TensorBoardCallback(SummaryWriter(folder))
