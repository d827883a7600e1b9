"""The page of the API: its OpenAPI description as plain HTML, with nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader
from litestar import Request
from litestar.openapi.plugins import OpenAPIRenderPlugin


class Page(OpenAPIRenderPlugin):
    """Renders the description with the template beside this file."""

    def __init__(self) -> None:
        super().__init__(path="/")

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The page."""
        return page(openapi_schema).encode()


def page(schema: dict[str, Any]) -> str:
    """The page of an OpenAPI description."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    plain: dict[str, Any] = msgspec.to_builtins(schema)
    operations = [
        {"method": method.upper(), "path": path, "responses": {}, "parameters": [], **operation}
        for path, methods in plain["paths"].items()
        for method, operation in methods.items()
    ]
    types = plain.get("components", {}).get("schemas", {})
    return environment.get_template("page.html").render(
        info=plain["info"], operations=operations, types=types, kind=kind
    )


def kind(schema: dict[str, Any]) -> str:
    """What a value is, in words.

    >>> kind({"type": "array", "items": {"$ref": "#/components/schemas/Name"}})
    'list of Name'
    >>> kind({"oneOf": [{"type": "string"}, {"type": "null"}]})
    'string or null'
    """
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    several = schema.get("oneOf") or schema.get("anyOf")
    if several:
        return " or ".join(map(kind, several))
    if "prefixItems" in schema:
        return f"[{', '.join(map(kind, schema['prefixItems']))}]"
    if schema.get("type") == "array":
        return f"list of {kind(schema.get('items') or {})}"
    if schema.get("type") == "object" and "additionalProperties" in schema:
        return f"object of {kind(schema['additionalProperties'])}"
    found = schema.get("type", "any value")
    return " or ".join(found) if isinstance(found, list) else str(found)
