"""Configurations: YAML to typed settings, with the file and line of every mistake.

Files are YAML 1.2. A file may be one's own path or the name of a ready one (`configs/NAME.yaml`,
which the wheel carries). `key.path=value` overrides a key; the value is read as YAML.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import msgspec

from xnorm.errors import SettingError, did_you_mean
from xnorm.files import decode, open_binary

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
    place, data = ("", {}) if source is None else _read(kind, source)
    for override in overrides:
        key, equals, value = override.partition("=")
        if not equals or not key:
            raise SettingError(
                f"'{override}' is not key=value",
                place="--set",
                todo="Write for instance: --set decide.threshold=0.4",
            )
        patch: Any = _yaml(value, f"--set {override}")
        for part in reversed(key.split(".")):
            patch = {part: patch}
        _check_keys(kind, patch, f"--set {override}")
        data = _merged(data, patch)
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise SettingError(
            str(error), place=place or "--set", todo="Correct the value of that key"
        ) from error


def config_file(name: str) -> Path:
    """The path of a ready configuration, in a checkout and in an installed wheel.

    Raises:
        SettingError: when there is none of that name.
    """
    package = Path(__file__).parent
    folders = (package / "configs", package.parents[1] / "configs")
    for folder in folders:
        if (folder / f"{name}.yaml").is_file():
            return folder / f"{name}.yaml"
    known = sorted({path.stem for folder in folders for path in folder.glob("*.yaml")})
    raise SettingError(
        f"no file and no ready configuration is called '{name}'",
        place="--config",
        todo=did_you_mean(name, known),
    )


def fingerprint(settings: msgspec.Struct) -> str:
    """A short hash that is equal for equal settings."""
    return hashlib.sha256(msgspec.json.encode(settings, order="deterministic")).hexdigest()[:16]


def _read(kind: type[msgspec.Struct], source: str | Path) -> tuple[str, dict[str, Any]]:
    path = Path(source)
    if not path.exists() and path.suffix not in {".yaml", ".yml"}:
        path = config_file(str(source))
    with open_binary(path) as stream:
        text = decode(stream.read(), place=str(path))
    data = _yaml(text, str(path)) or {}
    if not isinstance(data, dict):
        raise SettingError(
            "does not hold keys and values", place=str(path), todo="Write `key: value` lines"
        )
    _check_keys(kind, _yaml(text, str(path), with_lines=True) or {}, str(path))
    return str(path), data


def _yaml(text: str, place: str, *, with_lines: bool = False) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError

    try:
        return YAML(typ="rt" if with_lines else "safe", pure=True).load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SettingError(
            f"broken YAML ({error.problem})",
            place=f"{place}, line {line}",
            todo="Correct that line",
        ) from error


def _check_keys(kind: type[msgspec.Struct], data: Mapping[str, Any], place: str) -> None:
    hints = get_type_hints(kind)
    known = {field.encode_name: hints[field.name] for field in msgspec.structs.fields(kind)}
    for key, value in data.items():
        if key not in known:
            position = getattr(data, "lc", None)
            line = f", line {position.key(key)[0] + 1}" if position and position.data else ""
            raise SettingError(
                f"unknown key '{key}'", place=f"{place}{line}", todo=did_you_mean(str(key), known)
            )
        section = known[key]
        nested = isinstance(section, type) and issubclass(section, msgspec.Struct)
        if nested and isinstance(value, Mapping):
            _check_keys(section, value, place)


def _merged(base: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in patch.items():
        old = merged.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        merged[key] = _merged(old, value) if both else value  # type: ignore[arg-type]
    return merged
