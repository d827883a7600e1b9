"""How a client hears of what a review refuses: problem JSON, as from the rest of the service."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response

from xnorm.review.actions import Refusal
from xnorm.review.model import Item, Stale
from xnorm.serve.problems import AGAIN, MEDIA_TYPE, Problem, answer

_LOG = logging.getLogger("xnorm.serve")

_FULL = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_READONLY"})


class StaleProblem(Problem, frozen=True, kw_only=True):
    """A problem with the mention as it is now."""

    item: Item


def _stale(_: Request[Any, Any, Any], error: Stale) -> Response[StaleProblem]:
    who = error.item.decision.reviewer or "Somebody"
    detail = f"{who} has changed this mention in the meantime. Nothing of yours was stored."
    found = StaleProblem(409, "Conflict", detail, item=error.item)
    return Response(found, status_code=409, media_type=MEDIA_TYPE)


def _refused(_: Request[Any, Any, Any], error: Refusal) -> Response[Problem]:
    return answer(409, str(error))


def _unknown(_: Request[Any, Any, Any], error: LookupError) -> Response[Problem]:
    return answer(404, "There is no such mention or document.")


def _not_stored(_: Request[Any, Any, Any], error: sqlite3.Error) -> Response[Problem]:
    name = getattr(error, "sqlite_errorname", "")
    _LOG.error("the state of the review: %s", name or type(error).__name__)
    if name in _FULL:
        return answer(507, "The disk is full or read-only. This was not stored; what was is safe.")
    return answer(503, "The state is in use or damaged. This was not stored.", AGAIN)


HANDLERS: Mapping[int | type[Exception], Any] = {
    Stale: _stale,
    Refusal: _refused,
    LookupError: _unknown,
    sqlite3.Error: _not_stored,
}
"""What answers which exception, besides those of the service."""
