from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.strategies import documents

from xnorm.corpora.projection import project, unmarked
from xnorm.document import ConceptId, Coreference, Document, Relation, mention_at
from xnorm.errors import DataError

TRANSLATOR = "XNORM_TRANSLATOR"
WORDS = st.sampled_from(["Pain", "in", "the", "knee.", "Fever", "Dr. X", "3"])


def same(texts: Sequence[str]) -> list[str]:
    """A translator that has nothing to do."""
    return list(texts)


def german(texts: Sequence[str]) -> list[str]:
    """A translator of a few words that puts the verb last and spoils brackets a little."""
    words = {"has": "hat", "pain": "Schmerz", "chest": "Brust", "[0]": "[ 0 ]", "fever": "Fieber"}
    return [" ".join(words.get(word, word) for word in text.split()) for text in texts]


def marked(text: str, *spans: tuple[int, int] | list[tuple[int, int]]) -> Document:
    mentions = tuple(
        replace(
            mention_at(text, span if isinstance(span, list) else [span], id=f"T{number}"),
            gold=(ConceptId("X", str(number)),),
        )
        for number, span in enumerate(spans)
    )
    return replace(Document.from_text(text, language="en"), mentions=mentions)


def test_mentions_follow_their_words() -> None:
    document = marked("He has chest pain. And fever.", (7, 17), (23, 28))
    after = project(document, german, "de")
    assert after.document.text == "He hat Brust Schmerz. And Fieber."
    assert [mention.surface for mention in after.document.mentions] == ["Brust Schmerz", "Fieber"]
    assert after.document.mentions[0].gold == (ConceptId("X", "0"),)
    assert (after.document.language, after.lost) == ("de", 0)


@pytest.mark.parametrize(
    ("answer", "text", "spans"),
    [
        ("dolor [1] leve [/1].", "dolor leve.", {1: (6, 10)}),
        ("dolor[1]leve[/1].", "dolorleve.", {1: (5, 9)}),
        ("[ 1 ] dolor ［／1］ leve", "dolor leve", {1: (0, 5)}),
        ("[1] [2] a [/2] b [/1]", "a b", {2: (0, 1), 1: (0, 3)}),
        ("[2] b [/2] y [1] a [/1]", "b y a", {2: (0, 1), 1: (4, 5)}),
        ("a [1] b", "a b", {}),
        ("a [/1] b", "a b", {}),
        ("[1] a [/1] [1] b [/1]", "a b", {}),
        ("a [1] [/1] b", "a b", {}),
    ],
)
def test_markers_are_read_as_translators_leave_them(
    answer: str, text: str, spans: dict[int, tuple[int, int]]
) -> None:
    assert unmarked(answer) == (text, spans)


def test_a_mention_across_a_sentence_border_is_not_cut() -> None:
    document = marked("Found by Prof. Smith. Then fever.", (9, 26))
    seen: list[str] = []

    def watch(texts: Sequence[str]) -> list[str]:
        seen.extend(texts)
        return list(texts)

    assert project(document, watch, "en").document.mentions[0].text == document.mentions[0].text
    assert len(seen) == 1


def test_a_mention_over_several_sentences_joins_them_all_and_no_others() -> None:
    text = "No fever. Pain since May. Worse now. Then better. Cough."
    document = marked(text, (10, 48), (50, 55))
    seen: list[str] = []

    def watch(texts: Sequence[str]) -> list[str]:
        seen.extend(texts)
        return list(texts)

    assert project(document, watch, "en").document.mentions == document.mentions
    assert seen == [
        "No fever.",
        "[0] Pain since May. Worse now. Then better [/0].",
        "[1] Cough [/1].",
    ]


def test_a_lost_marker_costs_its_mention_and_what_hangs_on_it() -> None:
    document = replace(
        marked("Fever and pain and cough.", (0, 5), (10, 14), (19, 24)),
        coreferences=(Coreference("C", ("T0", "T1", "T2")),),
        relations=(Relation("R1", "x", "T0", "T2"), Relation("R2", "x", "T0", "T1")),
    )

    def careless(texts: Sequence[str]) -> list[str]:
        return [text.replace("[/1]", "") for text in texts]

    after = project(document, careless, "es")
    assert [mention.id for mention in after.document.mentions] == ["T0", "T2"]
    assert after.lost == 1
    assert after.document.coreferences == (Coreference("C", ("T0", "T2")),)
    assert [relation.id for relation in after.document.relations] == ["R1"]


def test_discontinuous_and_nested_mentions_come_through() -> None:
    document = marked("left and right knee pain", [(0, 4), (15, 24)], (9, 24), (15, 19))
    after = project(document, same, "en").document
    assert after.mentions == document.mentions


def test_a_sentence_with_bracketed_numbers_of_its_own_keeps_them() -> None:
    document = marked("Fever [3]. Cough.", (0, 5), (11, 16))
    after = project(document, same, "en")
    assert after.document.text == "Fever [3]. Cough."
    assert [mention.id for mention in after.document.mentions] == ["T1"]


def test_a_translator_that_loses_a_sentence_is_refused() -> None:
    with pytest.raises(DataError, match=r"document '1': 1 translations of 2 sentences"):
        project(marked("Fever. Cough."), lambda texts: texts[:1], "es")


@pytest.fixture
def translator() -> Callable[[Sequence[str]], list[str]]:
    """A model for English to another language, of the folder that TRANSLATOR names."""
    if TRANSLATOR not in os.environ:
        pytest.skip(f"{TRANSLATOR} names no folder of a translation model")
    transformers = pytest.importorskip("transformers", reason="the translator needs transformers")
    folder = os.environ[TRANSLATOR]
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder)

    def translate(texts: Sequence[str]) -> list[str]:
        tokens = tokenizer(list(texts), return_tensors="pt", padding=True)
        found = model.generate(**tokens, num_beams=4, max_new_tokens=96)
        return list(tokenizer.batch_decode(found, skip_special_tokens=True))

    return translate


def test_a_real_translator_takes_most_mentions_along(
    translator: Callable[[Sequence[str]], list[str]],
) -> None:
    text = (
        "The patient has severe chest pain and a high fever. She denies headache. "
        "Diabetes mellitus was known. There was no nausea, but she had diarrhoea."
    )
    names = ["chest pain", "fever", "headache", "Diabetes mellitus", "nausea", "diarrhoea"]
    starts = [text.index(name) for name in names]
    spans = [(start, start + len(name)) for start, name in zip(starts, names, strict=True)]
    after = project(marked(text, *spans), translator, "es")
    assert after.lost <= 2
    assert after.document.text != text
    assert "[" not in after.document.text
    for mention in after.document.mentions:
        (start, end) = mention.spans[0]
        assert after.document.text[start:end] == mention.surface
        assert 0 < len(mention.surface.split()) <= 5


@settings(max_examples=60, deadline=None)
@given(documents(), st.booleans())
def test_whatever_the_translation_spans_are_inside_the_text(document: Document, drop: bool) -> None:
    def translate(texts: Sequence[str]) -> list[str]:
        return [text[::2] if drop else f"x {text}" for text in texts]

    after = project(document, translate, "es").document
    kept = {mention.id for mention in document.mentions}
    for mention in after.mentions:
        assert mention.id in kept
        for (start, end), text in zip(mention.spans, mention.text, strict=True):
            assert after.text[start:end] == text
    for passage in after.passages:
        for (start, end), text in zip(passage.spans, passage.text, strict=True):
            assert after.text[start:end] == text


@settings(max_examples=60, deadline=None)
@given(
    st.lists(WORDS, min_size=1),
    st.data(),
)
def test_without_a_translation_mentions_stay_what_they_were(
    words: list[str], data: st.DataObject
) -> None:
    text = " ".join(words)
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    start = len(" ".join(words[:first])) + (first > 0)
    document = marked(text, (start, len(" ".join(words[: last + 1]))))
    after = project(document, same, "en")
    assert (after.document.text, after.lost) == (text, 0)
    assert after.document.mentions == document.mentions
