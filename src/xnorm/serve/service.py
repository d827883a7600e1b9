"""What the handlers share: indexes, tokens, room, counts, and the watch over files."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

from xnorm.document import Document
from xnorm.errors import XnormError
from xnorm.pipeline import Linker
from xnorm.serve.batching import Batcher
from xnorm.serve.indexes import ServedIndex
from xnorm.serve.messages import MadeBy
from xnorm.serve.metrics import Metrics
from xnorm.serve.problems import Refused
from xnorm.serve.room import Room
from xnorm.serve.settings import Limits
from xnorm.serve.tokens import read_tokens
from xnorm.version import VERSION

_LOOK = 2.0
"""Seconds between looks at the files of indexes and tokens."""

_LOG = logging.getLogger("xnorm.serve")


class Service:
    """The state of a running service.

    Args:
        linkers: by the name of their index; they become this one's.
        limits: how much it takes on.
        tokens: a file of tokens; without one nobody is asked for one.

    Raises:
        DataError: for a file of tokens that cannot be used.
    """

    def __init__(
        self, linkers: Mapping[str, Linker], limits: Limits, tokens: Path | None = None
    ) -> None:
        self.limits = limits
        self.metrics = Metrics()
        self.room = Room(limits.waiting, limits.share)
        self.indexes: dict[str, ServedIndex] = {}
        self.in_work = 0
        self._linkers = dict(linkers)
        self._file = tokens
        self.tokens = read_tokens(tokens) if tokens else ()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Takes texts until the block ends, and then answers those that wait."""
        with ThreadPoolExecutor(1, "xnorm-link") as thread:

            def queued(linker: Linker) -> Batcher:
                return Batcher(linker, thread, window=self.limits.window, metrics=self.metrics)

            while self._linkers:  # a linker that a rebuilt index has replaced must not stay
                name, linker = self._linkers.popitem()
                self.indexes[name] = ServedIndex(name, linker, queued, self.metrics)
            watch = asyncio.create_task(self._watch())
            try:
                yield
            finally:
                watch.cancel()
                await asyncio.gather(watch, return_exceptions=True)
                for index in self.indexes.values():
                    await index.batcher.close()

    async def refresh(self) -> None:
        """Reads tokens and opens indexes again where their files have changed."""
        if self._file:
            try:
                self.tokens = await asyncio.to_thread(read_tokens, self._file)
            except XnormError as error:
                _LOG.error("the tokens of before still hold: %s", error)
        for index in self.indexes.values():
            await index.refresh()

    def index(self, name: str) -> ServedIndex:
        """The index of that name; the only one for an empty name.

        Raises:
            Refused: 404 for an unknown name, 400 when there are several and none is named.
        """
        if not name and len(self.indexes) == 1:
            return next(iter(self.indexes.values()))
        known = f"Known: {', '.join(sorted(self.indexes))}."
        if not name:
            raise Refused(400, f"Several indexes are served; name one as `index`. {known}")
        if name not in self.indexes:
            raise Refused(404, f"There is no index of this name. {known}")
        return self.indexes[name]

    async def link(
        self, documents: Sequence[Document], name: str, *, client: str
    ) -> tuple[MadeBy, list[Document]]:
        """Documents linked in the company of other requests', and what linked them.

        Args:
            documents: within the limits.
            name: of an index, as in `index`.
            client: whose share of the room they take.

        Raises:
            Refused: for an unknown index, or when there is no room.
        """
        index = self.index(name)
        batcher = index.batcher
        with self.room.hold(client, sum(len(document.text) for document in documents)):
            linked = await batcher.link(documents)
        return MadeBy(VERSION, index.name, batcher.fingerprint), linked

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_LOOK)
            await self.refresh()
