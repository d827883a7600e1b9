"""Configurations: YAML to typed settings, with the file and line of every mistake.

Files are YAML 1.2. A file may be one's own path or the name of a ready one (`configs/NAME.yaml`,
which the wheel carries). `key.path=value` overrides a key; the value is read as YAML.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from xnorm.errors import SettingError, did_you_mean
from xnorm.yaml_files import check_keys, typed, yaml_keys, yaml_mapping, yaml_path, yaml_value

T = TypeVar("T", bound=msgspec.Struct)


def load_settings(kind: type[T], source: str | Path | None, overrides: Iterable[str] = ()) -> T:
    """Reads settings of one kind from a YAML file, then applies `key.path=value` overrides.

    Args:
        kind: a msgspec Struct; nested Structs are sections.
        source: a path, the name of a ready configuration, or None for the defaults.
        overrides: as given by `--set`.

    Raises:
        SettingError: for an unknown key (with the nearest known one) or a value of a wrong type.
    """
    place, data = "--set", dict[str, Any]()
    if source is not None:
        path = yaml_path(source, option="--config")
        place, data = str(path), yaml_keys(kind, path)
    for override in overrides:
        key, equals, value = override.partition("=")
        if not equals or not key:
            raise SettingError(
                f"'{override}' is not key=value",
                place="--set",
                todo="Write for instance: --set decide.threshold=0.4",
            )
        patch: Any = yaml_value(value, f"--set {override}")
        for part in reversed(key.split(".")):
            patch = {part: patch}
        check_keys(kind, patch, f"--set {override}")
        data = _merged(data, patch)
    return typed(kind, data, place=place)


def load_kind(
    kinds: Mapping[str, type[T]], source: str | Path | None, overrides: Iterable[str] = ()
) -> T:
    """Reads settings whose kind is told by their key `kind`; without it they are the first's.

    Args:
        kinds: by name.
        source: as for `load_settings`.
        overrides: likewise.

    Raises:
        SettingError: for an unknown kind, and as `load_settings` does.
    """
    overrides = list(overrides)
    told = {} if source is None else yaml_mapping(yaml_path(source, option="--config"))
    name = str(told.get("kind", next(iter(kinds))))
    for override in overrides:
        name = override.removeprefix("kind=") if override.startswith("kind=") else name
    if name not in kinds:
        raise SettingError(
            f"unknown kind '{name}'", place=str(source or "--set"), todo=did_you_mean(name, kinds)
        )
    return load_settings(kinds[name], source, overrides)


def fingerprint(settings: msgspec.Struct) -> str:
    """A short hash that is equal for equal settings."""
    return hashlib.sha256(msgspec.json.encode(settings, order="deterministic")).hexdigest()[:16]


def _merged(base: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in patch.items():
        old = merged.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        merged[key] = _merged(old, value) if both else value  # type: ignore[arg-type]
    return merged
