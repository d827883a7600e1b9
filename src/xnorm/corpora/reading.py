"""Reading a corpus by name: what is asked for is checked, what comes back is made uniform."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from xnorm.corpora.model import Corpus, Wanted
from xnorm.corpora.table import ANY, CORPORA
from xnorm.document import Document
from xnorm.errors import DataError, SettingError, did_you_mean


def find_corpus(name: str) -> Corpus:
    """The row of a corpus.

    Raises:
        SettingError: for an unknown name, with the nearest known one.
    """
    if name not in CORPORA:
        raise SettingError(f"unknown corpus '{name}'", todo=did_you_mean(name, CORPORA))
    return CORPORA[name]


def default_path(name: str) -> Path:
    """Where a corpus lies below a folder of data such as `XNORM_DATA`.

    Raises:
        SettingError: for an unknown name, or one without such a place.
    """
    corpus = find_corpus(name)
    if not corpus.path:
        raise SettingError(f"'{name}' has no usual place", todo=f"Get it from {corpus.where}")
    return Path(corpus.path)


def read_corpus(
    name: str,
    path: str | Path,
    *,
    split: str | None = None,
    ids: Sequence[str] = (),
    languages: Sequence[str] = (),
    edition: str = "",
    parts: Sequence[str] = (),
) -> Iterator[Document]:
    """The documents of a corpus with their mentions and gold ids, as published.

    Every document has the publisher's split, if there is one, as `split` in `extra`. A mention
    without an id has no gold; one that names several concepts has several gold ids, and the
    published string as `composite` in `extra`.

    Args:
        name: a row of `CORPORA`.
        path: the publisher's archive, a folder, or a single file; gzip and xz are unpacked.
        split: one of the splits; all if not given.
        ids: vocabularies (`db_name`) whose ids are kept as gold; all if not given.
        languages: ISO 639-1 codes of the texts wanted; all if not given.
        edition: one of the editions; the first that is there if not given.
        parts: some of the parts; all if not given.

    Raises:
        SettingError: for something that the corpus does not have, with what it has.
        DataError: when nothing is found, or a file is not as published.
    """
    corpus = find_corpus(name)
    wanted = Wanted(
        split=_one(name, "split", split or "", corpus.splits),
        ids=_some(name, "ids", ids, corpus.ids),
        languages=_some(name, "language", languages, corpus.languages),
        edition=_one(name, "edition", edition, corpus.editions),
        parts=_some(name, "part", parts, corpus.parts),
    )
    module: Any = importlib.import_module(f"xnorm.corpora.{corpus.module}")
    place = Path(path)
    if place.name in ("", ".."):
        # Readers look at the folder's name: it may be that of a split or of a part.
        place = place.resolve()
    return _uniform(module.read(place, wanted), wanted, name, path)


def _one(name: str, what: str, value: str, known: Sequence[str]) -> str:
    return _some(name, what, [value], known)[0] if value else ""


def _some(name: str, what: str, values: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    for value in values:
        if not known:
            raise SettingError(f"'{name}' has no {what}", todo=f"Leave out '{value}'")
        if value not in known and known != ANY:
            raise SettingError(f"'{name}' has no {what} '{value}'", todo=did_you_mean(value, known))
    return tuple(values)


def _uniform(
    documents: Iterable[Document], wanted: Wanted, name: str, path: str | Path
) -> Iterator[Document]:
    seen: dict[str, int] = {}
    for document in documents:
        times = seen[document.id] = seen.get(document.id, 0) + 1
        if times > 1:
            extra = {"document_id": document.id, **document.extra}
            document = replace(document, id=f"{document.id}-{times}", extra=extra)
        yield _with_ids(document, wanted.ids) if wanted.ids else document
    if not seen:
        asked = f" of the split '{wanted.split}'" if wanted.split else ""
        raise DataError(
            f"no documents{asked} of '{name}' here",
            place=str(path),
            todo=f"Give the corpus as published; it is at {CORPORA[name].where}",
        )


def _with_ids(document: Document, vocabularies: Sequence[str]) -> Document:
    mentions = (
        replace(mention, gold=tuple(id for id in mention.gold if id.db_name in vocabularies))
        for mention in document.mentions
    )
    return replace(document, mentions=tuple(mentions))
