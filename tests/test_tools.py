"""Linking inside of people's own tools: pandas, polars, datasets, spaCy."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from xnorm.document import Document
from xnorm.errors import DataError, SettingError
from xnorm.pipeline import Linker, load

TEXTS = ["Fever and a cough.", None, "No words.", "Head pain"]


@pytest.fixture(scope="module")
def linker(small_index: Path) -> Linker:
    return load(small_index)


@pytest.fixture(params=["pandas", "polars"])
def library(request: pytest.FixtureRequest) -> Any:
    return pytest.importorskip(request.param)


def test_a_frame_of_texts_gives_a_frame_of_mentions(linker: Linker, library: Any) -> None:
    frame = library.DataFrame({"note": TEXTS, "code": ["en", "en", "en", "es"]})
    found = linker.frame(frame, text="note", language="en")
    assert type(found) is type(frame)
    assert found["row"].to_list() == [0, 0, 3]
    assert found["concept"].to_list() == ["T:05", "T:19", "T:01"]
    assert found["mention"].to_list() == ["Fever", "cough", "Head pain"]
    assert found["start"].to_list() == [0, 12, 0]
    by_column = linker.frame(frame, text="note", language="code")
    assert by_column["row"].to_list()[:2] == [0, 0]


def test_what_is_no_column_or_no_text_is_named(linker: Linker, library: Any) -> None:
    frame = library.DataFrame({"note": ["Fever"], "age": [3]})
    with pytest.raises(SettingError, match=r"no column 'nota'\. Did you mean 'note'"):
        linker.frame(frame, text="nota")
    with pytest.raises(DataError, match=r"column 'age', row 0: 3 is no text"):
        linker.frame(frame, text="age")
    with pytest.raises(SettingError, match="list is no data frame"):
        linker.frame(["Fever"], text="note")


def test_a_linker_travels_to_another_process_by_its_index(linker: Linker) -> None:
    again = pickle.loads(pickle.dumps(linker))
    assert again.fingerprint == linker.fingerprint
    assert pickle.dumps(again) == pickle.dumps(linker)
    assert again("Fever", language="en") == linker("Fever", language="en")


def test_a_dataset_is_mapped_with_a_fingerprint_that_stays(linker: Linker, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    from datasets.fingerprint import Hasher

    from xnorm.corpora.hub import from_dataset, to_dataset

    documents = [
        Document.from_text(text or "-", id=str(at), language="en") for at, text in enumerate(TEXTS)
    ]
    dataset = to_dataset(documents)
    linked = dataset.map(linker.on_batch, batched=True, batch_size=2, load_from_cache_file=False)
    assert isinstance(linked, datasets.Dataset)
    assert list(from_dataset(linked)) == list(linker.stream(documents))
    again = pickle.loads(pickle.dumps(linker))
    assert Hasher.hash(linker.on_batch) == Hasher.hash(again.on_batch)


@pytest.fixture
def nlp(small_index: Path) -> Any:
    spacy = pytest.importorskip("spacy")
    pipeline = spacy.blank("en")
    pipeline.add_pipe("xnorm", config={"index": str(small_index)})
    return pipeline


def test_spacy_gets_entities_with_concepts_and_candidates(nlp: Any) -> None:
    doc = nlp("Fever, cough and head pain.")
    assert [(ent.text, ent.kb_id_) for ent in doc.ents] == [
        ("Fever", "T:05"),
        ("cough", "T:19"),
        ("head pain", "T:01"),
    ]
    first = doc.spans["xnorm"][0]
    assert first._.candidates[0]["db_id"] == "T:05"
    assert first._.link["concept"] == "T:05"


def test_spacy_s_own_entities_are_linked_and_keep_their_labels(nlp: Any) -> None:
    patterns = [
        {"label": "SIGN", "pattern": "cough"},
        {"label": "OTHER", "pattern": "xyzzy"},
    ]
    nlp.add_pipe("entity_ruler", before="xnorm").add_patterns(patterns)
    doc = nlp("Fever with xyzzy and cough.")
    assert [(ent.text, ent.label_, ent.kb_id_) for ent in doc.ents] == [
        ("xyzzy", "OTHER", ""),
        ("cough", "SIGN", "T:19"),
    ]


def test_sentences_and_tokens_stay(nlp: Any) -> None:
    nlp.add_pipe("sentencizer", first=True)
    doc = nlp("Fever. Head pain. Cough.")
    assert [sentence.text for sentence in doc.sents] == ["Fever.", "Head pain.", "Cough."]


def test_a_stored_pipeline_and_stored_documents_come_back(nlp: Any, tmp_path: Path) -> None:
    import spacy
    from spacy.tokens import DocBin

    nlp.to_disk(tmp_path / "pipeline")
    again = spacy.load(tmp_path / "pipeline")
    texts = ["Fever and cough.", "Nothing.", "Head pain."]
    docs, stored = list(nlp.pipe(texts)), list(again.pipe(texts, batch_size=2))
    assert [doc.to_json() for doc in docs] == [doc.to_json() for doc in stored]
    (doc, *_) = DocBin(store_user_data=True, docs=docs).get_docs(nlp.vocab)
    assert json.loads(json.dumps(doc.ents[0]._.candidates)) == docs[0].ents[0]._.candidates
