"""A tiny cross-encoder, and documents with candidates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.tiny import tiny_transformer

from xnorm.candidates.stage import Retrieve
from xnorm.document import Document, mention_at
from xnorm.index import Index

WORDS = "headache head pain chest fever nausea cough severe patient reports with and today".split()


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained transformer."""
    pytest.importorskip("sentence_transformers", reason="re-ranking needs sentence-transformers")
    return tiny_transformer(tmp_path_factory.mktemp("base"), WORDS)


@pytest.fixture(scope="session")
def model(base: Path) -> Any:
    """An untrained cross-encoder."""
    from xnorm.reranking.model import open_model

    model = open_model(base)[0]
    # Untrained answers differ in their fourth decimal only; these differ enough to have an order.
    model.model.classifier.weight.data *= 10_000
    return model


@pytest.fixture(scope="session")
def index(small_index: Path) -> Index:
    return Index.open(small_index)


@pytest.fixture
def document(index: Index) -> Document:
    """Two mentions with candidates."""
    text = "The patient reports severe headache, and today chest pain."
    spans = [(27, 35), (47, 57)]
    mentions = tuple(mention_at(text, [span], id=f"T{i}") for i, span in enumerate(spans))
    from msgspec.structs import replace

    bare = replace(Document.from_text(text, language="en"), mentions=mentions)
    return Retrieve(index, k=5)([bare])[0]
