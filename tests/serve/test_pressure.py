"""What is too much at a time is refused at once, and what takes too long is given up."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

SECRETS = ("0123456789abcdef", "fedcba9876543210")


class _Held:
    """A linker that links nothing until it is let."""

    def __init__(self, linker: Any) -> None:
        self.index, self.fingerprint = linker.index, linker.fingerprint
        self.go = threading.Event()
        self._linker = linker

    def stream(self, documents: Any) -> Any:
        self.go.wait(20)
        return self._linker.stream(documents)


@pytest.fixture
def held(linker: Any) -> Iterator[_Held]:
    one = _Held(linker)
    yield one
    one.go.set()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def ask(client: Any, text: str, token: str = "") -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.post("/v1/link", json={"documents": [{"text": text}]}, headers=headers)


def waits(client: Any, characters: int, token: str = "") -> None:
    """Until so many characters wait."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    for _ in range(400):
        if (
            f"xnorm_waiting_characters {characters}\n"
            in client.get("/metrics", headers=headers).text
        ):
            return
        time.sleep(0.01)
    raise AssertionError


def test_a_full_queue_refuses_and_asks_to_come_back(
    open_client: Any, held: _Held, threads: ThreadPoolExecutor
) -> None:
    client = open_client(linkers={"x": held}, waiting=100, share=1, body=100)
    first: Future[Any] = threads.submit(ask, client, "Fever" + "." * 55)
    waits(client, 60)
    refused = ask(client, "Cough" + "." * 45)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
    held.go.set()
    assert first.result().status_code == 200
    assert ask(client, "Cough" + "." * 45).status_code == 200


def test_one_token_cannot_take_all_the_room(
    open_client: Any, held: _Held, threads: ThreadPoolExecutor, tmp_path: Path
) -> None:
    path = tmp_path / "tokens"
    path.write_text("\n".join(SECRETS), encoding="utf-8")
    client = open_client(linkers={"x": held}, tokens=path, waiting=200, share=0.5, body=100)
    first: Future[Any] = threads.submit(ask, client, "Fever" + "." * 55, SECRETS[0])
    waits(client, 60, SECRETS[0])
    mine = ask(client, "Cough" + "." * 45, SECRETS[0])
    assert (mine.status_code, mine.headers["retry-after"]) == (429, "2")
    other: Future[Any] = threads.submit(ask, client, "Cough" + "." * 45, SECRETS[1])
    waits(client, 110, SECRETS[0])
    held.go.set()
    assert [one.result().status_code for one in (first, other)] == [200, 200]


def test_more_requests_than_are_taken_on_are_refused(
    open_client: Any, held: _Held, threads: ThreadPoolExecutor
) -> None:
    client = open_client(linkers={"x": held}, requests=2)
    first: Future[Any] = threads.submit(ask, client, "Fever")
    waits(client, 5)
    second: Future[Any] = threads.submit(ask, client, "Cough")
    answers = (client.get("/healthz") for _ in range(1000))
    refused = next(answer for answer in answers if answer.status_code != 200)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
    assert refused.headers["content-type"] == "application/problem+json"
    held.go.set()
    assert {first.result().status_code, second.result().status_code} == {200}


def test_what_takes_too_long_is_given_up(open_client: Any, held: _Held) -> None:
    client = open_client(linkers={"x": held}, seconds=0.3)
    answer = ask(client, "Fever")
    assert answer.status_code == 503
    assert answer.json()["detail"].startswith("This took more than 0.3 s.")
    assert "xnorm_waiting_characters 0\n" in client.get("/metrics").text
    held.go.set()
