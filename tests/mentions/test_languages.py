"""Documents get their languages, and each part is searched in its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from msgspec.structs import replace

from xnorm.document import LANGUAGES, Document, mention_at
from xnorm.mentions.languages import FindByLanguage, IdentifyLanguages

SPANISH = "El paciente ingresa por fiebre alta y dolor de cabeza intenso."
ENGLISH = "The patient was seen because of seizures and weight loss."
MIXED = f"{SPANISH} {ENGLISH} Se da de alta con tratamiento para la tos."
PART = {"language": "en", "start": len(SPANISH) + 1, "end": len(SPANISH) + 1 + len(ENGLISH)}


def mixed(**fields: Any) -> Document:
    document = Document.from_text(MIXED, id="1", language="es")
    return replace(document, extra={LANGUAGES: [PART]}, **fields)


class _Words:
    """A finder of every word with more than six letters, which notes what it is given."""

    needs: ClassVar[frozenset[str]] = frozenset()
    gives: ClassVar[frozenset[str]] = frozenset({"mentions"})

    def __init__(self) -> None:
        self.given: list[tuple[str, str]] = []

    def __call__(self, documents: Sequence[Document]) -> list[Document]:
        self.given += [(document.language, document.text) for document in documents]
        return [self._found(document) for document in documents]

    def _found(self, document: Document) -> Document:
        if document.mentions:
            return document
        words = [word for word in document.text.split() if len(word) > 6]
        spans = [(document.text.index(word), len(word)) for word in words]
        mentions = [
            mention_at(document.text, [(at, at + size)], id=f"T{number}")
            for number, (at, size) in enumerate(spans, 1)
        ]
        return replace(document, mentions=tuple(mentions))


def test_a_place_has_the_language_of_its_part() -> None:
    document = mixed()
    places = [0, PART["start"] - 1, PART["start"], PART["end"] - 1, PART["end"], len(MIXED)]
    assert [document.language_at(place) for place in places] == ["es", "es", "en", "en", "es", "es"]


@pytest.mark.parametrize(
    "extra",
    ["es, en", 5, ["es"], [{"language": "en"}], [{"language": "en", "start": -1, "end": 3}],
     [{"language": "en", "start": 0, "end": 9999}], [{"language": "en", "start": 3, "end": 3}]],
)  # fmt: skip
def test_a_field_of_that_name_that_means_something_else_is_let_be(extra: Any) -> None:
    document = replace(mixed(), extra={LANGUAGES: extra})
    assert document.other_languages == ()
    assert document.language_at(PART["start"]) == "es"


def test_each_part_is_searched_in_its_language_with_its_offsets() -> None:
    finder = _Words()
    plain = Document.from_text("Nothing here.", id="2", language="en")
    given, other = FindByLanguage(finder)([mixed(), plain])
    assert [language for language, _ in finder.given] == ["es", "en", "en"]
    assert {len(text) for _, text in finder.given[:2]} == {len(MIXED)}
    assert ENGLISH.strip() == finder.given[1][1].strip()
    assert [mention.text[0] for mention in given.mentions] == [
        word for word in MIXED.split() if len(word) > 6
    ]
    assert [mention.id for mention in given.mentions] == [
        f"T{number}" for number in range(1, len(given.mentions) + 1)
    ]
    assert (given.text, given.extra) == (MIXED, mixed().extra)
    assert other.id == "2"


def test_mentions_that_are_there_are_taken() -> None:
    document = mixed(mentions=(mention_at(MIXED, [(0, 2)], id="x"),))
    assert FindByLanguage(_Words())([document]) == [document]


class _Known:
    """An identifier that has been told."""

    languages = ("en", "es")

    def identify(self, text: str) -> Any:
        from xnorm.text.language_id import Identified

        others = (((PART["start"], PART["end"]), "en"),) if text == MIXED else ()
        return Identified("es", others)


def test_only_what_has_no_language_is_given_one() -> None:
    identify: Any = IdentifyLanguages(_Known())  # type: ignore[arg-type]
    stated = Document.from_text(MIXED, id="1", language="fr")
    silent = Document.from_text(MIXED, id="1")
    assert identify([stated, silent, Document.from_text("Tos.")]) == [
        stated,
        mixed(),
        Document.from_text("Tos.", language="es"),
    ]


def test_the_command_links_each_part_in_its_language(
    run: Callable[..., Any], small_index: Path, tmp_path: Path
) -> None:
    pytest.importorskip("lingua", reason="languages are told by lingua")
    source = tmp_path / "notes.jsonl"
    lines = [
        {"id": "1", "text": MIXED},
        {"id": "2", "text": "Der Patient klagt über Fieber und Husten."},
        {"id": "3", "text": "fever", "language": "fr"},
    ]
    source.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    ran = run("link", "--lang", "auto", "--index", small_index, source)
    assert ran.status == 0, ran.err
    first, second, third = map(json.loads, ran.out.splitlines())
    assert (first["language"], second["language"], third["language"]) == ("es", "de", "fr")
    assert first[LANGUAGES] == [PART]
    assert LANGUAGES not in second
    found = {mention["text"]: mention["concept"] for mention in first["mentions"]}
    assert found["weight loss"] == "T:10"
    assert found["fiebre"] == "T:05"
    again = run("link", "--lang", "auto", "--index", small_index, source)
    assert again.out == ran.out


def test_without_the_extra_the_command_says_which(
    run: Callable[..., Any], small_index: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import sys

    source = tmp_path / "a.txt"
    source.write_text("Fever.", encoding="utf-8")
    monkeypatch.setitem(sys.modules, "lingua", None)
    ran = run("link", "--lang", "auto", "--index", small_index, source)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == (
        "error: this needs 'lingua', which is not installed. Run: pip install 'xnorm[lang]'.\n"
    )
