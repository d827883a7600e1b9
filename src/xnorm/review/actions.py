"""What reviewers do, each a transaction that adds to the log and changes what follows from it."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from xnorm.document import Mention
from xnorm.review.mentions import count, decision_of, item, store_mention
from xnorm.review.model import Act, Decision, Done, Snapshot, Stale
from xnorm.review.state import transaction
from xnorm.text.normal import fold


class Refusal(Exception):
    """Why an action cannot be done, as a sentence."""


class _Change(NamedTuple):
    """A row of the log to be."""

    action: str
    reviewer: str
    mention: int
    before: Snapshot
    after: Snapshot
    cause: int | None = None
    undoes: int | None = None


def act(
    connection: sqlite3.Connection, number: int, what: Act, reviewer: str, name: str = ""
) -> Done:
    """Decides a mention; with `always` and `never`, the open ones of the same words too.

    Args:
        connection: to the state.
        number: of the mention.
        what: to do.
        reviewer: who does it.
        name: of the concept, where one is named.

    Raises:
        Stale: when the mention has another version by now.
        Refusal: when it makes no sense.
        LookupError: when there is no such mention.
    """
    with transaction(connection):
        seen = item(connection, number)
        if seen.version != what.version:
            raise Stale(seen)
        decision = _decision(what, seen.proposal, seen.proposal_name, reviewer, name)
        if what.action == "accept" and what.concept not in ("", seen.proposal):
            raise Refusal("What is accepted is not what was proposed. Link it to the concept.")
        general = what.action in ("always", "never")
        if general and not fold(seen.text):
            raise Refusal("Words without letters and digits cannot have a rule.")
        before = _snapshot(connection, number, reviewer)
        rule = decision.choice if general else before.rule
        after = Snapshot(decision, decision.choice, rule)
        root = _write(connection, _Change(what.action, reviewer, number, before, after))
        others = _same_words(connection, number) if general else ()
        for other in others:
            was = _snapshot(connection, other, reviewer)
            becomes = Snapshot(decision, was.vote, rule)
            _write(connection, _Change(what.action, reviewer, other, was, becomes, root))
    return _done(connection, number, len(others))


def add(connection: sqlite3.Connection, document: int, mention: Mention, reviewer: str) -> Done:
    """A new open mention with its candidates.

    Raises:
        Refusal: when the document has one of the same characters already.
    """
    with transaction(connection):
        spans = msgspec.json.encode(mention.spans).decode()
        language = connection.execute(
            "SELECT language FROM documents WHERE number = ?", (document,)
        ).fetchone()["language"]
        if connection.execute(
            "SELECT 1 FROM mentions WHERE document = ? AND spans = ? AND status != 'deleted'",
            (document, spans),
        ).fetchone():
            raise Refusal("There is a mention of these characters already.")
        (last,) = connection.execute("SELECT MAX(number) FROM mentions").fetchone()
        named = msgspec.structs.replace(mention, id=f"review-{(last or 0) + 1}")
        number = store_mention(connection, document, named, language)
        after = _snapshot(connection, number, reviewer)
        before = Snapshot(Decision("deleted"), rule=after.rule)
        _write(connection, _Change("add", reviewer, number, before, after))
    return _done(connection, number, 0)


def undo(connection: sqlite3.Connection, reviewer: str) -> Done:
    """Takes back a reviewer's last action that still stands, with what it did to other mentions.

    Other mentions that somebody has changed since stay as they are.

    Raises:
        Refusal: when there is nothing to take back.
        Stale: when somebody else has changed the mention since.
    """
    with transaction(connection):
        last, *followed = _standing(connection, reviewer)
        root = _take_back(connection, last, reviewer)
        if root is None:
            raise Stale(item(connection, last["mention"]))
        made = [_take_back(connection, row, reviewer, root) for row in followed]
    kept = made.count(None)
    done = _done(connection, last["mention"], len(made) - kept)
    return msgspec.structs.replace(done, kept=kept)


def _standing(connection: sqlite3.Connection, reviewer: str) -> list[sqlite3.Row]:
    """A reviewer's last action that is not undone, and what followed from it."""
    last = connection.execute(
        "SELECT number FROM actions a WHERE reviewer = ? AND cause IS NULL AND undoes IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM actions WHERE undoes = a.number)"
        " ORDER BY number DESC LIMIT 1",
        (reviewer,),
    ).fetchone()
    if last is None:
        raise Refusal("You have done nothing that could be undone.")
    return connection.execute(
        "SELECT * FROM actions WHERE number = ?1 OR cause = ?1 ORDER BY number", (last["number"],)
    ).fetchall()


def _take_back(
    connection: sqlite3.Connection, row: sqlite3.Row, reviewer: str, root: int | None = None
) -> int | None:
    """Undoes a row of the log; None, and nothing done, when its mention was changed since."""
    now = _snapshot(connection, row["mention"], reviewer)
    before, after = (msgspec.json.decode(row[side], type=Snapshot) for side in ("before", "after"))
    if now.decision != after.decision:
        return None
    rule = before.rule if now.rule == after.rule else now.rule
    back = Snapshot(before.decision, before.vote, rule)
    return _write(
        connection, _Change("undo", reviewer, row["mention"], now, back, root, row["number"])
    )


def _decision(what: Act, proposal: str, proposal_name: str, reviewer: str, name: str) -> Decision:
    if what.action == "delete":
        return Decision("deleted", reviewer=reviewer)
    if what.action in ("link", "always") and not what.concept:
        raise Refusal("Name the concept to link to.")
    concept = what.concept
    if what.action == "accept":
        concept, name = proposal, proposal_name
    if what.action in ("nil", "never") or not concept:
        return Decision("nil", reviewer=reviewer)
    return Decision("linked", concept, name, reviewer)


def _snapshot(connection: sqlite3.Connection, number: int, reviewer: str) -> Snapshot:
    row = connection.execute(
        "SELECT m.*, v.choice AS vote, r.concept AS rule FROM mentions m"
        " LEFT JOIN votes v ON v.mention = m.number AND v.reviewer = ?"
        " LEFT JOIN rules r ON r.wording = m.wording WHERE m.number = ?",
        (reviewer, number),
    ).fetchone()
    return Snapshot(decision_of(row), row["vote"], row["rule"])


def _same_words(connection: sqlite3.Connection, number: int) -> list[int]:
    """The other open mentions of a mention's words."""
    rows = connection.execute(
        "SELECT number FROM mentions WHERE status = 'open' AND number != ?1"
        " AND wording = (SELECT wording FROM mentions WHERE number = ?1) ORDER BY number",
        (number,),
    )
    return [row["number"] for row in rows]


def _write(connection: sqlite3.Connection, change: _Change) -> int:
    """Adds to the log and makes it so; gives the number of the row."""
    before, after = change.before, change.after
    row = connection.execute(
        "SELECT document, wording, text FROM mentions WHERE number = ?", (change.mention,)
    ).fetchone()
    made = connection.execute(
        "INSERT INTO actions (time, reviewer, action, document, mention, before, after, cause,"
        " undoes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            datetime.now(UTC).isoformat(timespec="seconds"),
            change.reviewer,
            change.action,
            row["document"],
            change.mention,
            msgspec.json.encode(before).decode(),
            msgspec.json.encode(after).decode(),
            change.cause,
            change.undoes,
        ),
    ).lastrowid
    assert made is not None
    decision = after.decision
    connection.execute(
        "UPDATE mentions SET status = ?, concept = ?, name = ?, reviewer = ?, version = version + 1"
        " WHERE number = ?",
        (decision.status, decision.concept, decision.name, decision.reviewer, change.mention),
    )
    if change.action != "add":
        for status, by in ((before.decision.status, -1), (decision.status, 1)):
            count(connection, row["wording"], "open" if status == "open" else "decided", by)
    if before.vote != after.vote:
        _set_vote(connection, change.mention, change.reviewer, after.vote)
    if before.rule != after.rule:
        _set_rule(connection, row["wording"], row["text"], after.rule)
    return made


def _set_vote(
    connection: sqlite3.Connection, mention: int, reviewer: str, choice: str | None
) -> None:
    if choice is None:
        connection.execute(
            "DELETE FROM votes WHERE mention = ? AND reviewer = ?", (mention, reviewer)
        )
    else:
        connection.execute(
            "INSERT OR REPLACE INTO votes VALUES (?, ?, ?)", (mention, reviewer, choice)
        )


def _set_rule(connection: sqlite3.Connection, wording: int, text: str, rule: str | None) -> None:
    if rule is None:
        connection.execute("DELETE FROM rules WHERE wording = ?", (wording,))
    else:
        connection.execute("INSERT OR REPLACE INTO rules VALUES (?, ?, ?)", (wording, text, rule))


def _done(connection: sqlite3.Connection, number: int, others: int) -> Done:
    (last,) = connection.execute("SELECT MAX(number) FROM actions").fetchone()
    return Done(item(connection, number), others, last)
