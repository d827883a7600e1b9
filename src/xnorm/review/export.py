"""What was reviewed, as documents with gold concepts and as a table of overrides."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from xnorm.decision.overrides import COLUMNS
from xnorm.document import ConceptId, Document, Mention
from xnorm.files import atomic_file
from xnorm.formats import FORMATS, output_format, write_output
from xnorm.review.mentions import decision_of
from xnorm.review.model import NIL
from xnorm.review.state import facts_of, open_state


class Exported(NamedTuple):
    """Numbers of what was written."""

    documents: int
    mentions: int
    rules: int


def export_review(
    state: Path,
    *,
    output: Path | None = None,
    format: str | None = None,
    overrides: Path | None = None,
    keep: bool = False,
) -> Exported:
    """Writes what was reviewed; a server that is running on the state is not disturbed.

    Args:
        state: the SQLite file.
        output: of documents with gold; none if not given.
        format: of the documents; by the name of the file, or BigBIO, if not given.
        overrides: the table of rules; none if not given.
        keep: open mentions too.

    Raises:
        DataError: when the state cannot be read, or something cannot be written.
        SettingError: for an unknown format.
    """
    documents = mentions = rules = 0
    with closing(open_state(state)) as connection:
        connection.execute("BEGIN")  # one moment, whatever a server writes meanwhile
        if output:
            chosen = output_format(format, FORMATS["bigbio"], str(output)).name

            def counted() -> Iterator[Document]:
                nonlocal documents, mentions
                for document in gold_documents(connection, keep=keep):
                    documents += 1
                    mentions += len(document.mentions)
                    yield document

            write_output(counted(), output, chosen)
        if overrides:
            rules = write_overrides(connection, overrides)
    return Exported(documents, mentions, rules)


def gold_documents(connection: sqlite3.Connection, *, keep: bool = False) -> Iterator[Document]:
    """Documents whose mentions have the reviewed concepts as gold; none for NIL.

    What was deleted is left out, and so is, unless `keep`, what is open: mentions, and documents
    without a decision. Every reviewed mention says `review` (reviewer, and when) besides.

    Args:
        connection: to the state.
        keep: open mentions stay as the linker left them, with a link but no gold of the review.
    """
    source = facts_of(connection)["source"]
    documents = connection.execute("SELECT number, body FROM documents ORDER BY number")
    for number, body in documents:
        rows = connection.execute(
            "SELECT m.*, (SELECT MAX(time) FROM actions WHERE mention = m.number) AS time"
            " FROM mentions m WHERE document = ? ORDER BY start, number",
            (number,),
        ).fetchall()
        if not keep and all(row["status"] == "open" for row in rows):
            continue
        mentions = tuple(
            _mention(row, source)
            for row in rows
            if row["status"] in ("linked", "nil") or (keep and row["status"] == "open")
        )
        yield _with(msgspec.json.decode(body, type=Document), mentions)


def write_overrides(connection: sqlite3.Connection, path: Path) -> int:
    """Writes the rules of `always this` for `xnorm link --overrides`, and gives their number.

    Raises:
        DataError: when the file cannot be written.
    """
    facts = facts_of(connection)
    rows = connection.execute(
        "SELECT r.text, r.concept, w.type, w.language FROM rules r"
        " JOIN wordings w ON w.number = r.wording ORDER BY w.folded, w.type, w.language"
    ).fetchall()
    # The action comes first: a line that began with a text could begin with #.
    columns = ("action", *(column for column in COLUMNS if column != "action"))
    lines = [
        f"# xnorm {facts['xnorm']}, reviewed links to {facts['source']}, index {facts['index']}",
        "\t".join(columns),
    ]
    for row in rows:
        ruled = {"text": row["text"], "type": row["type"], "language": row["language"]}
        if row["concept"] == NIL:
            ruled |= {"action": "never", "concept": ""}
        else:
            ruled |= {"action": "always", "concept": row["concept"]}
        lines.append("\t".join(" ".join(ruled[column].split()) for column in columns))
    with atomic_file(path) as stream:
        stream.write("".join(f"{line}\n" for line in lines).encode())
    return len(rows)


def _mention(row: sqlite3.Row, source: str) -> Mention:
    mention = msgspec.json.decode(row["body"], type=Mention)
    if row["status"] == "open":
        return mention
    decision = decision_of(row)
    gold = (ConceptId(source, decision.concept),) if decision.concept else ()
    review = {"reviewer": decision.reviewer, "time": row["time"]}
    return replace(
        mention, gold=gold, candidates=(), link=None, extra={**mention.extra, "review": review}
    )


def _with(document: Document, mentions: tuple[Mention, ...]) -> Document:
    """The document with these mentions, and nothing that speaks of others."""
    known = {mention.id for mention in mentions} | {event.id for event in document.events}
    events = tuple(one for one in document.events if all(id in known for _, id in one.arguments))
    known = {mention.id for mention in mentions} | {event.id for event in events}
    coreferences = (
        replace(one, mentions=tuple(id for id in one.mentions if id in known))
        for one in document.coreferences
    )
    return replace(
        document,
        mentions=mentions,
        events=events,
        coreferences=tuple(one for one in coreferences if len(one.mentions) > 1),
        relations=tuple(
            one for one in document.relations if one.arg1 in known and one.arg2 in known
        ),
    )
