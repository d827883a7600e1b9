"""The outermost layer: every request has a deadline, a line in the log, and a place in the counts.

A line names the route, never the path or the query, for those may hold texts.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

import msgspec
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from xnorm.serve.problems import AGAIN, MEDIA_TYPE, problem
from xnorm.serve.service import Service

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'"),
    (b"cache-control", b"no-store"),
)
"""Of every answer that does not say them itself."""

_LOG = logging.getLogger("xnorm.serve")


class Edge:
    """An application with the service's limits of time and number around it.

    A client that sends or reads too slowly is cut off like a request that takes too long.

    Args:
        app: answers; gets everything but what is refused here.
        service: whose limits and counts these are.
    """

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        exchange = _Exchange(receive, send)
        service = self._service
        if service.in_work >= service.limits.requests:
            await exchange.refuse(503, "Too many requests are in work. Send this again later.")
        else:
            service.in_work += 1
            try:
                async with asyncio.timeout(service.limits.seconds):
                    await self._app(scope, exchange.receive, exchange.send)
            except TimeoutError:
                await exchange.give_up(service.limits.seconds)
            finally:
                service.in_work -= 1
        self._note(scope, exchange.status, time.perf_counter() - began)

    def _note(self, scope: Any, status: int, seconds: float) -> None:
        route = scope.get("path_template") or "(unknown)"
        client = scope.get("state", {}).get("client", "")
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self._service.metrics.requests[method, route, status] += 1
        self._service.metrics.seconds.observe(seconds)
        _LOG.info("%s %s %d %.0f ms %s", method, route, status, 1000 * seconds, client or "-")


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class _Exchange:
    """A request and its answer as they go by; status 0 until the answer has begun."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self.status = 0
        self._receive, self._send = receive, send
        self._read = False

    async def receive(self) -> Any:
        message = await self._receive()
        if message["type"] == "http.request" and not message.get("more_body", False):
            self._read = True
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            said = {name.lower() for name, _ in message["headers"]}
            more = [(name, value) for name, value in _HEADERS if name not in said]
            message["headers"] = [*message["headers"], *more]
        await self._send(message)

    async def give_up(self, seconds: float) -> None:
        """Says whose fault it was; an answer that has begun is cut off by whoever runs this."""
        if self.status:
            return
        if self._read:
            await self.refuse(503, f"This took more than {seconds:g} s. Send less, or later.")
        else:
            await self.refuse(408, f"The request did not arrive within {seconds:g} s.")

    async def refuse(self, status: int, detail: str) -> None:
        """Answers with a problem, and closes the connection, whose request may not be read."""
        body = msgspec.json.encode(problem(status, detail))
        headers = {
            "content-type": MEDIA_TYPE,
            "content-length": str(len(body)),
            "connection": "close",
            **(AGAIN if status == 503 else {}),
        }
        start: Any = {
            "type": "http.response.start",
            "status": status,
            "headers": [(key.lower().encode(), value.encode()) for key, value in headers.items()],
        }
        await self.send(start)
        end: Any = {"type": "http.response.body", "body": body, "more_body": False}
        await self.send(end)
