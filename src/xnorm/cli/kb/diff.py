"""`xnorm kb diff`: what changed between two versions of a knowledge base."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xnorm.cli.kb import view

if TYPE_CHECKING:
    from xnorm.kb.diff import Difference


@click.command(name="diff", epilog="\b\nExample:\n  xnorm kb diff hpo-2024.kb hpo-2025.kb")
@click.argument("old", metavar="OLD.kb")
@click.argument("new", metavar="NEW.kb")
@click.option("--first", metavar="N", default=10, show_default=True, help="Examples of each.")
@click.option("--json", "as_json", is_flag=True, help="All changes as JSON.")
def command(old: str, new: str, first: int, as_json: bool) -> None:
    """Say what changed between two versions of a knowledge base."""
    from xnorm.kb import KnowledgeBase
    from xnorm.kb.diff import difference

    found = difference(KnowledgeBase.open(old), KnowledgeBase.open(new))
    if as_json:
        view.print_json(found)
        return
    for what, count in found.counts().items():
        click.echo(f"{what.replace('_', ' ')}: {count:,}")
        for line in _lines(found, what)[: max(first, 0)]:
            click.echo(f"  {line}")
        if count > first > 0:
            click.echo("  ...")


def _lines(found: Difference, what: str) -> list[str]:
    if what == "retired":
        return [f"{one.id} {one.preferred} -> {one.now}" for one in found.retired]
    if what == "renamed":
        return [f"{one.id} {one.before} -> {one.now}" for one in found.renamed]
    if what in ("added", "removed"):
        return [f"{one.id} {one.preferred}" for one in getattr(found, what)]
    return [f"{one.id} {one.text} ({one.language or '-'})" for one in getattr(found, what)]
