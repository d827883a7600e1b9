"""YAML records: sections wherever they stand, and the line of every unknown key."""

from pathlib import Path

import msgspec
import pytest

from xnorm.errors import SettingError
from xnorm.yaml_files import read_yaml, ready_file


class Part(msgspec.Struct, frozen=True):
    size: int = 0


class Whole(msgspec.Struct, frozen=True):
    one: str | Part = ""
    many: list[str | Part] | str = ""
    named: dict[str, Part] = {}


def _read(folder: Path, text: str) -> Whole:
    (folder / "a.yaml").write_text(text)
    return read_yaml(Whole, folder / "a.yaml", option="--mapping")


def test_sections_may_stand_in_lists_and_under_names(tmp_path: Path) -> None:
    text = "one: {size: 1}\nmany: [a, {size: 2}]\nnamed:\n  x: {size: 3}\n"
    assert _read(tmp_path, text) == Whole(Part(1), ["a", Part(2)], {"x": Part(3)})
    assert _read(tmp_path, "many: a") == Whole(many="a")
    assert _read(tmp_path, "# nothing") == Whole()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("one:\n  siez: 1\n", 2),
        ("many:\n  - a\n  - siez: 1\n", 3),
        ("named:\n  x:\n    siez: 1\n", 3),
    ],
)
def test_an_unknown_key_of_a_section_is_told(tmp_path: Path, text: str, line: int) -> None:
    message = rf"a\.yaml, line {line}: unknown key 'siez'\. Did you mean 'size'\? Known: size\."
    with pytest.raises(SettingError, match=message):
        _read(tmp_path, text)


def test_a_missing_ready_file_is_told() -> None:
    with pytest.raises(
        SettingError,
        match=r"^--mapping: no file and no ready .* called 'lnik'\. Did you mean 'link'",
    ):
        ready_file("lnik", option="--mapping")
