"""`xnorm report`: the results of benchmarks as a page, or as tables in a text."""

from __future__ import annotations

from pathlib import Path

import click

EPILOG = """\b
Examples:
  xnorm report results/ -o report.html
  xnorm report benchmarks/results/ --to markdown -o benchmarks/README.md
"""


@click.command(name="report", epilog=EPILOG)
@click.argument(
    "results", nargs=-1, required=True, metavar="RESULTS...", type=click.Path(path_type=Path)
)
@click.option("-o", "--output", metavar="FILE", required=True, type=click.Path(path_type=Path))
@click.option(
    "--to",
    type=click.Choice(["html", "markdown"]),
    default="html",
    show_default=True,
    help="One page; or tables between the markers of a Markdown file.",
)
@click.option("--title", metavar="TEXT", default="Benchmarks", show_default=True)
def command(results: tuple[Path, ...], output: Path, to: str, title: str) -> None:
    """Show the RESULTS of xnorm bench, files or folders of them.

    The page is one file without scripts and asks nothing of the network.
    Calibration and errors are shown where the outcomes of each mention lie
    beside the results.
    """
    from xnorm.evaluation.results import find_results

    files = find_results(results)
    if to == "html":
        from xnorm.evaluation.report import write_page

        write_page(files, output, title=title)
    else:
        from xnorm.evaluation.markdown import update_file

        update_file(files, output)
