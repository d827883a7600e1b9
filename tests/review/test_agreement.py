"""How far reviewers agree, against scikit-learn."""

from __future__ import annotations

import pytest

from xnorm.review.agreement import agreement


def test_kappa_is_that_of_scikit_learn() -> None:
    pairs = zip("XXXYYXZXYXXYZX", "XYXYYXZXXXZYXX", strict=True)
    found = agreement([{"ana": a, "ben": b} for a, b in pairs])
    assert found.kappa == 0.5  # sklearn.metrics.cohen_kappa_score, 1.9


def test_pairs_of_several_reviewers_count_by_their_mentions() -> None:
    found = agreement([{"a": "X", "b": "X", "c": "Y"}, {"a": "Y", "b": "Y"}, {"a": "X", "b": "Y"}])
    assert found.mentions == 3
    assert found.share == 0.4  # two of five pairs
    assert found.kappa == pytest.approx((3 * 0.4 + 0 + 0) / 5, abs=1e-4)


@pytest.mark.parametrize(
    ("choices", "share"), [([], None), ([{"a": "X", "b": "X"}], 1.0), ([{"a": "X"}], None)]
)
def test_without_variety_there_is_no_kappa(
    choices: list[dict[str, str]], share: float | None
) -> None:
    found = agreement(choices)
    assert (found.share, found.kappa) == (share, None)
