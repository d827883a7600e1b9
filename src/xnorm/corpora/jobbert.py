"""The JobBERT evaluation set: titles of English job ads, a document each, with ESCO's URIs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from xnorm.corpora.model import Wanted
from xnorm.corpora.packs import texts
from xnorm.document import ConceptId, Document, mention_at
from xnorm.errors import DataError
from xnorm.kb.sources.separated import separated

_SPLITS = {"titles.csv": "dev", "titles.test.csv": "test"}
_TITLE, _URI = "vacancyTitle", "conceptUri"


def read(path: Path, wanted: Wanted) -> Iterator[Document]:
    """A document for each row; its id is the split and the row's number, from 1."""
    for name, text in texts(path, *_SPLITS).items():
        split = _SPLITS[PurePosixPath(name).name]
        if not wanted.has_split(split):
            continue
        here = Path(f"{path}, {name}")
        lines = enumerate(io.StringIO(text, newline="\n"), 1)
        header: list[str] = []
        for number, (line, cells) in enumerate(separated(here, lines, ",", quotes=True)):
            if not header:
                header = cells
                continue
            row = dict(zip(header, cells, strict=False))
            title, uri = row.get(_TITLE, ""), row.get(_URI, "")
            place = f"{here}, line {line:,}"
            if not title.strip() or not uri:
                raise DataError(
                    f"no {_URI if title.strip() else _TITLE}",
                    place=place,
                    todo="Take the file as published",
                )
            made = Document.from_text(title, id=f"{split}-{number}", language="en")
            start = len(title) - len(title.lstrip())
            span = (start, start + len(title.strip()))
            found = mention_at(title, [span], id="T1", type="occupation", place=place)
            found = replace(found, gold=(ConceptId("ESCO", uri),))
            yield replace(made, mentions=(found,), extra={"split": split})
