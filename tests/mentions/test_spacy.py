"""The spaCy finder; without spaCy only that it says so."""

import sys

import pytest

from xnorm.document import Document
from xnorm.errors import MissingExtra, SettingError
from xnorm.mentions import SpacyFinder

PATTERNS = ({"label": "FINDING", "pattern": "anemia"}, {"label": "DRUG", "pattern": "aspirina"})


def test_without_spacy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(MissingExtra, match=r"pip install 'xnorm\[spacy\]'"):
        SpacyFinder("blank:es")([Document.from_text("anemia")])


def test_rules_of_an_empty_pipeline() -> None:
    pytest.importorskip("spacy")
    text = "🙂 Tiene anemia, toma aspirina"
    (document,) = SpacyFinder("blank:es", patterns=PATTERNS)([Document.from_text(text)])
    assert [(m.id, m.surface, m.type) for m in document.mentions] == [
        ("T1", "anemia", "FINDING"),
        ("T2", "aspirina", "DRUG"),
    ]
    assert all(m.surface == text[m.start : m.end] for m in document.mentions)
    (document,) = SpacyFinder("blank:es", ("DRUG",), PATTERNS)([Document.from_text(text)])
    assert [m.surface for m in document.mentions] == ["aspirina"]


def test_a_missing_model_is_named() -> None:
    pytest.importorskip("spacy")
    with pytest.raises(SettingError, match="spacy download nothing_here"):
        SpacyFinder("nothing_here")([Document.from_text("anemia")])
