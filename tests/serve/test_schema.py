"""Whatever the description allows to be sent is answered without a failure."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

schemathesis = pytest.importorskip("schemathesis", reason="made by schemathesis")


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/link"), ("GET", "/v1/search"), ("GET", "/v1/concepts/{concept_id}")],
)
def test_no_described_request_fails(service_client: Any, method: str, path: str) -> None:
    described = schemathesis.openapi.from_dict(service_client.get("/docs/openapi.json").json())

    @settings(
        max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(described[path][method].as_strategy())
    def ask(case: Any) -> None:
        sent = case.as_transport_kwargs(base_url="http://127.0.0.1")
        taken = {"method", "url", "headers", "params", "json"} & sent.keys()
        answer = service_client.request(**{name: sent[name] for name in taken})
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"

    ask()
