"""Texts of several requests are linked together, in a thread that does nothing else."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Executor
from typing import NamedTuple

from xnorm.document import Document
from xnorm.pipeline import BATCH, Linker
from xnorm.serve.metrics import Metrics

_CHARACTERS = 200_000
"""Of the texts that are linked together, so that nobody waits long behind them."""


class _Waiting(NamedTuple):
    document: Document
    answer: asyncio.Future[Document]


class Batcher:
    """A queue before one linker; make it inside of a running event loop.

    While a batch is being linked, what arrives waits and makes up the next one. Answers do not
    depend on the company: a linker gives a document the same mentions in any batch.

    Args:
        linker: asked in `thread` alone.
        thread: of one worker; batchers may share it.
        window: seconds to wait for company when nothing is being linked.
        metrics: told what is done.
    """

    def __init__(
        self, linker: Linker, thread: Executor, *, window: float, metrics: Metrics
    ) -> None:
        self.linker = linker
        self.fingerprint = linker.fingerprint
        self._thread = thread
        self._window = window
        self._metrics = metrics
        self._queue: deque[_Waiting] = deque()
        self._arrived = asyncio.Event()
        self._closing = False
        self._work = asyncio.create_task(self._run())

    async def link(self, documents: Sequence[Document]) -> list[Document]:
        """The documents linked, in order; those of a cancelled call are not linked any more.

        They are in the queue before this first waits, so that a batcher that is closed afterwards
        still answers them.
        """
        loop = asyncio.get_running_loop()
        waiting = [_Waiting(document, loop.create_future()) for document in documents]
        self._queue.extend(waiting)
        self._arrived.set()
        return await asyncio.gather(*(one.answer for one in waiting))

    async def close(self) -> None:
        """Answers what waits, and ends."""
        self._closing = True
        self._arrived.set()
        await self._work

    async def _run(self) -> None:
        while not self._closing:
            await self._arrived.wait()
            await asyncio.sleep(self._window)
            while batch := self._next():
                await self._answer(batch)
            self._arrived.clear()

    def _next(self) -> list[_Waiting]:
        batch: list[_Waiting] = []
        characters = 0
        while self._queue and len(batch) < BATCH and characters < _CHARACTERS:
            one = self._queue.popleft()
            if not one.answer.done():  # its request was given up
                batch.append(one)
                characters += len(one.document.text)
        return batch

    async def _answer(self, batch: list[_Waiting]) -> None:
        began = time.perf_counter()
        documents = [one.document for one in batch]
        loop = asyncio.get_running_loop()
        try:
            linked = await loop.run_in_executor(self._thread, self._link, documents)
        except Exception as error:
            if len(batch) > 1:  # one text must not fail its company
                for one in batch:
                    await self._answer([one])
            elif not batch[0].answer.done():
                batch[0].answer.set_exception(error)
            return
        self._metrics.batches.observe(len(batch))
        self._metrics.linking.observe(time.perf_counter() - began)
        self._metrics.documents += len(batch)
        self._metrics.mentions += sum(len(document.mentions) for document in linked)
        for one, document in zip(batch, linked, strict=True):
            if not one.answer.done():
                one.answer.set_result(document)

    def _link(self, documents: list[Document]) -> list[Document]:
        return list(self.linker.stream(documents))
