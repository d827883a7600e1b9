"""What a review consists of: decisions, what actions change, mentions as the page sees them."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from xnorm.document import Span

Status = Literal["open", "linked", "nil", "deleted"]
"""Of a mention; `deleted` is no mention after all."""

NIL = "NIL"
"""How a choice of no concept is written where concepts stand."""


class Decision(msgspec.Struct, frozen=True, omit_defaults=True):
    """What holds for a mention.

    Attributes:
        status: whether it is decided, and how.
        concept: the id, for `linked`.
        name: the concept's preferred name.
        reviewer: who decided; empty while open.
    """

    status: Status = "open"
    concept: str = ""
    name: str = ""
    reviewer: str = ""

    @property
    def choice(self) -> str:
        """What was chosen, in one word that can be compared; empty while open."""
        if self.status == "open":
            return ""
        return {"nil": NIL, "deleted": "deleted"}.get(self.status, self.concept)


class Snapshot(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that an action can change of a mention.

    Attributes:
        decision: that holds.
        vote: what the acting reviewer chose for it last; None if nothing.
        rule: the concept that its words always mean (`NIL`: never any); None without a rule.
    """

    decision: Decision
    vote: str | None = None
    rule: str | None = None


class Item(msgspec.Struct, frozen=True):
    """A mention in a list or a text.

    Attributes:
        number: its own.
        document: the number of its document.
        document_id: as the corpus says.
        text, type, spans, language: of the mention; spans count Unicode characters.
        decision: that holds.
        version: counts its changes; who changes it says which one was seen.
        proposal, proposal_name: what the linker chose; an empty id is NIL.
        doubt: 0 to 1.
        repeats: mentions of these words that are open.
    """

    number: int
    document: int
    document_id: str
    text: str
    type: str
    spans: tuple[Span, ...]
    language: str
    decision: Decision
    version: int
    proposal: str
    proposal_name: str
    doubt: float
    repeats: int


_Name = Annotated[str, Meta(max_length=60)]
_Concept = Annotated[str, Meta(max_length=500)]


class Act(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a reviewer does with a mention.

    Attributes:
        action: `accept` takes the proposal; `link` takes `concept`; `nil` none; `always` takes
            `concept`, and `never` none, for these words from now on; `delete`: no mention.
        version: of the mention that the reviewer saw.
        concept: its id.
        reviewer: who; where there are tokens, theirs says it; if empty, the review's own.
    """

    action: Literal["accept", "link", "nil", "always", "never", "delete"]
    version: int
    concept: _Concept = ""
    reviewer: _Name = ""


class NewMention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words of a document that a reviewer marks."""

    start: Annotated[int, Meta(ge=0)]
    end: Annotated[int, Meta(ge=0)]
    type: Annotated[str, Meta(max_length=100)] = ""
    reviewer: _Name = ""


class Undo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Takes back the reviewer's last action that still stands."""

    reviewer: _Name = ""


class Done(msgspec.Struct, frozen=True):
    """What an action did: the mention, those that changed with it, and the last action's number."""

    item: Item
    others: int
    last: int
    kept: int = 0


class Stale(Exception):
    """Somebody else has changed a mention since; nothing was stored.

    Args:
        item: the mention as it is now.
    """

    def __init__(self, item: Item) -> None:
        self.item = item
        super().__init__(item.number)
