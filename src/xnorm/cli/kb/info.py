"""`xnorm kb info`: what is in a knowledge base."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xnorm.cli.kb import view

if TYPE_CHECKING:
    from rich.table import Table

    from xnorm.kb import KnowledgeBase
    from xnorm.kb.summary import Summary


@click.command(name="info", epilog="\b\nExample:\n  xnorm kb info hpo.kb")
@click.argument("path", metavar="X.kb")
@click.option("--verify", is_flag=True, help="Compare the checksum of every file.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")
def command(path: str, verify: bool, as_json: bool) -> None:
    """Say what is in a knowledge base, what is odd in it, and what made it."""
    from xnorm.kb import KnowledgeBase
    from xnorm.kb.summary import summarise

    kb = KnowledgeBase.open(path)
    if verify:
        kb.verify()
    summary = summarise(kb)
    if as_json:
        view.print_json(summary)
    else:
        view.print_table(_table(kb, summary))


def _table(kb: KnowledgeBase, summary: Summary) -> Table:
    manifest = kb.manifest
    table = view.plain_table()
    table.add_row("source", f"{manifest.source} {manifest.release}")
    for what in ("concepts", "names", "relations", "xrefs", "retired"):
        table.add_row(what, f"{getattr(manifest, what):,}")
    table.add_row("languages", view.counted(manifest.languages))
    table.add_row("kinds", view.counted(manifest.kinds))
    table.add_row("names from", view.counted(summary.sources))
    if summary.types:
        table.add_row("types", view.counted(summary.types))
    if summary.xrefs:
        table.add_row("xrefs to", view.counted(summary.xrefs))
    table.add_row("shared names", _shared(summary))
    table.add_row("left out", view.dropped(kb) or "nothing")
    if manifest.conflicts:
        told = (f"{one.old} is {one.kept}, not {one.other}" for one in manifest.conflicts)
        table.add_row("retired twice", "\n".join(told))
    table.add_row("name rules", ", ".join(manifest.name_rules) or "none")
    table.add_row("built from", "\n".join(built.file for built in manifest.built_from))
    table.add_row("built by", f"xnorm {manifest.xnorm}, format {manifest.format}")
    table.add_row("fingerprint", manifest.fingerprint)
    return table


def _shared(summary: Summary) -> str:
    if not summary.shared:
        return "none"
    most = ", ".join(f"{one.name} {one.concepts:,}" for one in summary.most_shared)
    return f"{summary.shared:,}, such as {most}"
