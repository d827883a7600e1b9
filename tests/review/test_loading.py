"""A corpus comes into a state once, linked where it was not, and is only read."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from tests.review.conftest import TEXTS, corpus_of

from xnorm.errors import DataError
from xnorm.formats import write_output
from xnorm.pipeline import BATCH, Linker
from xnorm.review.actions import act
from xnorm.review.loading import Loading, load_corpus, state_path
from xnorm.review.model import Act
from xnorm.review.reading import mention, queue


def loaded(corpus: Path, state: Path, linker: Linker) -> sqlite3.Connection:
    loading = load_corpus(corpus, state, linker)
    list(loading.documents)
    return loading.connection


def test_texts_are_linked_as_the_linker_links_them(
    review: sqlite3.Connection, linker: Linker
) -> None:
    expected = [one for text in TEXTS for one in linker(text, language="en").mentions]
    items = queue(review, show="all", order="text").items
    assert [one.text for one in items] == [one.surface for one in expected]
    assert [one.proposal for one in items] == [one.link.concept for one in expected if one.link]
    assert [one.name for one in mention(review, 1).candidates] == [
        one.name for one in expected[0].candidates[:20]
    ]


def test_what_is_linked_already_is_taken_as_it_is(
    tmp_path: Path, linker: Linker, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked = tmp_path / "linked.json"
    write_output(linker(TEXTS, language="en"), linked, "bigbio")
    monkeypatch.setattr(linker, "stream", lambda documents: map(pytest.fail, documents))
    connection = loaded(linked, tmp_path / "s.sqlite", linker)
    assert queue(connection).total == 8
    assert mention(connection, 1).candidates
    connection.close()


def test_the_corpus_is_only_read_and_a_second_opening_loads_nothing(
    corpus: Path, state: Path, linker: Linker
) -> None:
    before = corpus.read_bytes()
    first = loaded(corpus, state, linker)
    act(first, 1, Act("nil", 0), "ana")
    first.close()
    loading = load_corpus(corpus, state, linker)
    assert list(loading.documents) == []
    assert mention(loading.connection, 1).item.decision.status == "nil"
    loading.connection.close()
    assert corpus.read_bytes() == before


def test_a_beginning_that_was_cut_off_goes_on(tmp_path: Path, linker: Linker) -> None:
    texts = [f"Fever number {number}." for number in range(2 * BATCH + 3)]
    corpus = corpus_of(texts, tmp_path / "many.json")
    state = tmp_path / "s.sqlite"
    begun: Loading = load_corpus(corpus, state, linker)
    next(begun.documents)
    begun.connection.close()
    rest = load_corpus(corpus, state, linker)
    assert [one.id for one in rest.documents] == [f"d{n}" for n in range(BATCH + 1, len(texts) + 1)]
    ids = [row["id"] for row in rest.connection.execute("SELECT id FROM documents ORDER BY number")]
    assert ids == [f"d{number}" for number in range(1, len(texts) + 1)]
    rest.connection.close()


def test_another_corpus_or_terminology_is_refused(
    corpus: Path, state: Path, linker: Linker
) -> None:
    connection = loaded(corpus, state, linker)
    with connection:
        connection.execute("UPDATE facts SET value = 'HPO' WHERE name = 'source'")
    with pytest.raises(DataError, match=r"its concepts are of HPO, not of T\."):
        load_corpus(corpus, state, linker)
    connection.close()
    corpus_of(TEXTS[:1], corpus)
    with pytest.raises(DataError, match=r"corpus\.json has changed since"):
        load_corpus(corpus, state, linker)


def test_a_folder_of_texts_is_a_corpus(tmp_path: Path, linker: Linker) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.txt").write_text("Fever.", encoding="utf-8")
    connection = loaded(folder, state_path(folder), linker)
    assert queue(connection).total == 1
    connection.close()
    assert (tmp_path / "notes.review.sqlite").is_file()


@pytest.mark.parametrize("content", [b"", b"no database at all, but some bytes of text\n" * 99])
def test_a_state_that_is_something_else_is_refused_and_stays(
    corpus: Path, state: Path, linker: Linker, content: bytes
) -> None:
    state.write_bytes(content)
    with pytest.raises(DataError, match=r"corpus\.review\.sqlite: no review"):
        load_corpus(corpus, state, linker)
    assert state.read_bytes() == content


def test_bad_input_is_named_by_its_place(tmp_path: Path, linker: Linker) -> None:
    with pytest.raises(DataError, match=r"none\.json: cannot be read"):
        load_corpus(tmp_path / "none.json", tmp_path / "s.sqlite", linker)


def test_a_corpus_is_taken_anew_when_what_was_wrong_with_it_is_mended(
    tmp_path: Path, linker: Linker
) -> None:
    corpus, state = corpus_of(["Fever."] * (BATCH + 1), tmp_path / "c.json"), tmp_path / "s.sqlite"
    whole = corpus.read_bytes()
    corpus.write_bytes(whole[:-20])
    with pytest.raises(DataError, match=r"c\.json"):
        loaded(corpus, state, linker)
    corpus.write_bytes(whole)
    connection = loaded(corpus, state, linker)
    assert queue(connection).total == BATCH + 1
    connection.close()
