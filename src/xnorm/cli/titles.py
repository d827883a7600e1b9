"""`xnorm titles`: job titles to occupations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from xnorm.titles.normalize import Normalizer


@click.group(name="titles")
def command() -> None:
    """Normalize job titles to occupations such as ESCO's."""


BUILD = """\b
Examples:
  xnorm titles build ESCO-v1.2.0-en.zip ESCO-v1.2.0-de.zip -o esco.kb
  xnorm titles build esco/ -o esco.kb
"""


@command.command(epilog=BUILD)
@click.argument("downloads", nargs=-1, required=True)
@click.option("-o", "--output", metavar="X.kb", required=True, help="The knowledge base to write.")
@click.option("--encoder", default="default", show_default=True, help="As for xnorm index build.")
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
def build(downloads: tuple[str, ...], output: str, encoder: str, quiet: bool) -> None:
    """Build the index of occupations from DOWNLOADS of ESCO.

    A download is the zip that ESCO's portal sends, a folder, or CSV files: occupations in any
    languages, and the ISCO groups, for the hierarchy. The index is written beside the knowledge
    base.
    """
    from pathlib import Path

    from xnorm.cli.kb import view
    from xnorm.index import Index
    from xnorm.titles.esco import build_esco

    with view.progress(quiet) as progress:
        kb = build_esco(downloads, output, progress=progress)
    if not quiet:
        view.say_built(kb, output)
    path = Path(output).with_suffix(".index")
    Index.build(kb, path, encoder=encoder)
    if not quiet:
        click.echo(f"{path}: for --index", err=True)


NORMALIZE = """\b
Examples:
  xnorm titles normalize ads.csv --column title --lang de --index esco.kb
  xnorm titles normalize ads.parquet --column job --lang en --index esco.kb \\
    -o out.parquet --skills skills
  cat a.jsonl | xnorm titles normalize - --column t --lang fr --index esco.kb
"""


@command.command(epilog=NORMALIZE)
@click.argument("source")
@click.option("--column", metavar="NAME", required=True, help="The column of the titles.")
@click.option("--lang", metavar="CODE", required=True, help="Language of the titles, such as de.")
@click.option("-o", "--output", metavar="FILE", default="-", help="Standard output if not given.")
@click.option("--index", metavar="PATH", help="Of occupations: an index, or a .kb.")
@click.option("--skills", metavar="NAME", default="", help="A column of skills; they count too.")
@click.option("--labels", metavar="CODE", default="", help="Language of the labels; as --lang.")
@click.option("--from", "read", metavar="FORMAT", help="csv, tsv, jsonl or parquet.")
@click.option("--config", metavar="FILE", default="titles", help="Settings.  [default: titles]")
@click.option("--set", "overrides", metavar="KEY=VALUE", multiple=True, help="Override a setting.")
@click.option("--quiet", is_flag=True, help="No summary.")
def normalize(
    source: str,
    column: str,
    lang: str,
    output: str,
    index: str | None,
    skills: str,
    labels: str,
    read: str | None,
    config: str,
    overrides: tuple[str, ...],
    quiet: bool,
) -> None:
    """Find the occupation for every title of a table.

    SOURCE is CSV, TSV, JSON Lines or Parquet, or - for standard input; the output has the format of
    its suffix. All rows and columns are kept. Added are: occupation (its address),
    occupation_label, isco, level (occupation, or group where no occupation is sure), score (how
    sure, 0 to 1), role, seniority, employment, matched (what fitted) and error. A row that is
    broken, or has no title, says so in error. Skills are a list, or a text with ; between them.
    """
    import sys
    from functools import partial

    from xnorm.errors import SettingError, did_you_mean
    from xnorm.files import atomic_file
    from xnorm.languages import language_code
    from xnorm.pipeline import load
    from xnorm.titles.esco import without_index
    from xnorm.titles.normalize import ROWS, Normalizer, answer_columns
    from xnorm.titles.rows import FORMATS, open_rows, output_format, write_rows

    if read is not None and read not in FORMATS:
        raise SettingError(
            f"unknown format '{read}'", place="--from", todo=did_you_mean(read, FORMATS)
        )
    language = language_code(lang, place="--lang")
    shown = language_code(labels, place="--labels") if labels else language
    if index is None:
        raise without_index()
    with open_rows(source, column, format=read) as table:
        if skills and table.format != "jsonl" and skills not in table.columns:
            raise SettingError(
                f"no column '{skills}'", place="--skills", todo=did_you_mean(skills, table.columns)
            )
        format = output_format(output, table.format)
        linker = load(
            index,
            config=config,
            overrides=overrides,
            notify=None if quiet else lambda text: click.echo(text, err=True),
        )
        link = partial(linker.stream, batch=ROWS)
        normalizer = Normalizer(
            link, linker.index.kb, language=language, labels=shown, skills=skills
        )
        rows = normalizer(table.rows, table.columns)
        columns = [*table.columns, *answer_columns(table.columns).values()]
        layout = table.layout if format == table.format else None
        if output == "-":
            write_rows(rows, columns, sys.stdout.buffer, format=format, layout=layout)
        else:
            with atomic_file(output) as stream:
                write_rows(rows, columns, stream, format=format, layout=layout)
    if not quiet:
        _tell(normalizer)


def _tell(normalizer: Normalizer) -> None:
    counts = normalizer.counts
    for failed in normalizer.failed:
        click.echo(f"note: {failed}", err=True)
    more = counts.errors - len(normalizer.failed)
    if more > 0:
        click.echo(f"note: {more:,} more rows with an error", err=True)
    click.echo(
        f"{counts.rows:,} rows: {counts.occupations:,} occupations, {counts.groups:,} groups, "
        f"{counts.unmatched:,} without a match, {counts.errors:,} errors",
        err=True,
    )
