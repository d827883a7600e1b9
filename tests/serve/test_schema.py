"""Whatever is sent to a described route, as described or not, is answered without a failure."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

schemathesis = pytest.importorskip("schemathesis", reason="made by schemathesis")

ROUTES = {
    ("POST", "/v1/link"),
    ("GET", "/v1/search"),
    ("GET", "/v1/concepts/{concept_id}"),
    ("GET", "/v1/indexes"),
    ("GET", "/healthz"),
    ("GET", "/metrics"),
}


def test_every_described_route_is_asked(service_client: Any) -> None:
    paths = service_client.get("/docs/openapi.json").json()["paths"]
    described = {(method.upper(), path) for path, ways in paths.items() for method in ways}
    assert described == ROUTES


@pytest.mark.parametrize(
    "mode", [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
)
@pytest.mark.parametrize(("method", "path"), sorted(ROUTES))
def test_no_request_fails(service_client: Any, method: str, path: str, mode: Any) -> None:
    described = schemathesis.openapi.from_dict(service_client.get("/docs/openapi.json").json())
    if (
        mode is schemathesis.GenerationMode.NEGATIVE
        and "{" not in path
        and not _takes(described[path][method])
    ):
        pytest.skip("takes nothing that could be wrong")

    @settings(
        max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(described[path][method].as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        sent = case.as_transport_kwargs(base_url="http://127.0.0.1")
        taken = {"method", "url", "headers", "params", "json", "data"} & sent.keys()
        answer = service_client.request(**{name: sent[name] for name in taken})
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"

    ask()


def _takes(operation: Any) -> bool:
    return bool(operation.definition.raw.get("parameters") or operation.body)
