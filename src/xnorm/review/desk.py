"""What the handlers of a review share: its state, asked by one thread, and who reviews."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Desk:
    """The state of a review for a server.

    Args:
        connection: to the state.
        thread: of one worker, which alone uses the connection.
        reviewer: the name of who says none.
    """

    def __init__(self, connection: sqlite3.Connection, thread: Executor, reviewer: str) -> None:
        self.reviewer = reviewer
        self._connection = connection
        self._thread = thread

    async def ask(
        self,
        work: Callable[Concatenate[sqlite3.Connection, P], T],
        *arguments: P.args,
        **options: P.kwargs,
    ) -> T:
        """What a function of the state gives."""
        loop = asyncio.get_running_loop()
        call = partial(work, self._connection, *arguments, **options)
        return await loop.run_in_executor(self._thread, call)
