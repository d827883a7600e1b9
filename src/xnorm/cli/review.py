"""`xnorm review`: links looked through in a browser, and what comes of it."""

from __future__ import annotations

import click

EPILOG = """\b
Examples:
  xnorm review corpus.json
  xnorm review linked.json --index my.index --reviewer Ana
  xnorm review export corpus.review.sqlite -o gold.json
"""


class _Opening(click.Group):
    """A group whose first argument may be a corpus: then `open` is meant."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["open", *args]
        return super().parse_args(ctx, args)


@click.group(name="review", cls=_Opening, epilog=EPILOG)
def command() -> None:
    """Review the links of a corpus in a browser.

    `xnorm review CORPUS` is short for `xnorm review open CORPUS`.
    """


OPEN_EPILOG = """\b
Examples:
  xnorm review open corpus.json --lang es
  xnorm review open linked.json --index my.index --reviewer Ana
"""


@command.command(name="open", epilog=OPEN_EPILOG)
@click.argument("corpus")
@click.option("--index", metavar="PATH", help="An index, or a .kb to build one from.")
@click.option("--lang", metavar="CODE", default="", help="Language of the texts, such as es.")
@click.option("--state", metavar="FILE", help="Kept here.  [default: CORPUS.review.sqlite]")
@click.option("--reviewer", metavar="NAME", default="reviewer", help="Who reviews, at first.")
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", default=8080, show_default=True)
@click.option("--tokens", metavar="FILE", help="A token a line: TOKEN [NAME [YYYY-MM-DD]].")
@click.option("--config", metavar="FILE", help="Settings as YAML, or the name of a ready one.")
@click.option("--set", "overrides", metavar="KEY=VALUE", multiple=True, help="Override a setting.")
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
def open_(
    corpus: str,
    index: str | None,
    lang: str,
    state: str | None,
    reviewer: str,
    host: str,
    port: int,
    tokens: str | None,
    config: str | None,
    overrides: tuple[str, ...],
    quiet: bool,
) -> None:
    """Open the review page of CORPUS, a file or folder in any format.

    CORPUS is only read. Every action is kept in one SQLite file before the page says so; open it
    again to go on. Documents without candidates are linked first. Only this machine reaches the
    page unless --host says otherwise, and then it needs --tokens, whose names are the reviewers.
    """
    from pathlib import Path

    from xnorm.cli.progress import Progress
    from xnorm.errors import require
    from xnorm.languages import language_code

    for module in ("litestar", "uvicorn"):
        require(module, "serve")
    from xnorm.config import load_settings
    from xnorm.review.run import review
    from xnorm.serve.settings import ServeSettings

    review(
        Path(corpus),
        load_settings(ServeSettings, config, overrides),
        index=index,
        state=Path(state) if state else None,
        reviewer=reviewer,
        language=language_code(lang, place="--lang") if lang else "",
        host=host,
        port=port,
        tokens=Path(tokens) if tokens else None,
        watch=Progress(quiet=quiet).watch,
        notify=lambda text: click.echo(text, err=True),
    )


EXPORT_EPILOG = """\b
Examples:
  xnorm review export corpus.review.sqlite --to bigbio -o gold.json
  xnorm review export corpus.review.sqlite --overrides overrides.tsv
  xnorm train fusion --set "train=[gold.json]" -o fusion.json
  xnorm link --overrides overrides.tsv other.json
"""


@command.command(epilog=EXPORT_EPILOG)
@click.argument("state")
@click.option("-o", "--output", metavar="FILE", help="Documents with the reviewed concepts.")
@click.option("--to", "target", metavar="FORMAT", help="Of -o.  [default: by its name, or bigbio]")
@click.option("--overrides", metavar="FILE", help="Table of always and never, for xnorm link.")
@click.option("--keep-open", is_flag=True, help="Keep what nobody has decided, as it was linked.")
@click.option("--quiet", is_flag=True, help="No summary.")
def export(
    state: str,
    output: str | None,
    target: str | None,
    overrides: str | None,
    keep_open: bool,
    quiet: bool,
) -> None:
    """Write what was reviewed: documents with gold concepts, and overrides.

    Open mentions, and documents without a decision, are left out unless --keep-open is given.
    """
    from pathlib import Path

    from xnorm.cli.progress import many
    from xnorm.errors import SettingError
    from xnorm.review.export import export_review

    if not output and not overrides:
        raise SettingError("nothing to write", todo="Give -o FILE, --overrides FILE, or both")
    wrote = export_review(
        Path(state),
        output=Path(output) if output else None,
        format=target,
        overrides=Path(overrides) if overrides else None,
        keep=keep_open,
    )
    if not quiet and output:
        documents, mentions = many(wrote.documents, "document"), many(wrote.mentions, "mention")
        click.echo(f"{output}: {documents}, {mentions}", err=True)
    if not quiet and overrides:
        click.echo(f"{overrides}: {many(wrote.rules, 'rule')}", err=True)
