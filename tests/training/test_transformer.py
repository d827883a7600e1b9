"""Training a tiny transformer on thirty concepts: what it learns, and what every option changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from ruamel.yaml import YAML
from tests.thirty_concepts import ROWS
from tests.tiny import tiny_transformer

from xnorm.encoders import load_encoder
from xnorm.errors import DataError, SettingError
from xnorm.training.adapters import Adapters
from xnorm.training.held_out import measure, split
from xnorm.training.pairs import write_names
from xnorm.training.transformer.recipe import TransformerSettings
from xnorm.yaml_files import yaml_path

pytest.importorskip("sentence_transformers", reason="training needs sentence-transformers")

from xnorm.training import trainer_callbacks
from xnorm.training.run import train_encoder
from xnorm.training.transformer.data import batches_of
from xnorm.training.transformer.run import TransformerReport, sampled


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    words = [word for row in ROWS for word in row.name.split()]
    return tiny_transformer(tmp_path_factory.mktemp("base"), words)


@pytest.fixture(scope="module")
def settings(base: Path, tmp_path_factory: pytest.TempPathFactory) -> TransformerSettings:
    table = tmp_path_factory.mktemp("names") / "names.tsv.gz"
    write_names(ROWS, table)
    return TransformerSettings(
        names=(str(table),), base=str(base), pooling="mean", epochs=1, batch=16, rate=3e-3,
        hard=0.3, every=3,
    )  # fmt: skip


@pytest.fixture(scope="module")
def plain(settings: TransformerSettings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain") / "out"
    train_encoder(settings, folder)
    return folder


def changed(settings: TransformerSettings, **values: Any) -> TransformerSettings:
    return msgspec.structs.replace(settings, **values)


def weights(folder: Path) -> dict[str, Any]:
    from safetensors.numpy import load_file

    return dict(load_file(folder / "model.safetensors"))


def differing(one: Path, other: Path) -> set[str]:
    """The names of weights that are not equal to the last bit."""
    left, right = weights(one), weights(other)
    assert left.keys() == right.keys()
    return {name for name in left if not np.array_equal(left[name], right[name])}


def test_training_finds_translations_of_concepts_it_has_not_seen(
    settings: TransformerSettings, tmp_path: Path
) -> None:
    recipe = changed(settings, epochs=8, hold_out=4, prefix="query: ")
    report = train_encoder(recipe, tmp_path / "out")
    assert isinstance(report, TransformerReport)
    before, after = report.before["es"].by_id[0], report.held_out["es"].by_id[0]
    assert before < 0.5 < after
    assert max(score for _, score in report.measured) == after
    assert report.measured[-1][0] == report.steps
    assert not (tmp_path / "out.work").exists()
    run = json.loads((tmp_path / "out" / "run.json").read_bytes())
    assert run["settings"]["kind"] == "transformer"
    assert list(run["inputs"]) == list(settings.names)
    text = (tmp_path / "out" / "README.md").read_text()
    assert f"| es | {report.held_out['es'].queries} |" in text
    assert "| made up |" in text


def test_the_folder_knows_its_prefix(settings: TransformerSettings, tmp_path: Path) -> None:
    train_encoder(changed(settings, prefix="query: "), tmp_path / "out")
    spec = f"transformer:{tmp_path / 'out'}"
    alone = load_encoder(spec).encode(["head pain"])
    told = load_encoder(f"{spec}?prefix=query: ").encode(["head pain"])
    other = load_encoder(f"{spec}?prefix=passage: ").encode(["head pain"])
    assert np.array_equal(alone, told)
    assert not np.allclose(alone, other)


def test_the_folder_knows_its_case(settings: TransformerSettings, tmp_path: Path) -> None:
    base = tiny_transformer(tmp_path / "base", ["head", "pain", "knee"], cased=True)
    train_encoder(changed(settings, base=str(base), case="lower"), tmp_path / "out")
    encoder = load_encoder(f"transformer:{tmp_path / 'out'}")
    assert np.array_equal(encoder.encode(["HEAD Pain"]), encoder.encode(["head pain"]))
    assert not np.array_equal(encoder.encode(["head pain"]), encoder.encode(["knee"]))


def test_the_seed_decides_the_weights(
    settings: TransformerSettings, plain: Path, tmp_path: Path
) -> None:
    train_encoder(settings, tmp_path / "again")
    assert differing(plain, tmp_path / "again") == set()
    train_encoder(changed(settings, seed=1), tmp_path / "other")
    assert differing(plain, tmp_path / "other")


def test_a_killed_run_goes_on_to_the_same_weights(
    settings: TransformerSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = changed(settings, epochs=4, mixed=2, hold_out=4, soup=2, patience=9)
    whole = train_encoder(recipe, tmp_path / "whole")

    class Killed(BaseException):
        pass

    def stop(self: Any, args: Any, state: Any, control: Any, **_: Any) -> None:
        if state.global_step == 5:
            raise Killed

    told: list[int] = []
    monkeypatch.setattr(trainer_callbacks._Tell, "on_step_end", stop, raising=False)
    with pytest.raises(Killed):
        train_encoder(recipe, tmp_path / "cut", progress=lambda p: told.append(p.step))
    monkeypatch.undo()
    (work,) = (tmp_path / "cut.work").iterdir()
    (work / "checkpoint-4").mkdir()  # as a kill in the midst of writing leaves it
    cut = train_encoder(recipe, tmp_path / "cut", progress=lambda p: told.append(p.step))
    assert differing(tmp_path / "whole", tmp_path / "cut") == set()
    assert isinstance(whole, TransformerReport)
    assert isinstance(cut, TransformerReport)
    assert (whole.measured, whole.held_out) == (cut.measured, cut.held_out)


@pytest.mark.parametrize(
    "change",
    [
        {"loss": "multi-similarity"},
        {"optimizer": "adamp"},
        {"accumulate": 2},
        {"soup": 2, "soup_of": "last", "every": 1},
        {"pooling": "cls"},
        {"tokens": 3},
        {"precision": "bfloat16"},
    ],
    ids=str,
)
def test_an_option_changes_the_weights(
    change: dict[str, Any], settings: TransformerSettings, plain: Path, tmp_path: Path
) -> None:
    train_encoder(changed(settings, **change), tmp_path / "out")
    assert differing(plain, tmp_path / "out")
    vectors = load_encoder(f"transformer:{tmp_path / 'out'}").encode(["head pain", ""])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 0], abs=1e-5)


def test_frozen_layers_stay_and_others_are_cut_off(
    settings: TransformerSettings, base: Path, tmp_path: Path
) -> None:
    train_encoder(changed(settings, frozen=1), tmp_path / "frozen")
    moved = {name for name in differing(base, tmp_path / "frozen") if "pooler" not in name}
    assert moved
    assert all(name.startswith("encoder.layer.1.") for name in moved)
    train_encoder(changed(settings, layers=1), tmp_path / "cut")
    assert not any("layer.1." in name for name in weights(tmp_path / "cut"))
    with pytest.raises(SettingError, match="layers is 3, and the base has 2"):
        train_encoder(changed(settings, layers=3), tmp_path / "more")


def test_lora_is_merged_into_an_ordinary_model(
    settings: TransformerSettings, base: Path, tmp_path: Path
) -> None:
    pytest.importorskip("peft", reason="LoRA comes with the extra neural")
    recipe = changed(settings, adapters=Adapters(kind="lora", rank=4))
    train_encoder(recipe, tmp_path / "out")
    moved = differing(base, tmp_path / "out")  # the same names of weights, too
    assert moved
    assert all(name.endswith("weight") and "LayerNorm" not in name for name in moved)
    assert not any("embeddings" in name for name in moved)


def test_connected_adapters_lie_beside_an_untouched_model(
    settings: TransformerSettings, base: Path, tmp_path: Path
) -> None:
    recipe = changed(
        settings,
        adapters=Adapters(kind="connected", rank=16),
        epochs=60,
        rate=1e-2,
        hold_out=4,
        every=200,
    )
    report = train_encoder(recipe, tmp_path / "out")
    assert differing(base, tmp_path / "out") == set()
    assert "adapters.safetensors" in (tmp_path / "out" / "README.md").read_text()
    # what is opened is what was measured
    encoder = load_encoder(f"transformer:{tmp_path / 'out'}")
    assert isinstance(report, TransformerReport)
    seen, unseen = split(ROWS, 4)
    assert measure(encoder, sampled(unseen, 1000)) == report.held_out
    start = measure(load_encoder(f"transformer:{base}"), seen)["es"].by_id[0]
    assert start < 0.3 < 0.7 < measure(encoder, seen)["es"].by_id[0]
    (tmp_path / "out" / "adapters.json").write_text("{}")
    with pytest.raises(DataError, match="adapters that do not fit the model"):
        load_encoder(f"transformer:{tmp_path / 'out'}")


def test_batches_are_the_pairs_of_all_epochs(settings: TransformerSettings) -> None:
    one, two = batches_of(ROWS, settings), batches_of(ROWS, changed(settings, epochs=2))
    assert len(one.rows) == sum(one.sizes) == pytest.approx(len(two.rows) / 2, abs=1)
    assert len(batches_of(ROWS, changed(settings, epochs=0.1)).rows) < 10
    assert batches_of(ROWS, changed(settings, hard=1.0)).rows["left"] != one.rows["left"]
    named = {row.name: row.concept for row in ROWS}
    for row in one.rows:
        assert named[row["left"]] == named[row["right"]]
        assert row["left"] != row["right"]


def test_what_is_measured_is_bounded_and_the_same_each_time() -> None:
    few = sampled(ROWS, 5)
    assert len({row.concept for row in few}) == 5
    assert set(few) <= set(sampled(ROWS, 6))
    english = [row for row in ROWS if row.language == "en"]
    assert sampled(english, 5) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"base": ""}, "encoder: base is empty"),
        ({"batch": 0}, "batch is 0"),
        ({"hard": 2}, "hard is 2"),
        ({"focal": 1.0, "loss": "multi-similarity"}, "focal and mixed do not go with"),
        ({"patience": 2}, "patience and the best checkpoints need held-out"),
        ({"soup": 2}, "patience and the best checkpoints need held-out"),
    ],
)
def test_unfit_settings_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        TransformerSettings(**({"base": "b"} | change))


def test_what_cannot_be_trained_is_told_in_a_line(
    settings: TransformerSettings, tmp_path: Path, run: Callable[..., Any]
) -> None:
    def told(*sets: str) -> str:
        recipe = tmp_path / "recipe.yaml"
        recipe.write_bytes(msgspec.json.encode(msgspec.to_builtins(settings)))  # JSON is YAML
        options = [part for one in sets for part in ("--set", one)]
        ran = run("train", "encoder", recipe, "-o", tmp_path / "out", *options)
        assert ran.status == 1
        assert ran.out == ""
        assert len(ran.err.splitlines()) == 1
        return str(ran.err)

    assert "base 'nothing/here': cannot be opened as a transformer" in told("base=nothing/here")
    assert "unknown kind 'tree'" in told("kind=tree")
    assert "unknown key 'vocabulary'" in told("vocabulary=3")


def test_the_ready_recipe_lists_every_setting() -> None:
    data = YAML(typ="safe").load(yaml_path("encoder-transformer", option="--config"))
    assert list(data) == list(TransformerSettings.__struct_fields__)


def test_the_command_trains_by_a_ready_recipe(
    settings: TransformerSettings, tmp_path: Path, run: Callable[..., Any]
) -> None:
    ran = run(
        "train", "encoder", "encoder-transformer", "-o", tmp_path / "out",
        "--set", f"names={json.dumps(settings.names)}", "--set", f"base={settings.base}",
        "--set", "batch=8", "--set", "epochs=0.2", "--set", "hold_out=4", "--set", "frozen=1",
    )  # fmt: skip
    assert ran.status == 0, ran.err
    assert ran.out == ""
    assert "accuracy@1" in ran.err.splitlines()[-1]
