"""Counts and times in Prometheus' text format.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator

MEDIA_TYPE = "text/plain; version=0.0.4"

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_DOCUMENTS = (1, 2, 4, 8, 16, 32)


class Histogram:
    """How often values fell below some bounds."""

    def __init__(self, bounds: Iterable[float]) -> None:
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        """Counts one value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def lines(self, name: str) -> Iterator[str]:
        """The samples, cumulative as the format wants them.

        >>> histogram = Histogram([1.0])
        >>> histogram.observe(0.5)
        >>> histogram.observe(3)
        >>> list(histogram.lines("x"))
        ['x_bucket{le="1"} 1', 'x_bucket{le="+Inf"} 2', 'x_sum 3.5', 'x_count 2']
        """
        below = 0
        for bound, count in zip((*self.bounds, None), self.counts, strict=True):
            below += count
            yield f'{name}_bucket{{le="{"+Inf" if bound is None else f"{bound:g}"}"}} {below}'
        yield f"{name}_sum {self.total:g}"
        yield f"{name}_count {below}"


class Metrics:
    """What the service has done since it began."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str, int]] = Counter()
        self.seconds = Histogram(_SECONDS)
        self.batches = Histogram(_DOCUMENTS)
        self.linking = Histogram(_SECONDS)
        self.reloads: Counter[tuple[str, str]] = Counter()
        self.documents = 0
        self.mentions = 0

    def text(self, *, waiting: int, in_work: int) -> str:
        """All of it, with the characters that wait and the requests in work right now."""
        return "\n".join(self._lines(waiting, in_work)) + "\n"

    def _lines(self, waiting: int, in_work: int) -> Iterator[str]:
        yield from _head("xnorm_requests_total", "counter", "Requests by route and status.")
        for (method, route, status), count in sorted(self.requests.items()):
            labels = f'method="{method}",route="{_escaped(route)}",status="{status}"'
            yield f"xnorm_requests_total{{{labels}}} {count}"
        for name, what, histogram in (
            ("xnorm_request_seconds", "Time to answer a request.", self.seconds),
            ("xnorm_batch_documents", "Texts that were linked together.", self.batches),
            ("xnorm_batch_seconds", "Time to link them.", self.linking),
        ):
            yield from _head(name, "histogram", what)
            yield from histogram.lines(name)
        yield from _head("xnorm_reloads_total", "counter", "Rebuilt indexes that were opened.")
        for (index, outcome), count in sorted(self.reloads.items()):
            labels = f'index="{_escaped(index)}",outcome="{outcome}"'
            yield f"xnorm_reloads_total{{{labels}}} {count}"
        for name, kind, what, value in (
            ("xnorm_documents_total", "counter", "Texts that were linked.", self.documents),
            ("xnorm_mentions_total", "counter", "Mentions in them.", self.mentions),
            ("xnorm_waiting_characters", "gauge", "Of texts that wait or are linked.", waiting),
            ("xnorm_requests_in_work", "gauge", "Requests that are being answered.", in_work),
        ):
            yield from _head(name, kind, what)
            yield f"{name} {value}"


def _head(name: str, kind: str, what: str) -> Iterator[str]:
    yield f"# HELP {name} {what}"
    yield f"# TYPE {name} {kind}"


def _escaped(label: str) -> str:
    return label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
