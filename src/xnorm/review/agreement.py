"""How far a review is, and how far reviewers agree about mentions that several decided."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations

import msgspec


class Agreement(msgspec.Struct, frozen=True):
    """Of pairs of choices that two reviewers made for the same mention.

    Attributes:
        mentions: that two or more have decided.
        share: of the pairs that are equal; None without a pair.
        kappa: Cohen's, the mean over pairs of reviewers weighted by their shared mentions; None
            where chance alone would make all choices equal.
    """

    mentions: int
    share: float | None
    kappa: float | None


class Progress(msgspec.Struct, frozen=True):
    """Numbers of mentions by their state, of decisions by reviewer, and the agreement."""

    open: int
    linked: int
    nil: int
    deleted: int
    reviewers: dict[str, int]
    agreement: Agreement


def progress(connection: sqlite3.Connection) -> Progress:
    """How far the review is."""
    by_status: dict[str, int] = dict(
        connection.execute("SELECT status, COUNT(*) FROM mentions GROUP BY status").fetchall()
    )
    reviewers: dict[str, int] = dict(
        connection.execute(
            "SELECT reviewer, COUNT(*) FROM votes GROUP BY reviewer ORDER BY reviewer"
        ).fetchall()
    )
    choices: dict[int, dict[str, str]] = {}
    for number, reviewer, choice in connection.execute(
        "SELECT mention, reviewer, choice FROM votes WHERE mention IN"
        " (SELECT mention FROM votes GROUP BY mention HAVING COUNT(*) > 1)"
    ):
        choices.setdefault(number, {})[reviewer] = choice
    statuses = {name: by_status.get(name, 0) for name in ("open", "linked", "nil", "deleted")}
    return Progress(**statuses, reviewers=reviewers, agreement=agreement(list(choices.values())))


def agreement(choices: Sequence[Mapping[str, str]]) -> Agreement:
    """The agreement of choices, given as reviewer to choice for every mention that several decided.

    Source: J. Cohen, A coefficient of agreement for nominal scales, 1960:
    kappa = (observed - expected) / (1 - expected).

    >>> agreement([{"a": "X", "b": "X"}, {"a": "Y", "b": "Y"}, {"a": "X", "b": "Y"}])
    Agreement(mentions=3, share=0.6667, kappa=0.4)
    """
    pairs: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for by_reviewer in choices:
        for first, second in combinations(sorted(by_reviewer), 2):
            chosen = (by_reviewer[first], by_reviewer[second])
            pairs.setdefault((first, second), []).append(chosen)
    every = [chosen for of_pair in pairs.values() for chosen in of_pair]
    share = sum(a == b for a, b in every) / len(every) if every else None
    kappas = [(_kappa(of_pair), len(of_pair)) for of_pair in pairs.values()]
    known = [(kappa, size) for kappa, size in kappas if kappa is not None]
    total = sum(size for _, size in known)
    mean = sum(kappa * size for kappa, size in known) / total if total else None
    return Agreement(len(choices), _rounded(share), _rounded(mean))


def _kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    observed = sum(a == b for a, b in pairs) / len(pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = sum(first[choice] * second[choice] for choice in first) / len(pairs) ** 2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
