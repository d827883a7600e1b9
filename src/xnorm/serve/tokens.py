"""Who may ask: bearer tokens from a file, which is read again when it changes.

A line is `TOKEN [NAME [LAST-DAY]]`, the day as YYYY-MM-DD; empty lines and those that begin with #
are skipped. The name stands for the token in the log; tokens of one name share a part of the queue.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from xnorm.errors import DataError
from xnorm.files import decode, unreadable

SHORTEST = 16
"""Characters of a token; shorter ones could be guessed."""


class Token(msgspec.Struct, frozen=True):
    """One that may ask.

    Attributes:
        digest: SHA-256 of what the client sends; the secret itself is not kept.
        name: for the log.
        expires: the last day (UTC) on which it holds; None is never.
    """

    digest: bytes
    name: str
    expires: date | None = None


class Refusal(Exception):
    """Why a token is not accepted, as a sentence for the client."""


def read_tokens(path: str | Path) -> tuple[Token, ...]:
    """The tokens of a file.

    Raises:
        DataError: when it cannot be read, holds none, or a line is wrong; never shows a token.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise unreadable(str(path), error) from error
    tokens = tuple(_tokens(decode(data, place=str(path)), str(path)))
    if not tokens:
        raise DataError("no token in it", place=str(path), todo="Write one a line")
    return tokens


def check_token(tokens: tuple[Token, ...], authorization: str, *, today: date | None = None) -> str:
    """The name of the token in an `Authorization` header.

    Every token is compared, each in constant time, so that time tells nothing about them.

    Args:
        tokens: as read.
        authorization: the header's value, empty if there is none.
        today: for tests; by default the day in UTC.

    Raises:
        Refusal: when it is missing, unknown or expired.
    """
    scheme, _, secret = authorization.strip().partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise Refusal("A token is needed. Send the header: Authorization: Bearer TOKEN.")
    sent = _digest(secret.strip())
    found = None
    for token in tokens:
        if hmac.compare_digest(token.digest, sent):
            found = token
    if found is None:
        raise Refusal("The token is unknown. Ask whoever runs the service for one.")
    if found.expires is not None and (today or datetime.now(UTC).date()) > found.expires:
        raise Refusal(f"The token expired after {found.expires}. Ask for another one.")
    return found.name


def _tokens(text: str, path: str) -> Iterator[Token]:
    seen: set[bytes] = set()
    for number, line in enumerate(text.splitlines(), 1):
        place = f"{path}, line {number}"
        fields = line.split()
        if not fields or fields[0].startswith("#"):
            continue
        if len(fields) > 3:
            raise DataError(
                f"{len(fields)} words", place=place, todo="Write: TOKEN [NAME [YYYY-MM-DD]]"
            )
        digest = _digest(fields[0])
        if len(fields[0]) < SHORTEST:
            raise DataError(
                f"a token of {len(fields[0])} characters",
                place=place,
                todo=f"Give it {SHORTEST} or more, for instance by: openssl rand -hex 32",
            )
        if digest in seen:
            raise DataError("the token occurs twice", place=place, todo="Delete one of the lines")
        seen.add(digest)
        name = fields[1] if len(fields) > 1 else f"line {number}"
        yield Token(digest, name, _day(fields[2], place) if len(fields) > 2 else None)


def _digest(secret: str) -> bytes:
    """Of equal length for all secrets, so that comparing tells no length either."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _day(text: str, place: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DataError(f"'{text}' is no day", place=place, todo="Write YYYY-MM-DD") from None
