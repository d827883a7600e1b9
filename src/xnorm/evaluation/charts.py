"""Charts as places in a drawing: where lines, dots and bars lie; the page's template draws them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 360, 250
LEFT, RIGHT, TOP, BOTTOM = 40, 350, 12, 214
"""A drawing's size and the borders of its plot, in SVG units."""

_BINS = 10
_LETTER = 5.8  # width of a letter of a label


class Tick(msgspec.Struct, frozen=True):
    """A mark on an axis."""

    at: float
    label: str


class Line(msgspec.Struct, frozen=True):
    """A system's line: `points` as SVG writes them."""

    system: str
    points: str
    last: tuple[float, float]


class Dot(msgspec.Struct, frozen=True):
    """A system's dot, with where its label stands."""

    system: str
    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str
    title: str


class Chart(msgspec.Struct, frozen=True):
    """Lines or dots with their axes."""

    x_label: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    lines: tuple[Line, ...] = ()
    dots: tuple[Dot, ...] = ()


class Bin(msgspec.Struct, frozen=True):
    """Mentions whose best score lies in a tenth: how sure the system was, and how often right.

    Heights are shares of the fullest tenth.
    """

    count: int
    score: float
    right: float
    right_height: float
    wrong_height: float


class Calibration(msgspec.Struct, frozen=True):
    """The tenths of a system's scores, and the expected calibration error."""

    bins: tuple[Bin, ...]
    error: float


def recall_curves(curves: Mapping[str, Mapping[int, float]]) -> Chart:
    """Recall by rank, ranks on a logarithmic axis."""
    ranks = [k for curve in curves.values() for k in curve]
    deepest = max(ranks)
    lowest = _floor(min(min(curve.values()) for curve in curves.values()))

    def x(k: float) -> float:
        return LEFT + (RIGHT - LEFT) * math.log(k) / math.log(max(deepest, 2))

    lines = []
    for system, curve in curves.items():
        points = [(x(k), _up(value, lowest)) for k, value in sorted(curve.items())]
        text = " ".join(f"{at:.1f},{height:.1f}" for at, height in points)
        lines.append(Line(system, text, points[-1]))
    shown = [k for k in (1, 2, 5, 10, 20, 64, 100) if k <= deepest]
    return Chart(
        x_label="candidates",
        x_ticks=tuple(Tick(x(k), str(k)) for k in shown),
        y_ticks=_shares(lowest),
        lines=tuple(lines),
    )


def speed_against_recall(systems: Mapping[str, tuple[float, float]]) -> Chart:
    """A dot a system: mentions a second on a logarithmic axis, and recall@1."""
    speeds = [max(speed, 0.1) for speed, _ in systems.values()]
    first = math.floor(math.log10(min(speeds)))
    last = max(math.ceil(math.log10(max(speeds))), first + 1)
    lowest = _floor(min(recall for _, recall in systems.values()))

    def x(speed: float) -> float:
        share = (math.log10(max(speed, 0.1)) - first) / (last - first)
        return LEFT + (RIGHT - LEFT) * share

    places = {
        system: (x(speed), _up(recall, lowest)) for system, (speed, recall) in systems.items()
    }
    dots: list[Dot] = []
    for system, (at, height) in sorted(places.items(), key=lambda item: item[1][::-1]):
        label_x, label_y, anchor = _free(dots, list(places.values()), (at, height), system)
        speed, recall = systems[system]
        title = f"{system}: {speed:,.0f} mentions/s, recall@1 {recall:.3f}"
        dots.append(Dot(system, at, height, label_x, label_y, anchor, title))
    return Chart(
        x_label="mentions a second of processor time",
        x_ticks=tuple(Tick(x(10.0**power), _short(power)) for power in range(first, last + 1)),
        y_ticks=_shares(lowest),
        dots=tuple(dots),
    )


def calibration(scores: NDArray[np.float64], right: NDArray[np.bool_]) -> Calibration | None:
    """The tenths of scores of 0 to 1; None when scores lie elsewhere, or in two tenths only.

    The expected calibration error is the mean over mentions of |share of right answers - mean
    score| of their tenth.

    Source: Guo et al., On calibration of modern neural networks, ICML 2017.
    """
    if not len(scores) or scores.min() < 0 or scores.max() > 1:
        return None
    place = np.minimum((scores * _BINS).astype(np.int64), _BINS - 1)
    counts = np.bincount(place, minlength=_BINS)
    if np.count_nonzero(counts) < 3:
        return None
    hits = np.bincount(place, right, _BINS)
    sums = np.bincount(place, scores, _BINS)
    error = float(np.abs(hits - sums).sum() / len(scores))
    fullest = counts.max()
    bins = tuple(
        Bin(
            int(count),
            float(total / count) if count else (number + 0.5) / _BINS,
            float(hit / count) if count else 0.0,
            float(hit / fullest),
            float((count - hit) / fullest),
        )
        for number, (count, hit, total) in enumerate(zip(counts, hits, sums, strict=True))
    )
    return Calibration(bins, error)


def _up(share: float, lowest: float) -> float:
    """The height of a share between the lowest shown one and 1."""
    return BOTTOM - (BOTTOM - TOP) * (share - lowest) / (1 - lowest)


def _floor(share: float) -> float:
    """The border below a share at which an axis may begin, so that little room stays empty."""
    return max(0.0, math.floor(share * 5 - 0.25) / 5) if share < 1 else 0.8


def _shares(lowest: float) -> tuple[Tick, ...]:
    step = 0.2 if lowest < 0.5 else 0.1
    count = round((1 - lowest) / step)
    values = [1 - number * step for number in range(count + 1)]
    return tuple(Tick(_up(value, lowest), f"{value:.1f}") for value in values)


def _free(
    placed: Sequence[Dot],
    dots: Sequence[tuple[float, float]],
    dot: tuple[float, float],
    label: str,
) -> tuple[float, float, str]:
    """Where a dot's label hides neither dots nor labels: x, y of its base line, and its anchor."""
    width = _LETTER * len(label)
    taken = [_box(other.label_x, other.label_y, other.system, other.anchor) for other in placed]
    taken += [(x - 5, x + 5, y - 5, y + 5) for x, y in dots if (x, y) != dot]
    for away in range(0, 140, 6):
        for down in (away, -away):
            for anchor, x in (("start", dot[0] + 8 + away / 4), ("end", dot[0] - 8 - away / 4)):
                y = dot[1] + 4 + down
                left, right, top, bottom = box = _box(x, y, label, anchor)
                inside = left > LEFT - 4 and right < WIDTH and top > 0 and bottom < BOTTOM
                if inside and not any(_overlap(box, other) for other in taken):
                    return x, y, anchor
    return dot[0] + width, dot[1], "start"


def _box(x: float, y: float, label: str, anchor: str) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of a label."""
    width = _LETTER * len(label)
    return (x, x + width, y - 9, y + 3) if anchor == "start" else (x - width, x, y - 9, y + 3)


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]


def _short(power: int) -> str:
    value = 10.0**power
    if value >= 1e6:
        return f"{value / 1e6:g} M"
    return f"{value / 1e3:g} k" if value >= 1e3 else f"{value:g}"
