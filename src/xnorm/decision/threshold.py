"""The best candidate is the link when its score reaches a threshold; else the mention is NIL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

import msgspec
from msgspec.structs import replace

from xnorm.document import Candidate, Document, Evidence, Link, Mention
from xnorm.errors import check_share

THRESHOLD = 0.2
"""Where F1 of linking is flat at its best on CodiEsp, NCBI Disease, BC5CDR (train and development)
and HPO's held-out translations."""


class Decide(msgspec.Struct, frozen=True):
    """Decides every mention that has no link yet.

    Attributes:
        threshold: 0 to 1; the best candidate below it makes the mention NIL.

    Raises:
        SettingError: when the threshold lies outside 0 to 1.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"candidates"})
    gives: ClassVar[frozenset[str]] = frozenset({"links"})

    threshold: float = THRESHOLD

    def __post_init__(self) -> None:
        check_share(
            self.threshold,
            place="decide.threshold",
            todo="Give a share such as 0.3; higher links less and surer",
        )

    def __call__(self, documents: Sequence[Document]) -> list[Document]:
        return decided(documents, self._link)

    def _link(self, mention: Mention) -> Link:
        if not mention.candidates:
            return Link(concept=None, score=0.0, reason="no name in the terminology is near")
        best = mention.candidates[0]
        if best.score < self.threshold:
            reason = (
                f"best candidate {best.concept} ‘{best.name}’ scores {best.score:.2f}, "
                f"below {self.threshold:.2f}"
            )
            return Link(concept=None, score=best.score, reason=reason)
        return Link(
            concept=best.concept,
            score=best.score,
            source=best.source,
            name=best.name,
            reason=explain(best),
        )


def decided(documents: Sequence[Document], link: Callable[[Mention], Link]) -> list[Document]:
    """The documents with a link at every mention; those that have one keep it."""

    def with_link(mention: Mention) -> Mention:
        return mention if mention.link else replace(mention, link=link(mention))

    return [
        replace(document, mentions=tuple(map(with_link, document.mentions)))
        for document in documents
    ]


def explain(candidate: Candidate) -> str:
    """Says in one line which names of a concept matched, and by which retrievers.

    >>> explain(Candidate("HP:0002315", "HPO", "Headache", 0.9, (
    ...     Evidence("dense", "Headache", 0.93, 1, language="en", kind="preferred"),)))
    '‘Headache’ (en) by dense .93'
    """
    if not candidate.evidence:
        return ""
    by_name: dict[tuple[str, str, str], list[str]] = {}
    for item in candidate.evidence:
        key = (item.name, item.language, item.query)
        by_name.setdefault(key, []).append(_by(item))
    return "; ".join(
        f"‘{name}’{f' ({language})' if language else ''} by {', '.join(by)}"
        f"{f' for ‘{query}’' if query else ''}"
        for (name, language, query), by in by_name.items()
    )


def _by(evidence: Evidence) -> str:
    if evidence.retriever == "exact":
        return "exact"
    return f"{evidence.retriever} {evidence.score:.2f}".replace(" 0.", " .")
