"""`xnorm link` on many files: each into one of its own, on this machine or on a Ray cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from xnorm.cli.link import Given
    from xnorm.cli.progress import Progress
    from xnorm.parts import Done, Job, Part
    from xnorm.pipeline import Linker


def link_in_parts(
    patterns: Sequence[str],
    given: Given,
    opened: Callable[[], Linker],
    progress: Progress,
    *,
    on_ray: bool,
    address: str | None,
) -> None:
    """Links the files that the patterns stand for into a folder, and says what became of them.

    Args:
        patterns: names of files, and patterns such as `in/*.parquet`.
        given: the options of the command.
        opened: opens the linker.
        progress: shows what is done.
        on_ray: on a cluster rather than in processes of this machine.
        address: the cluster's.

    Raises:
        XnormError: when the run cannot begin, breaks off, or a part has failed.
    """
    from xnorm.errors import SettingError, require
    from xnorm.parts import begin, find_sources, is_finished, sweep

    if given.output == "-":
        raise SettingError(
            "parts need a folder to be written to", place="-o", todo="Name one that is new"
        )
    if on_ray:
        require("ray.data", "ray")
    job, parts = _planned(find_sources(patterns), given)
    linker = opened()
    begin(job, _made_by(linker, job), resume=given.resume)
    sweep(job)
    todo = [part for part in parts if not is_finished(part, job)]
    before = len(parts) - len(todo)
    doing = _on_ray(linker, todo, job, address) if on_ray else _here(linker, todo, job, given)
    try:
        failed = progress.parts(doing, len(todo), before) if todo else []
    except KeyboardInterrupt:
        click.echo(f"{given.output} keeps what is done; go on with --resume", err=True)
        raise
    sweep(job)
    _tell_failures(failed, len(parts))


def _planned(sources: Sequence[Path], given: Given) -> tuple[Job, list[Part]]:
    """What is to be done, in the format that the first part asks for."""
    from xnorm.formats import open_documents, output_format
    from xnorm.parts import Job, parts_of

    with open_documents(sources[0], format=given.source_format) as first:
        format = output_format(given.target, first.format, sources[0]).name
    job = Job(
        str(Path(given.output).absolute()),
        format,
        given.source_format,
        given.language,
        given.skip_bad,
    )
    return job, parts_of(sources, format)


def _made_by(linker: Linker, job: Job) -> dict[str, str]:
    from xnorm.version import VERSION

    return {
        "xnorm": VERSION,
        "index": linker.index.fingerprint,
        "linker": linker.fingerprint,
        "format": job.format,
        "language": job.language,
    }


def _here(linker: Linker, todo: Iterable[Part], job: Job, given: Given) -> Iterator[Done]:
    from xnorm.parts import link_parts
    from xnorm.workers import processes

    if given.workers == 1:
        yield from link_parts(linker.stream, todo, job)
        return
    with processes(linker, given.workers) as link:
        yield from link_parts(link, todo, job)


def _on_ray(linker: Linker, todo: Sequence[Part], job: Job, address: str | None) -> Iterator[Done]:
    from xnorm.distributed import link_parts

    return link_parts(linker, todo, job, address=address)


def _tell_failures(failed: Sequence[Done], parts: int) -> None:
    """Raises one error for what failed, after naming each where there are several."""
    from xnorm.errors import DataError

    if not failed:
        return
    for done in failed:
        click.echo(f"failed: {done.error}", err=True)
    raise DataError(
        f"{len(failed):,} of {parts:,} parts failed, the others are written",
        todo="Mend them, then --resume links them alone",
    )
