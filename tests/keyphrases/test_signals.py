"""Signal words: the lists that ship, and a list of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from xnorm.errors import DataError
from xnorm.keyphrases.signals import KINDS, count_signals, read_signals
from xnorm.resources import signal_words


@pytest.mark.parametrize("language", ["en", "es", "pt", "de", "fr"])
def test_the_lists_have_every_kind_in_lower_case(language: str) -> None:
    words = signal_words(language)
    assert set(words.values()) == set(KINDS) - {"sign"}
    assert all(word == " ".join(word.lower().split()) for word in words)
    assert len(words) > 150


@pytest.mark.parametrize(
    ("sentence", "language", "kinds"),
    [
        ("For  example, strikes.", "en", {"illustration": 1}),
        ("Cependant, la grève continue.", "fr", {"change": 1}),
        ("Por ejemplo, la huelga.", "es", {"illustration": 1}),
        ("Wegen Regens", "de", {"cause": 1}),
        ("No entanto, chove.", "pt", {"change": 1}),
        ('"Never!"', "en", {"sign": 3}),
        ("exampled", "en", {}),
        ("", "en", {}),
        ("for example", "xx", {}),
    ],
)
def test_signals_are_counted_by_kind(sentence: str, language: str, kinds: dict[str, int]) -> None:
    counts = count_signals(sentence, signal_words(language))
    assert {kind: int(count) for kind, count in zip(KINDS, counts, strict=True) if count} == kinds


def test_the_longest_signal_counts() -> None:
    """Such as "in spite of", and not another one inside it."""
    assert count_signals("In spite of that", signal_words("en")).sum() == 1


def test_a_list_of_ones_own_is_read(tmp_path: Path) -> None:
    path = tmp_path / "it.tsv"
    path.write_text("signal\tkind\nPer  esempio\tillustration\n\nperò\tchange\n", encoding="utf-8")
    assert read_signals(path) == {"per esempio": "illustration", "però": "change"}


@pytest.mark.parametrize("line", ["però", "però\tcontrast", "\tchange"])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "it.tsv"
    path.write_text(f"signal\tkind\n{line}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"it\.tsv, line 2: .* is not a signal with its kind"):
        read_signals(path)
