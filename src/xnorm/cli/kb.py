"""`xnorm kb`: build knowledge bases from terminologies, and look into them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xnorm.errors import SettingError

if TYPE_CHECKING:
    from rich.table import Table

    from xnorm.kb import Concept, KnowledgeBase

BUILD_EPILOG = """\b
Examples:
  xnorm kb build hpo -o hpo.kb
  xnorm kb build hpo -o hpo.kb --languages en,es
  xnorm kb build obo mondo.obo -o mondo.kb --source-name MONDO
  xnorm kb build obo hp.obo --translations babelon/ -o hp.kb
  xnorm kb build table codes.csv -o icd.kb --column id=Code --column name=Text
  xnorm kb build table mesh.tsv -o mesh.kb --column id=1 --column name=2
"""


@click.group(name="kb")
def command() -> None:
    """Build and look into knowledge bases: terminologies on disk."""


@command.command(epilog=BUILD_EPILOG)
@click.argument("kind")
@click.argument("files", metavar="[SOURCE]...", nargs=-1)
@click.option("-o", "--output", metavar="X.kb", required=True, help="The folder to write.")
@click.option("--translations", metavar="DIR", help="A folder with *.babelon.tsv, *.synonyms.tsv.")
@click.option("--languages", metavar="CODES", default="", help="Keep names in these, as in en,es.")
@click.option("--default-language", metavar="CODE", help="For names without a language.")
@click.option("--source-name", metavar="NAME", default="", help="What the ids belong to: HPO.")
@click.option("--release", metavar="TEXT", default="", help="Version, if the files do not say it.")
@click.option(
    "--column", "columns", metavar="ROLE=COLUMN", multiple=True, help="Table column, or its number."
)
@click.option("--no-quotes", is_flag=True, help="Quotation marks in a table are part of the text.")
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
def build(
    kind: str,
    files: tuple[str, ...],
    output: str,
    translations: str | None,
    languages: str,
    default_language: str | None,
    source_name: str,
    release: str,
    columns: tuple[str, ...],
    no_quotes: bool,
    quiet: bool,
) -> None:
    """Build a knowledge base from the files of a terminology.

    KIND is hpo (ships with xnorm, needs no SOURCE), obo, table (TSV, CSV or JSONL) or another; an
    unknown one is answered with all that are known. Files may be packed with gzip or xz. Roles of
    table columns: id, name, synonyms, language, kind, types, parents, definition, xrefs, retired;
    several values in a cell are parted by |.
    """
    from xnorm.kb import build_from_files
    from xnorm.kb.sources import Options
    from xnorm.languages import language_code

    codes = [code.strip() for code in languages.split(",") if code.strip()]
    options = Options(
        translations=Path(translations) if translations else None,
        languages=tuple(language_code(code, place="--languages") for code in codes),
        default_language=(
            language_code(default_language, place="--default-language") if default_language else ""
        ),
        columns=dict(_role_and_column(text) for text in columns),
        quotes=not no_quotes,
    )
    with _progress(quiet) as progress:
        kb = build_from_files(
            kind,
            files,
            output,
            options=options,
            source=source_name,
            release=release,
            progress=progress,
        )
    if not quiet:
        click.echo(_summary(kb, output), err=True)


@command.command(epilog="\b\nExample:\n  xnorm kb info hpo.kb")
@click.argument("path", metavar="X.kb")
@click.option("--json", "as_json", is_flag=True, help="The manifest as JSON.")
def info(path: str, as_json: bool) -> None:
    """Say what is in a knowledge base and what made it."""
    import msgspec

    from xnorm.kb import KnowledgeBase

    kb = KnowledgeBase.open(path)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(kb.manifest)).decode())
    else:
        _print(_info_table(kb))


@command.command(epilog="\b\nExample:\n  xnorm kb show hpo.kb HP:0002315")
@click.argument("path", metavar="X.kb")
@click.argument("id")
@click.option("--json", "as_json", is_flag=True, help="The concept as JSON.")
def show(path: str, id: str, as_json: bool) -> None:
    """Show one concept with everything that is known of it."""
    import msgspec

    from xnorm.kb import KnowledgeBase

    kb = KnowledgeBase.open(path)
    concept = kb.concept(id)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(concept)).decode())
        return
    if concept.id != id:
        click.echo(f"{id} is retired; it is now {concept.id}.\n")
    _print(_concept_table(kb, concept))
    click.echo()
    _print(_name_table(concept))


def _role_and_column(text: str) -> tuple[str, str]:
    role, equals, column = text.partition("=")
    if not equals or not column:
        raise SettingError(
            f"expected ROLE=COLUMN, found '{text}'",
            place="--column",
            todo="For instance: --column name=Label",
        )
    return role.strip(), column


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[int], None] | None]:
    """A running count on a terminal's standard error, nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status("reading") as status:
        yield lambda count: status.update(f"{count:,} concepts")


def _summary(kb: KnowledgeBase, output: str) -> str:
    manifest = kb.manifest
    counts = f"{manifest.concepts:,} concepts, {manifest.names:,} names"
    release = f" {manifest.release}" if manifest.release else ""
    nameless = manifest.dropped.concepts_without_name
    left_out = f" ({nameless:,} concepts without a name left out)" if nameless else ""
    return f"{output}: {manifest.source}{release}, {counts}{left_out}"


def _info_table(kb: KnowledgeBase) -> Table:
    manifest = kb.manifest
    table = _plain_table()
    table.add_row("source", f"{manifest.source} {manifest.release}")
    for what in ("concepts", "names", "relations", "xrefs", "retired"):
        table.add_row(what, f"{getattr(manifest, what):,}")
    table.add_row("languages", _counted(manifest.languages))
    table.add_row("kinds", _counted(manifest.kinds))
    table.add_row("left out", _counted(_nonzero_dropped(kb)) or "nothing")
    table.add_row("built from", "\n".join(built.file for built in manifest.built_from))
    table.add_row("built by", f"xnorm {manifest.xnorm}, format {manifest.format}")
    table.add_row("fingerprint", manifest.fingerprint)
    return table


def _nonzero_dropped(kb: KnowledgeBase) -> dict[str, int]:
    import msgspec

    counts = msgspec.structs.asdict(kb.manifest.dropped)
    return {reason.replace("_", " "): count for reason, count in counts.items() if count}


def _counted(counts: dict[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return ", ".join(f"{key or 'unknown'} {count:,}" for key, count in ordered)


def _concept_table(kb: KnowledgeBase, concept: Concept) -> Table:
    parents = [f"{id} {kb.concept(id).names[0].text}" for id in concept.parents]
    table = _plain_table()
    for what, value in (
        (concept.id, concept.names[0].text),
        ("source", f"{kb.source} {kb.manifest.release}"),
        ("types", ", ".join(concept.types)),
        ("definition", concept.definition),
        ("parents", "\n".join(parents)),
        ("xrefs", ", ".join(concept.xrefs)),
        ("retired ids", ", ".join(concept.retired)),
    ):
        if value:
            table.add_row(what, value)
    return table


def _name_table(concept: Concept) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table("language", "kind", "name", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in sorted(concept.names, key=lambda name: (name.language, name.kind != "preferred")):
        scope = f"{name.kind}, {name.scope}" if name.scope not in ("", "exact") else name.kind
        table.add_row(name.language or "-", scope, Text(name.text))
    return table


def _plain_table() -> Table:
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _print(table: Table) -> None:
    from rich.console import Console

    console = Console(markup=False, highlight=False)
    console.print(table, width=min(console.width, 80))
