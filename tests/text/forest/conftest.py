"""Forests of the tests: the ones that ship, and small ones written on the spot."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from xnorm.resources.forests import forest_files
from xnorm.text.forest import Forest, open_forest


@cache
def shipped(language: str) -> Forest:
    """The forest of a language."""
    return open_forest(forest_files(language))


@pytest.fixture(scope="session")
def forest() -> Callable[[str], Forest]:
    """The forest that ships for a language, compiled once."""
    return shipped


@pytest.fixture
def grow(tmp_path: Path) -> Callable[..., Forest]:
    """A forest of YAML texts; the first is `rules.yaml`, others `rules1.yaml` and so on."""

    def grown(*texts: str) -> Forest:
        paths = [tmp_path / f"rules{number or ''}.yaml" for number in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, encoding="utf-8")
        return open_forest(paths)

    return grown
