"""The rule files that ship: those for all languages, then those of one."""

from __future__ import annotations

from pathlib import Path

from xnorm.resources import resource_path


def forest_files(language: str = "") -> list[Path]:
    """The forest files for texts in a language; only the common ones where it has none.

    >>> [path.name for path in forest_files("de")][-3:]
    ['clinical.yaml', 'numbers.yaml', 'spelling.yaml']
    """
    own = resource_path(language, "forest") if language.isalpha() else None
    common = sorted(resource_path("common", "forest").glob("*.yaml"))
    return common + (sorted(own.glob("*.yaml")) if own else [])
