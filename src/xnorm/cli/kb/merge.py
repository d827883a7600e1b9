"""`xnorm kb merge`: several knowledge bases in one."""

from __future__ import annotations

import click

from xnorm.cli.kb import view

EPILOG = """\b
Examples:
  xnorm kb merge hpo-cui.kb mondo-cui.kb -o cui.kb
  xnorm kb merge umls.kb mondo.kb -o all.kb --by xref --prefix UMLS
"""


@click.command(name="merge", epilog=EPILOG)
@click.argument("paths", metavar="X.kb Y.kb...", nargs=-1, required=True)
@click.option("-o", "--output", metavar="Z.kb", required=True, help="The folder to write.")
@click.option(
    "--by",
    type=click.Choice(["id", "xref"]),
    default="id",
    show_default=True,
    help="What makes two concepts one.",
)
@click.option("--prefix", metavar="PREFIX", default="", help="The vocabulary of --by xref: UMLS.")
@click.option("--source-name", metavar="NAME", default="", help="What the ids belong to.")
@click.option("--release", metavar="TEXT", default="", help="The version of the whole.")
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
def command(
    paths: tuple[str, ...],
    output: str,
    by: str,
    prefix: str,
    source_name: str,
    release: str,
    quiet: bool,
) -> None:
    """Merge knowledge bases; what an earlier one says of a concept goes first.

    By id, concepts of the same id become one. By xref, a concept of a later knowledge base also
    joins the concepts of earlier ones that it refers to in the vocabulary --prefix. Names keep the
    terminology they are from.
    """
    from xnorm.errors import SettingError
    from xnorm.kb import KnowledgeBase
    from xnorm.kb.merge import merge

    if (by == "xref") != bool(prefix):
        raise SettingError(
            "--by xref and --prefix go together", place="--prefix", todo="As in: --prefix UMLS"
        )
    kbs = [KnowledgeBase.open(path) for path in paths]
    with view.progress(quiet) as progress:
        merged = merge(
            kbs, output, by=prefix, source=source_name, release=release, progress=progress
        )
    if not quiet:
        view.say_built(merged.kb, output)
        click.echo(f"{merged.joined:,} concepts joined another", err=True)
        if merged.live:
            first = ", ".join(merged.live[:3])
            ids = f"{len(merged.live):,} ids are retired in one and in use in another"
            click.echo(f"note: {ids}, such as {first}; they stay in use", err=True)
