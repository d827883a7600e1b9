"""The service answers what the library answers, in plain JSON."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from msgspec.structs import replace

from xnorm.document import Document, mention_at
from xnorm.formats import plain
from xnorm.pipeline import Linker
from xnorm.version import VERSION

TEXTS = [
    "Niega cefalea. Tiene fiebre.",
    "",
    "Paciente con insuficiencia renal aguda (IRA). La IRA mejora. 🧑‍⚕️ Vómitos.",
]

WORDS = ("Dolor", "de cabeza", "fiebre")


def post(client: Any, **body: Any) -> dict[str, Any]:
    answer = client.post("/v1/link", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def as_plain(documents: list[Document]) -> list[dict[str, Any]]:
    stream = io.BytesIO()
    plain.write(documents, stream)
    found: list[dict[str, Any]] = json.loads(stream.getvalue())
    return found


def test_documents_come_back_as_plain_json_of_the_same_linker(
    service_client: Any, linker: Linker
) -> None:
    documents = [
        {"id": f"d{number}", "text": text, "language": "es"} for number, text in enumerate(TEXTS)
    ]
    found = post(service_client, documents=documents)
    expected = [
        linker(Document.from_text(one["text"], id=one["id"], language="es")) for one in documents
    ]
    assert found["documents"] == as_plain(expected)
    assert sum(len(one["mentions"]) for one in found["documents"]) > 3
    assert found["made_by"] == {
        "xnorm": VERSION,
        "index": "small",
        "fingerprint": linker.fingerprint,
    }


def test_given_mentions_are_linked_and_keep_their_ids_and_types(
    service_client: Any, linker: Linker
) -> None:
    text = "Dolor 🧑‍⚕️ de cabeza y fiebre."
    pain, head, fever = ((text.index(w), text.index(w) + len(w)) for w in WORDS)
    mentions = [
        {"start": 0, "end": head[1], "spans": [head, pain], "id": "a", "type": "SIGN"},
        {"start": fever[0], "end": fever[1]},
    ]
    found = post(service_client, documents=[{"text": text, "language": "es", "mentions": mentions}])
    document = replace(
        Document.from_text(text, id="", language="es"),
        mentions=(
            mention_at(text, [pain, head], id="a", type="SIGN"),
            mention_at(text, [fever], id="m2"),
        ),
    )
    assert found["documents"] == as_plain([linker(document)])
    assert found["documents"][0]["mentions"][1]["concept"] == "T:05"


def test_bare_mentions_are_linked_whole_with_candidates_and_evidence(
    service_client: Any, linker: Linker
) -> None:
    found = post(
        service_client,
        mentions=[{"text": "Head pain", "language": "en", "id": "x"}, {"text": "xyzzy"}],
        candidates=2,
    )
    head_pain, unknown = found["mentions"]
    assert (head_pain["id"], head_pain["concept"], head_pain["end"]) == ("x", "T:01", 9)
    assert unknown["concept"] is None
    best = linker.mention("Head pain", language="en").candidates[0]
    first = head_pain["candidates"][0]
    assert (first["db_id"], first["score"]) == (best.concept, best.score)
    assert first["evidence"][0]["retriever"] == "exact"
    assert len(head_pain["candidates"]) == 2


def test_a_search_gives_the_nearest_concepts(service_client: Any, linker: Linker) -> None:
    found = service_client.get("/v1/search", params={"q": "dolor de cabeza", "lang": "es", "k": 3})
    candidates = found.json()["candidates"]
    best = linker.mention("dolor de cabeza", language="es").candidates[:3]
    assert [one["db_id"] for one in candidates] == [one.concept for one in best]
    assert candidates[0]["name"] == "Headache"


def test_a_concept_is_shown_by_its_id(service_client: Any) -> None:
    found = service_client.get("/v1/concepts/T:01").json()
    assert found["id"] == "T:01"
    assert [name["text"] for name in found["names"]] == ["Headache", "Head pain", "Cephalalgia"]


@pytest.mark.parametrize("id", ["T:99", "a/b", "http://a.org//b?c", "é"])
def test_an_unknown_concept_is_not_found_whatever_its_id_looks_like(
    service_client: Any, id: str
) -> None:
    from urllib.parse import quote

    answer = service_client.get(f"/v1/concepts/{quote(id, safe='')}")
    assert answer.status_code == 404
    assert answer.json()["detail"].startswith(f"no concept '{id}'.")


def test_the_indexes_are_listed(service_client: Any, linker: Linker) -> None:
    (found,) = service_client.get("/v1/indexes").json()["indexes"]
    assert (found["name"], found["source"], found["concepts"]) == ("small", "T", 20)
    assert found["fingerprint"] == linker.fingerprint


def test_one_of_several_indexes_is_named(open_client: Any, linker: Linker) -> None:
    client = open_client(linkers={"a": linker, "b": linker})
    body = {"mentions": [{"text": "fever"}], "index": "b"}
    assert client.post("/v1/link", json=body).json()["made_by"]["index"] == "b"
    unnamed = client.get("/v1/search", params={"q": "fever"})
    assert unnamed.status_code == 400
    assert unnamed.json()["detail"].endswith("name one as `index`. Known: a, b.")
    unknown = client.get("/v1/search", params={"q": "fever", "index": "c"})
    assert unknown.status_code == 404


def test_health_and_counts_are_told(open_client: Any) -> None:
    client = open_client()
    assert client.get("/healthz").json() == {"status": "ok"}
    client.get("/v1/search", params={"q": "fever"})
    client.get("/secret text")
    lines = client.get("/metrics").text.splitlines()
    assert 'xnorm_requests_total{method="GET",route="/v1/search",status="200"} 1' in lines
    assert 'xnorm_requests_total{method="GET",route="(unknown)",status="404"} 1' in lines
    assert "xnorm_documents_total 1" in lines
    assert 'xnorm_batch_documents_bucket{le="1"} 1' in lines
    assert "xnorm_requests_in_work 1" in lines
    assert "xnorm_waiting_characters 0" in lines


def test_the_page_shows_every_route_and_loads_nothing(service_client: Any) -> None:
    page = service_client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    schema = service_client.get("/docs/openapi.json").json()
    assert set(schema["paths"]) == {
        "/healthz",
        "/metrics",
        "/v1/concepts/{concept_id}",
        "/v1/indexes",
        "/v1/link",
        "/v1/search",
    }
    for path in schema["paths"]:
        assert f" {path}</code>" in page.text
    for name in schema["components"]["schemas"]:
        assert f'id="{name}"' in page.text
    assert "src=" not in page.text
    assert "<script" not in page.text
    assert "https://" not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
