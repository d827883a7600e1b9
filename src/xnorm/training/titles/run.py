"""A training run of a title encoder, from a recipe to a folder that an index opens."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from xnorm.encoders import load_encoder
from xnorm.errors import SettingError, did_you_mean
from xnorm.training.encoder import EncoderSettings, TrainingReport
from xnorm.training.fitting import Progress
from xnorm.training.pairs import Pairing
from xnorm.training.record import Recipe, checksum
from xnorm.training.run import KINDS, train_rows
from xnorm.training.titles.material import rows_of
from xnorm.training.titles.recipe import PLACE, TitlesSettings
from xnorm.training.titles.sampler import SKILLS, TitleSampler
from xnorm.training.transformer.recipe import TransformerSettings
from xnorm.training.transformer.run import TransformerReport
from xnorm.yaml_files import check_keys, typed


def train_titles(
    settings: TitlesSettings,
    output: str | Path,
    *,
    progress: Callable[[Progress], None] | None = None,
) -> TrainingReport | TransformerReport:
    """Trains an encoder of job titles, and writes its folder.

    A run that was killed goes on when it is started again with the same settings and files.

    Args:
        settings: the recipe.
        output: the folder; it appears when training is done.
        progress: told now and then.

    Raises:
        SettingError: for an encoder that cannot be trained so, or when `output` holds something
            else.
        DataError: when a file cannot be read or the folder cannot be written.
        MissingExtra: when torch is not installed.
    """
    encoder = encoder_settings(settings)
    guide = load_encoder(settings.guide) if settings.guide else None
    files = (*settings.titles, *settings.skills, *settings.relations, *settings.ads)
    inputs = {file: checksum(file) for file in files}
    if guide:
        inputs[settings.guide] = guide.fingerprint
    projection = settings.projection and settings.pairs > 0
    sampling = partial(TitleSampler, synonyms=settings.synonyms, skills=settings.pairs)
    return train_rows(
        rows_of(settings),
        encoder,
        output,
        inputs=inputs,
        recipe=Recipe("titles", settings),
        pairing=Pairing(sampling, guide, SKILLS, projection),
        progress=progress,
    )


def encoder_settings(settings: TitlesSettings) -> EncoderSettings | TransformerSettings:
    """How the encoder is trained, of the kind that its section names; static without.

    Raises:
        SettingError: for an unknown kind or key, a value of a wrong type, or a projection of
            another kind than the static one.
    """
    place = f"{PLACE}.encoder"
    told = settings.encoder
    kind = str(told.get("kind", next(iter(KINDS))))
    if kind not in KINDS:
        raise SettingError(f"unknown kind '{kind}'", place=place, todo=did_you_mean(kind, KINDS))
    if settings.projection and kind != "static":
        raise SettingError(
            f"a {kind} is trained without a projection",
            place=PLACE,
            todo="Set projection: false, or encoder.kind: static",
        )
    check_keys(KINDS[kind], told, place)
    return typed(KINDS[kind], told, place=place)
