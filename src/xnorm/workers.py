"""A linker in several processes of one machine, which map the same index into their memory."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

import msgspec

from xnorm.document import Document
from xnorm.errors import DataError, SettingError
from xnorm.pipeline import BATCH, Linker

_AHEAD = 2
"""Batches a process that wait or are being linked."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Document]).decode

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def stream(linker: Linker, documents: Iterable[Document], workers: int) -> Iterator[Document]:
    """Links documents in so many processes, in order, with bounded memory.

    The answers are those of `linker.stream`, byte for byte.

    Args:
        linker: opened from a folder; its index and settings are opened again in each process.
        documents: taken while they are needed.
        workers: processes.

    Raises:
        SettingError, DataError: as `processes` does.
    """
    with processes(linker, workers) as link:
        yield from link(documents)


@contextmanager
def processes(
    linker: Linker, workers: int
) -> Iterator[Callable[[Iterable[Document]], Iterator[Document]]]:
    """So many processes, as a function that links one stream of documents after another.

    Each process takes its share of the cores for the threads of its libraries.

    Args:
        linker: opened from a folder; its index and settings are opened again in each process.
        workers: processes.

    Raises:
        SettingError: for fewer than one.
        DataError: when a process is killed from outside, for instance for want of memory.
    """
    if workers < 1:
        raise SettingError(f"{workers} processes", place="--workers", todo="Give 1 or more")
    try:
        with _pool(linker, workers) as pool:
            yield lambda documents: _in_order(pool, _batches(iter(documents)), _AHEAD * workers)
    except BrokenProcessPool as error:
        raise DataError(
            "a process was killed, perhaps for want of memory",
            place="--workers",
            todo="Use fewer; with -o FILE, --resume goes on where it stopped",
        ) from error


def _in_order(
    pool: ProcessPoolExecutor, batches: Iterator[list[Document]], ahead: int
) -> Iterator[Document]:
    waiting: deque[Future[bytes]] = deque()
    while True:
        for batch in itertools.islice(batches, ahead - len(waiting)):
            waiting.append(pool.submit(_link, batch))
        if not waiting:
            return
        yield from _decode(waiting.popleft().result())


def _batches(documents: Iterator[Document]) -> Iterator[list[Document]]:
    while batch := list(itertools.islice(documents, BATCH)):
        yield batch


@contextmanager
def _pool(linker: Linker, workers: int) -> Iterator[ProcessPoolExecutor]:
    share = str(max(1, (os.cpu_count() or 1) // workers))
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update({name: before[name] or share for name in _THREADS})
    pool = ProcessPoolExecutor(
        workers,
        multiprocessing.get_context("spawn"),
        initializer=_open,
        initargs=(linker,),
    )
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)


_linker: Linker
"""Of a worker's process."""


def _open(linker: Linker) -> None:
    global _linker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent stops its workers itself
    _linker = linker


def _link(documents: list[Document]) -> bytes:
    # Candidates are many, and are packed five times as fast by this as by pickle.
    return _encode(list(_linker.stream(documents)))
