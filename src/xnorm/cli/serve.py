"""`xnorm serve`: linking over HTTP."""

from __future__ import annotations

import os

import click

EPILOG = """\b
Examples:
  xnorm serve
  xnorm serve hpo.index mesh.index --port 9000 --set serve.seconds=20
  xnorm serve hpo.index --host 0.0.0.0 --tokens tokens.txt
"""


@click.command(name="serve", epilog=EPILOG)
@click.argument("indexes", metavar="[INDEX]...", nargs=-1)
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", default=8080, show_default=True)
@click.option("--tokens", metavar="FILE", help="A token a line: TOKEN [NAME [YYYY-MM-DD]].")
@click.option("--config", metavar="FILE", help="Settings as YAML, or the name of a ready one.")
@click.option("--set", "overrides", metavar="KEY=VALUE", multiple=True, help="Override a setting.")
@click.option("--threads", type=int, metavar="N", help="Of the libraries.  [default: all cores]")
@click.option("--quiet", is_flag=True, help="Log errors alone, not every request.")
def command(
    indexes: tuple[str, ...],
    host: str,
    port: int,
    tokens: str | None,
    config: str | None,
    overrides: tuple[str, ...],
    threads: int | None,
    quiet: bool,
) -> None:
    """Link over HTTP, with each INDEX under the name of its folder.

    A page at /docs tells what can be asked. Only this machine reaches the service unless --host
    says otherwise, and then it needs --tokens. An index that is built again is opened again, and
    so are changed tokens, without a request being dropped. Requests are logged on standard error,
    by route and without their texts.
    """
    from pathlib import Path

    from xnorm.errors import SettingError, require

    if threads is not None:
        if threads < 1:
            raise SettingError(f"{threads} threads", place="--threads", todo="Give 1 or more")
        for library in ("OMP", "OPENBLAS", "MKL"):  # read once, when the libraries are loaded
            os.environ[f"{library}_NUM_THREADS"] = str(threads)
    for module in ("litestar", "uvicorn"):
        require(module, "serve")
    _log_to_stderr(quiet)
    from xnorm.config import load_settings
    from xnorm.serve.run import serve
    from xnorm.serve.settings import ServeSettings, index_names

    settings = load_settings(ServeSettings, config, overrides)
    serve(
        index_names(indexes or (settings.index,)),
        settings,
        host=host,
        port=port,
        tokens=Path(tokens) if tokens else None,
        notify=lambda text: click.echo(text, err=True),
    )


def _log_to_stderr(quiet: bool) -> None:
    import logging

    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.WARNING)
    logging.getLogger("xnorm.serve").setLevel(logging.ERROR if quiet else logging.INFO)
