"""Language tags become ISO 639-1 codes."""

import pytest

from xnorm.errors import SettingError
from xnorm.languages import CODES, SPOKEN, language_code


@pytest.mark.parametrize(
    ("tag", "code"), [("es", "es"), ("ES", "es"), ("es-MX", "es"), ("zh_Hant", "zh")]
)
def test_a_tag_becomes_a_code(tag: str, code: str) -> None:
    assert language_code(tag) == code


def test_norwegian_is_a_language() -> None:
    assert language_code("no") == "no"


@pytest.mark.parametrize("tag", ["", "xx", "spanish", "-"])
def test_an_unknown_tag_is_refused(tag: str) -> None:
    with pytest.raises(SettingError, match=f"unknown language code '{tag}'"):
        language_code(tag)


def test_every_language_with_resources_has_a_code() -> None:
    assert set(SPOKEN) <= CODES
    assert all(len(code) == 2 for code in CODES)
