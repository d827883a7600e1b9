"""Suites measured on the cores of a cluster, for `xnorm bench`: a suite a task."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from xnorm.distributed.cluster import cluster
from xnorm.errors import XnormError
from xnorm.evaluation.bench import DEFAULT, Trial, bench
from xnorm.evaluation.suite import DATA

_RETRIES = 3


class Benched(msgspec.Struct, frozen=True):
    """What became of a suite.

    Attributes:
        lines: one a run that was measured.
        error: what stopped it; empty if nothing did.
    """

    lines: tuple[str, ...]
    error: str = ""


class _Asked(msgspec.Struct, frozen=True):
    """What a task is told; relative paths start at `folder`."""

    folder: str
    data: str | None
    output: str
    work: str
    systems: tuple[str, ...]
    trial: Trial
    force: bool


def bench_suites(
    suites: Sequence[Path],
    output: Path,
    *,
    work: Path,
    systems: Sequence[str] = (),
    trial: Trial = DEFAULT,
    force: bool = False,
    address: str | None = None,
) -> Iterator[Benched]:
    """Measures suites as `evaluation.bench.bench` does, as many at once as there are cores.

    What is found is the same. Times and memory are those of a core among busy ones. A suite that
    cannot be measured does not stop the others; the one whose node is lost is begun again, and
    keeps the runs that were finished.

    Args:
        suites: files, by paths that every node sees; what they read, and `output`, too.
        output: the folder of results.
        work: where knowledge bases and indexes are kept, a folder a suite, for no two tasks may
            build the same one at once.
        systems, trial, force: as `bench` has them.
        address: the cluster's, as for `cluster`.

    Raises:
        MissingExtra, SettingError, DataError: as `cluster` does.
    """
    asked = _Asked(
        os.getcwd(), os.environ.get(DATA), str(output), str(work), tuple(systems), trial, force
    )
    with cluster(address):
        import ray

        task: Any = ray.remote(num_cpus=1, max_retries=_RETRIES)(_bench)
        waiting = [task.remote(str(suite), asked) for suite in suites]
        while waiting:
            (done, *_), waiting = ray.wait(waiting)
            yield ray.get(done)


def _bench(suite: str, asked: _Asked) -> Benched:
    """Measures one suite where it is told."""
    if Path(asked.folder).is_dir():
        os.chdir(asked.folder)
    if asked.data is not None:
        os.environ[DATA] = asked.data
    lines: list[str] = []
    try:
        bench(
            suite,
            Path(asked.output),
            work=Path(asked.work) / Path(suite).stem,
            systems=asked.systems,
            trial=asked.trial,
            force=asked.force,
            notify=lines.append,
        )
    except XnormError as error:
        return Benched(tuple(lines), str(error))
    return Benched(tuple(lines))
