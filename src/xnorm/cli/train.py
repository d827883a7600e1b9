"""`xnorm train`: encoders from the synonyms of knowledge bases."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from xnorm.training.encoder import Progress

EPILOG = """\b
Examples:
  xnorm train encoder recipe.yaml -o my-encoder/
  xnorm train encoder --set "names=[hpo.kb, mesh.kb]" -o my-encoder/
  xnorm train encoder recipe.yaml -o twin/ --set hold_out=10
"""


@click.group(name="train")
def command() -> None:
    """Train an encoder on the synonyms of knowledge bases."""


@command.command(epilog=EPILOG)
@click.argument("config", required=False)
@click.option("-o", "--output", metavar="DIR", required=True, help="The folder to write.")
@click.option("--set", "overrides", metavar="KEY=VALUE", multiple=True, help="Override a setting.")
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
def encoder(config: str | None, output: str, overrides: tuple[str, ...], quiet: bool) -> None:
    """Train a static encoder by the recipe CONFIG.

    A recipe names knowledge bases or tables of names under `names`; everything else has the
    defaults of the encoder that ships. It takes minutes on a CPU and the extra `neural`. With
    hold_out=10 a tenth of the concepts is kept out and the accuracy on them is reported.
    """
    from xnorm.config import load_settings
    from xnorm.training.encoder import EncoderSettings
    from xnorm.training.run import train_encoder

    settings = load_settings(EncoderSettings, config, overrides)
    report = train_encoder(settings, output, progress=None if quiet else _show)
    if not quiet:
        click.echo(
            f"{output}: {report.names:,} names of {report.concepts:,} concepts, "
            f"{report.steps:,} steps, {report.cpu_minutes:.1f} CPU minutes",
            err=True,
        )
        for language, share in report.held_out.items():
            click.echo(f"accuracy@1 on held-out concepts, {language} to en: {share:.3f}", err=True)


def _show(progress: Progress) -> None:
    done = progress.step == progress.steps
    end = "\n" if done or not sys.stderr.isatty() else ""
    click.echo(
        "\r\033[K" * sys.stderr.isatty()
        + f"step {progress.step:,} of {progress.steps:,}, loss {progress.loss:.3f}{end}",
        err=True,
        nl=False,
    )
