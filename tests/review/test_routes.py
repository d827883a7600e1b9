"""The page is answered over HTTP: what it needs, and problems where something is refused."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.strategies import json_values

from xnorm.review.reading import changes

SECRET = "0123456789abcdef"
OPEN = {"status": "open"}


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["status"] == status
    return found


def act(client: Any, number: int, **what: Any) -> Any:
    return client.post(f"/review/mentions/{number}", json=what)


def test_the_session_says_whose_review_of_what_it_is(client: Any, linker: Any) -> None:
    found = client.get("/review/session").json()
    assert (found["reviewer"], found["named"]) == ("ana", False)
    assert (found["corpus"], found["source"]) == ("corpus.json", "T")
    assert found["fingerprint"] == linker.fingerprint


def test_the_queue_comes_in_pages(client: Any) -> None:
    first = client.get("/review/queue?limit=3").json()
    second = client.get("/review/queue?limit=3&offset=3").json()
    assert (len(first["items"]), first["total"]) == (3, 8)
    assert not {one["number"] for one in first["items"]} & {
        one["number"] for one in second["items"]
    }


def test_a_document_and_a_mention_say_what_is_shown(client: Any) -> None:
    document = client.get("/review/documents/1").json()
    assert document["text"].startswith("🧑‍⚕️ Fever")
    assert [one["text"] for one in document["items"]] == [
        "Fever", "head pain", "fever", "seizures", "vomiting",
    ]  # fmt: skip
    mention = client.get("/review/mentions/2").json()
    assert mention["item"]["decision"] == OPEN
    best = mention["candidates"][0]
    assert (best["db_id"], best["evidence"][0]["retriever"]) == ("T:01", "exact")


def test_an_action_is_answered_with_the_mention_and_seen_by_others(client: Any) -> None:
    done = act(client, 1, action="always", concept="T:05", version=0, reviewer=" ben ").json()
    assert done["item"]["decision"] == {
        "status": "linked", "concept": "T:05", "name": "Fever", "reviewer": "ben",
    }  # fmt: skip
    assert done["others"] == 2
    seen = client.get("/review/changes?since=0").json()
    assert [one["number"] for one in seen["items"]] == [1, 3, 6]
    assert seen["last"] == done["last"] == 3
    assert client.get("/review/changes?since=3").json()["items"] == []
    assert client.get("/review/progress").json()["linked"] == 3
    history = client.get("/review/mentions/3").json()["history"]
    assert [(one["action"], one["reviewer"]) for one in history] == [("always", "ben")]
    undone = client.post("/review/undo", json={"reviewer": "ben"}).json()
    assert (undone["item"]["decision"], undone["others"]) == (OPEN, 2)


def test_a_stale_window_is_told_what_holds(client: Any) -> None:
    act(client, 1, action="nil", version=0)
    found = problem(act(client, 1, action="accept", version=0), 409)
    assert found["detail"] == "ana has changed this mention in the meantime. " + (
        "Nothing of yours was stored."
    )
    assert (found["item"]["decision"]["status"], found["item"]["version"]) == ("nil", 1)


def test_words_become_a_mention_with_candidates(client: Any) -> None:
    text = client.get("/review/documents/2").json()["text"]
    start = text.index("attack")
    answer = client.post(
        "/review/documents/2/mentions", json={"start": start, "end": start + 6, "type": "SIGN"}
    )
    assert answer.status_code == 201
    item = answer.json()["item"]
    assert (item["text"], item["type"], item["decision"]) == ("attack", "SIGN", OPEN)
    found = client.get(f"/review/mentions/{item['number']}").json()
    assert found["candidates"][0]["db_id"] == "T:03"


def test_a_concept_is_placed_between_others(client: Any) -> None:
    found = client.get("/review/place?id=T:01").json()
    assert found["concept"]["names"][0]["text"] == "Headache"
    assert (found["parents"], found["children"], found["more"]) == ([], [], 0)


@pytest.mark.parametrize(
    ("path", "body", "status", "detail"),
    [
        ("mentions/99", {"action": "nil", "version": 0}, 404, "no such mention"),
        ("mentions/1", {"action": "link", "version": 0, "concept": "T:99"}, 404, "no concept"),
        ("mentions/1", {"action": "link", "version": 0}, 409, "Name the concept"),
        ("mentions/1", {"action": "burn", "version": 0}, 400, "action"),
        ("mentions/1", {"action": "nil"}, 400, "version"),
        ("mentions/1", {"action": "nil", "version": 0, "reviewer": "a" * 61}, 400, "reviewer"),
        ("documents/9/mentions", {"start": 0, "end": 1}, 404, "no such"),
        ("documents/1/mentions", {"start": 5, "end": 5000}, 400, "outside the text"),
        ("documents/1/mentions", {"start": 0, "end": 50}, 413, "40 characters"),
        ("undo", {}, 409, "nothing that could be undone"),
    ],
)
def test_what_cannot_be_done_is_a_problem(
    client: Any, review: sqlite3.Connection, path: str, body: Any, status: int, detail: str
) -> None:
    assert detail in problem(client.post(f"/review/{path}", json=body), status)["detail"]
    assert changes(review, 0).last == 0


def test_unknown_numbers_and_places_are_not_found(client: Any) -> None:
    for path in ("documents/99", "mentions/99", "place?id=T:99", "other"):
        problem(client.get(f"/review/{path}"), 404)
    for query in ("offset=-1", "limit=0", "limit=201", "show=some", "order=x"):
        problem(client.get(f"/review/queue?{query}"), 400)


def test_other_pages_cannot_make_a_browser_act(client: Any) -> None:
    form = {"Content-Type": "text/plain"}
    problem(client.post("/review/undo", content=b"{}", headers=form), 415)
    problem(client.get("/review/queue", headers={"Host": "evil.example"}), 421)


def test_a_full_disk_is_told_and_nothing_is_lost(client: Any, review: sqlite3.Connection) -> None:
    act(client, 1, action="nil", version=0)
    (pages,) = review.execute("PRAGMA page_count").fetchone()
    review.execute(f"PRAGMA max_page_count = {pages}")
    version, answer = 1, None
    while answer is None or answer.is_success:  # until the last page is full
        answer = act(client, 1, action="accept", version=version)
        version += 1
        assert version < 2000
    assert "disk is full" in problem(answer, 507)["detail"]
    assert not review.in_transaction
    held = client.get("/review/mentions/1").json()
    assert held["item"]["version"] == len(held["history"]) == version - 1
    review.execute(f"PRAGMA max_page_count = {pages + 1000}")
    assert act(client, 1, action="nil", version=version - 1).is_success


def test_a_state_that_is_in_use_asks_to_come_back(
    client: Any, review: sqlite3.Connection, state: Path
) -> None:
    review.execute("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(state, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = act(client, 1, action="nil", version=0)
    problem(answer, 503)
    assert answer.headers["retry-after"] == "2"
    other.execute("ROLLBACK")
    other.close()
    assert act(client, 1, action="nil", version=0).is_success


def test_with_tokens_their_names_are_the_reviewers(
    open_client: Callable[[Path], Any], tmp_path: Path
) -> None:
    tokens = tmp_path / "tokens.txt"
    tokens.write_text(f"{SECRET} ward\n", encoding="utf-8")
    client = open_client(tokens)
    for path in ("session", "queue", "documents/1", "mentions/1", "changes", "progress"):
        problem(client.get(f"/review/{path}"), 401)
    for path in ("mentions/1", "documents/1/mentions", "undo"):
        problem(client.post(f"/review/{path}", json={}), 401)
    assert client.get("/").status_code == 200
    client.headers["Authorization"] = f"Bearer {SECRET}"
    session = client.get("/review/session").json()
    assert (session["reviewer"], session["named"]) == ("ward", True)
    done = act(client, 1, action="nil", version=0, reviewer="somebody").json()
    assert done["item"]["decision"]["reviewer"] == "ward"


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(["mentions/1", "mentions/0", "documents/1/mentions", "undo"]),
    st.dictionaries(
        st.sampled_from(["action", "version", "concept", "reviewer", "start", "end", "type"]),
        json_values() | st.sampled_from(["nil", "T:01", "accept", 0, 1, 5, 2**70, "\ud800"]),
        max_size=5,
    ),
)
def test_no_json_fails_the_service(client: Any, path: str, body: Any) -> None:
    content = json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    answer = client.post(f"/review/{path}", content=content, headers=headers)
    assert answer.status_code < 500, answer.text
