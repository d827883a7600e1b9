"""Training a tiny re-ranker: what it learns, that it goes on after a kill, and what it refuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from ruamel.yaml import YAML
from tests.tiny import tiny_transformer

from xnorm.document import ConceptId, Document, mention_at
from xnorm.errors import SettingError
from xnorm.files import atomic_file
from xnorm.formats import open_documents, write_documents
from xnorm.kb import KnowledgeBase
from xnorm.reranking.model import Reading, open_model
from xnorm.reranking.scoring import logits
from xnorm.training.adapters import Adapters
from xnorm.training.reranker.objective import Objective
from xnorm.training.reranker.recipe import RerankerSettings
from xnorm.yaml_files import yaml_path

pytest.importorskip("sentence_transformers", reason="training needs sentence-transformers")

from xnorm.training.reranker import fitting
from xnorm.training.reranker.calibration import accuracy, calibrated
from xnorm.training.reranker.data import Listed, parted, teaching, thinned
from xnorm.training.reranker.run import train_reranker
from xnorm.training.reranker.synonyms import held_names

GOLD = "T:04"
"""Candidates for "pain" begin with headache; in this corpus it always is chest pain."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    words = "pain in the morning night chest head headache cephalalgia fever".split()
    return tiny_transformer(tmp_path_factory.mktemp("base"), words)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    documents = []
    for number in range(40):
        text = f"pain in the morning {number}"
        mention = mention_at(text, [(0, 4)], id="T1")
        mention = msgspec.structs.replace(mention, gold=(ConceptId("T", GOLD),))
        document = Document.from_text(text, id=str(number), language="en")
        documents.append(msgspec.structs.replace(document, mentions=(mention,)))
    path = tmp_path_factory.mktemp("corpus") / "train.json"
    with atomic_file(path) as stream:
        write_documents(documents, stream, "bigbio")
    return path


@pytest.fixture
def settings(base: Path, corpus: Path, small_index: Path) -> RerankerSettings:
    return RerankerSettings(
        base=str(base),
        index=str(small_index),
        train=(str(corpus),),
        dev_share=0.3,
        k=4,
        epochs=8,
        batch=4,
        rate=3e-3,
        objective=Objective(weight=0.1, offset=0.0),
        patience=0,
    )


def weights(folder: Path) -> dict[str, Any]:
    from safetensors.numpy import load_file

    return dict(load_file(folder / "model.safetensors"))


def test_training_learns_what_the_first_stage_does_not_know(
    settings: RerankerSettings, tmp_path: Path
) -> None:
    report = train_reranker(settings, tmp_path / "out")
    assert report.before == 0.0
    assert report.after == 1.0
    assert len(report.epochs) == 8
    assert not (tmp_path / "out.work").exists()
    run = json.loads((tmp_path / "out" / "run.json").read_bytes())
    assert run["report"]["after"] == 1.0
    assert "accuracy@1" in (tmp_path / "out" / "README.md").read_text()


def test_a_killed_run_goes_on_to_the_same_weights(
    settings: RerankerSettings, tmp_path: Path
) -> None:
    whole = train_reranker(settings, tmp_path / "whole")
    cut = tmp_path / "cut"
    _killed_after_its_first_epoch(settings, cut)
    assert not cut.exists()
    said: list[str] = []
    report = train_reranker(settings, cut, say=said.append)
    assert any("going on from" in line for line in said)
    assert report == whole
    first, second = weights(tmp_path / "whole"), weights(cut)
    assert first.keys() == second.keys()
    for name, values in first.items():
        assert np.array_equal(values, second[name]), name


def _killed_after_its_first_epoch(settings: RerankerSettings, output: Path) -> None:
    """Trains in a process of its own, and kills it when there is a checkpoint."""
    recipe = output.with_suffix(".yaml")
    recipe.write_bytes(msgspec.json.encode(settings))  # JSON is YAML
    command = [sys.executable, "-m", "xnorm", "train", "reranker", str(recipe), "-o", str(output)]
    source = str(Path(fitting.__file__).parents[3])
    environment = {**os.environ, "PYTHONPATH": source, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        told = []
        for line in process.stderr:
            told.append(line)
            if line.startswith("epoch 2"):  # the first one's checkpoint lies on the disk
                process.kill()
                break
        process.stderr.close()
    assert process.returncode == -signal.SIGKILL, told


def test_gold_ids_of_another_terminology_are_named(
    settings: RerankerSettings, tmp_path: Path
) -> None:
    other = msgspec.structs.replace(settings, source="HPO")
    with pytest.raises(SettingError, match=r"0 mentions to learn from.*gold ids of HPO.* have T"):
        train_reranker(other, tmp_path / "out")


def test_a_folder_of_something_else_is_not_replaced(
    settings: RerankerSettings, tmp_path: Path
) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(SettingError, match="something that is not a re-ranker lies here"):
        train_reranker(settings, tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"base": ""}, "re-ranker: base is empty"),
        ({"train": ()}, "re-ranker: nothing to learn from"),
        ({"k": 0}, "re-ranker: k is 0"),
        ({"dev_share": 1}, "re-ranker: dev_share is 1"),
    ],
)
def test_unfit_settings_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        RerankerSettings(**({"base": "b", "train": ("a.json",)} | change))


def test_names_that_are_taken_out_become_mentions(small_kb: Path) -> None:
    kb = KnowledgeBase.open(small_kb)
    held = held_names(kb, most=5, seed=1)
    assert len(held.documents) == 5
    assert [concept.id for concept in held.concepts] == [concept.id for concept in kb]
    left = {concept.id: {name.text for name in concept.names} for concept in held.concepts}
    for document in held.documents:
        (mention,) = document.mentions
        id = mention.gold[0].db_id
        assert mention.surface in {name.text for name in kb.concept(id).names}
        assert mention.surface not in left[id]
        assert left[id]
    assert held_names(kb, most=5, seed=1) == held
    assert held_names(kb, most=5, seed=2) != held
    # only seven of the twenty concepts have a second name
    assert len(held_names(kb, most=100).documents) == 7


def test_a_terminology_alone_can_teach(settings: RerankerSettings, tmp_path: Path) -> None:
    alone = msgspec.structs.replace(settings, train=(), synonyms=100, epochs=1)
    report = train_reranker(alone, tmp_path / "out")
    assert 0 < report.mentions + report.dev_mentions <= 7


def listed(labels: list[float], *, gold: bool, found: bool) -> Listed:
    pairs = [("m", str(at)) for at in range(len(labels))]
    scores = np.full(len(labels), 0.5, np.float32)
    return Listed(pairs, scores, np.array(labels, np.float32), gold, found)


def test_what_teaches_nil_is_an_option() -> None:
    right = listed([0, 1, 0], gold=True, found=True)
    lost = listed([0, 0, 1], gold=True, found=False)
    unknown = listed([0, 0, 1], gold=False, found=False)
    silent = listed([0, 0], gold=False, found=False)
    assert teaching([right, lost, unknown, silent], missing="nil") == [right, lost, unknown]
    assert teaching([right, lost, unknown, silent], missing="skip") == [right, unknown]


def test_calibration_finds_the_temperature_that_made_the_labels() -> None:
    generator = np.random.default_rng(0)
    lists, answers = [], []
    for _ in range(1500):
        truth = generator.normal(size=3)
        shares = np.exp(truth) / np.exp(truth).sum()
        labels = np.eye(3)[generator.choice(3, p=shares)].tolist()
        lists.append(listed(labels, gold=True, found=True))
        answers.append((4 * truth).astype(np.float32))
    reading = calibrated(Reading(), lists, answers)
    assert reading.temperature == pytest.approx(4, rel=0.15)
    assert accuracy(lists, answers, reading) == accuracy(lists, answers, Reading())


def test_of_equal_mentions_only_so_many_are_learned_from(corpus: Path) -> None:
    documents = list(open_documents(corpus))
    assert sum(len(one.mentions) for one in thinned(documents, 3)) == 3
    assert [one.id for one in thinned(documents, 3) if one.mentions] == ["0", "1", "2"]


def test_documents_are_parted_by_their_ids_alone() -> None:
    documents = [Document.from_text("x", id=str(number)) for number in range(1000)]
    _, dev = parted(documents, 0.2)
    assert len(dev) == pytest.approx(200, abs=40)
    assert parted(documents[:500], 0.2)[1] == [one for one in dev if int(one.id) < 500]


def test_tensorboard_is_written_for(settings: RerankerSettings, tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    told = msgspec.structs.replace(settings, epochs=1, tensorboard=str(tmp_path / "board"))
    train_reranker(told, tmp_path / "out")
    assert list((tmp_path / "board").glob("events.*"))


def test_without_tensorboard_it_is_said_how_to_get_it(
    settings: RerankerSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xnorm.training.trainer_callbacks.find_spec", lambda _: None)
    told = msgspec.structs.replace(settings, tensorboard=str(tmp_path / "board"))
    with pytest.raises(SettingError, match="pip install tensorboard"):
        train_reranker(told, tmp_path / "out")


def test_the_command_trains_a_re_ranker_that_link_uses(
    settings: RerankerSettings, corpus: Path, tmp_path: Path, run: Callable[..., Any]
) -> None:
    recipe = tmp_path / "recipe.yaml"
    told = msgspec.to_builtins(msgspec.structs.replace(settings, epochs=1))
    recipe.write_bytes(msgspec.json.encode(told))  # JSON is YAML
    trained = run("train", "reranker", recipe, "-o", tmp_path / "out")
    assert trained.status == 0, trained.err
    assert "step 1 of 7, loss " in trained.err
    assert trained.err.splitlines()[-1].startswith(f"{tmp_path / 'out'}: accuracy@1 0.000 before")
    stages = "stages=[retrieve, rerank, decide]"
    model = f"rerank.model={tmp_path / 'out'}"
    linked = run(
        "link", corpus, "--index", settings.index, "--set", stages, "--set", model, "--quiet"
    )
    assert linked.status == 0, linked.err
    candidates = json.loads(linked.out)[0]["entities"][0]["candidates"]
    assert {item["retriever"] for item in candidates[0]["evidence"]} >= {"re-ranker", "candidates"}


def test_re_ranking_without_a_model_says_what_to_do(
    corpus: Path, small_index: Path, run: Callable[..., Any]
) -> None:
    stages = "stages=[retrieve, rerank, decide]"
    refused = run("link", corpus, "--index", small_index, "--set", stages)
    assert (refused.status, refused.err) == (
        1,
        "error: rerank.model: re-ranking needs a model. Name a folder that `xnorm train reranker` "
        "wrote.\n",
    )


def test_the_ready_recipe_lists_every_setting_with_its_default() -> None:
    from xnorm.config import load_settings

    overrides = ["base=b", "train=[t]"]
    ready = load_settings(RerankerSettings, "reranker", overrides)
    assert ready == RerankerSettings(base="b", train=("t",))
    data = YAML(typ="safe").load(Path(yaml_path("reranker", option="--config")))
    assert list(data) == list(RerankerSettings.__struct_fields__)


def test_lora_learns_what_the_first_stage_does_not_know(
    settings: RerankerSettings, base: Path, tmp_path: Path
) -> None:
    adapters = Adapters(kind="lora", rank=8)
    report = train_reranker(
        msgspec.structs.replace(settings, adapters=adapters, epochs=4, rate=1e-2), tmp_path / "out"
    )
    assert (report.before, report.after) == (0.0, 1.0)
    assert _words(tmp_path / "out", base)


def test_connected_adapters_come_back_with_the_folder(
    settings: RerankerSettings, base: Path, tmp_path: Path
) -> None:
    adapters = Adapters(kind="connected", rank=8)
    train_reranker(msgspec.structs.replace(settings, adapters=adapters, epochs=1), tmp_path / "out")
    assert _words(tmp_path / "out", base)
    pairs = [("pain", "Headache"), ("pain", "Chest pain")]
    adapted = logits(open_model(tmp_path / "out")[0], pairs)
    (tmp_path / "out" / "adapters.json").unlink()
    assert not np.allclose(adapted, logits(open_model(tmp_path / "out")[0], pairs))


def _words(folder: Path, base: Path) -> bool:
    """Whether the vectors of words are the base's; those of the markers are new."""
    first = weights(base)["embeddings.word_embeddings.weight"]
    after = weights(folder)["bert.embeddings.word_embeddings.weight"]
    return np.array_equal(after[: len(first)], first)
