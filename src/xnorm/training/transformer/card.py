"""The README of a trained transformer's folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xnorm.training.card import BESIDE, data, figures
from xnorm.training.record import RUN
from xnorm.training.transformer.recipe import TransformerSettings
from xnorm.version import VERSION

if TYPE_CHECKING:
    from xnorm.training.transformer.run import TransformerReport


def card(
    settings: TransformerSettings, report: TransformerReport, *, command: str = "encoder"
) -> str:
    """The text.

    Args:
        settings: the recipe.
        report: what came out.
        command: of `xnorm train`.
    """
    return f"""# Transformer encoder of names, from `{Path(settings.base).name}`

Trained by xnorm {VERSION} on {report.names:,} names of {report.concepts:,} concepts:
{report.steps:,} steps of {settings.batch * settings.accumulate} pairs, loss {settings.loss},
{report.cpu_minutes:.1f} CPU minutes, seed {settings.seed}. `{RUN}` has every setting, version and
checksum: with its `settings` as `recipe.yaml`, `xnorm train {command} recipe.yaml -o FOLDER` trains
it again.

Give `transformer:` and this folder's path as an index's encoder, or open the folder with
sentence-transformers.{_prefix(settings)}{_adapters(settings)}

## Data
{data(report.sources, settings.licences)} So do those of the base.

## Figures
{figures(report.held_out, report.before)}{BESIDE.get(command, "")}
"""


def _prefix(settings: TransformerSettings) -> str:
    if not settings.prefix:
        return ""
    return f'\nIt puts its prefix "{settings.prefix}" before every text by itself.'


def _adapters(settings: TransformerSettings) -> str:
    if settings.adapters.kind != "connected":
        return ""
    return (
        "\n**Its adapters lie in files of their own (`adapters.safetensors`), which xnorm puts in: "
        "sentence-transformers\nalone opens the base as it was.**"
    )
