"""How unsure a link is, and so how much its correction may teach."""

from __future__ import annotations

from collections.abc import Sequence

from xnorm.document import Candidate, Mention


def proposal(mention: Mention) -> tuple[str, str]:
    """The id and name that are proposed: the link's, else the best candidate's; empty for NIL."""
    if mention.link is not None:
        return mention.link.concept or "", mention.link.name
    best = mention.candidates[0] if mention.candidates else None
    return (best.concept, best.name) if best else ("", "")


def doubt(mention: Mention) -> float:
    """0 to 1: the mean of how near the second candidate is and how the retrievers disagree.

    The third reason to look, novelty, is one of the queue: it changes with every decision.

    >>> doubt(Mention("1", "", ((0, 1),), ("x",), candidates=(Candidate("A", "T", "a", 0.9),)))
    0.05
    """
    return round((1 - margin(mention.candidates) + disagreement(mention.candidates)) / 2, 4)


def margin(candidates: Sequence[Candidate]) -> float:
    """How much the best score is above the second; all of it where there is no second."""
    scores = [candidate.score for candidate in candidates[:2]]
    return min(max(scores[0] - sum(scores[1:]), 0.0), 1.0) if scores else 0.0


def disagreement(candidates: Sequence[Candidate]) -> float:
    """The share of retrievers whose own first concept is not the best candidate."""
    firsts: dict[str, bool] = {}
    for place, candidate in enumerate(candidates):
        for evidence in candidate.evidence:
            if evidence.rank == 1:  # several may tie
                firsts[evidence.retriever] = firsts.get(evidence.retriever, False) or place == 0
    return sum(not agrees for agrees in firsts.values()) / len(firsts) if firsts else 0.0
