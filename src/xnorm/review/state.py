"""The state of a review: one SQLite file, whose log of actions is only ever added to.

`actions` says who did what, when, with what was before and what is after; `mentions`, `votes` and
`rules` say what follows from it, changed in the same transaction. A transaction is on disk before
anybody hears of it (write-ahead log, synchronous=FULL).
Source: https://www.sqlite.org/wal.html, https://www.sqlite.org/pragma.html#pragma_synchronous.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from xnorm.errors import DataError

FORMAT = "1"

_TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE documents (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, language TEXT NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE TABLE wordings (
  number INTEGER PRIMARY KEY, folded TEXT NOT NULL, type TEXT NOT NULL, language TEXT NOT NULL,
  open INTEGER NOT NULL DEFAULT 0, decided INTEGER NOT NULL DEFAULT 0, lead INTEGER,
  UNIQUE (folded, type, language)
) STRICT;
CREATE TABLE mentions (
  number INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents,
  wording INTEGER NOT NULL REFERENCES wordings, start INTEGER NOT NULL, text TEXT NOT NULL,
  type TEXT NOT NULL, spans TEXT NOT NULL, proposal TEXT NOT NULL, proposal_name TEXT NOT NULL,
  doubt REAL NOT NULL, body BLOB NOT NULL, status TEXT NOT NULL DEFAULT 'open',
  concept TEXT NOT NULL DEFAULT '', name TEXT NOT NULL DEFAULT '',
  reviewer TEXT NOT NULL DEFAULT '', version INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX of_document ON mentions (document, start);
CREATE INDEX of_wording ON mentions (wording);
CREATE TABLE rules (
  wording INTEGER PRIMARY KEY REFERENCES wordings, text TEXT NOT NULL, concept TEXT NOT NULL
) STRICT;
CREATE TABLE votes (
  mention INTEGER NOT NULL REFERENCES mentions, reviewer TEXT NOT NULL, choice TEXT NOT NULL,
  PRIMARY KEY (mention, reviewer)
) STRICT, WITHOUT ROWID;
CREATE TABLE actions (
  number INTEGER PRIMARY KEY, time TEXT NOT NULL, reviewer TEXT NOT NULL, action TEXT NOT NULL,
  document INTEGER NOT NULL, mention INTEGER NOT NULL REFERENCES mentions, before TEXT NOT NULL,
  after TEXT NOT NULL, cause INTEGER REFERENCES actions, undoes INTEGER REFERENCES actions
) STRICT;
CREATE INDEX of_mention ON actions (mention);
CREATE INDEX of_reviewer ON actions (reviewer);
CREATE INDEX undone ON actions (undoes);
CREATE INDEX caused ON actions (cause);
CREATE TRIGGER no_change BEFORE UPDATE ON actions
  BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END;
CREATE TRIGGER no_loss BEFORE DELETE ON actions
  BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END;
"""


def create(path: Path, facts: Mapping[str, str]) -> sqlite3.Connection:
    """A new state with these facts, and no documents yet.

    Raises:
        DataError: when it cannot be written.
    """
    with _named(path):
        connection = _connected(path)
        with transaction(connection):
            for statement in _statements():
                connection.execute(statement)
            connection.executemany(
                "INSERT INTO facts VALUES (?, ?)", [*facts.items(), ("format", FORMAT)]
            )
    return connection


def open_state(path: Path) -> sqlite3.Connection:
    """A state that is there already.

    Raises:
        DataError: when there is none, or the file is something else.
    """
    if not path.is_file():
        raise DataError("no such file", place=str(path), todo="Start one with: xnorm review CORPUS")
    if not path.stat().st_size:  # which SQLite would make a database of
        raise _foreign(path)
    with _named(path):
        connection = _connected(path)
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    if not {"facts", "actions"} <= tables:
        connection.close()
        raise _foreign(path)
    found = facts_of(connection).get("format")
    if found != FORMAT:
        connection.close()
        raise DataError(
            f"a review of format {found}, not {FORMAT}",
            place=str(path),
            todo="Open it with the version of xnorm that made it",
        )
    return connection


def facts_of(connection: sqlite3.Connection) -> dict[str, str]:
    """What was said of the state when it was made."""
    with closing(connection.execute("SELECT name, value FROM facts")) as rows:
        return dict(rows)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; when the block has ended without an error, it is on disk."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk may have rolled it back already
            connection.execute("ROLLBACK")
        raise


def _connected(path: Path) -> sqlite3.Connection:
    # Used by one thread at a time, but not always by the one that opened it.
    connection = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    try:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _statements() -> Iterator[str]:
    statement = ""
    for line in _TABLES.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB":
            raise _foreign(path) from error
        raise DataError(
            f"cannot be used ({error})", place=str(path), todo="Check its rights and the free space"
        ) from error


def _foreign(path: Path) -> DataError:
    return DataError("no review", place=str(path), todo="Name another file, or delete it")
