"""Running the service: addresses, signals, and an end that answers who came before."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import uvicorn
from litestar.types import ASGIApp

from xnorm.errors import SettingError
from xnorm.pipeline import Linker
from xnorm.serve.app import application
from xnorm.serve.indexes import warmed
from xnorm.serve.service import Service
from xnorm.serve.settings import ServeSettings, check_host
from xnorm.serve.tokens import read_tokens
from xnorm.stores import open_index


def serve(
    indexes: Mapping[str, str],
    settings: ServeSettings,
    *,
    host: str = "127.0.0.1",
    port: int = 8080,
    tokens: Path | None = None,
    notify: Callable[[str], None] | None = None,
) -> None:
    """Serves until the process is told to end (SIGTERM or SIGINT), then answers what waits.

    SIGHUP looks at once whether indexes or tokens have changed; else that is seen in two seconds.

    Args:
        indexes: name to what `open_index` takes.
        settings: of all linkers, and the service's limits.
        host: an address of this machine; one that others reach needs tokens.
        port: 0 takes a free one.
        tokens: a file with a token a line.
        notify: is told what takes long at the start, and then the address.

    Raises:
        XnormError: when an index, the tokens or the address cannot be used.
    """
    with listening(host, port, tokens) as listener:
        linkers = {
            name: warmed(Linker(open_index(path, notify=notify), settings.linker))
            for name, path in indexes.items()
        }
        service = Service(linkers, settings.serve, tokens)
        del linkers  # a rebuilt index takes the place of one, which must be free to go
        if notify:
            notify(f"serving {', '.join(indexes)}: {address(listener)}/docs")
        run(application(service), service, listener)


def listening(host: str, port: int, tokens: Path | None) -> socket.socket:
    """A socket that listens already; what is wrong with host and tokens is said before any work.

    Raises:
        XnormError: when the address or the tokens cannot be used.
    """
    check_host(host, tokens=tokens is not None)
    if tokens:
        read_tokens(tokens)
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SettingError(
            f"cannot be listened at ({reason})",
            place=f"{host}:{port}",
            todo="Give another --port, or another --host of this machine",
        ) from error


def address(listener: socket.socket) -> str:
    """Where a browser finds it."""
    host, port, *_ = listener.getsockname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(app: ASGIApp, service: Service, listener: socket.socket) -> None:
    """Answers until the process is told to end, and then what waits."""
    config = uvicorn.Config(
        cast(Any, app),
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,  # its lines hold queries
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=int(service.limits.seconds) + 1,
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _ended)
    asyncio.run(_serve(uvicorn.Server(config), listener, service))


async def _serve(server: uvicorn.Server, listener: socket.socket, service: Service) -> None:
    looks: set[asyncio.Task[None]] = set()

    def look() -> None:
        task = asyncio.create_task(service.refresh())
        looks.add(task)
        task.add_done_callback(looks.discard)

    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, look)
    await server.serve([listener])


def _ended(*_: object) -> None:
    """The server sends the signal that ended it once more, when all is done."""
