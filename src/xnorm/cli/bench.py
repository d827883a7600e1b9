"""`xnorm bench`: systems measured on suites."""

from __future__ import annotations

from pathlib import Path

import click

EPILOG = """\b
Examples:
  xnorm bench benchmarks/suites/ncbi-disease.yaml -o results/
  xnorm bench benchmarks/suites/*.yaml --systems tfidf,fused
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
    "--work",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where indexes are kept; the cache folder if not given.",
)
@click.option("--force", is_flag=True, help="Measure again what is finished.")
@click.option("--quiet", is_flag=True, help="Do not tell of each run.")
def command(
    suites: tuple[Path, ...],
    output: Path,
    systems: str,
    work: Path | None,
    force: bool,
    quiet: bool,
) -> None:
    """Measure systems on the suites and write a result for each.

    A suite names a corpus, a terminology, systems and figures. Corpora are
    read below the folder that XNORM_DATA names. A finished run is not
    repeated. Read the results with: xnorm report
    """
    from xnorm.evaluation.bench import bench
    from xnorm.stores import cache_folder

    def tell(line: str) -> None:
        if not quiet:
            click.echo(line, err=True)

    folder = work or cache_folder() / "bench"
    names = [name.strip() for name in systems.split(",") if name.strip()]
    for suite in suites:
        bench(suite, output, work=folder, systems=names, force=force, notify=tell)
    if not quiet:
        click.echo(f"results in {output}; read them with: xnorm report {output}", err=True)
