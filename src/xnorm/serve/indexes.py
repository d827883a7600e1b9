"""The indexes that are served by name, each opened again when it was rebuilt."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from xnorm.errors import XnormError
from xnorm.index import Index
from xnorm.index.manifest import FILE
from xnorm.pipeline import Linker
from xnorm.serve.batching import Batcher
from xnorm.serve.messages import IndexInfo
from xnorm.serve.metrics import Metrics

_LOG = logging.getLogger("xnorm.serve")


class ServedIndex:
    """An index, its linker and their queue, which a rebuilt index replaces as a whole.

    Requests that came before are answered by the linker of before. An index that is deleted stays
    mapped and is served on.

    Args:
        name: what clients call it.
        linker: opened from a folder.
        queued: puts a queue before a linker.
        metrics: told of every reload.
    """

    def __init__(
        self, name: str, linker: Linker, queued: Callable[[Linker], Batcher], metrics: Metrics
    ) -> None:
        self.name = name
        self.batcher = queued(linker)
        self.problem = ""
        self._queued = queued
        self._metrics = metrics
        self._stamp = _stamp(linker.index.path)

    async def refresh(self) -> None:
        """Opens the index again if its folder holds another one than before."""
        before = self.batcher.linker
        stamp = _stamp(before.index.path)
        if stamp is None:
            self._note("there is no index any more; the one before is served on")
        elif stamp != self._stamp:
            try:
                linker = await asyncio.to_thread(_reopened, before)
            except (XnormError, OSError) as error:
                self._note(f"{error} The one before is served on")
                return
            self._stamp, self.problem = stamp, ""
            self._metrics.reloads[self.name, "opened"] += 1
            _LOG.info("index %s: opened again, %s", self.name, linker.index)
            old, self.batcher = self.batcher, self._queued(linker)
            await old.close()
        else:
            self.problem = ""

    def info(self) -> IndexInfo:
        """What is served under this name."""
        kb = self.batcher.linker.index.kb
        return IndexInfo(
            name=self.name,
            source=kb.source,
            release=kb.manifest.release,
            concepts=kb.manifest.concepts,
            names=kb.manifest.names,
            languages=kb.languages,
            fingerprint=self.batcher.fingerprint,
            problem=self.problem,
        )

    def _note(self, problem: str) -> None:
        if problem != self.problem:
            _LOG.error("index %s: %s", self.name, problem)
            self._metrics.reloads[self.name, "failed"] += 1
        self.problem = problem


def warmed(linker: Linker) -> Linker:
    """The linker, after it has opened what it opens when it is first asked."""
    linker("Fever, cefalea.", language="es")
    return linker


def _reopened(linker: Linker) -> Linker:
    return warmed(Linker(Index.open(linker.index.path), linker.settings))


def _stamp(folder: Path) -> tuple[int, int, int] | None:
    """Which manifest lies in a folder; None if there is none."""
    try:
        status = (folder / FILE).stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
