"""`xnorm train titles`: an encoder that brings skills and other languages near titles."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from tests.training.titles.conftest import DOERS, FIELDS

from xnorm.config import load_settings
from xnorm.encoders import StaticEncoder, encode_projected, load_encoder
from xnorm.errors import SettingError
from xnorm.kb import KnowledgeBase
from xnorm.training.encoder import TrainingReport
from xnorm.training.titles.recipe import TitlesSettings
from xnorm.training.titles.sampler import SKILLS

pytest.importorskip("torch", reason="training needs torch")

from xnorm.training.titles.run import encoder_settings, train_titles


def recipe(folder: Path, encoder: dict[str, Any] | None = None, **options: Any) -> TitlesSettings:
    small = {"vocabulary": 300, "dimension": 32, "epochs": 40, "batch": 64, "rate": 0.02}
    return TitlesSettings(
        titles=(str(folder / "titles.kb"),),
        skills=(str(folder / "skills.kb"),),
        relations=(str(folder / "relations.csv"),),
        encoder={**small, **(encoder or {})},
        **options,
    )


@pytest.fixture(scope="module")
def trained(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("trained") / "jobs"
    report = train_titles(recipe(folder, {"hold_out": 6}), output)
    assert isinstance(report, TrainingReport)
    # what is held out is sought by its German names and by its skills
    assert set(report.held_out) == {"de", SKILLS}
    assert report.sources["relations"].languages == (SKILLS,)
    return output


def similarity(encoder: Path, one: str, other: str) -> float:
    left, right = load_encoder(str(encoder)).encode([one, other])
    return float(left @ right)


def test_titles_are_near_their_skills_and_their_names_in_another_language(trained: Path) -> None:
    for text in ("shape wood, store wood", "Holzarbeiter"):
        assert similarity(trained, "wood worker", text) > 0.3
        assert similarity(trained, "wood worker", text) > similarity(trained, "music dealer", text)


def test_the_folder_says_what_made_it(trained: Path, folder: Path) -> None:
    told = json.loads((trained / "run.json").read_text("utf-8"))
    assert told["settings"]["relations"] == [str(folder / "relations.csv")]
    assert told["settings"]["encoder"]["epochs"] == 40
    assert set(told["inputs"]) == {
        str(folder / name) for name in ("titles.kb", "skills.kb", "relations.csv")
    }
    card = (trained / "README.md").read_text("utf-8")
    assert "`xnorm train titles recipe.yaml -o FOLDER`" in card
    assert "| relations |" in card
    assert "The language `skills` is that of texts of an occupation's skills" in card


def test_pairs_with_skills_bring_skills_near_and_without_them_they_stay_apart(
    folder: Path, tmp_path: Path, trained: Path
) -> None:
    encoder = {"tokenizer": str(trained / "tokenizer.json")}
    plain = recipe(folder, encoder, pairs=0.0, projection=True)  # of skills, which there are none
    train_titles(plain, tmp_path / "plain")
    assert StaticEncoder.load(tmp_path / "plain").projection is None
    near = [similarity(one, "wood worker", "sell wood") for one in (tmp_path / "plain", trained)]
    assert near[1] > near[0]


def test_a_projection_brings_skills_nearer_and_is_in_the_folder(
    folder: Path, tmp_path: Path, trained: Path
) -> None:
    tokenizer = {"tokenizer": str(trained / "tokenizer.json"), "hold_out": 6}
    train_titles(recipe(folder, tokenizer, projection=True), tmp_path / "projected")
    plain, projected = (load_encoder(str(one)) for one in (trained, tmp_path / "projected"))
    occupations = [f"{field} {doer}" for field in FIELDS for doer in DOERS]
    skills = [f"shape {field}, sell {field}" for field in FIELDS for _ in DOERS]
    near = [
        float((one.encode(occupations) * encode_projected(one, skills)).sum(axis=1).mean())
        for one in (plain, projected)
    ]
    assert near[1] > near[0]
    assert not np.allclose(encode_projected(projected, skills), projected.encode(skills), atol=0.1)
    assert np.array_equal(encode_projected(plain, skills), plain.encode(skills))


def test_a_transformer_is_trained_without_a_projection(folder: Path, tmp_path: Path) -> None:
    settings = recipe(folder, projection=True)
    transformer = replace(settings, encoder={"kind": "transformer", "base": "any"})
    with pytest.raises(SettingError, match="a transformer is trained without a projection"):
        train_titles(transformer, tmp_path / "jobs")


def test_equal_recipes_give_equal_encoders_with_a_guide_other_ones(
    folder: Path, tmp_path: Path, trained: Path
) -> None:
    encoder = {"tokenizer": str(trained / "tokenizer.json"), "epochs": 5}
    for name, guide in (("one", ""), ("two", ""), ("guided", "default")):
        train_titles(recipe(folder, encoder, guide=guide), tmp_path / name)
    prints = {load_encoder(str(tmp_path / name)).fingerprint for name in ("one", "two")}
    assert len(prints) == 1
    assert load_encoder(str(tmp_path / "guided")).fingerprint not in prints
    told = json.loads((tmp_path / "guided/run.json").read_text("utf-8"))
    assert told["inputs"]["default"] == load_encoder().fingerprint


def test_a_transformer_is_trained_on_the_same_pairs(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason="training needs sentence-transformers")
    from tests.tiny import tiny_transformer

    words = [text for name in ("titles", "skills") for text in names(folder / f"{name}.kb")]
    base = tiny_transformer(tmp_path / "base", words)
    encoder = {
        "kind": "transformer", "base": str(base), "pooling": "mean", "epochs": 1, "batch": 32,
        "rate": 3e-3, "hard": 0.0,
    }  # fmt: skip
    settings = TitlesSettings(
        titles=(str(folder / "titles.kb"),),
        skills=(str(folder / "skills.kb"),),
        relations=(str(folder / "relations.csv"),),
        guide="default",
        encoder=encoder,
    )
    train_titles(settings, tmp_path / "jobs")
    opened = load_encoder(f"transformer:{tmp_path / 'jobs'}")
    before = load_encoder(f"transformer:{base}")
    texts = ["wood worker", "sell wood"]
    assert not np.allclose(opened.encode(texts), before.encode(texts), atol=1e-3)
    assert "xnorm train titles" in (tmp_path / "jobs/README.md").read_text("utf-8")


def names(kb: Path) -> list[str]:
    texts: list[str] = KnowledgeBase.open(kb).names["text"].to_pylist()
    return [word for text in texts for word in text.split()]


def test_the_command_trains_an_encoder_that_an_index_opens(
    run: Callable[..., Any], folder: Path, tmp_path: Path
) -> None:
    config = tmp_path / "recipe.yaml"
    config.write_text(
        f"titles: [{folder / 'titles.kb'}]\nads: [{folder / 'ads.jsonl'}]\n"
        "encoder: {vocabulary: 300, dimension: 16, epochs: 2, batch: 64}\n",
        "utf-8",
    )
    ran = run("train", "titles", config, "-o", tmp_path / "jobs", "--set", "pairs=1")
    assert ran.status == 0, ran.err
    assert "of 31 concepts" in ran.err  # thirty occupations, and the ad that names its skills
    built = run(
        "index", "build", folder / "titles.kb", "-o", tmp_path / "t.index",
        "--encoder", tmp_path / "jobs",
    )  # fmt: skip
    assert built.status == 0, built.err


@pytest.mark.parametrize(
    ("encoder", "told"),
    [
        ({"kind": "statik"}, "unknown kind 'statik'"),
        ({"epoch": 3}, "unknown key 'epoch'"),
        ({"epochs": "three"}, "Expected `float`"),
    ],
)
def test_mistakes_in_the_encoders_section_are_named(
    folder: Path, tmp_path: Path, encoder: dict[str, Any], told: str
) -> None:
    with pytest.raises(SettingError, match=told) as caught:
        train_titles(recipe(folder, encoder), tmp_path / "jobs")
    assert "titles.encoder" in str(caught.value)


def test_the_ready_recipe_is_one(folder: Path) -> None:
    settings = load_settings(
        TitlesSettings, "titles-encoder", [f"titles=[{folder}]", "encoder.epochs=3"]
    )
    assert settings.pairs > 0
    assert encoder_settings(settings).hold_out == 20
