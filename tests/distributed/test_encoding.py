"""Names that are encoded on Ray give the index that one process builds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from xnorm.encoders import load_encoder
from xnorm.errors import SettingError
from xnorm.index import Index
from xnorm.kb import KnowledgeBase

pytest.importorskip("ray", reason="the engine needs ray")

from xnorm.distributed import encoding
from xnorm.distributed.encoding import remote_encoders


@pytest.mark.filterwarnings("ignore")
def test_the_index_is_that_of_one_process(
    ray_here: None, small_kb: Path, small_index: Path, tmp_path: Path
) -> None:
    with remote_encoders(["default"]) as encoders:
        built = Index.build(KnowledgeBase.open(small_kb), tmp_path / "a.index", encoder=encoders)
    alone = Index.open(small_index)
    assert built.fingerprint == alone.fingerprint
    assert Index.open(tmp_path / "a.index").manifest.encoder == "default"


@pytest.mark.filterwarnings("ignore")
def test_rows_come_in_the_order_of_the_names(
    ray_here: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoding, "NAMES", 3)
    names = [f"fever {number}" for number in range(10)]
    with remote_encoders(["default"]) as (encoder,):
        assert np.array_equal(encoder.encode(names), load_encoder("default").encode(names))
        assert encoder.encode([]).shape == (0, encoder.dimension)


@pytest.mark.parametrize(
    ("spec", "message"),
    [("default", "is another one there"), ("/no/such", "there is no encoder '/no/such'")],
)
def test_a_node_with_another_encoder_says_so(spec: str, message: str) -> None:
    assert message in str(encoding._encode(spec, "another", ["fever"]))


@pytest.mark.filterwarnings("ignore")
def test_what_a_node_says_is_raised(ray_here: None) -> None:
    with remote_encoders(["default"]) as (encoder,):
        encoder.fingerprint = "another"
        with pytest.raises(SettingError, match="a node of the cluster: the encoder 'default'"):
            encoder.encode(["fever"])
