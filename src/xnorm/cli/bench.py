"""`xnorm bench`: systems measured on suites."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from xnorm.cli.engine import engine_options, is_ray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from xnorm.distributed.suites import Benched
    from xnorm.evaluation.bench import Trial

EPILOG = """\b
Examples:
  xnorm bench benchmarks/suites/ncbi-disease.yaml -o results/
  xnorm bench benchmarks/suites/*.yaml --systems tfidf,fused
  xnorm bench benchmarks/suites/melo-*.yaml --encoder jobs=my-encoder/
  xnorm bench benchmarks/suites/ncbi-disease.yaml --reranker mine=my-reranker/
"""


@click.command(name="bench", epilog=EPILOG)
@click.argument(
    "suites", nargs=-1, required=True, metavar="SUITE.yaml...", type=click.Path(path_type=Path)
)
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    default="results",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Where results go, a folder a suite.",
)
@click.option("--systems", metavar="NAMES", default="", help="Only these, with commas between.")
@click.option(
    "--encoder",
    metavar="NAME=ENCODER",
    default="",
    help="Another encoder, as for xnorm index build; results are SYSTEM@NAME.",
)
@click.option("--fusion", metavar="FILE", default="", help="Its fusion, of xnorm train fusion.")
@click.option(
    "--reranker",
    metavar="NAME=DIR",
    default="",
    help="A trained re-ranker; its results are re-ranked@NAME.",
)
@click.option(
    "--work",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where indexes are kept; the cache folder if not given.",
)
@engine_options("suites are measured on all cores of a Ray cluster")
@click.option("--force", is_flag=True, help="Measure again what is finished.")
@click.option("--quiet", is_flag=True, help="Do not tell of each run.")
def command(
    suites: tuple[Path, ...],
    output: Path,
    systems: str,
    encoder: str,
    fusion: str,
    reranker: str,
    work: Path | None,
    engine: str,
    ray_address: str | None,
    force: bool,
    quiet: bool,
) -> None:
    """Measure systems on the suites and write a result for each.

    A suite names a corpus, a terminology, systems and figures. Corpora are
    read below the folder that XNORM_DATA names. A finished run is not
    repeated. Read the results with: xnorm report

    On Ray, times are those of a core among busy ones.
    """
    from xnorm.evaluation.bench import bench
    from xnorm.stores import cache_folder

    on_ray = is_ray(engine, ray_address)

    def tell(line: str) -> None:
        if not quiet:
            click.echo(line, err=True)

    folder = work or cache_folder() / "bench"
    names = [name.strip() for name in systems.split(",") if name.strip()]
    trial = _trial(encoder, fusion, reranker)
    if on_ray:
        from xnorm.distributed.suites import bench_suites

        done = bench_suites(
            suites,
            output,
            work=folder,
            systems=names,
            trial=trial,
            force=force,
            address=ray_address,
        )
        _tell(done, len(suites), tell)
    else:
        for suite in suites:
            bench(suite, output, work=folder, systems=names, trial=trial, force=force, notify=tell)
    if not quiet:
        click.echo(f"results in {output}; read them with: xnorm report {output}", err=True)


def _tell(done: Iterable[Benched], suites: int, tell: Callable[[str], None]) -> None:
    """Tells what was measured, and raises one error for the suites that were not."""
    from xnorm.errors import DataError

    failed = 0
    for one in done:
        for line in one.lines:
            tell(line)
        if one.error:
            failed += 1
            click.echo(f"failed: {one.error}", err=True)
    if failed:
        raise DataError(
            f"{failed:,} of {suites:,} suites failed, the others are measured",
            todo="Mend them; what is finished is not repeated",
        )


def _trial(encoder: str, fusion: str, reranker: str) -> Trial:
    """What is tried beside the systems as they are, by its one name."""
    from xnorm.errors import SettingError
    from xnorm.evaluation.bench import Trial

    name = other = spec = folder = ""
    if encoder or (fusion and not reranker):
        name, spec = _named(encoder, "--encoder", "an encoder", "jobs=my-encoder/")
    if reranker:
        other, folder = _named(reranker, "--reranker", "a folder", "mine=my-reranker/")
    if name and other and name != other:
        raise SettingError(
            f"'{other}' is not the encoder's name '{name}'",
            place="--reranker",
            todo="Give both the same name",
        )
    return Trial(name or other, spec or "default", fusion, folder)


def _named(given: str, option: str, what: str, example: str) -> tuple[str, str]:
    from xnorm.errors import SettingError

    name, _, value = given.partition("=")
    if not (name and value):
        raise SettingError(
            f"'{given}' is not a name and {what}",
            place=option,
            todo=f"Write for instance: {option} {example}",
        )
    return name, value
