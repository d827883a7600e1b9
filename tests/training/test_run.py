"""A training run leaves an encoder with what made it, or nothing."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from xnorm.encoders import load_encoder


def test_a_run_from_the_command_line(
    run: Callable, small_kb: Path, tmp_path: Path, torch: None
) -> None:
    output = tmp_path / "encoder"
    ran = run(
        "train", "encoder", "-o", output,
        "--set", f"names=[{small_kb}]",
        "--set", "vocabulary=300", "--set", "dimension=16",
        "--set", "batch=8", "--set", "epochs=2",
    )  # fmt: skip
    assert ran.status == 0
    assert "names of" in ran.err
    made = json.loads((output / "run.json").read_text())
    encoder = load_encoder(str(output))
    assert made["fingerprint"] == encoder.fingerprint
    assert made["settings"]["dimension"] == encoder.dimension == 16
    assert list(made["inputs"]) == [str(small_kb)]
    assert "## Data" in (output / "README.md").read_text()
    assert [path.name for path in tmp_path.glob("encoder*")] == ["encoder"]


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("names=[]", "names is empty"),
        ("names=[nothing.tsv]", "nothing.tsv: cannot be read"),
        ("epochs=0", "epochs is 0"),
        ("epoch=1", "Did you mean 'epochs'?"),
    ],
)
def test_a_wrong_recipe_is_told(run: Callable, tmp_path: Path, setting: str, message: str) -> None:
    ran = run("train", "encoder", "-o", tmp_path / "out", "--set", setting)
    assert (ran.status, len(ran.err.splitlines())) == (1, 1)
    assert message in ran.err
    assert not list(tmp_path.iterdir())
