"""What is searched for a title."""

from __future__ import annotations

import pytest

from xnorm.titles import clean
from xnorm.titles.readings import readings


@pytest.mark.parametrize(
    ("title", "texts"),
    [
        ("Senior Cook", ("Cook",)),
        ("Operator (Press)", ("Operator Press", "Operator")),
        ("Driver / Cook", ("Driver / Cook", "Driver", "Cook")),
        ("(Senior) Cook", ("Cook",)),
        ("(Head) Cook", ("Head Cook", "Cook")),
        ("???", ()),
        ("", ()),
    ],
)
def test_a_title_is_searched_as_its_roles(title: str, texts: tuple[str, ...]) -> None:
    assert readings(clean(title, "en")) == texts
