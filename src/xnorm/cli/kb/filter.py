"""`xnorm kb filter`: a part of a knowledge base."""

from __future__ import annotations

from pathlib import Path

import click

from xnorm.cli.kb import view

EPILOG = """\b
Examples:
  xnorm kb filter hpo.kb -o hpo-es.kb --languages es,en
  xnorm kb filter hpo.kb -o eye.kb --below HP:0000478 --kinds preferred
  xnorm kb filter umls.kb -o diso.kb --groups DISO --sources MSH,SNOMEDCT_US
"""


@click.command(name="filter", epilog=EPILOG)
@click.argument("path", metavar="X.kb")
@click.option("-o", "--output", metavar="Y.kb", required=True, help="The folder to write.")
@click.option("--languages", metavar="CODES", default="", help="Names in these, as in en,es.")
@click.option("--kinds", metavar="KINDS", default="", help="Names of these: preferred,synonym.")
@click.option("--sources", metavar="NAMES", default="", help="Names from these terminologies.")
@click.option("--types", metavar="TYPES", default="", help="Concepts of these types.")
@click.option("--groups", metavar="GROUPS", default="", help="UMLS semantic groups, as in DISO.")
@click.option("--ids", metavar="FILE", help="Concepts with these ids, one a line.")
@click.option("--below", metavar="ID", default="", help="A concept and its descendants.")
@click.option("--depth", metavar="MIN-MAX", help="Distance to a root, as in 2-5 or 3-.")
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
def command(
    path: str,
    output: str,
    languages: str,
    kinds: str,
    sources: str,
    types: str,
    groups: str,
    ids: str | None,
    below: str,
    depth: str | None,
    quiet: bool,
) -> None:
    """Keep a part of a knowledge base: what all given options ask for.

    A concept without a name left goes too. Retired ids follow their concepts.
    """
    from xnorm.kb import KnowledgeBase
    from xnorm.kb.filter import Keep, filter_kb
    from xnorm.kb.sources.lines import text_lines

    listed = (line.strip() for _, line in text_lines(Path(ids))) if ids else ()
    keep = Keep(
        languages=view.codes(languages, "--languages"),
        kinds=view.words(kinds),
        sources=view.words(sources),
        types=view.words(types),
        groups=view.words(groups),
        ids=tuple(id for id in listed if id),
        below=below,
        depth=_range(depth) if depth else None,
    )
    kb = KnowledgeBase.open(path)
    with view.progress(quiet) as progress:
        filtered = filter_kb(kb, output, keep, progress=progress)
    if quiet:
        return
    view.say_built(filtered.kb, output)
    click.echo(f"left out: {filtered.concepts:,} concepts, {filtered.names:,} names", err=True)
    if filtered.unknown_ids:
        first = ", ".join(filtered.unknown_ids[:3])
        click.echo(f"note: {len(filtered.unknown_ids):,} ids are unknown: {first}", err=True)


def _range(text: str) -> tuple[int, int]:
    from xnorm.errors import SettingError

    low, minus, high = text.partition("-")
    if not low.isdecimal() or (high and not high.isdecimal()):
        raise SettingError(
            f"expected MIN-MAX, found '{text}'", place="--depth", todo="For instance: --depth 2-5"
        )
    return int(low), int(high) if high else (2**31 - 1 if minus else int(low))
