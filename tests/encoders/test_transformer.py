"""A tiny transformer as an encoder: its vectors, and the settings that change them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.tiny import tiny_transformer

from xnorm.encoders import load_encoder
from xnorm.errors import SettingError

pytest.importorskip("sentence_transformers", reason="transformers come with the extra neural")

TEXTS = ["head pain", "", "pain of the knee", "knee"]


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("base")
    return f"transformer:{tiny_transformer(folder, ' '.join(TEXTS).split())}"


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_vectors_have_unit_length_and_an_empty_text_has_none(spec: str, precision: str) -> None:
    encoder = load_encoder(f"{spec}?precision={precision}")
    vectors = encoder.encode(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (4, encoder.dimension)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 0, 1, 1], abs=1e-5)
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_bfloat16_is_near_float32_but_not_the_same_encoder(spec: str) -> None:
    whole, half = load_encoder(spec), load_encoder(f"{spec}?precision=bfloat16")
    cosines = (whole.encode(TEXTS) * half.encode(TEXTS)).sum(axis=1)
    assert cosines == pytest.approx([1, 0, 1, 1], abs=1e-3)
    assert not np.array_equal(whole.encode(TEXTS), half.encode(TEXTS))
    assert whole.fingerprint != half.fingerprint
    assert whole.fingerprint == load_encoder(f"{spec}?precision=float32").fingerprint


def test_what_changes_vectors_changes_the_fingerprint(spec: str) -> None:
    settings = ("", "pooling=cls", "prefix=query: ", "max_tokens=3", "precision=bfloat16")
    encoders = [load_encoder(f"{spec}?{setting}") for setting in settings]
    assert len({encoder.fingerprint for encoder in encoders}) == len(settings)
    vectors = [encoder.encode(TEXTS) for encoder in encoders]
    assert len({one.tobytes() for one in vectors}) == len(settings)


def test_an_unknown_precision_is_refused(spec: str) -> None:
    with pytest.raises(SettingError, match="unknown precision 'half'. Use 'float32' or 'bfloat16'"):
        load_encoder(f"{spec}?precision=half")


def test_letters_are_read_as_they_are_or_as_small_ones(tmp_path: Path) -> None:
    spec = f"transformer:{tiny_transformer(tmp_path, ' '.join(TEXTS).split(), cased=True)}"
    kept, lower = load_encoder(spec), load_encoder(f"{spec}?case=lower")
    shouted = [text.upper() for text in TEXTS]
    assert np.array_equal(lower.encode(shouted), kept.encode(TEXTS))
    assert not np.array_equal(kept.encode(shouted), kept.encode(TEXTS))
    assert lower.fingerprint != kept.fingerprint


def test_an_unknown_case_is_refused(spec: str) -> None:
    with pytest.raises(SettingError, match="unknown case 'upper'. Use 'kept' or 'lower'"):
        load_encoder(f"{spec}?case=upper")
