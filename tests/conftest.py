"""What all tests share: the public corpora, where they are, and no network."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of public corpora and terminologies; tests that need it are skipped without."""
    root = Path(__file__).parents[1]
    folder = root / os.environ.get("XNORM_DATA", "../shared/data")
    if not (folder / "README.md").is_file():
        pytest.skip("XNORM_DATA does not name the folder of public corpora")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keeps the default index of the tests away from the user's."""
    os.environ["XNORM_CACHE"] = str(tmp_path_factory.mktemp("cache"))
