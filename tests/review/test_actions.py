"""What reviewers do is kept in a log that is only added to, and can be taken back."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xnorm.document import mention_at
from xnorm.review.actions import Refusal, act, add, undo
from xnorm.review.agreement import progress
from xnorm.review.mentions import item
from xnorm.review.model import Act, Decision, Done, Item, Stale
from xnorm.review.reading import changes, mention, queue

FEVER, HEAD, LATER, SEIZURES = 1, 2, 3, 4
"""Numbers of mentions of the first document."""


def do(
    review: sqlite3.Connection, number: int, action: Any, concept: str = "", who: str = "ana"
) -> Done:
    """An action on the mention as it is now."""
    version = item(review, number).version
    name = "some name" if concept else ""
    return act(review, number, Act(action, version, concept), who, name)


def decisions(review: sqlite3.Connection) -> list[str]:
    """What holds for every mention."""
    return [one.decision.choice for one in queue(review, show="all", order="text").items]


def test_every_action_decides_as_it_says(review: sqlite3.Connection) -> None:
    assert do(review, FEVER, "accept").item.decision == Decision("linked", "T:05", "Fever", "ana")
    assert do(review, HEAD, "link", "T:04").item.decision.concept == "T:04"
    assert do(review, LATER, "nil").item.decision == Decision("nil", reviewer="ana")
    assert do(review, SEIZURES, "delete").item.decision == Decision("deleted", reviewer="ana")
    assert decisions(review)[:5] == ["T:05", "T:04", "NIL", "deleted", ""]
    found = progress(review)
    assert (found.open, found.linked, found.nil, found.deleted) == (4, 2, 1, 1)
    assert found.reviewers == {"ana": 4}


def test_always_decides_the_open_mentions_of_the_same_words(review: sqlite3.Connection) -> None:
    do(review, LATER, "nil")
    assert do(review, FEVER, "always", "T:01").others == 1  # in the other document
    assert decisions(review) == ["T:01", "", "NIL", "", "", "T:01", "", ""]
    assert mention(review, LATER).rule == "T:01"
    assert progress(review).reviewers == {"ana": 2}  # what followed by itself is nobody's vote


def test_undo_takes_back_always_with_all_that_followed(review: sqlite3.Connection) -> None:
    do(review, FEVER, "always", "T:05")
    do(review, LATER, "link", "T:01")  # changed since: it stays
    do(review, HEAD, "nil")
    assert undo(review, "ana").item.number == HEAD
    assert undo(review, "ana").item.number == LATER
    do(review, LATER, "link", "T:01", who="ben")
    done = undo(review, "ana")
    assert (done.item.number, done.others, done.kept) == (FEVER, 1, 1)
    assert decisions(review) == ["", "", "T:01", "", "", "", "", ""]
    assert mention(review, FEVER).rule is None
    with pytest.raises(Refusal, match="nothing that could be undone"):
        undo(review, "ana")


def test_what_somebody_else_has_changed_is_not_overwritten(review: sqlite3.Connection) -> None:
    act(review, FEVER, Act("accept", 0), "ana")
    with pytest.raises(Stale) as raised:
        act(review, FEVER, Act("nil", 0), "ben")
    assert raised.value.item.decision.reviewer == "ana"
    act(review, FEVER, Act("nil", 1), "ben")
    with pytest.raises(Stale):
        undo(review, "ana")
    assert decisions(review)[0] == "NIL"


def test_a_new_mention_is_open_and_undone_by_deleting_it(review: sqlite3.Connection) -> None:
    new = mention_at("🧑‍⚕️ Fever and head", [(4, 18)], id="new", type="SIGN")
    number = add(review, 1, new, "ana").item.number
    assert item(review, number).decision.status == "open"
    assert progress(review).open == 9
    with pytest.raises(Refusal, match="already"):
        add(review, 1, new, "ben")
    undo(review, "ana")
    assert item(review, number).decision.status == "deleted"
    assert progress(review).open == 8
    assert add(review, 1, new, "ben").item.number == number + 1


@pytest.mark.parametrize(
    ("what", "message"),
    [
        (Act("link", 0), "Name the concept"),
        (Act("accept", 0, "T:09"), "not what was proposed"),
    ],
)
def test_what_makes_no_sense_is_refused_and_not_kept(
    review: sqlite3.Connection, what: Act, message: str
) -> None:
    with pytest.raises(Refusal, match=message):
        act(review, FEVER, what, "ana")
    assert changes(review, 0).last == 0


def test_words_without_letters_have_no_rule(review: sqlite3.Connection) -> None:
    plus = mention_at("+ a", [(0, 1)], id="new")
    number = add(review, 1, plus, "ana").item.number
    with pytest.raises(Refusal, match="letters"):
        do(review, number, "always", "T:01")


def test_the_log_is_only_added_to(review: sqlite3.Connection) -> None:
    do(review, FEVER, "accept")
    for change in ("UPDATE actions SET reviewer = 'x'", "DELETE FROM actions"):
        with pytest.raises(sqlite3.IntegrityError, match="only added to"):
            review.execute(change)


def test_new_words_come_first_by_doubt_and_number(review: sqlite3.Connection) -> None:
    before = queue(review).items
    assert len({one.text.lower() for one in before[:6]}) == 6  # each of the words once
    gains = [one.doubt**2 * one.repeats for one in before[:6]]
    assert gains == sorted(gains, reverse=True)
    do(review, before[0].number, "accept")
    left = [one.text.lower() for one in queue(review).items]
    if before[0].text.lower() in left:
        assert left.index(before[0].text.lower()) >= 5
    assert [one.number for one in queue(review, offset=2, limit=3).items] == [
        one.number for one in queue(review).items[2:5]
    ]


def test_a_second_look_is_at_what_only_others_have_decided(review: sqlite3.Connection) -> None:
    do(review, FEVER, "accept")
    do(review, HEAD, "nil")
    assert [
        one.number for one in queue(review, show="second", order="text", reviewer="ben").items
    ] == [
        FEVER,
        HEAD,
    ]
    do(review, FEVER, "accept", who="ben")
    do(review, HEAD, "link", "T:04", who="ben")
    assert queue(review, show="second", reviewer="ben").total == 0
    assert [one.number for one in queue(review, show="disputed").items] == [HEAD]
    assert progress(review).agreement.share == 0.5


def _everything(review: sqlite3.Connection) -> tuple[Any, ...]:
    items: list[Item] = queue(review, show="all", order="text").items
    rows = (
        review.execute(f"SELECT * FROM {table}").fetchall()
        for table in ("wordings", "rules", "votes")
    )
    return [(one.number, one.decision) for one in items], *(list(map(tuple, part)) for part in rows)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 8),
            st.sampled_from(["accept", "link", "nil", "always", "never", "delete"]),
            st.sampled_from(["T:01", "T:05"]),
        ),
        max_size=8,
    )
)
def test_undoing_everything_gives_back_the_beginning(
    review: sqlite3.Connection, done: list[tuple[int, str, str]]
) -> None:
    before = _everything(review)
    for number, action, concept in done:
        do(review, number, action, concept if action in ("link", "always") else "")
    for _ in done:
        undo(review, "ana")
    assert _everything(review) == before
