"""A training run from settings to a folder, with what made it written beside the weights."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from xnorm.errors import SettingError
from xnorm.files import atomic_folder, sha256
from xnorm.training.card import card
from xnorm.training.encoder import EncoderSettings, TrainingReport, train_static
from xnorm.training.fitting import Progress
from xnorm.training.pairs import NameRow, names_of, read_names
from xnorm.training.record import refuse_other, run_key, write_record
from xnorm.training.transformer.recipe import TransformerSettings
from xnorm.training.transformer.run import TransformerReport, train_transformer

LIBRARIES = ("numpy", "tokenizers", "torch")
"""Whose versions decide the weights of a static encoder."""

KINDS: dict[str, type[EncoderSettings | TransformerSettings]] = {
    "static": EncoderSettings,
    "transformer": TransformerSettings,
}
"""What `kind` in a recipe may name."""


def train_encoder(
    settings: EncoderSettings | TransformerSettings,
    output: str | Path,
    *,
    progress: Callable[[Progress], None] | None = None,
) -> TrainingReport | TransformerReport:
    """Trains an encoder on the names that the settings name, and writes its folder.

    A run that was killed goes on when it is started again with the same settings and names: its
    state lies in `OUTPUT.work` until the end.

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
    refuse_other(target, "an encoder")
    rows = [row for source in settings.names for row in _names(Path(source))]
    inputs = {source: _checksum(Path(source)) for source in settings.names}
    if isinstance(settings, TransformerSettings):
        return train_transformer(rows, settings, target, inputs=inputs, progress=progress)
    return _train_static(rows, settings, target, inputs=inputs, progress=progress)


def _train_static(
    rows: Sequence[NameRow],
    settings: EncoderSettings,
    target: Path,
    *,
    inputs: Mapping[str, str],
    progress: Callable[[Progress], None] | None,
) -> TrainingReport:
    """Trains on rows and writes the folder; the state lies in `OUTPUT.work` until the end."""
    work = target.with_name(f"{target.name}.work")
    same = run_key(settings, inputs)
    encoder, report = train_static(rows, settings, checkpoints=work / same, progress=progress)
    with atomic_folder(target) as folder:
        encoder.save(folder)
        write_record(
            folder,
            settings,
            report,
            inputs=inputs,
            libraries=LIBRARIES,
            fingerprint=encoder.fingerprint,
        )
        (folder / "README.md").write_text(card(settings, report), encoding="utf-8")
    shutil.rmtree(work, ignore_errors=True)
    return report


def _names(source: Path) -> list[NameRow]:
    from xnorm.kb import KnowledgeBase

    return names_of(KnowledgeBase.open(source)) if source.is_dir() else read_names(source)


def _checksum(source: Path) -> str:
    from xnorm.kb import KnowledgeBase

    return KnowledgeBase.open(source).fingerprint if source.is_dir() else sha256(source)
