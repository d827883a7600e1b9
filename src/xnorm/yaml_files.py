"""YAML files as typed records: YAML 1.2, with the file and line of every mistake.

A file may be one's own path, or the name of a ready one in `configs/`, which the wheel carries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from xnorm.errors import SettingError, did_you_mean
from xnorm.files import decode, open_binary

T = TypeVar("T", bound=msgspec.Struct)


def read_yaml(kind: type[T], source: str | Path, *, folder: str = "", option: str) -> T:
    """The record of one kind that a YAML file holds.

    Args:
        kind: a msgspec Struct; nested Structs, and those in lists, are sections.
        source: a path, or the name of a ready file.
        folder: where in `configs/` the ready ones lie.
        option: the option of the command line that names the file, for errors.

    Raises:
        SettingError: for an unknown key (with the nearest known one) or a value of a wrong type.
    """
    path = yaml_path(source, folder=folder, option=option)
    return typed(kind, yaml_keys(kind, path), place=str(path))


def yaml_path(source: str | Path, *, folder: str = "", option: str) -> Path:
    """The path itself, or the one of the ready file with that name.

    Raises:
        SettingError: when there is neither.
    """
    path = Path(source)
    if path.exists() or path.suffix in {".yaml", ".yml"}:
        return path
    return ready_file(str(source), folder=folder, option=option)


def ready_file(name: str, *, folder: str = "", option: str) -> Path:
    """The path of a ready file, in a checkout and in an installed wheel.

    Raises:
        SettingError: when there is none of that name.
    """
    package = Path(__file__).parent
    folders = [root / "configs" / folder for root in (package, package.parents[1])]
    for place in folders:
        if (place / f"{name}.yaml").is_file():
            return place / f"{name}.yaml"
    known = sorted({path.stem for place in folders for path in place.glob("*.yaml")})
    raise SettingError(
        f"no file and no ready configuration is called '{name}'",
        place=option,
        todo=did_you_mean(name, known),
    )


def yaml_keys(kind: type[msgspec.Struct], path: Path) -> dict[str, Any]:
    """The keys and values of a file; all keys are known ones.

    Raises:
        SettingError: naming the line of what is broken or unknown.
    """
    data = yaml_mapping(path)
    check_keys(kind, yaml_mapping(path, with_lines=True), str(path))
    return data


def yaml_mapping(path: Path, *, with_lines: bool = False) -> dict[str, Any]:
    """The keys and values of a file, whatever they are; `with_lines` keeps where each key stands.

    Raises:
        SettingError: naming the line that is broken.
    """
    with open_binary(path) as stream:
        text = decode(stream.read(), place=str(path))
    data = yaml_value(text, str(path), with_lines=with_lines) or {}
    if not isinstance(data, dict):
        raise SettingError(
            "does not hold keys and values", place=str(path), todo="Write `key: value` lines"
        )
    return data


def yaml_value(text: str, place: str, *, with_lines: bool = False) -> Any:
    """What a YAML text says; `with_lines` keeps where each key stands.

    Raises:
        SettingError: naming the line that is broken.
    """
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


def check_keys(kind: type[msgspec.Struct], data: Mapping[str, Any], place: str) -> None:
    """Refuses keys that the record and its sections do not have.

    Raises:
        SettingError: naming the key, its line and the nearest known one.
    """
    hints = get_type_hints(kind)
    known = {field.encode_name: hints[field.name] for field in msgspec.structs.fields(kind)}
    for key, value in data.items():
        if key not in known:
            position = getattr(data, "lc", None)
            line = f", line {position.key(key)[0] + 1}" if position and position.data else ""
            raise SettingError(
                f"unknown key '{key}'", place=f"{place}{line}", todo=did_you_mean(str(key), known)
            )
        for section, part in _sections(known[key], value):
            check_keys(section, part, place)


def typed(kind: type[T], data: Mapping[str, Any], *, place: str) -> T:
    """The record with these keys and values.

    Raises:
        SettingError: for a value of a wrong type.
    """
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise SettingError(str(error), place=place, todo="Correct the value of that key") from error


def _sections(hint: Any, value: Any) -> Iterator[tuple[type[msgspec.Struct], Mapping[str, Any]]]:
    """The sections in a value of a type such as `Section | str` or `dict[str, list[Section]]`."""
    inner = get_args(hint)
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        if isinstance(value, Mapping):
            yield hint, value
    elif get_origin(hint) in (dict, Mapping):
        if isinstance(value, Mapping):
            for part in value.values():
                yield from _sections(inner[1], part)
    elif get_origin(hint) in (list, tuple, Sequence):
        if isinstance(value, list):
            for part in value:
                yield from _sections(inner[0], part)
    else:
        for part in inner:
            yield from _sections(part, value)
