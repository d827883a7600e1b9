"""A training run from settings to a folder, with what made it written beside the weights."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from xnorm.errors import SettingError
from xnorm.files import atomic_folder
from xnorm.training.card import card
from xnorm.training.encoder import EncoderSettings, TrainingReport, train_static
from xnorm.training.fitting import Progress
from xnorm.training.pairs import SYNONYMS, NameRow, Pairing, names_in
from xnorm.training.record import Recipe, checksum, refuse_other, run_key, write_record
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
    rows = [row for source in settings.names for row in names_in(source)]
    inputs = {source: checksum(source) for source in settings.names}
    recipe = Recipe("encoder", settings)
    return train_rows(rows, settings, output, inputs=inputs, recipe=recipe, progress=progress)


def train_rows(
    rows: Sequence[NameRow],
    settings: EncoderSettings | TransformerSettings,
    output: str | Path,
    *,
    inputs: Mapping[str, str],
    recipe: Recipe,
    pairing: Pairing = SYNONYMS,
    progress: Callable[[Progress], None] | None = None,
) -> TrainingReport | TransformerReport:
    """Trains an encoder on names, and writes its folder.

    Args:
        rows: the names.
        settings: how to train; the files that they name are not read.
        output: the folder.
        inputs: checksums of what the names were read from, for the record.
        recipe: what the user gave, for the record.
        pairing: how pairs are made of the names.
        progress: told now and then.

    Raises:
        SettingError: when `output` holds something else.
        DataError: when the folder cannot be written.
        MissingExtra: when torch is not installed.
    """
    target = Path(output)
    refuse_other(target, "an encoder")
    if isinstance(settings, TransformerSettings):
        return train_transformer(
            rows,
            settings,
            target,
            inputs=inputs,
            recipe=recipe,
            pairing=pairing,
            progress=progress,
        )
    work = target.with_name(f"{target.name}.work")
    same = run_key(recipe.settings, inputs)
    encoder, report = train_static(
        rows, settings, pairing=pairing, checkpoints=work / same, progress=progress
    )
    with atomic_folder(target) as folder:
        encoder.save(folder)
        write_record(
            folder,
            recipe.settings,
            report,
            inputs=inputs,
            libraries=LIBRARIES,
            fingerprint=encoder.fingerprint,
        )
        text = card(settings, report, command=recipe.command)
        (folder / "README.md").write_text(text, encoding="utf-8")
    shutil.rmtree(work, ignore_errors=True)
    return report
