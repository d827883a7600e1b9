"""Parts linked on Ray Data: a block a part, an actor a core.

Ray places the actors, gives each the next block, and gives a block to another actor when its actor
or node is lost. An actor opens the index by memory map, from a path that every node sees, and reads
and writes its part itself, so that no text goes through Ray's memory.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from xnorm.distributed.cluster import cluster
from xnorm.errors import SettingError, XnormError
from xnorm.parts import Done, Job, Part, attempts, link_part
from xnorm.pipeline import Linker
from xnorm.settings import Settings

RETRIES = 3
"""Times that a part is begun again whose worker was lost; Ray alone would not stop."""

_WHAT, _OUTCOME = "part", "outcome"

_LOG = logging.getLogger("xnorm.distributed")


def link_parts(
    linker: Linker, parts: Sequence[Part], job: Job, *, address: str | None = None
) -> Iterator[Done]:
    """Links parts on the cores of a cluster; what is done comes as it is done, in any order.

    Outputs are those of `parts.link_parts`, byte for byte. A part whose workers are killed again
    and again is given up, and the others go on.

    Args:
        linker: opened from a folder that every node sees under this path.
        parts: by paths that every node sees; the outputs' folder too.
        job: how.
        address: of the cluster, as for `cluster`.

    Raises:
        MissingExtra, SettingError, DataError: as `cluster` does.
        SettingError: when a node cannot open the index, or has another xnorm or index than here.
    """
    with cluster(address) as cores:
        for row in _dataset(linker, parts, job, min(cores, len(parts))).iter_rows():
            outcome = msgspec.json.decode(row[_OUTCOME], type=_Outcome)
            if outcome.fatal:
                raise SettingError(outcome.fatal, place="a node of the cluster")
            yield outcome.done


class _Outcome(msgspec.Struct, frozen=True):
    """What an actor answers.

    Attributes:
        done: what became of the part.
        fatal: why this actor can do no part; empty if it can.
    """

    done: Done
    fatal: str = ""


def _dataset(linker: Linker, parts: Sequence[Part], job: Job, actors: int) -> Any:
    import ray.data

    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    rows = [{_WHAT: msgspec.json.encode(part).decode()} for part in parts]
    return ray.data.from_items(rows, override_num_blocks=len(rows)).map_batches(
        _Worker,
        batch_size=1,
        compute=ray.data.ActorPoolStrategy(
            min_size=1, max_size=actors, max_tasks_in_flight_per_actor=1
        ),
        num_cpus=1,
        fn_constructor_kwargs={
            "index": str(linker.index.path.absolute()),
            "settings": msgspec.json.encode(linker.settings),
            "fingerprint": linker.fingerprint,
            "job": job,
            "folder": os.getcwd(),
        },
    )


class _Worker:
    """An actor with a linker of its own.

    Args:
        index: the folder.
        settings: as JSON.
        fingerprint: of the linker that this one has to equal.
        job: how parts are linked.
        folder: where the command was called; settings name files from there.
    """

    def __init__(
        self, index: str, settings: bytes, fingerprint: str, job: Job, folder: str
    ) -> None:
        self._job = job
        self._linker: Linker | None = None
        self._problem = ""
        if Path(folder).is_dir():
            os.chdir(folder)
        try:
            self._linker = _opened(index, settings, fingerprint)
        except XnormError as error:
            # An actor that cannot begin would be started again and again.
            self._problem = str(error).removesuffix(".")

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[str]]:
        parts = [msgspec.json.decode(part, type=Part) for part in batch[_WHAT]]
        return {_OUTCOME: [msgspec.json.encode(self._outcome(part)).decode() for part in parts]}

    def _outcome(self, part: Part) -> _Outcome:
        if self._linker is None:
            return _Outcome(Done(part.source), self._problem)
        if attempts(part, self._job) > RETRIES:
            error = f"{part.source}: {RETRIES + 1} workers were lost at it, perhaps for want of"
            return _Outcome(Done(part.source, error=f"{error} memory. Split it."))
        try:
            return _Outcome(link_part(self._linker.stream, part, self._job))
        except Exception as error:
            _LOG.exception(part.source)
            return _Outcome(Done(part.source, error=f"{part.source}: {error!r}. See Ray's logs."))


def _opened(index: str, settings: bytes, fingerprint: str) -> Linker:
    from xnorm.index import Index

    linker = Linker(Index.open(index), msgspec.json.decode(settings, type=Settings))
    if linker.fingerprint != fingerprint:
        raise SettingError(
            "has another version of xnorm or of the index", todo="Give all nodes the same"
        )
    return linker
