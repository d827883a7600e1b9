"""The scorer's file."""

from pathlib import Path

import numpy as np
import pytest

from xnorm.encoders import load_encoder
from xnorm.errors import DataError
from xnorm.mentions.features import FEATURES
from xnorm.mentions.scorer import load_scorer
from xnorm.resources import resource_path


def test_it_is_small_and_says_what_it_was_fitted_on() -> None:
    assert resource_path("finder", "scorer.json").stat().st_size < 10_000
    assert "without DisTEMIST's documents" in load_scorer().card["fitted on"]


def test_it_was_fitted_with_the_encoder_that_ships() -> None:
    """When this fails: python benchmarks/finding/fit.py, then measure with find.py."""
    assert load_scorer().card["encoder"] == load_encoder("default").fingerprint


def test_rows_do_not_depend_on_each_other() -> None:
    rows = np.random.default_rng(0).random((300, len(FEATURES))) * 3
    scorer = load_scorer()
    together = scorer.probability(rows)
    assert ((together >= 0) & (together <= 1)).all()
    assert together.tolist() == [float(scorer.probability(row[None])[0]) for row in rows]


@pytest.mark.parametrize("content", [b"{}", b"no", b""])
def test_another_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "scorer.json"
    file.write_bytes(content)
    with pytest.raises(DataError, match=r"scorer\.json: not a scorer"):
        load_scorer(file)
