"""What is told while one of sentence-transformers' trainers runs (extra `neural`)."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from transformers import TrainerCallback

from xnorm.errors import SettingError
from xnorm.training.fitting import Progress


class Tell(TrainerCallback):  # type: ignore[misc]  # the library has no types here
    """Passes the trainer's progress on."""

    def __init__(self, progress: Callable[[Progress], None]) -> None:
        self.progress = progress

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        if logs and "loss" in logs:
            self.progress(Progress(state.global_step, state.max_steps, logs["loss"]))


def tensorboard(folder: str) -> TrainerCallback:
    """Writes losses and figures to a folder that TensorBoard shows.

    Raises:
        SettingError: when TensorBoard is not installed.
    """
    if not find_spec("tensorboard"):
        raise SettingError(
            "TensorBoard is not installed", place="tensorboard", todo="pip install tensorboard"
        )
    from torch.utils.tensorboard import SummaryWriter
    from transformers.integrations import TensorBoardCallback

    return TensorBoardCallback(SummaryWriter(folder))
