"""Where a run was measured, and with which versions."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from xnorm.version import VERSION

_PACKAGES = ("numpy", "faiss-cpu", "rapidfuzz", "gilda")


def machine() -> dict[str, str | int]:
    """What runs this: processor, cores, system."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "cpu": models[0] if models else platform.processor() or platform.machine(),
        "cores": os.cpu_count() or 1,
        "system": platform.system(),
    }


def versions() -> dict[str, str]:
    """Versions of xnorm, Python, and the packages that systems rest on, where installed."""
    found = {"xnorm": VERSION, "python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
