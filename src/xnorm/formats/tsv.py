"""Cells and rows of tab-separated values, and what a decision says in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from xnorm.document import Candidate, Mention

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def cell(text: str) -> str:
    r"""The text in one cell: a backslash escapes tabs, line ends and itself.

    >>> cell("a\tb")
    'a\\tb'
    """
    return text.translate(_ESCAPES)


def write_row(cells: Iterable[str], stream: BinaryIO) -> None:
    """One line; the cells are escaped already."""
    stream.write("\t".join(cells).encode() + b"\n")


def link_cells(mention: Mention) -> dict[str, str]:
    """concept, source, name, score and reason, not escaped; `NIL` as concept, all empty while
    undecided."""
    link = mention.link
    if link is None:
        return dict.fromkeys(("concept", "source", "name", "score", "reason"), "")
    return {
        "concept": "NIL" if link.concept is None else link.concept,
        "source": link.source,
        "name": link.name,
        "score": score_cell(link.score),
        "reason": link.reason,
    }


def score_cell(score: float) -> str:
    """A score with four decimals."""
    return f"{score:.4f}"


def chosen_candidate(mention: Mention) -> Candidate | None:
    """The candidate that the decision chose."""
    link = mention.link
    if link is None or link.concept is None:
        return None
    for candidate in mention.candidates:
        if (candidate.concept, candidate.source) == (link.concept, link.source):
            return candidate
    return None
