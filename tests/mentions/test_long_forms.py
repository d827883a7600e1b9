"""Abbreviations in mentions are written out."""

from msgspec.structs import replace

from xnorm.document import Document, mention_at
from xnorm.mentions.long_forms import ExpandAbbreviations, expand


def _long_forms(stage: ExpandAbbreviations, text: str, *surfaces: str) -> list[str]:
    mentions = tuple(
        mention_at(text, [(text.index(s), text.index(s) + len(s))], id=s) for s in surfaces
    )
    document = replace(Document.from_text(text, language="es"), mentions=mentions)
    return [mention.long_form for mention in stage([document])[0].mentions]


def test_a_definition_in_the_document_wins_over_the_list() -> None:
    text = "Sospecha de fascitis aguda (FA) y HTA. FA confirmada."
    assert _long_forms(ExpandAbbreviations(), text, "FA", "HTA", "fascitis aguda") == [
        "fascitis aguda",
        "hipertensión arterial",
        "",
    ]


def test_each_source_can_be_switched_off() -> None:
    text = "Sospecha de fascitis aguda (FA) y HTA."
    assert _long_forms(ExpandAbbreviations(known=False), text, "FA", "HTA") == [
        "fascitis aguda",
        "",
    ]
    assert _long_forms(ExpandAbbreviations(defined=False), text, "FA", "HTA") == [
        "fibrilación auricular",
        "hipertensión arterial",
    ]


def test_only_whole_words_of_the_same_case_are_abbreviations() -> None:
    forms = {"FA": "fibrilación auricular"}
    assert expand("FA paroxística", forms) == "fibrilación auricular paroxística"
    assert expand("FARMACIA fa", forms) == ""
