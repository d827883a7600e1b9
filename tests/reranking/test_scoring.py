from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xnorm.reranking.scoring import batches, logits

PAIRS = [
    ("severe headache", "head pain"),
    ("fever", "cough"),
    ("severe headache", "head pain"),
    ("the patient reports fever and nausea today", "nausea"),
]


def test_logits_are_those_of_the_library_in_the_order_of_the_pairs(model: Any) -> None:
    expected = model.predict(PAIRS, convert_to_numpy=True)
    for tokens in (1, 20, 4096):
        assert np.allclose(logits(model, PAIRS, tokens=tokens), expected, rtol=1e-4)


def test_half_precision_is_the_library_s(model: Any) -> None:
    import torch

    with torch.autocast("cpu", torch.bfloat16):
        expected = model.predict(PAIRS, convert_to_numpy=True)
    half = logits(model, PAIRS, precision="bfloat16")
    assert half.dtype == np.float32
    assert np.allclose(half, expected, rtol=0.02)
    assert not np.allclose(half, logits(model, PAIRS), rtol=0.02)


def test_no_pairs_give_no_logits(model: Any) -> None:
    assert logits(model, []).shape == (0,)


@given(st.lists(st.integers(1, 50)), st.integers(1, 200))
def test_batches_hold_every_place_once_and_keep_to_the_budget(
    lengths: list[int], tokens: int
) -> None:
    found = list(batches(lengths, tokens))
    assert sorted(int(at) for batch in found for at in batch) == list(range(len(lengths)))
    for batch in found:
        assert len(batch) == 1 or len(batch) * max(lengths[at] for at in batch) <= tokens
