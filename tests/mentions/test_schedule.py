"""Overlap resolution against brute force."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from xnorm.document import Span
from xnorm.mentions.schedule import best_schedule, longest_first

SPANS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 5)).map(lambda s: (s[0], s[0] + s[1])),
    max_size=9,
)


def apart(spans: list[Span]) -> bool:
    ordered = sorted(spans)
    return all(a[1] <= b[0] for a, b in pairwise(ordered))


@given(st.data())
def test_no_other_choice_weighs_more(data: st.DataObject) -> None:
    spans = data.draw(SPANS)
    weights = [data.draw(st.integers(0, 20)) / 4 for _ in spans]
    chosen = best_schedule(spans, weights)
    assert apart([spans[i] for i in chosen])
    assert [spans[i] for i in chosen] == sorted(spans[i] for i in chosen)
    best = max(
        sum(weights[i] for i in some)
        for size in range(len(spans) + 1)
        for some in combinations(range(len(spans)), size)
        if apart([spans[i] for i in some])
    )
    assert sum(weights[i] for i in chosen) == best
    assert all(weights[i] > 0 for i in chosen)


@given(SPANS)
def test_longest_first_leaves_out_only_what_overlaps_something_as_long(spans: list[Span]) -> None:
    chosen = longest_first(spans)
    kept = [spans[i] for i in chosen]
    assert apart(kept)
    for i, (start, end) in enumerate(spans):
        if i not in chosen:
            assert any(s < end and start < e and e - s >= end - start for s, e in kept)
