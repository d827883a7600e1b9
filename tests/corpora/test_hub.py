"""Datasets of the hub and of `datasets` as documents; nothing here opens a connection."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from msgspec.structs import replace
from tests import strategies

from xnorm.corpora import read_corpus
from xnorm.corpora.hub import from_dataset, to_dataset
from xnorm.document import ConceptId, Document, mention_at
from xnorm.errors import DataError, SettingError

datasets = pytest.importorskip("datasets", reason="needs the extra `datasets`")

ROW = {
    "id": "1",
    "document_id": "1",
    "passages": [{"id": "p", "type": "title", "text": ["Fever"], "offsets": [[0, 5]]}],
    "entities": [
        {
            "id": "e",
            "type": "Disease",
            "text": ["Fever"],
            "offsets": [[0, 5]],
            "normalized": [{"db_name": "MESH", "db_id": "D005334"}],
        }
    ],
    "events": [],
    "coreferences": [],
    "relations": [],
}


def _document(id: str = "1") -> Document:
    mention = replace(
        mention_at("Fever", [(0, 5)], id="T1"),
        gold=(ConceptId("MESH", "D005334"),),
        extra={"composite": "x"},
    )
    return replace(Document.from_text("Fever", id=id, language="en"), mentions=(mention,))


@settings(max_examples=20)
@given(strategies.corpora(strategies.linked_documents()))
def test_documents_come_back_from_a_dataset_as_they_were(documents: list[Document]) -> None:
    assert list(from_dataset(to_dataset(documents))) == documents


def test_a_dataset_has_the_columns_of_bigbio() -> None:
    dataset = to_dataset([_document()])
    assert {*ROW} < {*dataset.column_names}
    assert dataset[0]["entities"][0]["normalized"] == [{"db_name": "MESH", "db_id": "D005334"}]
    assert (
        dataset.features["passages"]
        == datasets.Features.from_arrow_schema(dataset.data.schema)["passages"]
    )


def test_equal_documents_have_equal_fingerprints_and_no_file() -> None:
    one, same, other = (to_dataset([_document(id) for id in ids]) for ids in ("12", "12", "13"))
    assert one._fingerprint == same._fingerprint != other._fingerprint
    assert one.cache_files == []


def test_documents_are_taken_one_by_one() -> None:
    taken = []

    def documents() -> Iterator[Document]:
        for number in range(600):
            taken.append(number)
            yield _document(str(number))

    assert len(to_dataset(documents())) == len(taken) == 600
    assert len(to_dataset([])) == 0


def test_foreign_datasets_are_read_in_whatever_format_they_are_set_to() -> None:
    dataset = datasets.Dataset.from_list([ROW]).with_format("numpy")
    (document,) = from_dataset(dataset)
    assert document.text == "Fever"
    assert document.mentions[0].gold == (ConceptId("MESH", "D005334"),)


def test_a_row_that_cannot_be_used_is_named() -> None:
    broken = {**ROW, "entities": [{**ROW["entities"][0], "offsets": [[0, 50]]}]}  # type: ignore[index, dict-item]
    with pytest.raises(DataError, match=r"mine, row 1, \$\.entities\[0\]\.offsets\[0\]: offsets"):
        list(from_dataset(datasets.Dataset.from_list([ROW, broken]), place="mine"))


def test_several_splits_are_refused() -> None:
    both = datasets.DatasetDict(train=to_dataset([]), test=to_dataset([]))
    with pytest.raises(SettingError, match="dataset has several splits. Choose one: train, test"):
        next(from_dataset(both))


def test_a_dataset_of_the_hub_is_read_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def load(*arguments: Any, **options: Any) -> Any:
        asked.append((arguments, options))
        return datasets.DatasetDict(test=datasets.Dataset.from_list([ROW]))

    monkeypatch.setattr(datasets, "load_dataset", load)
    (document,) = read_corpus("hub", "bigbio/bc5cdr", languages=["en"])
    assert asked == [(("bigbio/bc5cdr", "bc5cdr_bigbio_kb"), {"split": None})]
    assert (document.language, document.extra["split"]) == ("en", "test")


def test_where_there_is_only_a_script_the_conversion_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def load(name: str, *arguments: Any, **options: Any) -> Any:
        if name != "parquet":
            raise RuntimeError("Dataset scripts are no longer supported, but found bc5cdr.py")
        asked.append(options["data_files"])
        return datasets.Dataset.from_list([ROW])

    monkeypatch.setattr(datasets, "load_dataset", load)
    (document,) = read_corpus("hub", "bigbio/bc5cdr", split="test", edition="own_config")
    assert document.extra["split"] == "test"
    url = "hf://datasets/bigbio/bc5cdr@refs/convert/parquet/own_config/test/*.parquet"
    assert asked == [{"test": url}]


def test_without_network_or_conversion_one_line_says_what_to_do(
    run: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def load(*arguments: Any, **options: Any) -> Any:
        raise ConnectionError("Couldn't reach 'x/y' on the Hub (OfflineModeIsEnabled)\nmore")

    monkeypatch.setattr(datasets, "load_dataset", load)
    ran = run("corpus", "convert", "hub", "x/y", "-o", tmp_path / "out.jsonl")
    assert ran.status == 1
    told, error = ran.err.splitlines()
    assert told == "fetching x/y from the Hugging Face hub"
    assert error.startswith("error: 'x/y' (y_bigbio_kb) cannot be loaded from the hub: Couldn't")
    assert "a loading script has to be downloaded from its publisher" in error
    assert not (tmp_path / "out.jsonl").exists()


def test_a_path_is_no_name_of_a_dataset() -> None:
    with pytest.raises(SettingError, match=r"'/tmp/x' is no name of a dataset"):
        list(read_corpus("hub", "/tmp/x"))


def test_without_datasets_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(ImportError, match=r"pip install 'xnorm\[datasets\]'"):
        list(read_corpus("hub", "bigbio/bc5cdr"))


def test_nothing_is_written_to_the_users_cache(tmp_path: Path) -> None:
    code = (
        "from xnorm.corpora.hub import from_dataset, to_dataset\n"
        "from xnorm.document import Document\n"
        "data = to_dataset([Document.from_text('x')])\n"
        "assert len(list(from_dataset(data))) == 1\n"
    )
    kept = {key: os.environ[key] for key in ("PATH", "PYTHONPATH") if key in os.environ}
    home = {"HOME": str(tmp_path), "HF_HUB_OFFLINE": "1"}
    subprocess.run([sys.executable, "-c", code], env=kept | home, check=True)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
