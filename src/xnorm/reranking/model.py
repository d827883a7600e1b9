"""A cross-encoder's folder: an ordinary one of sentence-transformers, with our settings beside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from xnorm.errors import DataError, SettingError, require
from xnorm.reranking.texts import Texts

FILE = "reranker.json"
"""The settings in the folder of a cross-encoder that xnorm trained."""

FORMAT = 1


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How the model is asked and its answer understood; stays with the weights.

    Attributes:
        format: of this record.
        texts: what the model reads.
        k: candidates of a mention that it was trained to tell apart.
        nil: it was trained with a candidate that means "none of these".
        temperature: logits are divided by it.
        prior: weight of the log-odds of the first stage's score beside the logit.
    """

    format: int = FORMAT
    texts: Texts = Texts()
    k: int = 16
    nil: bool = False
    temperature: float = 1.0
    prior: float = 0.0

    def __post_init__(self) -> None:
        if not self.temperature > 0:
            raise SettingError(
                f"temperature is {self.temperature}", place=FILE, todo="Give more than 0"
            )


def open_model(name: str | Path, *, tokens: int = 0) -> tuple[Any, Reading]:
    """A `CrossEncoder` on the CPU, in single precision, and how to ask it.

    Args:
        name: a folder, or a name that sentence-transformers resolves.
        tokens: that are read of a pair; by default what the model says.

    Raises:
        MissingExtra: without sentence-transformers.
        DataError: when it cannot be opened.
    """
    library = require("sentence_transformers", "neural")
    torch = require("torch", "neural")
    try:
        # Weights are often kept in half precision, which CPUs are slow at.
        model = library.CrossEncoder(
            str(name),
            device="cpu",
            activation_fn=torch.nn.Identity(),
            model_kwargs={"dtype": torch.float32},
        )
    except (OSError, ValueError) as error:
        raise DataError(
            f"cannot be opened as a cross-encoder ({str(error).splitlines()[0][:120]})",
            place=f"re-ranker '{name}'",
            todo="Give the folder of a trained one",
        ) from error
    from xnorm.encoders.connected import restore

    restore(model.model, Path(name))
    if tokens:
        model.max_seq_length = tokens
    return model, read_reading(Path(name))


def read_reading(folder: Path) -> Reading:
    """The settings in a folder; defaults where it has none.

    Raises:
        DataError: when they are damaged or of a newer format.
    """
    path = folder / FILE
    if not path.is_file():
        return Reading()
    try:
        reading = msgspec.json.decode(path.read_bytes(), type=Reading)
    except msgspec.DecodeError as error:
        raise DataError(
            f"damaged ({error})", place=str(path), todo="Train the re-ranker again"
        ) from error
    if reading.format != FORMAT:
        raise DataError(
            f"format {reading.format}, and this version reads {FORMAT}",
            place=str(path),
            todo="Update xnorm, or train the re-ranker again",
        )
    return reading


def write_reading(reading: Reading, folder: Path) -> None:
    """Writes the settings beside the weights."""
    (folder / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(reading)) + b"\n")
