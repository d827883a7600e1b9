"""The handlers: each checks limits, asks the service, and shapes the answer."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any
from urllib.parse import unquote_to_bytes

from litestar import Request, Router, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter

from xnorm.errors import SettingError
from xnorm.kb import Concept
from xnorm.languages import language_code
from xnorm.serve.guards import takes_json, wants_token
from xnorm.serve.messages import (
    MOST_CANDIDATES,
    BareMention,
    Health,
    Indexes,
    LinkAnswer,
    LinkRequest,
    SearchAnswer,
    bare,
    document_of,
    found,
    linked_document,
    linked_mention,
)
from xnorm.serve.metrics import MEDIA_TYPE as METRICS
from xnorm.serve.problems import MEDIA_TYPE as PROBLEM
from xnorm.serve.problems import Problem, Refused
from xnorm.serve.service import Service
from xnorm.serve.settings import Limits

_PROBLEMS = {
    status: ResponseSpec(Problem, media_type=PROBLEM, description=what, generate_examples=False)
    for status, what in (
        (400, "What was sent cannot be used"),
        (401, "A token is missing, unknown or expired"),
        (404, "There is no such index or concept"),
        (408, "The request came too slowly"),
        (413, "What was sent is too much"),
        (415, "The body is no JSON"),
        (421, "The address is not this machine's, and there are no tokens"),
        (429, "Too much of this client waits; come back after Retry-After seconds"),
        (503, "Too much waits; come back after Retry-After seconds"),
    )
}

_Name = Annotated[str, Parameter(description="Name of an index, where several are served.")]


def routers(service: Service) -> list[Router]:
    """All routes: those of version 1 and the counts ask for a token, health does not."""

    allowed = wants_token(service)

    @get("/healthz", summary="Whether the service is up", tags=["state"])
    async def health() -> Health:
        degraded = any(index.problem for index in service.indexes.values())
        return Health("degraded" if degraded else "ok")

    @get("/metrics", summary="Counts, for Prometheus", tags=["state"], media_type=METRICS)
    async def metrics() -> str:
        return service.metrics.text(waiting=service.room.taken, in_work=service.in_work)

    @get(
        "/indexes",
        summary="The indexes that are served",
        tags=["terminology"],
        responses=_PROBLEMS,
    )
    async def indexes() -> Indexes:
        return Indexes([index.info() for index in service.indexes.values()])

    @get(
        "/search",
        summary="The nearest concepts for a name",
        tags=["terminology"],
        responses=_PROBLEMS,
    )
    async def search(
        request: Request[Any, Any, Any],
        q: Annotated[str, Parameter(min_length=1, description="What to search for.")],
        lang: Annotated[str, Parameter(description="Its language, such as es.")] = "",
        k: Annotated[int, Parameter(ge=1, le=MOST_CANDIDATES, description="Concepts.")] = 10,
        index: _Name = "",
    ) -> SearchAnswer:
        _check_length(q, service.limits.mention, "q")
        language = language_code(lang, place="lang") if lang else ""
        asked = bare(BareMention(q, language=language), place="q")
        client = request.state.client
        made_by, (document,) = await service.link([asked], index, client=client)
        (mention,) = document.mentions
        return SearchAnswer(made_by, q, mention.long_form, found(mention.candidates[:k]))

    @get(
        "/concepts/{concept_id:path}",
        summary="One concept",
        tags=["terminology"],
        responses=_PROBLEMS,
    )
    async def concept(
        request: Request[Any, Any, Any],
        concept_id: Annotated[str, Parameter(description="Its id, or one retired for it.")],
        index: _Name = "",
    ) -> Concept:
        kb = service.index(index).batcher.linker.index.kb
        try:
            return await asyncio.to_thread(kb.concept, _last_part(request))
        except SettingError as error:
            raise Refused(404, f"{error.what}. {error.todo}.") from None

    @post(
        "/link",
        summary="Find mentions in texts and link them; or link mentions",
        tags=["linking"],
        status_code=200,
        guards=[takes_json],
        responses=_PROBLEMS,
    )
    async def link(data: LinkRequest, request: Request[Any, Any, Any]) -> LinkAnswer:
        _check_limits(data, service.limits)
        documents = [
            document_of(one, place=f"documents[{number}]")
            for number, one in enumerate(data.documents)
        ]
        documents += [
            bare(one, place=f"mentions[{number}]") for number, one in enumerate(data.mentions)
        ]
        client = request.state.client
        made_by, linked = await service.link(documents, data.index, client=client)
        split = len(data.documents)
        return LinkAnswer(
            made_by,
            [linked_document(one, data.candidates) for one in linked[:split]],
            [linked_mention(one.mentions[0], data.candidates) for one in linked[split:]],
        )

    return [
        Router("/", route_handlers=[health], security=[{}]),
        Router("/", route_handlers=[metrics], guards=[allowed]),
        Router(
            "/v1",
            route_handlers=[indexes, search, concept, link],
            guards=[allowed],
        ),
    ]


def _last_part(request: Request[Any, Any, Any]) -> str:
    """The concept's id as it was sent; ids may be addresses, whose slashes routing would change."""
    _, _, sent = request.scope["raw_path"].partition(b"/v1/concepts/")
    return unquote_to_bytes(sent.partition(b"?")[0]).decode("utf-8", "replace")


def _check_limits(data: LinkRequest, limits: Limits) -> None:
    """Refuses with 413 what is too long or too much."""
    count = len(data.documents) + len(data.mentions)
    if count > limits.documents:
        raise Refused(413, f"{count:,} documents and mentions; {limits.documents:,} may be sent.")
    for number, document in enumerate(data.documents):
        place = f"documents[{number}]"
        _check_length(document.text, limits.text, f"{place}.text")
        if len(document.mentions) > limits.mentions:
            raise Refused(
                413,
                f"{place}: {len(document.mentions):,} mentions; {limits.mentions:,} may be sent.",
            )
        for at, mention in enumerate(document.mentions):
            spans = mention.spans or [(mention.start, mention.end)]
            longest = sum(end - start for start, end in spans)
            _check_size(longest, limits.mention, f"{place}.mentions[{at}]")
    for number, bare_mention in enumerate(data.mentions):
        _check_length(bare_mention.text, limits.mention, f"mentions[{number}].text")


def _check_length(text: str, limit: int, place: str) -> None:
    _check_size(len(text), limit, place)


def _check_size(length: int, limit: int, place: str) -> None:
    if length > limit:
        raise Refused(413, f"{place}: {length:,} characters; {limit:,} may be sent.")
