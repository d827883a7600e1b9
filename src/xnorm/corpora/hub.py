"""Datasets of the Hugging Face hub in BigBIO's schema, and `datasets.Dataset` as documents.

`read` is the one place of xnorm that opens a network connection, and it does so only for a dataset
that the user names. `datasets` keeps what it fetches in its own cache (HF_HOME).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from xnorm.corpora.model import Wanted
from xnorm.document import Document
from xnorm.errors import DataError, SettingError, require
from xnorm.formats.bigbio_arrow import document_row, row_document, schema

if TYPE_CHECKING:
    import datasets

_NAME = re.compile(r"[\w.-]+/([\w.-]+)")
_BATCH = 256
# The hub keeps a conversion to Parquet of datasets that had only a loading script, by this name.
_CONVERTED = "hf://datasets/{name}@refs/convert/parquet/{config}/{split}/*.parquet"
_SPLITS = ("train", "validation", "test")


def read(path: Path, wanted: Wanted) -> Iterator[Document]:
    """The documents of a dataset of the hub, fetched if they are not in the cache of `datasets`.

    Args:
        path: its name, `OWNER/NAME`.
        wanted: `edition` is the configuration, `NAME_bigbio_kb` if not given; `languages` with one
            code says the language of the texts, which BigBIO does not.

    Raises:
        SettingError: for something that is no name of a dataset.
        DataError: when it cannot be fetched, or has only a loading script.
    """
    name = path.as_posix()
    match = _NAME.fullmatch(name)
    if match is None:
        raise SettingError(
            f"'{name}' is no name of a dataset", todo="Expected OWNER/NAME, as in bigbio/bc5cdr"
        )
    config = wanted.edition or f"{match[1]}_bigbio_kb"
    language = wanted.languages[0] if len(wanted.languages) == 1 else ""
    for split, dataset in _fetched(name, config, wanted.split).items():
        for document in from_dataset(dataset, place=f"{name}, {split}"):
            extra = {**document.extra, "split": split}
            yield replace(document, language=document.language or language, extra=extra)


def from_dataset(dataset: Any, *, place: str = "dataset") -> Iterator[Document]:
    """The documents of a `datasets.Dataset` or `IterableDataset` with BigBIO's columns.

    Args:
        dataset: one split; further columns become unknown fields of the documents.
        place: how messages call it.

    Raises:
        SettingError: for a `DatasetDict`.
        DataError: naming the row and the field that cannot be used.
    """
    if isinstance(dataset, dict):
        raise SettingError(
            f"{place} has several splits", todo=f"Choose one: {', '.join(map(str, dataset))}"
        )
    for number, row in enumerate(dataset.with_format(None)):
        yield row_document(row, f"{place}, row {number:,}")


def to_dataset(documents: Iterable[Document]) -> datasets.Dataset:
    """The documents as a `datasets.Dataset` with BigBIO's columns, held in memory as Arrow.

    What the schema cannot say (links, candidates, unknown fields) is JSON in the column `xnorm`,
    so that `from_dataset` gives the same documents again. Nothing is written to any cache, and
    equal documents have equal fingerprints.

    Raises:
        MissingExtra: when `datasets` is not installed.
    """
    import pyarrow as pa

    tables = require("datasets.table", extra="datasets")
    dataset = require("datasets", extra="datasets")
    digest = hashlib.sha256()
    batches = []
    rows = map(document_row, documents)
    while batch := list(islice(rows, _BATCH)):
        digest.update(msgspec.json.encode(batch))
        batches.append(pa.RecordBatch.from_pylist(batch, schema=schema()))
    table = tables.InMemoryTable(pa.Table.from_batches(batches, schema=schema()))
    made: datasets.Dataset = dataset.Dataset(table, fingerprint=digest.hexdigest()[:16])
    return made


def _fetched(name: str, config: str, split: str) -> dict[str, Any]:
    """The dataset's splits, or the one asked for."""
    datasets = require("datasets", extra="datasets")
    try:
        try:
            found = datasets.load_dataset(name, config, split=split or None)
        except RuntimeError:
            splits = (split,) if split else _SPLITS
            files = {s: _CONVERTED.format(name=name, config=config, split=s) for s in splits}
            found = datasets.load_dataset("parquet", data_files=files, split=split or None)
    except (OSError, ValueError, RuntimeError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise DataError(
            f"'{name}' ({config}) cannot be loaded from the hub: {reason.rstrip('.')}",
            todo="Check the name, --edition and the network; a dataset with nothing but a loading "
            "script has to be downloaded from its publisher (xnorm corpus list)",
        ) from error
    return {split: found} if split else dict(found)
