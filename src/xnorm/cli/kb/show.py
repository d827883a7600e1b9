"""`xnorm kb show`: one concept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xnorm.cli.kb import view

if TYPE_CHECKING:
    from rich.table import Table

    from xnorm.kb import Concept, KnowledgeBase


@click.command(name="show", epilog="\b\nExample:\n  xnorm kb show hpo.kb HP:0002315")
@click.argument("path", metavar="X.kb")
@click.argument("id")
@click.option("--json", "as_json", is_flag=True, help="The concept as JSON.")
def command(path: str, id: str, as_json: bool) -> None:
    """Show one concept with everything that is known of it."""
    from xnorm.kb import KnowledgeBase

    kb = KnowledgeBase.open(path)
    concept = kb.concept(id)
    if as_json:
        view.print_json(concept)
        return
    if concept.id != id:
        click.echo(f"{id} is retired; it is now {concept.id}.\n")
    view.print_table(_concept_table(kb, concept))
    click.echo()
    view.print_table(_name_table(concept))


def _concept_table(kb: KnowledgeBase, concept: Concept) -> Table:
    parents = [f"{id} {kb.concept(id).names[0].text}" for id in concept.parents]
    table = view.plain_table()
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
