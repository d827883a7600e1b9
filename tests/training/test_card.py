"""The card beside a static encoder's weights."""

from __future__ import annotations

from xnorm.training.card import card
from xnorm.training.encoder import EncoderSettings, TrainingReport
from xnorm.training.held_out import Found
from xnorm.training.material import sources
from xnorm.training.pairs import NameRow

ROWS = [
    NameRow("A:1", "en", "abc", "one"),
    NameRow("A:1", "en", "abc", "first"),
    NameRow("A:2", "es", "abc", "dos"),
    NameRow("B:1", "", "", "drei"),
]


def text(*, licences: dict[str, str] | None = None, seeds: int = 1, **held_out: Found) -> str:
    report = TrainingReport(
        names=4, concepts=3, sources=sources(ROWS), steps=1200, cpu_minutes=4.2, held_out=held_out
    )
    return card(EncoderSettings(licences=licences or {}, seeds=seeds), report)


def test_the_card_says_what_was_learned_from_and_on_which_terms() -> None:
    made = text(licences={"abc": "CC BY 4.0"})
    assert "1,200 steps of 4,096 pairs, 4.2 CPU minutes" in made
    assert "seed 0;" in made
    assert "the mean of seeds 0 to 2;" in text(seeds=3)
    assert "| abc | 3 | 2 | en es | CC BY 4.0 |" in made
    assert "| (not said) | 1 | 1 | ? | ask the publisher |" in made


def test_the_card_has_the_figures_or_says_that_there_are_none() -> None:
    assert "no concepts were held out" in text()
    found = Found(queries=1234, by_id=(0.5, 0.75, 1.0), by_name=(0.625, 0.8, 1.0))
    assert "| es | 1,234 | 0.500 | 0.750 | 1.000 | 0.625 | 0.800 | 1.000 |" in text(es=found)
