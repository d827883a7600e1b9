"""What cannot be answered is refused with a problem that says why, and never fails the service."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.strategies import json_values, texts

from xnorm.document import Document
from xnorm.errors import IndexProblem, SettingError
from xnorm.serve.settings import Limits, ServeSettings, index_names

JSON = {"Content-Type": "application/json"}


def problem(answer: Any, status: int) -> str:
    """The detail of a problem, which has to be one."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert (found["status"], found["type"]) == (status, "about:blank")
    assert found["title"]
    assert "Traceback" not in answer.text
    return str(found["detail"])


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "The body is empty"),
        (b"{", "truncated"),
        (b'{"documents": [}', "malformed"),
        (b"null", "Expected `object`, got `null`"),
        (b'{"documents": [{"text": 1}]}', "documents[0].text: Expected `str`, got `int`"),
        (b'{"documents": [{"txt": "a"}]}', "documents[0]: "),
        (b'{"documents": [{"text": "\xff"}]}', "not JSON in UTF-8"),
        ('{"documents": [{"text": "é"}]}'.encode("utf-16"), "malformed"),
        (b'{"documents": [{"text": "\\ud800"}]}', ""),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"x":' + b"[" * 100_000, "nested too deeply"),
        (b'{"candidates": 99}', "candidates: Expected `int` <= 64"),
        (b'{"mentions": [{"text": ""}]}', "mentions[0].text: "),
        (b'{"documents": [{"text": "a", "language": "xx"}]}', "documents[0].language: unknown"),
        (
            b'{"documents": [{"text": "ab", "mentions": [{"start": 1, "end": 5}]}]}',
            "documents[0].mentions[0]: offsets 1-5 lie outside the text of 2 characters",
        ),
        (
            b'{"documents": [{"text": "ab", "mentions": [{"start": 2, "end": 1}]}]}',
            "documents[0].mentions[0]: offsets 2-1",
        ),
        (
            b'{"documents": [{"text": "ab", "mentions": ['
            b'{"start": 0, "end": 1, "id": "a"}, {"start": 1, "end": 2, "id": "a"}]}]}',
            "documents[0].mentions[1].id: the id 'a' occurs twice",
        ),
    ],
)
def test_a_wrong_body_is_named_by_its_place(service_client: Any, body: bytes, detail: str) -> None:
    assert detail in problem(service_client.post("/v1/link", content=body, headers=JSON), 400)


def test_other_media_routes_and_methods_are_refused(service_client: Any) -> None:
    assert "application/json" in problem(service_client.post("/v1/link", content=b"{}"), 415)
    problem(service_client.get("/"), 404)
    problem(service_client.get("/v2/link"), 404)
    problem(service_client.get("/v1/link"), 405)
    assert "'q'" in problem(service_client.get("/v1/search"), 400)
    assert "k: " in problem(service_client.get("/v1/search?q=a&k=0"), 400)
    assert "lang: unknown" in problem(service_client.get("/v1/search?q=a&lang=xx"), 400)


@pytest.mark.parametrize(
    ("limits", "body", "detail"),
    [
        ({"documents": 1}, {"documents": [{"text": "a"}], "mentions": [{"text": "a"}]}, "2 doc"),
        ({"text": 3}, {"documents": [{"text": "abcd"}]}, "documents[0].text: 4 characters; 3"),
        ({"mention": 3}, {"mentions": [{"text": "abcd"}]}, "mentions[0].text: 4 characters; 3"),
        (
            {"mention": 3},
            {"documents": [{"text": "abcd", "mentions": [{"start": 0, "end": 4}]}]},
            "documents[0].mentions[0]: 4 characters; 3",
        ),
        (
            {"mentions": 1},
            {"documents": [{"text": "ab", "mentions": [{"start": 0, "end": 1}] * 2}]},
            "documents[0]: 2 mentions; 1",
        ),
        ({"body": 60}, {"documents": [{"text": "a" * 100}]}, "Too Large"),
    ],
)
def test_what_is_too_much_is_refused(
    open_client: Any, limits: dict[str, int], body: Any, detail: str
) -> None:
    client = open_client(**limits)
    assert detail in problem(client.post("/v1/link", json=body), 413)
    assert client.post("/v1/link", json={"mentions": [{"text": "a"}]}).is_success


def test_a_body_without_a_stated_length_is_refused_where_it_gets_too_long(
    open_client: Any,
) -> None:
    client = open_client(body=1000)
    endless = (b" " * 100 for _ in range(100))
    problem(client.post("/v1/link", content=endless, headers=JSON), 413)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.recursive(
        st.one_of(json_values(), texts(), st.integers(-3, 5)),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(
                st.sampled_from(["documents", "mentions", "text", "start", "end", "spans", "id"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_no_json_fails_the_service(service_client: Any, body: Any) -> None:
    answer = service_client.post("/v1/link", content=json.dumps(body).encode(), headers=JSON)
    assert answer.status_code in {200, 400, 413}


class _Failing:
    """A linker that fails for one text, and says so with the text, as exceptions may."""

    def __init__(self, linker: Any, error: Exception) -> None:
        self.index, self.fingerprint = linker.index, linker.fingerprint
        self._linker, self._error = linker, error

    def stream(self, documents: list[Document]) -> Any:
        if any(document.text == "secret" for document in documents):
            raise self._error
        return self._linker.stream(documents)


def test_a_failure_is_a_problem_without_trace_and_without_text(
    open_client: Any, linker: Any, caplog: pytest.LogCaptureFixture
) -> None:
    client = open_client(linkers={"x": _Failing(linker, KeyError("secret"))})
    with caplog.at_level(logging.INFO, logger="xnorm.serve"):
        answer = client.post("/v1/link", json={"documents": [{"text": "secret"}, {"text": "a"}]})
        client.get("/v1/search", params={"q": "secret"})
        client.get("/v1/concepts/secret")
        client.get("/secret")
    assert problem(answer, 500) == "The service failed. Its log says where."
    said = [record.getMessage() for record in caplog.records if record.name == "xnorm.serve"]
    assert any(line.startswith("KeyError in stream:") for line in said)
    assert any(line.startswith("POST /v1/link 500 ") for line in said)
    assert "secret" not in " ".join(said)


def test_an_index_that_fails_is_unavailable_and_says_no_path(open_client: Any, linker: Any) -> None:
    error = IndexProblem("the file is missing", place="/srv/x.index")
    client = open_client(linkers={"x": _Failing(linker, error)})
    answer = client.post("/v1/link", json={"documents": [{"text": "secret"}]})
    assert "/srv" not in problem(answer, 503)
    assert answer.headers["retry-after"] == "2"


def test_settings_that_cannot_work_are_refused() -> None:
    with pytest.raises(SettingError, match=r"serve\.body: 0 is not above 0"):
        Limits(body=0)
    with pytest.raises(SettingError, match=r"serve\.share: 2 is above 1"):
        Limits(share=2)
    with pytest.raises(SettingError, match=r"serve\.window: 60 is not from 0 to 60"):
        Limits(window=60)
    with pytest.raises(SettingError, match=r"serve\.waiting: 100 with a share of 0\.5"):
        Limits(waiting=100)
    with pytest.raises(SettingError, match=r"b/x\.kb: two indexes are named 'x'"):
        index_names(["a/x.index", "b/x.kb"])


def test_the_linkers_settings_are_those_of_link() -> None:
    from xnorm.config import fingerprint, load_settings
    from xnorm.settings import Settings

    told = ["decide.threshold=0.5", "serve.seconds=3"]
    serving = load_settings(ServeSettings, None, told)
    assert serving.serve.seconds == 3
    assert fingerprint(serving.linker) == fingerprint(load_settings(Settings, None, told[:1]))
