"""Errors as a client sees them: problem JSON (RFC 9457), never a stack trace.

Source: https://www.rfc-editor.org/rfc/rfc9457.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from xnorm.errors import IndexProblem, XnormError

MEDIA_TYPE = "application/problem+json"

AGAIN = {"Retry-After": "2"}
"""What goes with an answer that asks to come back: seconds."""

_LOG = logging.getLogger("xnorm.serve")


class Problem(msgspec.Struct, frozen=True):
    """What went wrong with a request.

    Attributes:
        status: of the HTTP answer.
        title: of that status.
        detail: what is wrong and what to do, for people.
        type: always `about:blank`: the status says the kind.
    """

    status: int
    title: str
    detail: str
    type: str = "about:blank"


class Refused(HTTPException):
    """A request that is not answered, for the reason in `detail`.

    Args:
        status: of the HTTP answer.
        detail: a sentence or two for people.
        headers: that go with it.
    """

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status_code=status, detail=detail, headers=dict(headers or {}))


def busy(detail: str, status: int = 503) -> Refused:
    """The refusal of a service that has too much to do."""
    return Refused(status, detail, AGAIN)


def problem(status: int, detail: str) -> Problem:
    """A problem with the status' own title."""
    return Problem(status, HTTPStatus(status).phrase, detail)


def answer(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response[Problem]:
    """The same as an HTTP answer."""
    return Response(
        problem(status, detail), status_code=status, media_type=MEDIA_TYPE, headers=headers
    )


def from_http(_: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    """What the framework or a handler refuses."""
    detail = error.detail
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        detail = "; ".join(map(_where, error.extra)) or detail
    return answer(error.status_code, detail, error.headers)


def from_xnorm(_: Request[Any, Any, Any], error: XnormError) -> Response[Problem]:
    """What the library refuses: the client's values, or an index that is no longer usable."""
    if isinstance(error, IndexProblem):
        _LOG.error("an index is not usable: %s", error)
        return answer(503, "The index is not usable at present.", AGAIN)
    return answer(400, str(error))


def from_bad_text(_: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """A body that is not UTF-8, or JSON of endless depth."""
    return answer(400, "The body is not JSON in UTF-8, or is nested too deeply.")


def unexpected(_: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """A mistake of ours; the log says where, but not with which text."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-4:]))
    _LOG.error("%s in %s", type(error).__name__, where)
    return answer(500, "The service failed. Its log says where.")


HANDLERS: Mapping[int | type[Exception], Any] = {
    HTTPException: from_http,
    XnormError: from_xnorm,
    UnicodeDecodeError: from_bad_text,
    RecursionError: from_bad_text,
    Exception: unexpected,
}
"""What answers which exception."""


def _where(item: Any) -> str:
    """A part of the framework's list of what is wrong: `documents[0].text: Expected ...`."""
    if not isinstance(item, Mapping):
        return str(item)
    key, message = item.get("key", ""), str(item.get("message", ""))
    return f"{key}: {message}" if key else message
