"""Checkpoints of sentence-transformers' trainers that hold every weight, whatever was added."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file
from torch import Tensor

_WEIGHTS = "weights.safetensors"
_STATE = "trainer_state.json"
"""What the trainer writes last into a checkpoint's folder."""


def last_checkpoint(folder: Path) -> Path | None:
    """The last checkpoint in a folder that was written to its end; None without any."""
    found = [path.parent for path in folder.glob(f"checkpoint-*/{_STATE}")]
    return max(found, key=lambda path: int(path.name.split("-")[1]), default=None)


class KeepsWeights:
    """For a trainer class, before sentence-transformers' own.

    Theirs writes a whole model folder, which knows nothing of adapters, and a model card that runs
    the model to show examples.
    """

    model: Any
    args: Any

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        folder = Path(output_dir or self.args.output_dir)
        folder.mkdir(parents=True, exist_ok=True)
        save_file(self.weights(), folder / _WEIGHTS)

    def _load_from_checkpoint(self, checkpoint_path: str, model: Any = None) -> None:
        self.model.load_state_dict(load_file(Path(checkpoint_path) / _WEIGHTS))

    def weights(self) -> dict[str, Tensor]:
        """All weights of the model, apart from it."""
        state = self.model.state_dict().items()
        return {name: tensor.detach().cpu().clone().contiguous() for name, tensor in state}

    def add_model_card_callback(self, default_args_dict: dict[str, Any]) -> None:
        """Adds none."""
