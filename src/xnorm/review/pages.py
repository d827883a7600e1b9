"""The files of the page, from the wheel and from nowhere else."""

from __future__ import annotations

from typing import Any

from litestar import Response, Router, get

from xnorm.resources import resource_path
from xnorm.serve.problems import Refused

_KINDS = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def pages() -> Router:
    """The page at `/`, and its parts at `/page`; they hold no data, so no token is asked for."""
    files = {path.name: path.read_bytes() for path in resource_path("review").iterdir()}

    @get("/")
    async def index() -> Response[Any]:
        return _file(files, "index.html")

    @get("/page/{name:str}")
    async def part(name: str) -> Response[Any]:
        if name not in files:
            raise Refused(404, "There is no such file.")
        return _file(files, name)

    return Router("/", route_handlers=[index, part], include_in_schema=False)


def _file(files: dict[str, bytes], name: str) -> Response[Any]:
    return Response(
        files[name],
        media_type=_KINDS[name[name.rindex(".") :]],
        headers={"content-security-policy": _POLICY},
    )
