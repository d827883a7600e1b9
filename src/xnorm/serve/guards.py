"""Who may ask, and that what is sent is JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import MediaType
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from xnorm.serve.problems import Refused
from xnorm.serve.service import Service
from xnorm.serve.settings import is_loopback
from xnorm.serve.tokens import Refusal, check_token

Connection = ASGIConnection[Any, Any, Any, Any]


def wants_token(service: Service) -> Callable[[Connection, BaseRouteHandler], None]:
    """A guard that lets valid tokens through and keeps their name as `state.client`."""

    def allowed(connection: Connection, _: BaseRouteHandler) -> None:
        connection.state.client = _client(service, connection)

    return allowed


def takes_json(connection: Connection, _: BaseRouteHandler) -> None:
    """Wants JSON: a page elsewhere can make a browser send text unasked, but not that."""
    kind = connection.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != MediaType.JSON:
        raise Refused(415, "Send the header: Content-Type: application/json.")
    if connection.headers.get("content-length") == "0":
        raise Refused(400, "The body is empty. Send what is asked as JSON.")


def _client(service: Service, connection: Connection) -> str:
    """The name of the request's token; empty for a service without tokens.

    Raises:
        Refused: 401 without a valid token; 421 when a page elsewhere had its name lead here.
    """
    if not service.tokens:
        if not is_loopback(connection.base_url.hostname or ""):
            raise Refused(421, "Without tokens the service answers to 127.0.0.1 and localhost.")
        return ""
    try:
        return check_token(service.tokens, connection.headers.get("authorization", ""))
    except Refusal as refusal:
        raise Refused(401, str(refusal), {"WWW-Authenticate": "Bearer"}) from None
