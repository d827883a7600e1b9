"""Who may ask is said by a file of tokens."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from xnorm.errors import DataError, SettingError
from xnorm.serve.settings import check_host
from xnorm.serve.tokens import Refusal, check_token, read_tokens

SECRET, OLD, PLAIN = "0123456789abcdef", "fedcba9876543210", "aaaaaaaabbbbbbbb"
LINES = f"# who\n{SECRET} ward\n\n{OLD} former 2020-02-29\n{PLAIN}\n"


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    path = tmp_path / "tokens.txt"
    path.write_text(LINES, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/link"),
        ("GET", "/v1/search?q=fever"),
        ("GET", "/v1/concepts/T:01"),
        ("GET", "/v1/indexes"),
        ("GET", "/metrics"),
    ],
)
@pytest.mark.parametrize(
    ("header", "status", "detail"),
    [
        (None, 401, "A token is needed"),
        ("", 401, "A token is needed"),
        ("Bearer", 401, "A token is needed"),
        (f"Basic {SECRET}", 401, "A token is needed"),
        (f"Bearer {SECRET}x", 401, "The token is unknown"),
        (f"Bearer {SECRET[:-1]}", 401, "The token is unknown"),
        ("Bearer é", 401, "The token is unknown"),
        (f"Bearer {OLD}", 401, "The token expired after 2020-02-29"),
        (f"Bearer {SECRET}", 200, ""),
        (f"bearer  {PLAIN} ", 200, ""),
    ],
)
def test_routes_want_a_valid_token(
    open_client: Any,
    tokens: Path,
    method: str,
    path: str,
    header: str | None,
    status: int,
    detail: str,
) -> None:
    headers = {} if header is None else {"Authorization": header.encode()}
    body = {"json": {}} if method == "POST" else {}
    answer = open_client(tokens=tokens).request(method, path, headers=headers, **body)
    assert answer.status_code == status
    if status == 401:
        assert answer.json()["detail"].startswith(detail)
        assert answer.headers["www-authenticate"] == "Bearer"


def test_linking_wants_a_token_before_it_reads_the_body(open_client: Any, tokens: Path) -> None:
    assert open_client(tokens=tokens).post("/v1/link", content=b"{").status_code == 401


def test_health_and_the_page_are_open(open_client: Any, tokens: Path) -> None:
    client = open_client(tokens=tokens)
    for path in ("/healthz", "/docs", "/docs/openapi.json"):
        assert client.get(path).status_code == 200


def test_without_tokens_only_addresses_of_this_machine_are_answered(open_client: Any) -> None:
    client = open_client()
    assert client.get("/v1/indexes", headers={"Host": "localhost:8080"}).status_code == 200
    assert client.get("/v1/indexes", headers={"Host": "[::1]:8080"}).status_code == 200
    assert client.get("/v1/indexes", headers={"Host": "evil.example"}).status_code == 421


def test_a_token_holds_through_its_last_day(tokens: Path) -> None:
    read = read_tokens(tokens)
    assert check_token(read, f"Bearer {OLD}", today=date(2020, 2, 29)) == "former"
    with pytest.raises(Refusal, match="expired after 2020-02-29"):
        check_token(read, f"Bearer {OLD}", today=date(2020, 3, 1))
    assert check_token(read, f"Bearer {PLAIN}") == "line 5"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "tokens.txt: no token in it"),
        ("short name\n", "line 1: a token of 5 characters"),
        (f"{SECRET} a b c\n", "line 1: 4 words"),
        (f"\n{SECRET} a tomorrow\n", "line 2: 'tomorrow' is no day. Write YYYY-MM-DD"),
        (f"{SECRET}\n{SECRET}\n", "line 2: the token occurs twice"),
    ],
)
def test_a_wrong_file_is_named_by_its_line_and_shows_no_token(
    tokens: Path, text: str, message: str
) -> None:
    tokens.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as raised:
        read_tokens(tokens)
    assert message in str(raised.value)
    assert SECRET not in str(raised.value)


def test_others_reach_the_service_only_with_tokens() -> None:
    check_host("127.0.0.1", tokens=False)
    check_host("0.0.0.0", tokens=True)
    with pytest.raises(SettingError, match=r"--host 0\.0\.0\.0: others could reach the service"):
        check_host("0.0.0.0", tokens=False)
