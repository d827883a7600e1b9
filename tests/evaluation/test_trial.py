"""Another encoder than the default one in a suite's systems."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xnorm.encoders import StaticEncoder, load_encoder
from xnorm.evaluation.bench import Trial, bench


@pytest.fixture
def encoder(tmp_path: Path) -> Path:
    """A folder with the shipped encoder, without some of its dimensions."""
    shipped = load_encoder()
    assert isinstance(shipped, StaticEncoder)
    rows = shipped.rows.copy()
    rows[:, :64] = 0
    StaticEncoder(shipped.tokenizer_json, rows, shipped.scales).save(tmp_path / "other")
    return tmp_path / "other"


def test_results_of_another_encoder_lie_beside_those_of_the_default_one(
    suite_file: Path, encoder: Path, in_process: None
) -> None:
    told = suite_file.read_text("utf-8").replace("[exact, rapidfuzz, tfidf]", "[tfidf, fused]")
    suite_file.write_text(told, encoding="utf-8")
    folder, work = suite_file.parent / "results", suite_file.parent / "work"
    bench(suite_file, folder, work=work, systems=["fused"])
    other = bench(suite_file, folder, work=work, trial=Trial("other", str(encoder)))
    assert [result.system for result in other] == ["fused@other"]  # tfidf has no encoder
    (fused,) = bench(suite_file, folder, work=work, systems=["fused"])
    assert fused.runs[0].encoder == load_encoder().fingerprint
    assert other[0].runs[0].encoder == load_encoder(str(encoder)).fingerprint
    assert other[0].what.endswith("encoder: other")
    names = {path.name for path in (folder / "tiny").glob("*.json")}
    assert {"fused.json", "fused@other.json"} <= names


@pytest.mark.parametrize("options", [["--encoder", "folder"], ["--fusion", "f.json"]])
def test_an_encoder_has_to_have_a_name(
    run: Callable[..., Any], suite_file: Path, options: list[str]
) -> None:
    told = run("bench", suite_file, *options)
    assert told.status == 1
    assert "is not a name and an encoder" in told.err
    assert "--encoder jobs=my-encoder/" in told.err
