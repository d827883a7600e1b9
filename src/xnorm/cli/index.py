"""`xnorm index`: build and look into indexes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from xnorm.cli.engine import engine_options, is_ray

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from xnorm.index.encoders import Encoders


@click.group()
def command() -> None:
    """Build and look into indexes.

    Example:  xnorm index build hpo.kb
    """


@command.command()
@click.argument("kb", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The folder; beside the .kb if not given.",
)
@click.option(
    "--encoder",
    "encoders",
    multiple=True,
    default=["default"],
    show_default=True,
    help="'default', a folder, 'transformer:NAME?pooling=cls', or 'concat:A+B'; several give a "
    "dense retriever each.",
)
@click.option(
    "--tfidf",
    type=click.Choice(["auto", "exact", "rarest", "faiss"]),
    default="auto",
    show_default=True,
    help="How TF-IDF is searched; auto goes by size.",
)
@click.option(
    "--dense",
    type=click.Choice(["auto", "flat", "ivf"]),
    default="auto",
    show_default=True,
    help="How vectors are searched: all, or near groups; auto goes by size.",
)
@engine_options("names are encoded on all cores of a Ray cluster")
def build(
    kb: Path,
    output: Path | None,
    encoders: tuple[str, ...],
    tfidf: str,
    dense: str,
    engine: str,
    ray_address: str | None,
) -> None:
    """Build an index of the knowledge base KB.

    Example:  xnorm index build hpo.kb -o hpo.index
    """
    from contextlib import nullcontext

    from rich.console import Console
    from rich.progress import Progress

    from xnorm.index import Index
    from xnorm.kb import KnowledgeBase

    on_ray = is_ray(engine, ray_address)
    opened = KnowledgeBase.open(kb)
    target = output or kb.with_suffix(".index")
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")

        def tell(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        where: AbstractContextManager[Encoders] = nullcontext(encoders)
        if on_ray:
            from xnorm.distributed.encoding import remote_encoders

            where = remote_encoders(encoders, address=ray_address)
        with where as given:
            index = Index.build(
                opened, target, encoder=given, tfidf=tfidf, dense=dense, progress=tell
            )
    size = sum(file.bytes for file in index.manifest.files.values())
    names = index.manifest.names
    click.echo(
        f"{target}: {names:,} names of {len(index.kb):,} concepts, {size / names:.0f} bytes a name",
        err=True,
    )


@command.command()
@click.argument("index", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--verify", is_flag=True, help="Compare the checksum of every file.")
def info(index: Path, as_json: bool, verify: bool) -> None:
    """Say what is in INDEX and what made it.

    Example:  xnorm index info hpo.index --json
    """
    import msgspec

    from xnorm.index import Index
    from xnorm.index.manifest import read_manifest

    manifest = read_manifest(index)
    opened = Index.open(index)
    if verify:
        opened.verify()
    kb = opened.kb.manifest
    facts = {
        "path": str(index),
        "fingerprint": opened.fingerprint,
        "source": kb.source,
        "release": kb.release,
        "concepts": kb.concepts,
        "names": manifest.names,
        "languages": kb.languages,
        "retrievers": manifest.retrievers,
        "encoder": manifest.encoder,
        "encoder_fingerprint": manifest.encoder_fingerprint,
        "more_encoders": tuple(made.spec for made in manifest.more.values()),
        "dense": manifest.dense,
        "bytes": sum(file.bytes for file in manifest.files.values()),
        "xnorm": manifest.xnorm,
        "numpy": manifest.numpy,
        "faiss": manifest.faiss,
        "format": manifest.format,
    }
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(facts), indent=2).decode())
        return
    width = max(map(len, facts))
    for key, value in facts.items():
        click.echo(f"{key:<{width}}  {_shown(value)}")


def _shown(value: object) -> str:
    """A fact for people."""
    if isinstance(value, dict):
        return ", ".join(f"{name or 'unknown'} {count:,}" for name, count in value.items())
    if isinstance(value, tuple):
        return ", ".join(value)
    return f"{value:,}" if isinstance(value, int) else str(value)
