"""A linker gives the same documents back, in order, linked."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

import xnorm
from xnorm.config import load_settings
from xnorm.document import Document, mention_at
from xnorm.errors import DataError, IndexProblem, SettingError
from xnorm.settings import FINDERS, STAGES, Settings, build_stages


@pytest.fixture(scope="session")
def linker(small_index: Path) -> xnorm.Linker:
    return xnorm.load(small_index)


def test_a_text_is_found_and_linked(linker: xnorm.Linker) -> None:
    document = linker("Niega cefalea. Tiene fiebre.", language="es")
    found = {mention.surface: mention.link for mention in document.mentions}
    assert {text: link and link.concept for text, link in found.items()} == {
        "cefalea": "T:01",
        "fiebre": "T:05",
    }
    for mention in document.mentions:
        assert document.text[mention.start : mention.end] == mention.surface


def test_a_batch_keeps_order_and_equals_one_by_one(linker: xnorm.Linker) -> None:
    texts = [f"Caso {n}: {word}." for n, word in enumerate(["fiebre", "tos", "anemia", ""] * 20)]
    batch = linker(texts, language="es")
    assert [document.text for document in batch] == texts
    alone = [linker(text, language="es").mentions for text in texts]
    assert [document.mentions for document in batch] == alone


def test_a_stream_is_lazy(linker: xnorm.Linker) -> None:
    taken = []

    def documents() -> object:
        for number in range(100):
            taken.append(number)
            yield Document.from_text("fiebre", id=str(number), language="es")

    first = next(linker.stream(documents(), batch=4))  # type: ignore[arg-type]
    assert first.id == "0"
    assert len(taken) == 4


def test_given_mentions_are_taken_and_nothing_else_is_found(linker: xnorm.Linker) -> None:
    text = "Fiebre y cefalea."
    given = replace(
        Document.from_text(text, language="es"), mentions=(mention_at(text, [(0, 6)], id="T1"),)
    )
    (mention,) = linker(given).mentions
    assert mention.link is not None
    assert mention.link.concept == "T:05"


def test_the_long_form_of_an_abbreviation_is_searched(linker: xnorm.Linker) -> None:
    mention = linker.mention("HTA", language="es")
    assert mention.long_form == "hipertensión arterial"
    assert mention.link is not None
    assert mention.link.concept == "T:02"


def test_linking_does_not_change_what_was_given(linker: xnorm.Linker) -> None:
    document = Document.from_text("fiebre", language="es")
    linker(document)
    assert document == Document.from_text("fiebre", language="es")


def test_every_stage_says_what_it_needs_and_keeps_empty_batches(linker: xnorm.Linker) -> None:
    for stage in build_stages(Settings(), linker.index):
        assert isinstance(stage.needs, frozenset)
        assert isinstance(stage.gives, frozenset)
        assert stage([]) == []
        empty = Document.from_text("", language="es")
        assert [document.text for document in stage([empty])] == [""]


def test_a_stage_without_what_it_needs_is_refused(small_index: Path) -> None:
    with pytest.raises(SettingError, match="Decide needs candidates, which no stage before"):
        xnorm.load(small_index, overrides=["stages=[decide]"])


def test_an_unknown_stage_is_refused(small_index: Path) -> None:
    with pytest.raises(SettingError, match="unknown stage 'retreive'. Did you mean 'retrieve'"):
        xnorm.load(small_index, overrides=["stages=[retreive]"])


def test_the_ready_configuration_says_the_defaults() -> None:
    assert load_settings(Settings, "link") == Settings()
    assert set(Settings().stages) <= set(STAGES)
    assert Settings().find.finder in FINDERS


def test_fingerprints_follow_settings(small_index: Path, linker: xnorm.Linker) -> None:
    assert xnorm.load(small_index).fingerprint == linker.fingerprint
    other = xnorm.load(small_index, overrides=["retrieve.k=5"])
    assert other.fingerprint != linker.fingerprint


def test_a_missing_index_is_told(tmp_path: Path) -> None:
    with pytest.raises(IndexProblem, match="there is no such index"):
        xnorm.load(tmp_path / "no.index")


def test_the_default_terminology_links_spanish_to_english() -> None:
    linker = xnorm.load()
    text = "IAM con dolor torácico."
    document = linker(text, language="es")
    found = {m.surface: (m.link.concept, m.link.name) for m in document.mentions if m.link}
    assert found == {
        "IAM": ("HP:0001658", "Myocardial infarction"),
        "dolor torácico": ("HP:0100749", "Chest pain"),
    }
    headache = linker.mention("dolor de cabeza", language="es").link
    assert headache is not None
    assert headache.concept == "HP:0002315"
    assert xnorm.load()(text, language="es") == document


def test_a_cache_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XNORM_CACHE", str(tmp_path / "file"))
    with pytest.raises(DataError, match="Set XNORM_CACHE to a folder that can be written"):
        xnorm.load()
