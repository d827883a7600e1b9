"""Requests are linked together, each gets its own answers, and too many are refused."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

from xnorm.document import Document
from xnorm.pipeline import BATCH
from xnorm.serve.batching import Batcher
from xnorm.serve.metrics import Metrics
from xnorm.serve.problems import Refused
from xnorm.serve.room import Room

T = TypeVar("T")
WORDS = ("Fever", "cough", "Head pain", "nothing", "Anemia, nausea")


class _Gated:
    """A linker that waits for leave before each batch, and remembers what it was given."""

    fingerprint = "gated"

    def __init__(self, linker: Any) -> None:
        self.gate = threading.Semaphore(0)
        self.batches: list[list[str]] = []
        self._linker = linker

    def stream(self, documents: Sequence[Document]) -> Iterator[Document]:
        self.gate.acquire()
        self.batches.append([document.text for document in documents])
        if any(document.text == "bad" for document in documents):
            raise ValueError
        return iter(self._linker.stream(documents))


def document(text: str) -> Document:
    return Document.from_text(text, id="same", language="en")


def run(linker: Any, work: Callable[[Batcher], Awaitable[T]]) -> tuple[T, Metrics]:
    """Does something with a batcher, which is closed afterwards."""

    async def with_batcher() -> T:
        with ThreadPoolExecutor(1) as thread:
            batcher = Batcher(linker, thread, window=0, metrics=metrics)
            try:
                return await work(batcher)
            finally:
                await batcher.close()

    metrics = Metrics()
    return asyncio.run(with_batcher()), metrics


def test_requests_that_arrive_together_are_linked_together_as_the_linker_would(
    linker: Any,
) -> None:
    requests = [[document(f"{word} {n}.") for word in WORDS[: n % 4]] for n in range(12)]

    async def ask(batcher: Batcher) -> list[list[Document]]:
        return await asyncio.gather(*map(batcher.link, requests))

    answers, metrics = run(linker, ask)
    assert answers == [[linker(one) for one in request] for request in requests]
    assert metrics.documents == sum(map(len, requests))
    assert metrics.batches.counts[-2:] == [1, 0]  # one batch of 17 to 32


def test_what_arrives_during_a_batch_makes_up_the_next_ones(linker: Any) -> None:
    gated = _Gated(linker)
    texts = [f"Fever {number}" for number in range(BATCH + 3)]

    async def ask(batcher: Batcher) -> Any:
        first = asyncio.create_task(batcher.link([document("Cough")]))
        await asyncio.sleep(0.02)
        rest = [asyncio.create_task(batcher.link([document(text)])) for text in texts]
        gated.gate.release(3)
        return [await first, *[await one for one in rest]]

    answers, _ = run(gated, ask)
    assert gated.batches == [["Cough"], texts[:BATCH], texts[BATCH:]]
    assert [answer[0].text for answer in answers] == ["Cough", *texts]


def test_one_bad_text_fails_alone(linker: Any) -> None:
    gated = _Gated(linker)
    gated.gate.release(10)

    async def ask(batcher: Batcher) -> Any:
        asked = [batcher.link([document(text)]) for text in ("Fever", "bad", "Cough")]
        return await asyncio.gather(*asked, return_exceptions=True)

    (fever, bad, cough), _ = run(gated, ask)
    assert isinstance(bad, ValueError)
    assert (fever, cough) == ([linker(document("Fever"))], [linker(document("Cough"))])


def test_what_is_given_up_is_not_linked(linker: Any) -> None:
    gated = _Gated(linker)

    async def ask(batcher: Batcher) -> Any:
        first = asyncio.create_task(batcher.link([document("Fever")]))
        await asyncio.sleep(0.02)
        second = asyncio.create_task(batcher.link([document("Cough")]))
        await asyncio.sleep(0)
        second.cancel()
        gated.gate.release(2)
        return await first, await asyncio.gather(second, return_exceptions=True)

    run(gated, ask)
    assert gated.batches == [["Fever"]]


def test_closing_answers_what_waits(linker: Any) -> None:
    gated = _Gated(linker)

    async def ask(batcher: Batcher) -> Any:
        asked = [asyncio.create_task(batcher.link([document(text)])) for text in WORDS]
        await asyncio.sleep(0)
        gated.gate.release(len(WORDS))
        await batcher.close()
        return await asyncio.wait_for(asyncio.gather(*asked), 1)

    answers, _ = run(gated, ask)
    assert answers == [[linker(document(text))] for text in WORDS]


def test_room_is_shared_and_given_back() -> None:
    room = Room(100, 0.5)
    with room.hold("a", 50):
        with pytest.raises(Refused) as mine, room.hold("a", 1):
            pass
        with room.hold("b", 50):
            with pytest.raises(Refused) as everyones, room.hold("c", 1):
                pass
        assert room.taken == 50
    assert room.taken == 0
    assert (mine.value.status_code, everyones.value.status_code) == (429, 503)
    assert mine.value.headers == everyones.value.headers == {"Retry-After": "2"}
    with room.hold("", 100):  # without tokens there is one client, who has it all
        assert room.taken == 100
