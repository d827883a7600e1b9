"""`xnorm show`: the candidates for one mention, and why each was proposed."""

from __future__ import annotations

import click

EPILOG = """\b
Examples:
  xnorm show "dolor de cabeza" --lang es
  xnorm show "HTA" --lang es --k 3 --json
"""


@click.command(name="show", epilog=EPILOG)
@click.argument("mention")
@click.option("--lang", metavar="CODE", default="", help="Language of the mention, such as es.")
@click.option("--k", type=int, metavar="N", default=5, show_default=True, help="Candidates.")
@click.option("--index", metavar="PATH", help="An index, or a .kb to build one from.")
@click.option("--config", metavar="FILE", help="Settings as YAML, or the name of a ready one.")
@click.option("--set", "overrides", metavar="KEY=VALUE", multiple=True, help="Override a setting.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    mention: str,
    lang: str,
    k: int,
    index: str | None,
    config: str | None,
    overrides: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show the candidates for MENTION, best first, with the names that matched."""
    from xnorm.languages import language_code
    from xnorm.pipeline import load

    language = language_code(lang, place="--lang") if lang else ""
    linker = load(
        index,
        config=config,
        overrides=(*overrides, f"retrieve.k={k}"),
        notify=lambda text: click.echo(text, err=True),
    )
    found = linker.mention(mention, language=language)
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(found.candidates)).decode())
        return
    if found.long_form:
        click.echo(f"{mention} = {found.long_form}")
    if not found.candidates:
        click.echo("no candidate: no name in the terminology is near")
    for rank, candidate in enumerate(found.candidates, 1):
        click.secho(
            f"{rank}. {candidate.concept}  {candidate.name}  {candidate.score:.2f}", bold=rank == 1
        )
        for item in candidate.evidence:
            language_note = f" ({item.language}, {item.kind})" if item.language else ""
            query_note = f" for '{item.query}'" if item.query else ""
            click.echo(
                f"     {item.retriever:<6} {item.score:.3f} at rank {item.rank}: "
                f"'{item.name}'{language_note}{query_note}"
            )
