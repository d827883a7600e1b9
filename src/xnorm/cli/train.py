"""`xnorm train`: encoders of names and of titles, re-rankers, fusions."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from xnorm.training.encoder import TrainingReport
    from xnorm.training.fitting import Progress
    from xnorm.training.transformer.run import TransformerReport

EPILOG = """\b
Examples:
  xnorm train encoder recipe.yaml -o my-encoder/
  xnorm train encoder --set "names=[hpo.kb, mesh.kb]" -o my-encoder/
  xnorm train encoder recipe.yaml -o twin/ --set hold_out=10
  xnorm train encoder encoder-transformer -o tuned/ --set base=e5/
"""


Command = Callable[..., None]


def _by_recipe(
    metavar: str = "DIR", output: str = "The folder to write."
) -> Callable[[Command], Command]:
    """Adds what all of these commands take: a recipe, its changes, and where to write."""
    parameters = (
        click.argument("config", required=False),
        click.option("-o", "--output", metavar=metavar, required=True, help=output),
        click.option(
            "--set", "overrides", metavar="KEY=VALUE", multiple=True, help="Override a setting."
        ),
        click.option("--quiet", is_flag=True, help="No progress and no summary."),
    )

    def add(command: Command) -> Command:
        for parameter in reversed(parameters):
            command = parameter(command)
        return command

    return add


@click.group(name="train")
def command() -> None:
    """Train encoders of names and titles, re-rankers and fusions of scores."""


@command.command(epilog=EPILOG)
@_by_recipe()
def encoder(config: str | None, output: str, overrides: tuple[str, ...], quiet: bool) -> None:
    """Train an encoder by the recipe CONFIG: static, or with kind: transformer one of those.

    A recipe names knowledge bases or tables of names under `names`; everything else has the
    defaults of the encoder that ships. It takes minutes on a CPU (a transformer: hours, or a GPU)
    and the extra `neural`. With hold_out=10 a tenth of the concepts is kept out and the accuracy
    on them is reported. A run that was stopped goes on when it is started again.
    """
    from xnorm.config import load_kind
    from xnorm.training.run import KINDS, train_encoder

    settings = load_kind(KINDS, config, overrides)
    report = train_encoder(settings, output, progress=None if quiet else _show)
    if not quiet:
        _tell(output, report)


TITLES_EPILOG = """\b
Examples:
  xnorm train titles titles-encoder -o jobs/ --set "titles=[esco.kb]"
  xnorm train titles recipe.yaml -o jobs/ --set "ads=[ads.jsonl.gz]"
  xnorm titles build ESCO-v1.2.0-en.zip -o esco.kb --encoder jobs/
"""


@command.command(epilog=TITLES_EPILOG)
@_by_recipe()
def titles(config: str | None, output: str, overrides: tuple[str, ...], quiet: bool) -> None:
    """Train an encoder of job titles, static or a transformer, by the recipe CONFIG.

    Titles learn from the other names of their occupation, in any language, and from the skills
    that go with them: those of a taxonomy, and those that job ads name or describe. It takes
    minutes on a CPU (a transformer: hours, or a GPU) and the extra `neural`. A run that was stopped
    goes on when it is started again.
    """
    from xnorm.config import load_settings
    from xnorm.training.titles.recipe import TitlesSettings
    from xnorm.training.titles.run import train_titles

    settings = load_settings(TitlesSettings, config, overrides)
    report = train_titles(settings, output, progress=None if quiet else _show)
    if not quiet:
        _tell(output, report)


RERANKER_EPILOG = """\b
Examples:
  xnorm train reranker recipe.yaml -o my-reranker/
  xnorm train reranker --set base=e5/ --set "train=[train.json]" -o r/
  xnorm link --config reranked.yaml corpus.json
"""


@command.command(epilog=RERANKER_EPILOG)
@_by_recipe()
def reranker(config: str | None, output: str, overrides: tuple[str, ...], quiet: bool) -> None:
    """Train a cross-encoder to re-rank candidates, by the recipe CONFIG.

    A recipe names a transformer under `base` and documents with gold concepts under `train`; an
    index under `index` gives the candidates. A run that was stopped goes on where its last epoch
    ended when it is started again. It needs the extra `neural`.
    """
    from xnorm.config import load_settings
    from xnorm.training.reranker.recipe import RerankerSettings
    from xnorm.training.reranker.run import train_reranker

    settings = load_settings(RerankerSettings, config, overrides)
    say = None if quiet else lambda text: click.echo(text, err=True)
    report = train_reranker(settings, output, say=say, progress=None if quiet else _show)
    if not quiet:
        click.echo(
            f"{output}: accuracy@1 {report.before:.3f} before, {report.after:.3f} after, on "
            f"{report.dev_mentions:,} mentions",
            err=True,
        )


FUSION_EPILOG = """\b
Examples:
  xnorm train fusion --set index=my.index --set "train=[train.json]" -o f.json
  xnorm link --index my.index --set retrieve.fuse.parameters=f.json test.json
"""


@command.command(epilog=FUSION_EPILOG)
@_by_recipe("FILE", "The parameters to write.")
def fusion(config: str | None, output: str, overrides: tuple[str, ...], quiet: bool) -> None:
    """Learn how the retrievers' scores become one probability, by the recipe CONFIG.

    A recipe names an index under `index` and documents with gold concepts under `train`. The
    figures are cross-validated. Seconds on a CPU, for an index with several encoders too.
    """
    from xnorm.config import load_settings
    from xnorm.training.fusion import FusionSettings, train_fusion

    settings = load_settings(FusionSettings, config, overrides)
    say = None if quiet else lambda text: click.echo(text, err=True)
    report = train_fusion(settings, output, say=say)
    if not quiet:
        weights = ", ".join(f"{name} {weight:.2f}" for name, weight in report.weights.items())
        click.echo(
            f"{output}: accuracy@1 {report.accuracy:.3f} (as shipped {report.shipped:.3f}) of "
            f"{report.found:.3f} found, calibration error {report.error:.3f}\nweights: {weights}",
            err=True,
        )


def _tell(output: str, report: TrainingReport | TransformerReport) -> None:
    click.echo(
        f"{output}: {report.names:,} names of {report.concepts:,} concepts, "
        f"{report.steps:,} steps, {report.cpu_minutes:.1f} CPU minutes",
        err=True,
    )
    for language, found in report.held_out.items():
        click.echo(
            f"held-out concepts, {language} to en: accuracy@1 {found.by_id[0]:.3f}, "
            f"@5 {found.by_id[1]:.3f}, recall@64 {found.by_id[2]:.3f}",
            err=True,
        )


def _show(progress: Progress) -> None:
    done = progress.step == progress.steps
    end = "\n" if done or not sys.stderr.isatty() else ""
    click.echo(
        "\r\033[K" * sys.stderr.isatty()
        + f"step {progress.step:,} of {progress.steps:,}, loss {progress.loss:.3f}{end}",
        err=True,
        nl=False,
    )
