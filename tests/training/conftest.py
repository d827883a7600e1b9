"""Training in tests runs on one thread: tables this small only wait for one another on more."""

from __future__ import annotations

from importlib.util import find_spec

import pytest


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """For torch, where it is installed."""
    if find_spec("torch"):
        import torch

        torch.set_num_threads(1)
