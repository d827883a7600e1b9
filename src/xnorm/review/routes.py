"""The handlers of the review page; who may ask is decided as for the rest of the service."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import Request, Router, get, post
from litestar.params import Parameter

from xnorm.document import Mention, mention_at
from xnorm.errors import SettingError
from xnorm.review import actions, reading
from xnorm.review.agreement import Progress, progress
from xnorm.review.desk import Desk
from xnorm.review.model import Act, Done, NewMention, Undo
from xnorm.review.pages import pages
from xnorm.review.problems import HANDLERS
from xnorm.review.state import facts_of
from xnorm.review.terminology import Place, place_of
from xnorm.serve.guards import takes_json, wants_token
from xnorm.serve.problems import Refused
from xnorm.serve.service import Service
from xnorm.version import VERSION

_Count = Annotated[int, Parameter(ge=0, le=2**53)]


class Session(msgspec.Struct, frozen=True):
    """What the page has to know before it begins.

    Attributes:
        reviewer: the name to begin with.
        named: whether the token says who reviews, so that nobody else can be.
        corpus, source: their names.
        types: of mentions, most frequent first.
        xnorm, fingerprint: what linked the corpus.
    """

    reviewer: str
    named: bool
    corpus: str
    source: str
    types: list[str]
    xnorm: str
    fingerprint: str


def review_routers(service: Service, desk: Desk) -> list[Router]:
    """The page at `/`, and what it asks below `/review`."""

    def reviewer_of(request: Request[Any, Any, Any], said: str) -> str:
        client: str = request.state.client
        return client or " ".join(said.split()) or desk.reviewer

    @get("/session")
    async def session(request: Request[Any, Any, Any]) -> Session:
        facts = await desk.ask(facts_of)
        return Session(
            reviewer=reviewer_of(request, ""),
            named=bool(request.state.client),
            corpus=facts["corpus"],
            source=facts["source"],
            types=await desk.ask(reading.types),
            xnorm=VERSION,
            fingerprint=facts["fingerprint"],
        )

    @get("/queue")
    async def queue(
        request: Request[Any, Any, Any],
        show: reading.Show = "open",
        order: reading.Order = "doubt",
        offset: _Count = 0,
        limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
        reviewer: str = "",
    ) -> reading.Queue:
        return await desk.ask(
            reading.queue,
            show=show,
            order=order,
            offset=offset,
            limit=limit,
            reviewer=reviewer_of(request, reviewer),
        )

    @get("/documents/{number:int}")
    async def document(number: int) -> reading.OpenedDocument:
        return await desk.ask(reading.document, number)

    @get("/mentions/{number:int}")
    async def mention(number: int) -> reading.OpenedMention:
        return await desk.ask(reading.mention, number)

    @get("/changes")
    async def changes(since: _Count = 0) -> reading.Changes:
        return await desk.ask(reading.changes, since)

    @get("/progress")
    async def how_far() -> Progress:
        return await desk.ask(progress)

    @get("/place")
    async def place(id: Annotated[str, Parameter(max_length=500)]) -> Place:
        kb = service.index("").batcher.linker.index.kb
        try:
            return await asyncio.to_thread(place_of, kb, id)
        except SettingError as error:
            raise Refused(404, f"{error.what}. {error.todo}.") from None

    @post("/mentions/{number:int}", status_code=200, guards=[takes_json])
    async def act(number: int, data: Act, request: Request[Any, Any, Any]) -> Done:
        kb, named = service.index("").batcher.linker.index.kb, ""
        if data.concept:
            row = kb.concept_row(data.concept)
            if row is None:
                raise Refused(404, f"There is no concept '{data.concept}' in {kb.source}.")
            data = msgspec.structs.replace(data, concept=kb.resolve(data.concept))
            named = kb.concepts["preferred"][row].as_py()
        who = reviewer_of(request, data.reviewer)
        return await desk.ask(actions.act, number, data, who, named)

    @post("/documents/{number:int}/mentions", status_code=201, guards=[takes_json])
    async def add(number: int, data: NewMention, request: Request[Any, Any, Any]) -> Done:
        stored = await desk.ask(reading.stored_document, number)
        given = mention_at(
            stored.text, [(data.start, data.end)], id="new", type=data.type, place="mention"
        )
        if given.end - given.start > service.limits.mention:
            raise Refused(413, f"A mention has {service.limits.mention:,} characters at most.")
        asked = msgspec.structs.replace(stored, mentions=(given,))
        _, (linked,) = await service.link([asked], "", client=request.state.client)
        found: Mention = linked.mentions[0]
        return await desk.ask(actions.add, number, found, reviewer_of(request, data.reviewer))

    @post("/undo", status_code=200, guards=[takes_json])
    async def undo(data: Undo, request: Request[Any, Any, Any]) -> Done:
        return await desk.ask(actions.undo, reviewer_of(request, data.reviewer))

    handlers = [session, queue, document, mention, changes, how_far, place, act, add, undo]
    return [
        pages(),
        Router(
            "/review",
            route_handlers=handlers,
            guards=[wants_token(service)],
            exception_handlers=dict(HANDLERS),
            include_in_schema=False,
        ),
    ]
