"""Fusions, by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from xnorm.candidates import Fuse
from xnorm.candidates.features import FEATURES
from xnorm.candidates.fuse import ranks, read_parameters, reciprocal_ranks, weighted_maximum
from xnorm.errors import DataError, SettingError

# three retrievers; the first query has three candidates, the second two
SCORES = np.array(
    [[0.0, 1.0, 0.0, 0.0, 0.0], [0.5, 0.9, 0.4, 0.2, 0.6], [0.8, 0.7, 0.0, 0.3, 0.3]], np.float32
)
OFFSETS = np.array([0, 3, 5])


def test_the_weighted_maximum_is_the_best_of_weight_times_score() -> None:
    found = weighted_maximum(SCORES, np.array([1.0, 0.5, 0.9]))
    assert found == pytest.approx([0.9 * 0.8, 1.0, 0.5 * 0.4, 0.9 * 0.3, 0.5 * 0.6])


def test_ranks_start_anew_for_every_query_and_ties_go_by_place() -> None:
    assert ranks(SCORES[1], OFFSETS).tolist() == [2, 1, 3, 2, 1]
    assert ranks(SCORES[2], OFFSETS).tolist() == [1, 2, 3, 1, 2]


def test_reciprocal_ranks_add_up_and_a_retriever_without_likeness_adds_nothing() -> None:
    found = reciprocal_ranks(SCORES, OFFSETS, np.array([1.0, 0.5, 1.0]), 60)
    scale = 61 / 2.5
    assert found == pytest.approx(
        [
            (0.5 / 62 + 1 / 61) * scale,
            (1 / 61 + 0.5 / 61 + 1 / 62) * scale,
            0.5 / 63 * scale,
            (0.5 / 62 + 1 / 61) * scale,
            (0.5 / 61 + 1 / 62) * scale,
        ]
    )


def test_the_first_with_every_retriever_has_reciprocal_score_one() -> None:
    one = reciprocal_ranks(np.ones((2, 1), np.float32), np.array([0, 1]), np.array([1.0, 0.3]), 60)
    assert one == pytest.approx([1.0])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"method": "calibrate"}, "Did you mean 'calibrated'"),
        ({"weights": {"dense": 2}}, "the weight of 'dense' is 2. Give a number from 0 to 1"),
        ({"constant": -1}, "constant is -1"),
    ],
)
def test_impossible_settings_are_refused_at_once(settings: dict[str, object], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Fuse(**settings)  # type: ignore[arg-type]


def test_the_shipped_parameters_are_small_and_say_what_they_were_fitted_on() -> None:
    parameters = read_parameters()
    assert set(parameters.features) <= set(FEATURES)
    assert parameters.slope > 0
    assert any("CodiEsp" in line for line in parameters.card.fitted_on)
    assert not any("test" in line.lower() for line in parameters.card.fitted_on)
    import xnorm.candidates.fuse as module

    assert (Path(module.__file__).with_name("calibrated.json")).stat().st_size < 10_000


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"features": ["exact", "tfdif"], "weights": [1, 2]}, "unknown feature 'tfdif'"),
        ({"format": 2}, "of another format"),
        ({"weights": [1]}, "of another format"),
        ({"slope": "steep"}, "no fusion parameters"),
    ],
)
def test_broken_parameters_are_refused_with_the_file(
    change: dict[str, object], message: str, tmp_path: Path
) -> None:
    import xnorm.candidates.fuse as module

    good = json.loads(Path(module.__file__).with_name("calibrated.json").read_text())
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(good | change))
    with pytest.raises(DataError, match=message) as caught:
        read_parameters(str(path))
    assert str(path) in str(caught.value)


def test_missing_parameters_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_parameters(str(tmp_path / "none.json"))
