"""Ray on this machine, once for all tests that need it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def ray_here() -> Iterator[None]:
    """Two cores."""
    import ray

    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    ray.init(
        "local", num_cpus=2, log_to_driver=False, logging_level="CRITICAL", include_dashboard=False
    )
    yield
    ray.shutdown()
