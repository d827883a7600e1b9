"""Light filtering: which sentences go, and where the others are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import texts

from xnorm.document import Document, Passage
from xnorm.encoders import load_encoder
from xnorm.errors import DataError, SettingError
from xnorm.filtering import FilterSentences, kept_spans, peripherality
from xnorm.filtering.centrality import SUPPORT
from xnorm.filtering.stage import KEPT

STORY = """Heart failure in the elderly
Heart failure is common. The failing heart pumps less. Elderly hearts fail more often.
Failure of the heart has many causes. My cat likes tea. The heart fails slowly."""

TEA = "My cat likes tea."


def story(text: str = STORY) -> Document:
    return Document.from_text(text, language="en")


def dropped(document: Document, stage: FilterSentences) -> list[str]:
    return [document.text[slice(*one.span)] for one in stage.sentences(document) if not one.kept]


def test_the_sentence_about_something_else_goes() -> None:
    assert dropped(story(), FilterSentences(share=0.15)) == [TEA]


def test_the_encoder_that_ships_finds_it_too() -> None:
    assert dropped(story(), FilterSentences(share=0.15, by="encoder")) == [TEA]


def test_the_first_sentence_is_the_title_and_stays() -> None:
    document = story(f"{TEA} Heart failure. The heart fails. Failure of hearts.")
    assert TEA not in dropped(document, FilterSentences(share=1.0))
    assert len(dropped(document, FilterSentences(share=1.0))) == 3


def test_a_passage_that_is_called_a_title_stays_wherever_it_is() -> None:
    body, title = "The heart fails. It fails often.", TEA
    document = Document(
        id="1",
        passages=(
            Passage("a", "abstract", (body,), ((0, len(body)),)),
            Passage("t", "Title", (title,), ((40, 40 + len(title)),)),
        ),
    )
    assert dropped(document, FilterSentences(share=1.0)) == ["The heart fails.", "It fails often."]


@pytest.mark.parametrize("text", ["", " \n ", "One sentence."])
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_nothing_goes_from_documents_of_one_sentence_or_none(text: str, share: float) -> None:
    assert dropped(story(text), FilterSentences(share)) == []


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5])
def test_the_share_is_rounded_down(share: float) -> None:
    sentences = FilterSentences(share).sentences(story())
    assert sum(not one.kept for one in sentences) == int(share * len(sentences))


def test_the_stage_keeps_the_text_and_gives_offsets() -> None:
    (filtered,) = FilterSentences(share=0.15)([story()])
    assert filtered.text == STORY
    assert TEA not in [filtered.text[slice(*span)] for span in kept_spans(filtered)]
    assert len(kept_spans(filtered)) == len(kept_spans(story())) - 1


@given(st.lists(texts(), max_size=5).map(". ".join), st.sampled_from([0.0, 0.3, 1.0]))
def test_kept_sentences_lie_in_the_text_in_order_and_every_word_is_in_a_sentence(
    text: str, share: float
) -> None:
    document = Document.from_text(text)
    stage = FilterSentences(share)
    sentences = stage.sentences(document)
    (filtered,) = stage([document])
    assert kept_spans(filtered) == [one.span for one in sentences if one.kept]
    ends = [0]
    for one in sentences:
        start, end = one.span
        assert ends[-1] <= start < end <= len(document.text)
        ends.append(end)
    inside = {at for one in sentences for at in range(*one.span)}
    outside = [character for at, character in enumerate(text) if at not in inside]
    assert not any(character.isalnum() for character in outside)


def test_distances_are_those_of_the_definition() -> None:
    """Computed plainly: support set by dot product with the centroid, then mean distances."""
    texts = [f"{word} heart" for word in ("weak", "old", "failing", "sick", "big", "cold")] + [
        "Tea"
    ]
    vectors = load_encoder().encode(texts).astype(float)
    support = sorted(range(7), key=lambda at: -(vectors[at] @ vectors.mean(axis=0)))[:SUPPORT]
    expected = [
        np.mean([np.linalg.norm(vectors[at] - vectors[one]) for one in support if one != at])
        for at in range(7)
    ]
    found = peripherality(texts, encoder=load_encoder())
    assert found == pytest.approx(expected, abs=2e-3)
    assert found.argmax() == 6


def test_a_sentence_without_words_is_far_from_all() -> None:
    assert peripherality(["?!", "the heart", "the heart"], language="en").argmax() == 0


@pytest.mark.parametrize("kept", ["all", [[0]], [[0, "2"]], [[3, 2]], [[0, 10_000]]])
def test_sentences_of_a_file_that_are_no_offsets_are_named(kept: object) -> None:
    document = Document(id="7", passages=story().passages, extra={KEPT: kept})
    with pytest.raises(DataError, match="document '7', field 'kept_sentences': .* not offsets"):
        kept_spans(document)


@pytest.mark.parametrize("share", [-0.1, 1.5, float("nan")])
def test_an_impossible_share_is_refused(share: float) -> None:
    with pytest.raises(SettingError, match="Give a number from 0 to 1"):
        FilterSentences(share)


def test_an_unknown_centrality_is_refused() -> None:
    with pytest.raises(SettingError, match="Did you mean 'tfidf'"):
        FilterSentences(by="tfdif")


def test_the_command_writes_kept_sentences(run: Callable, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(STORY, encoding="utf-8")
    ran = run("filter", tmp_path / "story.txt", "--lang", "en", "--share", "0.15")
    assert (ran.status, ran.err) == (0, "1 document: 6 of 7 sentences kept\n")
    assert ran.out.splitlines()[0] == "Heart failure in the elderly"
    assert TEA not in ran.out


def test_the_command_writes_offsets_and_documents(run: Callable, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(STORY, encoding="utf-8")
    options = ("filter", tmp_path / "story.txt", "--share", "0.15", "--quiet")
    sentences = json.loads(run(*options, "--to", "json").out)["sentences"]
    spans = [one["span"] for one in sentences if one["kept"]]
    assert len(sentences) == len(spans) + 1
    (document,) = json.loads(run(*options, "--to", "bigbio").out)
    assert document["kept_sentences"] == spans


def test_the_command_answers_a_wrong_share_with_one_line(run: Callable, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(STORY, encoding="utf-8")
    ran = run("filter", tmp_path / "story.txt", "--share", "2")
    assert ran.status == 1
    assert ran.err == (
        "error: filter.share: the share of sentences to drop is 2. "
        "Give a number from 0 to 1, such as 0.1.\n"
    )
