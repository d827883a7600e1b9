"""What every trained folder has beside its weights: the settings, versions, inputs and report."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from xnorm.errors import SettingError
from xnorm.files import sha256
from xnorm.version import VERSION

RUN = "run.json"
"""The record's name in the folder."""


class Recipe(msgspec.Struct, frozen=True):
    """What made a folder, for its record and card.

    Attributes:
        command: of `xnorm train`.
        settings: that it was told.
    """

    command: str
    settings: msgspec.Struct


def refuse_other(target: Path, what: str) -> None:
    """Makes sure that a folder to write is new, empty, or one that training wrote.

    Args:
        target: the folder.
        what: training writes, for the message.

    Raises:
        SettingError: when something else lies there.
    """
    if target.exists() and not (target / RUN).exists() and any(target.iterdir()):
        raise SettingError(
            f"something that is not {what} lies here",
            place=str(target),
            todo="Give another path",
        )


def checksum(source: str | Path) -> str:
    """Of a file, or the fingerprint of a knowledge base."""
    from xnorm.kb import KnowledgeBase

    path = Path(source)
    return KnowledgeBase.open(path).fingerprint if path.is_dir() else sha256(path)


def run_key(settings: msgspec.Struct, inputs: Mapping[str, str]) -> str:
    """Equal for runs of equal settings and inputs, so that none goes on from another's state."""
    told = msgspec.json.encode((settings, inputs), order="deterministic")
    return hashlib.sha256(told).hexdigest()[:16]


def write_record(
    folder: Path,
    settings: msgspec.Struct,
    report: msgspec.Struct,
    *,
    inputs: Mapping[str, str],
    libraries: Iterable[str],
    **more: Any,
) -> None:
    """Writes `run.json`.

    Args:
        folder: of the weights.
        settings: the recipe.
        report: what came out.
        inputs: checksums by the name that the recipe gives.
        libraries: distributions whose versions decide the weights.
        more: further entries.
    """
    run = {
        "xnorm": VERSION,
        "versions": {name: version(name) for name in libraries},
        "settings": settings,
        "inputs": inputs,
        **more,
        "report": report,
    }
    (folder / RUN).write_bytes(msgspec.json.format(msgspec.json.encode(run)) + b"\n")
