"""Mentions as rows of the state, grouped by their words, which one correction teaches about."""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec

from xnorm.document import Mention, Span
from xnorm.index.exact import normal_form
from xnorm.review.doubt import doubt, proposal
from xnorm.review.model import Decision, Item

_KEPT = 20
"""Candidates of a mention that are kept for the page."""

ITEM = """
SELECT m.number, m.document, d.id AS document_id, m.text, m.type, m.spans, d.language, m.status,
  m.concept, m.name, m.reviewer, m.version, m.proposal, m.proposal_name, m.doubt, w.open AS repeats
FROM mentions m JOIN documents d ON d.number = m.document JOIN wordings w ON w.number = m.wording
"""
"""The columns of an `Item`; conditions and an order may follow."""


def store_mention(
    connection: sqlite3.Connection, document: int, mention: Mention, language: str
) -> int:
    """Writes an open mention within a transaction, and gives its number."""
    key = (normal_form(mention.surface), mention.type, language)
    connection.execute(
        "INSERT INTO wordings (folded, type, language) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", key
    )
    (wording,) = connection.execute(
        "SELECT number FROM wordings WHERE (folded, type, language) = (?, ?, ?)", key
    ).fetchone()
    concept, name = proposal(mention)
    kept = msgspec.structs.replace(mention, candidates=mention.candidates[:_KEPT])
    made = connection.execute(
        "INSERT INTO mentions (document, wording, start, text, type, spans, proposal,"
        " proposal_name, doubt, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            document,
            wording,
            mention.start,
            mention.surface,
            mention.type,
            msgspec.json.encode(mention.spans).decode(),
            concept,
            name,
            doubt(mention),
            msgspec.json.encode(kept),
        ),
    ).lastrowid
    assert made is not None
    count(connection, wording, "open", 1)
    connection.execute(
        "UPDATE wordings SET lead = ? WHERE number = ? AND NOT EXISTS"
        " (SELECT 1 FROM mentions WHERE number = lead AND doubt >= ?)",
        (made, wording, doubt(mention)),
    )
    return made


def count(connection: sqlite3.Connection, wording: int, column: str, by: int) -> None:
    """Counts open or decided mentions of a wording up or down."""
    connection.execute(
        f"UPDATE wordings SET {column} = {column} + ? WHERE number = ?", (by, wording)
    )


def item_of(row: Any) -> Item:
    """A row of `ITEM`."""
    return Item(
        number=row["number"],
        document=row["document"],
        document_id=row["document_id"],
        text=row["text"],
        type=row["type"],
        spans=msgspec.json.decode(row["spans"], type=tuple[Span, ...]),
        language=row["language"],
        decision=decision_of(row),
        version=row["version"],
        proposal=row["proposal"],
        proposal_name=row["proposal_name"],
        doubt=row["doubt"],
        repeats=row["repeats"],
    )


def decision_of(row: Any) -> Decision:
    """The decision in a row of `mentions`."""
    return Decision(row["status"], row["concept"], row["name"], row["reviewer"])


def item(connection: sqlite3.Connection, number: int) -> Item:
    """A mention by its number.

    Raises:
        LookupError: when there is none.
    """
    row = connection.execute(f"{ITEM} WHERE m.number = ?", (number,)).fetchone()
    if row is None:
        raise LookupError(number)
    return item_of(row)
