"""Logits of many pairs in one stream: equal pairs once, like lengths together, bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xnorm.encoders.transformer import Precision

Pair = tuple[str, str]

TOKENS = 2048
"""Padded tokens that go through a model at a time: more take memory, and processors no faster."""

_WINDOW = 16_384
"""Pairs whose tokens are kept at a time."""


def logits(
    model: Any, pairs: Sequence[Pair], *, tokens: int = TOKENS, precision: Precision = "float32"
) -> NDArray[np.float32]:
    """The model's one output for each pair, float32 [pairs].

    Args:
        model: a `CrossEncoder` with one output.
        pairs: mention's text and concept's text.
        tokens: padded tokens that go through the model at a time; it bounds memory.
        precision: of the products.
    """
    distinct = list(dict.fromkeys(pairs))
    found = np.empty(len(distinct), np.float32)
    for start in range(0, len(distinct), _WINDOW):
        window = distinct[start : start + _WINDOW]
        cut = _tokenized(model, window)
        for places in batches([len(one) for one in cut["input_ids"]], tokens):
            batch = {key: [values[at] for at in places] for key, values in cut.items()}
            found[start + places] = _forward(model, batch, precision)
    place = {pair: at for at, pair in enumerate(distinct)}
    return found[[place[pair] for pair in pairs]] if pairs else found


def batches(lengths: Sequence[int], tokens: int) -> Iterator[NDArray[np.int64]]:
    """Places in batches of like length, longest first, so that too large a budget fails at once.

    >>> [batch.tolist() for batch in batches([3, 8, 4], 8)]
    [[1], [2, 0]]
    """
    order = np.argsort([-length for length in lengths], kind="stable")
    start = 0
    while start < len(order):
        size = max(1, tokens // max(1, lengths[order[start]]))
        yield order[start : start + size]
        start += size


def _tokenized(model: Any, pairs: Sequence[Pair]) -> dict[str, list[list[int]]]:
    found = model.tokenizer(
        [left for left, _ in pairs],
        [right for _, right in pairs],
        truncation="longest_first",
        max_length=model.max_seq_length,
    )
    return dict(found)


def _forward(
    model: Any, batch: dict[str, list[list[int]]], precision: Precision
) -> NDArray[np.float32]:
    import torch

    padded = model.tokenizer.pad(batch, return_tensors="pt")
    half = torch.autocast(model.device.type, torch.bfloat16, enabled=precision == "bfloat16")
    with torch.inference_mode(), half:
        scores = model({key: value.to(model.device) for key, value in padded.items()})["scores"]
    answer: NDArray[np.float32] = scores.reshape(-1).float().cpu().numpy()
    return answer
