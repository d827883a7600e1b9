"""Fitting the calibrated fusion."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.fakes import build_index, terminology

from xnorm.candidates import Fuse, Query, generate
from xnorm.errors import DataError
from xnorm.index import Index
from xnorm.training.fusion import Labelled, _log_share, _Set, fit_fusion, write_parameters


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return build_index(terminology(60), tmp_path_factory.mktemp("fit"))


@pytest.fixture(scope="module")
def mentions(index: Index) -> list[Labelled]:
    """Names without their last letter, and the first's plain."""
    names = index.kb.names.to_pylist()
    ids = index.kb.concepts["id"].to_pylist()
    return [Labelled(Query(n["text"][:-1]), frozenset({ids[n["concept"]]})) for n in names]


def test_fitted_parameters_rank_right_concepts_first_and_their_scores_are_probabilities(
    index: Index, mentions: list[Labelled], tmp_path: Path
) -> None:
    parameters = fit_fusion([(index, mentions)], fitted_on=["made-up names"])
    path = tmp_path / "mine.json"
    write_parameters(parameters, path)
    fuse = Fuse(parameters=str(path))
    answers = generate(index, [mention.query for mention in mentions], 5, fuse)
    right = [answer[0].concept in m.concepts for answer, m in zip(answers, mentions, strict=True)]
    assert np.mean(right) > 0.8
    assert np.mean([answer[0].score for answer in answers]) == pytest.approx(
        np.mean(right), abs=0.05
    )
    assert parameters.card.encoder == "hash-16"
    assert parameters.card.fitted_on == ("made-up names",)


def test_same_mentions_give_the_same_parameters(index: Index, mentions: list[Labelled]) -> None:
    assert fit_fusion([(index, mentions)]) == fit_fusion([(index, mentions)])


def test_the_gradient_is_that_of_the_loss() -> None:
    rng = np.random.default_rng(0)
    one = _Set(rng.normal(size=(9, 3)), np.array([0, 4, 4, 7, 9]), rng.random(9) < 0.4)
    weights = rng.normal(size=3)
    _, slope = _log_share(one, weights)
    for place in range(3):
        step = np.zeros(3)
        step[place] = 1e-6
        up, down = _log_share(one, weights + step)[0], _log_share(one, weights - step)[0]
        assert (up - down) / 2e-6 == pytest.approx(slope[place], abs=1e-6)


def test_mentions_of_another_terminology_are_refused(index: Index) -> None:
    with pytest.raises(DataError, match="no mention has a right concept"):
        fit_fusion([(index, [Labelled(Query("kari"), frozenset({"OTHER:1"}))])])
