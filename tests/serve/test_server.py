"""The command over real sockets: large and slow clients, signals, a clean end."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("uvicorn", reason="the service needs uvicorn")


JSON = {"Content-Type": "application/json"}


class Server:
    """A service in a process of its own."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "xnorm", "serve", "--port", "0", "--threads", "1"]
        self.process = subprocess.Popen(
            [*command, *arguments], stderr=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        assert self.process.stderr
        self.log: list[str] = []
        for line in self.process.stderr:
            self.log.append(line)
            if found := re.search(r"http://127\.0\.0\.1:(\d+)/docs", line):
                self.port = int(found[1])
                break

    def post(self, body: Any) -> tuple[int, Any]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("POST", "/v1/link", json.dumps(body), JSON)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def end(self) -> int:
        """Waits for the end of a server that was told to."""
        _, rest = self.process.communicate(timeout=30)
        self.log += rest.splitlines()
        return self.process.returncode


def head(length: int, more: str = "X-More: no") -> bytes:
    """Of a request to link, with a body of that length."""
    lines = ("Host: localhost", "Content-Type: application/json", more, f"Content-Length: {length}")
    return "\r\n".join(("POST /v1/link HTTP/1.1", *lines, "", "")).encode()


def everything(connection: socket.socket) -> bytes:
    """What comes until the other side closes."""
    answer = b""
    while chunk := connection.recv(65536):
        answer += chunk
    return answer


@pytest.fixture(scope="module")
def server(small_index: Path) -> Iterator[Server]:
    started = Server(str(small_index), "--set", "serve.seconds=2")
    try:
        yield started
    finally:
        started.process.kill()


def test_a_hundred_megabytes_are_refused_before_they_are_read(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(head(100_000_000))
        assert connection.recv(65536).startswith(b"HTTP/1.1 413")
    assert server.post({"mentions": [{"text": "fever"}]})[0] == 200


def test_a_slow_client_is_cut_off_with_a_problem(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(head(100) + b'{"documents"')
        answer = everything(connection)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"did not arrive within 2 s" in answer


def test_what_is_no_http_does_no_harm(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(b"\x16\x03\x01 garbage\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 400")
    assert server.post({"mentions": [{"text": "fever"}]})[0] == 200


def test_signals_drop_no_request_and_no_text_is_logged(server: Server) -> None:
    server.process.send_signal(signal.SIGHUP)
    texts = [f"Note {number}: fever and head pain." for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(server.post, {"documents": [{"text": text}]}) for text in texts]
        answers = [one.result() for one in asked]
    assert [status for status, _ in answers] == [200] * 40
    assert [answer["documents"][0]["text"] for _, answer in answers] == texts
    body = json.dumps({"documents": [{"text": "Fever and head pain."}]}).encode()
    with server.connect() as connection:
        connection.sendall(head(len(body), "Connection: close") + body[:-1])
        with server.connect() as other:  # answered after the bytes before it were read
            other.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert other.recv(65536).startswith(b"HTTP/1.1 200")
        server.process.send_signal(signal.SIGTERM)
        connection.sendall(body[-1:])
        assert everything(connection).startswith(b"HTTP/1.1 200")
    assert server.end() == 0
    said = "\n".join(server.log)
    assert "POST /v1/link 200" in said
    assert "POST /v1/link 413" in said
    assert "fever" not in said.lower()
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--host", "0.0.0.0"], "others could reach the service"),
        (["--set", "serve.bodi=3"], "body"),
        (["--tokens", "/no/such/file"], "cannot be read"),
        (["--port", "99999"], "99999 is not in the range"),
        (["--tokens", __file__], "test_server.py, line 1: "),
        (["--threads", "0"], "0 threads"),
        (["no.index"], "there is no such index"),
    ],
)
def test_what_cannot_be_served_is_said_in_one_line(
    run: Callable[..., Any], small_index: Path, arguments: list[str], message: str
) -> None:
    ran = run("serve", *arguments, *([] if "no.index" in arguments else [small_index]))
    assert ran.status == 1
    assert message in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_port_that_is_taken_is_said_to_be(run: Callable[..., Any], small_index: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = run("serve", small_index, "--port", port)
    assert ran.status == 1
    assert f"127.0.0.1:{port}: cannot be listened at (Address already in use)" in ran.err
