from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.strategies import documents

from xnorm.document import Document, Mention, mention_at
from xnorm.errors import SettingError
from xnorm.kb import Concept, Name
from xnorm.reranking.texts import Texts, concept_text, mention_text

TEXT = "Fever since Monday. He has a severe IAM and chest pain. Discharged."
IAM = replace(mention_at(TEXT, [(36, 39)], id="T1"), long_form="infarto agudo de miocardio")
CONCEPT = Concept(
    "C1",
    (
        Name("Myocardial infarction", "en", "preferred"),
        Name("Heart attack", "en"),
        Name("Infarto agudo de miocardio", "es"),
        Name("MYOCARDIAL INFARCTION", "en"),
    ),
    types=("Disease",),
    definition="Necrosis of the myocardium, as a result of a lack of blood.",
)


def words(text: str) -> int:
    return len(text.split())


def told(texts: Texts, language: str = "es", matched: frozenset[str] = frozenset()) -> str:
    return concept_text(CONCEPT, IAM, texts, language=language, matched=matched, count=words)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (Texts(context=0, long_form=False), "[START] IAM [END]"),
        (Texts(context=8), "severe [START] IAM (infarto agudo de miocardio) [END] and"),
        (Texts(context=8, hide=True), "severe [START] [HIDDEN] [END] and"),
        (
            Texts(window="sentence", long_form=False),
            "He has a severe [START] IAM [END] and chest pain.",
        ),
    ],
)
def test_a_mention_is_shown_in_its_context(texts: Texts, expected: str) -> None:
    assert mention_text(Document.from_text(TEXT, language="en"), IAM, texts) == expected


@settings(max_examples=50, deadline=None)
@given(documents(), st.integers(0, 30))
def test_what_is_shown_around_a_mention_stands_around_it(document: Document, context: int) -> None:
    for mention in document.mentions:
        shown = mention_text(document, mention, Texts(context=context, long_form=False))
        left, _, rest = shown.partition("[START]")
        right = rest.rpartition("[END]")[2]
        before, after = document.text[: mention.start], document.text[mention.end :]
        assert " ".join(before.split()).endswith(left.strip())
        assert " ".join(after.split()).startswith(right.strip())


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (Texts(names=2, types=False), "Myocardial infarction"),
        (Texts(names=5, types=False), "Myocardial infarction [NAME] Heart attack"),
        (
            Texts(names=8, types=False),
            "Myocardial infarction [NAME] Infarto agudo de miocardio",
        ),
        (Texts(names=2), "Myocardial infarction [TYPE] Disease"),
        (
            Texts(names=2, types=False, definition=26),
            "Myocardial infarction: Necrosis of the",
        ),
    ],
)
def test_a_concept_is_shown_by_the_names_that_fit_and_tell_most(
    texts: Texts, expected: str
) -> None:
    assert told(texts) == expected


def test_the_name_that_a_retriever_matched_comes_first() -> None:
    shown = told(Texts(names=20, types=False), matched=frozenset({"Heart attack"}))
    assert shown == "Myocardial infarction [NAME] Heart attack [NAME] Infarto agudo de miocardio"


def test_a_negative_setting_is_refused() -> None:
    with pytest.raises(SettingError, match=r"texts: context is -1"):
        Texts(context=-1)


def test_a_discontinuous_mention_is_shown_as_one() -> None:
    document = Document.from_text("pain in the left and right knee")
    mention = Mention("T1", "", ((0, 11), (21, 31)), ("pain in the", "right knee"))
    assert mention_text(document, mention, Texts()) == "[START] pain in the right knee [END]"
