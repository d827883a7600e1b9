"""What the package shows to the world."""

import xnorm


def test_all_names_what_is_there() -> None:
    assert xnorm.__all__ == sorted(xnorm.__all__)
    for name in xnorm.__all__:
        assert getattr(xnorm, name).__module__.startswith("xnorm.")


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(xnorm, "no_such_name")
