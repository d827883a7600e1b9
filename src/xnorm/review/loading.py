"""A corpus into the state of a review, where it is linked if nobody has done so before."""

from __future__ import annotations

import hashlib
import itertools
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from xnorm.document import Document
from xnorm.errors import DataError
from xnorm.files import sha256, unreadable
from xnorm.formats import open_documents
from xnorm.pipeline import BATCH, Linker
from xnorm.review.mentions import store_mention
from xnorm.review.state import create, facts_of, open_state, transaction
from xnorm.version import VERSION


class Loading(NamedTuple):
    """A state, and the documents that come into it while they are gone through.

    Attributes:
        connection: to the state.
        documents: that are not in it yet; none for a state that was finished before.
    """

    connection: sqlite3.Connection
    documents: Iterator[Document]


def state_path(corpus: Path) -> Path:
    """The state beside a corpus.

    >>> state_path(Path("ward/letters.json")).as_posix()
    'ward/letters.review.sqlite'
    """
    return corpus.with_name(f"{corpus.name.split('.')[0] or corpus.name}.review.sqlite")


def load_corpus(corpus: Path, state: Path, linker: Linker, *, language: str = "") -> Loading:
    """Opens the state of a corpus, or begins one; a beginning that was cut off goes on.

    The corpus is only read. Documents with candidates are taken as they are, others are linked.

    Args:
        corpus: a file or folder in any format.
        state: the SQLite file.
        linker: for documents without candidates.
        language: of documents that do not say theirs.

    Raises:
        DataError: when either cannot be read, or the state is of another corpus or terminology.
    """
    content = _digest(corpus)
    connection = _begun(state, content) or create(
        state,
        {
            "corpus": corpus.name,
            "content": content,
            "source": linker.index.kb.source,
            "index": linker.index.fingerprint,
            "fingerprint": linker.fingerprint,
            "xnorm": VERSION,
        },
    )
    facts = facts_of(connection)
    try:
        _check(facts, content, linker, corpus, state)
    except DataError:
        connection.close()
        raise
    if facts.get("complete"):
        return Loading(connection, iter(()))
    with_links = _linked(open_documents(corpus, language=language), linker, connection)
    return Loading(connection, with_links)


def _begun(state: Path, content: str) -> sqlite3.Connection | None:
    """The state, if there is one that somebody may have reviewed or that can go on."""
    if not state.exists():
        return None
    connection = open_state(state)
    facts = facts_of(connection)
    if facts.get("complete") or facts["content"] == content:
        return connection
    connection.close()
    for name in (state.name, f"{state.name}-wal", f"{state.name}-shm"):
        state.with_name(name).unlink(missing_ok=True)
    return None


def _linked(
    documents: Iterable[Document], linker: Linker, connection: sqlite3.Connection
) -> Iterator[Document]:
    (done,) = connection.execute("SELECT COUNT(*) FROM documents").fetchone()
    rest = itertools.islice(documents, done, None)
    while batch := list(itertools.islice(rest, BATCH)):
        linked = {one.id: one for one in linker.stream(filter(_lacks, batch))}
        batch = [linked.get(one.id, one) for one in batch]
        with transaction(connection):
            for document in batch:
                _store(connection, document)
        yield from batch
    with transaction(connection):
        connection.execute("INSERT INTO facts VALUES ('complete', 'yes')")


def _lacks(document: Document) -> bool:
    """Whether a document is still to be linked."""
    return not document.mentions or any(
        not mention.candidates and mention.link is None for mention in document.mentions
    )


def _store(connection: sqlite3.Connection, document: Document) -> None:
    number = connection.execute(
        "INSERT INTO documents (id, language, body) VALUES (?, ?, ?)",
        (document.id, document.language, msgspec.json.encode(replace(document, mentions=()))),
    ).lastrowid
    assert number is not None
    for mention in document.mentions:
        store_mention(connection, number, mention, document.language)


def _check(facts: dict[str, str], content: str, linker: Linker, corpus: Path, state: Path) -> None:
    if facts["content"] != content:
        raise DataError(
            f"made from another corpus, or {corpus.name} has changed since",
            place=str(state),
            todo="Name another file with --state, or bring the corpus back",
        )
    if facts["source"] != linker.index.kb.source:
        raise DataError(
            f"its concepts are of {facts['source']}, not of {linker.index.kb.source}",
            place=str(state),
            todo="Name an index of that terminology with --index, or another --state",
        )


def _digest(corpus: Path) -> str:
    """Of all bytes of a file, or of a folder's files with their names."""
    if not corpus.is_dir():
        try:
            return sha256(corpus)
        except OSError as error:
            raise unreadable(str(corpus), error) from error
    whole = hashlib.sha256()
    for file in sorted(path for path in corpus.rglob("*") if path.is_file()):
        whole.update(f"{file.relative_to(corpus)} {sha256(file)}\n".encode())
    return whole.hexdigest()
