"""Training, the trees as a table, the file, and what is extracted."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest

from xnorm.document import Document
from xnorm.errors import DataError, SettingError
from xnorm.keyphrases import ExtractKeyPhrases, Model, Reading, read_annotated
from xnorm.keyphrases.trees import Trees

pytest.importorskip("sklearn", reason="training needs scikit-learn")

from xnorm.training.keyphrases import Forest, flattened, train_keyphrases

SMALL = Forest(trees=4, bag=1.0, leaf=1, columns=1.0)
THINGS = ("strike", "merger", "flood", "election", "trial", "drought")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six stories whose key phrases are what their titles begin with."""
    path = tmp_path_factory.mktemp("stories")
    for thing in THINGS:
        text = f"The {thing} goes on\nPeople talked about the {thing}. Nobody knew why it rained."
        (path / f"{thing}.txt").write_text(text, encoding="utf-8")
        (path / f"{thing}.key").write_text(f"{thing}\n", encoding="utf-8")
        (path / f"{thing}-CrowdCountskey").write_text(f"{thing}\t8\nrained\t2\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def model(folder: Path) -> Model:
    corpus = read_annotated(folder, language="en")
    return train_keyphrases(corpus, Reading(), forest=SMALL, name="stories")


STORY = Document.from_text(
    "The eruption goes on\nPeople talked about the eruption. Nobody knew why it rained.",
    language="en",
)


def test_what_annotators_would_choose_comes_first(model: Model) -> None:
    best = ExtractKeyPhrases(model, top=2).extract(STORY)
    assert [phrase.text for phrase in best] == ["eruption", "rained"]
    assert [STORY.text[slice(*span)] for span in best[0].spans] == ["eruption", "eruption"]
    assert best[0].score > 0.7 > best[1].score > 0


def test_the_stage_gives_phrases_with_offsets(model: Model) -> None:
    documents = [STORY, Document.from_text("", id="2")]
    first, empty = ExtractKeyPhrases(model, top=1)(documents)
    (phrase,) = first.extra["key_phrases"]
    assert phrase["text"] == "eruption"
    assert phrase["offsets"] == [[4, 12], [45, 53]]
    assert first.text == STORY.text
    assert empty.extra["key_phrases"] == []


def test_what_was_extracted_can_be_gold(model: Model, tmp_path: Path) -> None:
    """Such as after people corrected it."""
    gold = {
        "id": "1",
        "text": STORY.text,
        "key_phrases": [{"text": "Eruption", "score": 3}, "rain"],
    }
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(gold), encoding="utf-8")
    (one,) = read_annotated(path, language="en")
    assert dict(one.relevance) == {"eruption": 1.0, "rain": pytest.approx(1 / 3)}
    assert one.chosen == {"eruption", "rain"}


def test_training_is_deterministic_and_a_file_keeps_everything(
    folder: Path, model: Model, tmp_path: Path
) -> None:
    corpus = read_annotated(folder, language="en")
    again = train_keyphrases(corpus, Reading(), forest=SMALL, name="stories")
    model.save(tmp_path / "a.model")
    again.save(tmp_path / "b.model")
    assert (tmp_path / "a.model").read_bytes() == (tmp_path / "b.model").read_bytes()
    assert Model.load(tmp_path / "a.model") == model


def test_the_table_answers_as_scikit_learn_does() -> None:
    from sklearn.ensemble import RandomForestRegressor

    random = np.random.default_rng(0)
    rows, targets = random.random((300, 5)), random.random(300)
    forest = RandomForestRegressor(7, min_samples_leaf=3, random_state=0).fit(rows, targets)
    table = flattened([estimator.tree_ for estimator in forest.estimators_])
    fresh = random.random((100, 5))
    assert table.predict(fresh) == pytest.approx(forest.predict(fresh), abs=1e-6)
    assert table.predict(fresh[:0]).shape == (0,)


def test_a_knowledge_base_goes_with_its_features(folder: Path) -> None:
    class Weather:
        def types(self, phrases: list[str]) -> list[tuple[str, ...]]:
            return [("weather",) if "rain" in phrase else () for phrase in phrases]

    reading = Reading(groups=("base", "categories"))
    corpus = list(read_annotated(folder, language="en"))
    model = train_keyphrases(corpus, reading, forest=SMALL, categories=Weather())
    assert model.reading.categories == ("weather",)
    assert ExtractKeyPhrases(model, 1, Weather()).extract(STORY)
    with pytest.raises(SettingError, match="trained with a knowledge base"):
        ExtractKeyPhrases(model)
    with pytest.raises(SettingError, match="a knowledge base go together"):
        train_keyphrases(corpus, reading)


def test_an_unknown_group_is_refused(folder: Path) -> None:
    with pytest.raises(SettingError, match="Did you mean 'shallow'"):
        train_keyphrases(read_annotated(folder), Reading(groups=("base", "shalow")))


def test_nothing_to_train_on_is_refused() -> None:
    with pytest.raises(DataError, match="nothing to train on"):
        train_keyphrases([], Reading())


@pytest.mark.parametrize("text", ["{}", "[1]", "PK\x03", '{"format": 1'])
def test_another_file_is_no_model(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.model").write_text(text)
    with pytest.raises(DataError, match="not a model of key phrases"):
        Model.load(tmp_path / "x.model")


def test_another_version_is_refused(model: Model, tmp_path: Path) -> None:
    msgspec.structs.replace(model, format=99).save(tmp_path / "x.model")
    with pytest.raises(DataError, match="format 99.*Train it again"):
        Model.load(tmp_path / "x.model")


@pytest.mark.parametrize(
    "change",
    [
        {"roots": []},
        {"roots": [7]},
        {"left": [0, -1, -1]},  # a node below itself would never end
        {"right": [9, -1, -1]},
        {"feature": [99, -1, -1]},
        {"value": [0.0]},
    ],
)
def test_damaged_trees_are_refused(model: Model, tmp_path: Path, change: dict[str, object]) -> None:
    sound = Trees([0], [0, -1, -1], [0.5, 0, 0], [1, -1, -1], [2, -1, -1], [0, 0.1, 0.9])
    assert sound.predict(np.array([[0.5], [0.6]])).tolist() == [0.1, 0.9]
    trees = msgspec.structs.replace(sound, **change)
    msgspec.structs.replace(model, trees=trees).save(tmp_path / "x.model")
    with pytest.raises(DataError, match="the trees are damaged"):
        Model.load(tmp_path / "x.model")
