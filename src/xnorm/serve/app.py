"""The application: routes, errors, description, and the edge around them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from litestar import Litestar, MediaType, Router
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.types import ASGIApp

from xnorm.serve.edge import Edge
from xnorm.serve.page import Page
from xnorm.serve.problems import HANDLERS
from xnorm.serve.routes import routers
from xnorm.serve.service import Service
from xnorm.version import VERSION

_BEARER = SecurityScheme(
    type="http", scheme="bearer", description="A token, where the service has tokens."
)


def application(service: Service, more: Sequence[Router] = ()) -> ASGIApp:
    """An ASGI application that serves until its lifespan ends, with routes of one's own besides."""

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with service.running():
            yield

    app = Litestar(
        [*routers(service), *more],
        lifespan=[lifespan],
        exception_handlers=dict(HANDLERS),
        request_max_body_size=service.limits.body,
        openapi_config=OpenAPIConfig(
            title="xnorm",
            version=VERSION,
            description="Links messy words in running text to clean identifiers.",
            path="/docs",
            render_plugins=[Page(), JsonRenderPlugin(media_type=MediaType.JSON)],
            components=Components(security_schemes={"token": _BEARER}),
            security=[{"token": []}, {}],
        ),
        logging_config=None,
        debug=False,
    )
    return Edge(app, service)
