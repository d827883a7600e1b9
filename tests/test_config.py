"""Configurations are typed, and every mistake is told with its line and the nearest key."""

from pathlib import Path

import msgspec
import pytest

from xnorm.config import fingerprint, load_settings
from xnorm.errors import SettingError


class Inner(msgspec.Struct, frozen=True):
    threshold: float = 0.5
    language: str = ""


class Outer(msgspec.Struct, frozen=True):
    inner: Inner = Inner()
    names: tuple[str, ...] = ("a",)


def test_defaults_need_no_file() -> None:
    assert load_settings(Outer, None) == Outer()


def test_a_file_and_overrides_are_merged(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("inner:\n  threshold: 0.25\n  language: no\n")
    settings = load_settings(Outer, file, ["inner.threshold=0.75", "names=[b, c]"])
    assert settings == Outer(Inner(0.75, "no"), ("b", "c"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "inner:\n  thresold: 1\n",
            "line 2: unknown key 'thresold'. Did you mean 'threshold'? Known: language, threshold.",
        ),
        ("inner: {threshold: high}\n", "Expected `float`, got `str` - at `$.inner.threshold`"),
        ("- a\n", "does not hold keys and values"),
        ("a: [\n", "broken YAML"),
    ],
)
def test_a_mistake_in_a_file_is_told(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text)
    with pytest.raises(SettingError) as caught:
        load_settings(Outer, file)
    assert message in str(caught.value)
    assert "a.yaml" in str(caught.value)


@pytest.mark.parametrize("override", ["inner.thresold=1", "inner", "=1", "x.y=1"])
def test_a_wrong_override_is_told(override: str) -> None:
    with pytest.raises(SettingError, match="--set"):
        load_settings(Outer, None, [override])


def test_an_unknown_ready_configuration_is_told() -> None:
    with pytest.raises(SettingError, match="no file and no ready configuration is called 'defalt'"):
        load_settings(Outer, "defalt")


def test_equal_settings_have_equal_fingerprints() -> None:
    assert fingerprint(Outer()) == fingerprint(Outer(Inner(0.5)))
    assert fingerprint(Outer()) != fingerprint(Outer(Inner(0.6)))
