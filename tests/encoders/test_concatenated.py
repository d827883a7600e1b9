"""Several encoders as one."""

from __future__ import annotations

import numpy as np
import pytest
from tests.fakes import HashEncoder, words

from xnorm.encoders import StaticEncoder, encode_projected, load_encoder
from xnorm.encoders.concatenated import ConcatenatedEncoder
from xnorm.errors import SettingError

TEXTS = words(12)


def test_the_cosine_is_the_mean_of_the_cosines() -> None:
    parts = (HashEncoder(8), HashEncoder(16))
    both = ConcatenatedEncoder(parts)
    assert both.dimension == 24
    vectors = both.encode(TEXTS)
    cosines = [part.encode(TEXTS) @ part.encode(TEXTS).T for part in parts]
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1)
    assert vectors @ vectors.T == pytest.approx(np.mean(cosines, axis=0), abs=1e-6)


def test_a_text_that_one_encoder_knows_nothing_of_is_left_to_the_other() -> None:
    class Silent(HashEncoder):
        def encode(self, texts: object) -> object:  # type: ignore[override]
            return 0 * super().encode(TEXTS)

    both = ConcatenatedEncoder((Silent(8), HashEncoder(16)))
    assert both.encode(TEXTS)[:, 8:] == pytest.approx(HashEncoder(16).encode(TEXTS))
    assert not ConcatenatedEncoder((Silent(8),)).encode(TEXTS).any()


def test_the_fingerprint_tells_encoders_and_their_order() -> None:
    one, other = HashEncoder(8), HashEncoder(16)
    marks = {ConcatenatedEncoder(p).fingerprint for p in ((one, other), (other, one), (one,))}
    assert len(marks) == 3
    assert ConcatenatedEncoder((one, other)).fingerprint in marks


def test_what_is_no_name_passes_through_the_maps_of_the_parts_that_have_one() -> None:
    class Turning(HashEncoder):
        def encode_projected(self, texts: object) -> object:
            return -super().encode(TEXTS)

    both = ConcatenatedEncoder((Turning(8), HashEncoder(16)))
    expected = both.encode(TEXTS) * np.repeat([-1, 1], [8, 16])
    assert encode_projected(both, TEXTS) == pytest.approx(expected)


def test_a_line_names_several() -> None:
    both = load_encoder("concat:default+default")
    assert isinstance(both, ConcatenatedEncoder)
    assert [type(part) for part in both.parts] == [StaticEncoder] * 2
    assert both.dimension == 2 * load_encoder().dimension
    with pytest.raises(SettingError, match="there is no encoder 'nothing'"):
        load_encoder("concat:default+nothing")
