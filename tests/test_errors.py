"""Errors say in one line where, what, and what to do."""

import pytest

from xnorm.errors import DataError, MissingExtra, XnormError, did_you_mean, require


def test_a_message_is_one_line_with_place_and_advice() -> None:
    error = DataError("broken JSON\nhere", place="a.json, line 3", todo="Correct it")
    assert str(error) == "a.json, line 3: broken JSON here. Correct it."
    assert isinstance(error, ValueError)


def test_place_and_advice_may_be_absent() -> None:
    assert str(XnormError("nothing fits")) == "nothing fits."


def test_a_near_name_is_suggested() -> None:
    assert did_you_mean("tfdif", ["tfidf", "exact"]) == "Did you mean 'tfidf'? Known: exact, tfidf"
    assert did_you_mean("zzz", ["b", "a"]) == "Known: a, b"


def test_a_missing_extra_names_the_pip_command() -> None:
    with pytest.raises(MissingExtra) as caught:
        require("no_such_module.part", "neural")
    assert str(caught.value) == (
        "this needs 'no_such_module', which is not installed. Run: pip install 'xnorm[neural]'."
    )
