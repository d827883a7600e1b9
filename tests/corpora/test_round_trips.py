"""Every published corpus goes through the formats that can hold all of it and comes back equal."""

from __future__ import annotations

import io
from itertools import islice
from pathlib import Path

import pytest

from xnorm.corpora import default_path, read_corpus
from xnorm.formats import FORMATS, Reading, write_documents

CORPORA = ("ncbi-disease", "bc5cdr", "distemist", "codiesp", "mantra", "gsc-plus")


@pytest.mark.parametrize("format", ["bigbio-jsonl", "parquet"])
@pytest.mark.parametrize("name", CORPORA)
def test_a_corpus_comes_back_equal(data: Path, name: str, format: str) -> None:
    # JSON carries the whole corpus; that Arrow does is seen on a part.
    count = None if format == "bigbio-jsonl" else 60
    documents = list(islice(read_corpus(name, data / default_path(name)), count))
    stream = io.BytesIO()
    write_documents(documents, stream, format)
    stream.seek(0)
    read = FORMATS[format].read
    assert read is not None
    for before, after in zip(documents, read(stream, Reading(name)), strict=True):
        assert after == before
        for mention in after.mentions:
            texts = tuple(after.text[start:end] for start, end in mention.spans)
            assert mention.text == texts or name in ("ncbi-disease", "codiesp", "gsc-plus")
