"""A connection to Ray, quiet and without a word to its makers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from xnorm.errors import DataError, SettingError, require

_ENVIRONMENT = {
    # Ray would tell its makers of every start.
    "RAY_USAGE_STATS_ENABLED": "0",
    # Ray would warn of a change of defaults for machines with accelerators.
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    # Ray would call it an error that actors may be started again, which is why it is used.
    "RAY_BACKEND_LOG_LEVEL": "fatal",
}


@contextmanager
def cluster(address: str | None = None) -> Iterator[int]:
    """The number of cores of a cluster, while it is connected to.

    Args:
        address: of a cluster, such as `10.0.0.1:6379` or `auto`; by default the one that
            RAY_ADDRESS names or that runs on this machine, and without any Ray is started here.

    Raises:
        MissingExtra: without Ray.
        SettingError: when there is no such cluster.
        DataError: when it fails as a whole.
    """
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    ray: Any = require("ray", "ray")
    require("ray.data", "ray")
    mine = not ray.is_initialized()
    if mine:
        _connect(ray, address)
    try:
        yield max(1, int(ray.cluster_resources().get("CPU", 1)))
    except ray.exceptions.RayError as error:
        raise DataError(
            f"Ray has failed: {(str(error).strip() or type(error).__name__).splitlines()[-1]}",
            todo="Look at its logs; --resume goes on with what is not finished",
        ) from error
    finally:
        if mine:
            ray.shutdown()


def _connect(ray: Any, address: str | None) -> None:
    try:
        with _silence():
            ray.init(address, log_to_driver=False, logging_level="CRITICAL")
    except (ConnectionError, ValueError, RuntimeError) as error:
        place = f"--ray-address {address}" if address else os.environ.get("RAY_ADDRESS", "Ray")
        raise SettingError(
            f"no cluster answers ({str(error).splitlines()[0].rstrip('.')})",
            place=place,
            todo="Start one with: ray start --head",
        ) from error


@contextmanager
def _silence() -> Iterator[None]:
    """Lets nothing through to the standard error of this process, not even from C++."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
