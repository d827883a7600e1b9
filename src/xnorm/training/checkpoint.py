"""What a static encoder's training keeps at the end of an epoch, in one file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from xnorm.errors import DataError
from xnorm.files import atomic_file

_FACTS = "facts"


class Facts(msgspec.Struct, kw_only=True):
    """Where the training stands, beside its tensors."""

    tokenizer: str
    """Its JSON, since a tokenizer that is trained again differs a little."""
    generator: dict[str, Any] = {}
    """The state of the source of chance."""
    epoch: int = 0
    step: int = 0
    averaged: int = 0
    """Tables in the sum `soup`."""
    best: float = -1.0
    """The highest accuracy on held-out concepts so far; its table is `best`."""
    waited: int = 0
    """Epochs since then."""
    cpu_seconds: float = 0.0


def save_checkpoint(path: Path, facts: Facts, tensors: dict[str, Any]) -> None:
    """Writes the file anew; a kill at any moment leaves the old or the new one."""
    from safetensors.torch import save

    path.parent.mkdir(parents=True, exist_ok=True)
    # the generator's numbers have 128 bits, which msgspec does not write
    text = json.dumps(msgspec.structs.asdict(facts))
    data = save({name: one.contiguous() for name, one in tensors.items()}, {_FACTS: text})
    with atomic_file(path) as stream:
        stream.write(data)


def load_checkpoint(path: Path) -> tuple[Facts, dict[str, Any]] | None:
    """What was saved, or None without a file.

    Raises:
        DataError: when the file is something else.
    """
    from safetensors import SafetensorError, safe_open

    if not path.exists():
        return None
    try:
        with safe_open(path, framework="pt") as stream:
            facts = Facts(**json.loads((stream.metadata() or {})[_FACTS]))
            return facts, {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"not a checkpoint ({error})", place=str(path), todo="Delete it to begin anew"
        ) from error
