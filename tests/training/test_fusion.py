"""Fitting the calibrated fusion, by the library and by the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from ruamel.yaml import YAML
from tests.fakes import HashEncoder, build_index, build_kb, terminology

from xnorm.candidates import Fuse, Query, generate
from xnorm.document import ConceptId, Document, mention_at
from xnorm.errors import DataError, SettingError
from xnorm.files import atomic_file
from xnorm.formats import write_documents
from xnorm.index import Index
from xnorm.training.fusion import (
    FusionSettings,
    Labelled,
    fit_fusion,
    train_fusion,
    write_parameters,
)
from xnorm.training.fusion.fit import Candidates, log_share
from xnorm.yaml_files import yaml_path


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return build_index(terminology(60), tmp_path_factory.mktemp("fit"))


@pytest.fixture(scope="module")
def mentions(index: Index) -> list[Labelled]:
    """Names without their last letter, and the first's plain."""
    names = index.kb.names.to_pylist()
    ids = index.kb.concepts["id"].to_pylist()
    return [Labelled(Query(n["text"][:-1]), frozenset({ids[n["concept"]]})) for n in names]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A text a concept of the small index, which says its names without a letter, twice."""
    said = {
        "T:01": "headach", "T:02": "hypertensio", "T:03": "heart attac", "T:05": "pyrexi",
        "T:08": "pneumoni", "T:11": "atrial fibrilatio", "T:15": "convulsion", "T:18": "anemi",
        "T:20": "dyspnoe", "T:99": "unheard of",
    }  # fmt: skip
    documents = []
    for id, text in said.items():
        both = f"{text} {text}"
        spans = [(0, len(text)), (len(text) + 1, len(both))]
        found = tuple(
            replace(mention_at(both, [span], id=f"T{n}"), gold=(ConceptId("T", id),))
            for n, span in enumerate(spans)
        )
        documents.append(replace(Document.from_text(both, id=id), mentions=found))
    path = tmp_path_factory.mktemp("corpus") / "train.json"
    with atomic_file(path) as stream:
        write_documents(documents, stream, "bigbio")
    return path


def test_fitted_parameters_rank_right_concepts_first_and_their_scores_are_probabilities(
    index: Index, mentions: list[Labelled], tmp_path: Path
) -> None:
    parameters = fit_fusion([(index, mentions)], fitted_on=["made-up names"])
    path = tmp_path / "mine.json"
    write_parameters(parameters, path)
    fuse = Fuse(parameters=str(path))
    answers = generate(index, [mention.query for mention in mentions], 5, fuse)
    right = [answer[0].concept in m.concepts for answer, m in zip(answers, mentions, strict=True)]
    assert np.mean(right) > 0.8
    assert np.mean([answer[0].score for answer in answers]) == pytest.approx(
        np.mean(right), abs=0.05
    )
    assert parameters.card.encoder == "hash-16"
    assert parameters.card.fitted_on == ("made-up names",)


def test_same_mentions_give_the_same_parameters(index: Index, mentions: list[Labelled]) -> None:
    assert fit_fusion([(index, mentions)]) == fit_fusion([(index, mentions)])


def test_the_encoder_that_knows_better_gets_the_weight(
    mentions: list[Labelled], tmp_path: Path
) -> None:
    class Deaf(HashEncoder):
        """Hears nothing but lengths."""

        def encode(self, texts: Any) -> Any:
            return super().encode(["ka " * (len(text) % 3 + 1) for text in texts])

    kb = build_kb(terminology(60), tmp_path / "t.kb")
    both = Index.build(kb, tmp_path / "two.index", encoder=[Deaf(salt="deaf"), HashEncoder()])
    whole = [Labelled(Query(q.text + "x"), ids) for q, ids in mentions]
    parameters = fit_fusion([(both, whole)])
    weights = dict(zip(parameters.features, parameters.weights, strict=True))
    assert {"dense2", "preferred2", "both2"} < weights.keys()
    assert parameters.card.encoder == "hash-16deaf hash-16"
    assert weights["dense2"] > abs(weights["dense"])


def test_the_gradient_is_that_of_the_loss() -> None:
    rng = np.random.default_rng(0)
    one = Candidates(
        rng.normal(size=(9, 3)), np.array([0, 4, 4, 7, 9]), rng.random(9) < 0.4, np.zeros(9)
    )
    weights = rng.normal(size=3)
    _, slope = log_share(one, weights)
    for place in range(3):
        step = np.zeros(3)
        step[place] = 1e-6
        up, down = log_share(one, weights + step)[0], log_share(one, weights - step)[0]
        assert (up - down) / 2e-6 == pytest.approx(slope[place], abs=1e-6)


def test_some_mentions_keep_their_own_candidates() -> None:
    one = Candidates(
        np.arange(9.0)[:, None], np.array([0, 4, 4, 7, 9]), np.arange(9) % 2 == 0, np.arange(9.0)
    )
    part = one.of(np.array([False, True, True, True]))
    assert part.offsets.tolist() == [0, 0, 3, 5]
    assert part.usual.tolist() == part.values[:, 0].tolist() == [4, 5, 6, 7, 8]
    assert part.right.tolist() == [True, False, True, False, True]


def test_mentions_of_another_terminology_are_refused(index: Index) -> None:
    with pytest.raises(DataError, match="no mention has a right concept"):
        fit_fusion([(index, [Labelled(Query("kari"), frozenset({"OTHER:1"}))])])


def test_the_command_learns_from_documents_what_link_takes(
    corpus: Path, small_index: Path, tmp_path: Path, run: Callable[..., Any]
) -> None:
    mine = tmp_path / "mine.json"
    given = ("--set", f"index={small_index}", "--set", f"train=[{corpus}]")
    ran = run("train", "fusion", *given, "-o", mine)
    assert ran.status == 0, ran.err
    assert "9 distinct mentions to learn from" in ran.err
    assert "calibration error" in ran.err
    card = json.loads(mine.read_text())["card"]
    assert card["index"] == Index.open(small_index).fingerprint
    assert list(card["inputs"]) == [str(corpus)]
    assert 0 <= card["figures"]["accuracy"] <= card["figures"]["found"] <= 1
    first = mine.read_bytes()
    assert run("train", "fusion", *given, "-o", mine, "--quiet").err == ""
    assert mine.read_bytes() == first
    linked = run(
        "link", "--index", small_index, "--set", f"retrieve.fuse.parameters={mine}", corpus,
        "-o", tmp_path / "linked.json",
    )  # fmt: skip
    assert linked.status == 0, linked.err


def test_figures_are_of_mentions_that_were_not_learned_from(
    corpus: Path, small_index: Path, tmp_path: Path
) -> None:
    settings = FusionSettings(index=str(small_index), train=(str(corpus),))
    report = train_fusion(settings, tmp_path / "mine.json")
    assert report.mentions == 9
    assert report.found == 1
    assert 0.5 < report.accuracy <= 1
    assert 0 <= report.error <= 1


def test_documents_that_teach_nothing_are_refused(
    corpus: Path, small_index: Path, tmp_path: Path
) -> None:
    with pytest.raises(SettingError, match=r"train\.json: 0 mentions .* gold ids of OTHER"):
        train_fusion(
            FusionSettings(index=str(small_index), train=(str(corpus),), source="OTHER"),
            tmp_path / "mine.json",
        )
    with pytest.raises(SettingError, match="nothing to learn from"):
        FusionSettings()


def test_the_ready_recipe_lists_every_setting_with_its_default() -> None:
    told = YAML(typ="safe").load(yaml_path("fusion", option="CONFIG").read_text())
    settings = FusionSettings(train=("train.json",))
    assert {key: told[key] for key in told if key != "train"} == {
        field: getattr(settings, field)
        for field in FusionSettings.__struct_fields__
        if field != "train"
    }
