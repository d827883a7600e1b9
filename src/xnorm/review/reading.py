"""What the page reads of a state: the queue in pages, one document, one mention, and changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Literal

import msgspec

from xnorm.document import ConceptId, Document, Mention
from xnorm.review.mentions import ITEM, item, item_of
from xnorm.review.model import Decision, Item, Snapshot
from xnorm.serve.messages import FoundCandidate, found

Show = Literal["open", "done", "all", "second", "disputed"]
Order = Literal["doubt", "text"]

_SHOWN: dict[str, str] = {
    "open": "m.status = 'open'",
    "done": "m.status != 'open'",
    "all": "TRUE",
    "second": (
        "EXISTS (SELECT 1 FROM votes v WHERE v.mention = m.number AND v.reviewer != :reviewer)"
        " AND NOT EXISTS"
        " (SELECT 1 FROM votes v WHERE v.mention = m.number AND v.reviewer = :reviewer)"
    ),
    "disputed": ("(SELECT COUNT(DISTINCT choice) FROM votes v WHERE v.mention = m.number) > 1"),
}

_NEW = "(w.decided = 0 AND w.lead = m.number)"

_ORDERS: dict[str, str] = {
    "doubt": (
        f"{_NEW} DESC, m.doubt * m.doubt * CASE WHEN {_NEW} THEN w.open ELSE 1 END DESC, m.number"
    ),
    "text": "m.document, m.start, m.number",
}


class Queue(msgspec.Struct, frozen=True):
    """A page of the queue, and how many mentions there are on all."""

    items: list[Item]
    total: int


class OpenedDocument(msgspec.Struct, frozen=True):
    """A document with its mentions in the order of the text."""

    number: int
    id: str
    language: str
    text: str
    items: list[Item]


class Event(msgspec.Struct, frozen=True):
    """A line of a mention's history."""

    number: int
    time: str
    reviewer: str
    action: str
    decision: Decision


class OpenedMention(msgspec.Struct, frozen=True):
    """A mention with its candidates and what was done with it.

    Attributes:
        item: as in the queue.
        candidates: best first, with evidence.
        reason: why the linker chose what it proposes.
        long_form: what the words abbreviate, where that is known.
        gold: concepts that the corpus states.
        rule: the concept that these words always mean; None without a rule.
        history: oldest first.
    """

    item: Item
    candidates: list[FoundCandidate]
    reason: str
    long_form: str
    gold: tuple[ConceptId, ...]
    rule: str | None
    history: list[Event]


class Changes(msgspec.Struct, frozen=True):
    """The number of the last action, and the mentions that actions after a given one changed.

    Attributes:
        complete: whether all of them are here; else what is shown is to be asked for again.
    """

    last: int
    items: list[Item]
    complete: bool = True


_MOST_CHANGES = 500


def queue(
    connection: sqlite3.Connection,
    *,
    show: Show = "open",
    order: Order = "doubt",
    offset: int = 0,
    limit: int = 50,
    reviewer: str = "",
) -> Queue:
    """A page of the mentions that are to be seen.

    Args:
        connection: to the state.
        show: open ones; decided ones; all; those that only others have decided (`second`); those
            that reviewers decided differently (`disputed`).
        order: `doubt`: words that nobody has decided yet come first, once each, by the square of
            their doubt times the number of open mentions of them (of the powers 1, 2 and 4, the
            one after which most of DisTEMIST's training documents were right); then the rest by
            doubt. `text`: as in the corpus.
        offset, limit: of the page.
        reviewer: for whom, with `second`.
    """
    given = {"reviewer": reviewer, "limit": limit, "offset": offset}
    where = _SHOWN[show]
    (total,) = connection.execute(
        f"SELECT COUNT(*) FROM mentions m WHERE {where}", given
    ).fetchone()
    rows = connection.execute(
        f"{ITEM} WHERE {where} ORDER BY {_ORDERS[order]} LIMIT :limit OFFSET :offset", given
    )
    return Queue([item_of(row) for row in rows], total)


def document(connection: sqlite3.Connection, number: int) -> OpenedDocument:
    """A document by its number.

    Raises:
        LookupError: when there is none.
    """
    read = stored_document(connection, number)
    rows = connection.execute(f"{ITEM} WHERE m.document = ? ORDER BY m.start, m.number", (number,))
    return OpenedDocument(number, read.id, read.language, read.text, [item_of(row) for row in rows])


def stored_document(connection: sqlite3.Connection, number: int) -> Document:
    """A document without its mentions.

    Raises:
        LookupError: when there is none.
    """
    row = connection.execute("SELECT body FROM documents WHERE number = ?", (number,)).fetchone()
    if row is None:
        raise LookupError(number)
    return msgspec.json.decode(row["body"], type=Document)


def mention(connection: sqlite3.Connection, number: int) -> OpenedMention:
    """A mention by its number.

    Raises:
        LookupError: when there is none.
    """
    seen = item(connection, number)
    row = connection.execute(
        "SELECT m.body, r.concept AS rule FROM mentions m LEFT JOIN rules r USING (wording)"
        " WHERE m.number = ?",
        (number,),
    ).fetchone()
    read = msgspec.json.decode(row["body"], type=Mention)
    log = connection.execute(
        "SELECT number, time, reviewer, action, after FROM actions WHERE mention = ?"
        " ORDER BY number",
        (number,),
    )
    return OpenedMention(
        item=seen,
        candidates=found(read.candidates),
        reason=read.link.reason if read.link else "",
        long_form=read.long_form,
        gold=read.gold,
        rule=row["rule"],
        history=[
            Event(
                number, time, reviewer, action, msgspec.json.decode(after, type=Snapshot).decision
            )
            for number, time, reviewer, action, after in log
        ],
    )


def changes(connection: sqlite3.Connection, since: int) -> Changes:
    """What has changed after an action."""
    (last,) = connection.execute("SELECT COALESCE(MAX(number), 0) FROM actions").fetchone()
    rows: Sequence[sqlite3.Row] = connection.execute(
        f"{ITEM} WHERE m.number IN (SELECT DISTINCT mention FROM actions WHERE number > ?)"
        " ORDER BY m.number LIMIT ?",
        (since, _MOST_CHANGES + 1),
    ).fetchall()
    items = [item_of(row) for row in rows[:_MOST_CHANGES]]
    return Changes(last, items, complete=len(rows) <= _MOST_CHANGES)


def types(connection: sqlite3.Connection) -> list[str]:
    """The types of mentions, most frequent first."""
    rows = connection.execute(
        "SELECT type FROM mentions GROUP BY type ORDER BY COUNT(*) DESC, type LIMIT 100"
    )
    return [row["type"] for row in rows]
