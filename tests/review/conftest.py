"""A review of two small documents, by hand and over HTTP."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from xnorm.pipeline import Linker, load

pytest.importorskip("litestar", reason="the service needs litestar")

from litestar.testing import TestClient

from xnorm.review.desk import Desk
from xnorm.review.loading import load_corpus
from xnorm.review.routes import review_routers
from xnorm.serve.app import application
from xnorm.serve.service import Service
from xnorm.serve.settings import Limits

TEXTS = [
    "🧑‍⚕️ Fever and head pain. Later fever, seizures, vomiting.",
    "No fever. Heart attack in 2019. A cough.",
]
"""Three times fever; everything is found by the dictionary."""


def corpus_of(texts: list[str], path: Path) -> Path:
    """A corpus of texts without mentions."""
    rows = [
        {"id": f"d{number}", "text": text, "language": "en"} for number, text in enumerate(texts, 1)
    ]
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def linker(small_index: Path) -> Linker:
    return load(small_index)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return corpus_of(TEXTS, tmp_path / "corpus.json")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "corpus.review.sqlite"


@pytest.fixture
def review(corpus: Path, state: Path, linker: Linker) -> Iterator[sqlite3.Connection]:
    """The state of the corpus, loaded."""
    loading = load_corpus(corpus, state, linker)
    list(loading.documents)
    yield loading.connection
    loading.connection.close()


@contextmanager
def served(
    connection: sqlite3.Connection, linker: Linker, tokens: Path | None = None
) -> Iterator[TestClient[Any]]:
    """A client of a running review, on the machine that it runs on."""
    with ThreadPoolExecutor(1) as thread:
        service = Service({"small": linker}, Limits(mention=40), tokens)
        app: Any = application(service, review_routers(service, Desk(connection, thread, "ana")))
        with TestClient(app, "http://127.0.0.1:8080", raise_server_exceptions=False) as opened:
            yield opened


@pytest.fixture
def client(review: sqlite3.Connection, linker: Linker) -> Iterator[TestClient[Any]]:
    with served(review, linker) as opened:
        yield opened


@pytest.fixture
def open_client(
    review: sqlite3.Connection, linker: Linker
) -> Iterator[Callable[..., TestClient[Any]]]:
    with ExitStack() as stack:
        yield lambda tokens: stack.enter_context(served(review, linker, tokens))
