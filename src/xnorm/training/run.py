"""A training run from settings to a folder, with what made it written beside the weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from xnorm.errors import SettingError
from xnorm.files import atomic_folder, sha256
from xnorm.training.encoder import EncoderSettings, Progress, TrainingReport, train_static
from xnorm.training.pairs import NameRow, names_of, read_names
from xnorm.version import VERSION

RUN = "run.json"
"""Settings, versions, inputs with checksums, and the report, in the folder of an encoder."""


def train_encoder(
    settings: EncoderSettings,
    output: str | Path,
    *,
    progress: Callable[[Progress], None] | None = None,
) -> TrainingReport:
    """Trains a static encoder on the names that the settings name, and writes its folder.

    Args:
        settings: the recipe.
        output: the folder; it appears when training is done.
        progress: told now and then.

    Raises:
        SettingError: when no names are named, or `output` holds something else.
        DataError: when names cannot be read or the folder cannot be written.
        MissingExtra: when torch is not installed.
    """
    if not settings.names:
        raise SettingError(
            "names is empty", place="encoder", todo="Name knowledge bases: names: [hpo.kb, mesh.kb]"
        )
    target = Path(output)
    if target.exists() and not (target / RUN).exists() and any(target.iterdir()):
        raise SettingError(
            "something that is not an encoder lies here",
            place=str(target),
            todo="Give another path",
        )
    rows = [row for source in settings.names for row in _names(Path(source))]
    encoder, report = train_static(rows, settings, progress=progress)
    with atomic_folder(target) as folder:
        encoder.save(folder)
        run = {
            "xnorm": VERSION,
            "versions": _versions(),
            "settings": settings,
            "inputs": {source: _checksum(Path(source)) for source in settings.names},
            "report": report,
            "fingerprint": encoder.fingerprint,
        }
        (folder / RUN).write_bytes(msgspec.json.format(msgspec.json.encode(run)) + b"\n")
    return report


def _names(source: Path) -> list[NameRow]:
    from xnorm.kb import KnowledgeBase

    return names_of(KnowledgeBase.open(source)) if source.is_dir() else read_names(source)


def _checksum(source: Path) -> str:
    from xnorm.kb import KnowledgeBase

    return KnowledgeBase.open(source).fingerprint if source.is_dir() else sha256(source)


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    return {name: version(name) for name in ("numpy", "tokenizers", "torch")}
