"""A service over the small index, asked without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from xnorm.pipeline import Linker, load

pytest.importorskip("litestar", reason="the service needs litestar")

from litestar.testing import TestClient

from xnorm.serve.app import application
from xnorm.serve.service import Service
from xnorm.serve.settings import Limits

Open = Callable[..., TestClient[Any]]


@pytest.fixture(scope="session")
def linker(small_index: Path) -> Linker:
    return load(small_index)


@contextmanager
def client(service: Service) -> Iterator[TestClient[Any]]:
    """A client of a running service, on the machine that it runs on."""
    app: Any = application(service)
    with TestClient(app, "http://127.0.0.1:8080", raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def open_client(linker: Linker) -> Iterator[Open]:
    """Opens a client of a service with limits, tokens or linkers of one's own."""
    with ExitStack() as stack:

        def opened(
            *, tokens: Path | None = None, linkers: dict[str, Linker] | None = None, **limits: Any
        ) -> TestClient[Any]:
            service = Service(linkers or {"small": linker}, Limits(**limits), tokens)
            return stack.enter_context(client(service))

        yield opened


@pytest.fixture(scope="module")
def service_client(linker: Linker) -> Iterator[TestClient[Any]]:
    """A client of a service with everything at its default."""
    with client(Service({"small": linker}, Limits())) as opened:
        yield opened
