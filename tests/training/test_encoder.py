"""Training a static encoder on thirty concepts: seconds, the same by seed, better than chance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.thirty_concepts import ROWS

from xnorm.encoders import StaticEncoder
from xnorm.errors import DataError, SettingError
from xnorm.training.pairs import (
    NameRow,
    Pairs,
    PairSampler,
    batches,
    names_of,
    read_names,
    thinned,
    write_names,
)


def sampler(rows: list[NameRow], **options: float) -> PairSampler:
    texts = np.unique([row.name for row in rows], return_inverse=True)[1].astype(np.int64)
    return PairSampler(rows, texts, np.random.default_rng(0), weights={}, **options)


def test_a_pair_is_two_different_names_of_one_concept() -> None:
    left, right, concept = sampler(ROWS).epoch()
    assert len(concept) == len(left) == len(right) > 30
    for one, other in zip(left, right, strict=True):
        assert ROWS[one].concept == ROWS[other].concept
        assert ROWS[one].name != ROWS[other].name


def test_concepts_with_one_name_are_not_drawn() -> None:
    lonely = [NameRow("Y:1", "en", "", "alone"), NameRow("Y:1", "es", "", "alone")]
    drawn = sampler([*ROWS, *lonely]).epoch()
    assert not {ROWS[i].concept for i in drawn.left} & {"Y:1"}


def test_many_english_names_do_not_drown_one_in_spanish() -> None:
    names = [NameRow("Z:1", "en", "", f"name {i}") for i in range(50)]
    rows = [*names, NameRow("Z:1", "es", "", "nombre")]
    one = sampler(rows, language_power=1.0)
    pairs = [one.epoch() for _ in range(100)]
    spanish = np.mean([50 in (a, b) for p in pairs for a, b in zip(p.left, p.right, strict=True)])
    assert spanish > 0.4


def test_hard_batches_hold_near_concepts_together_and_every_pair_once() -> None:
    pairs = Pairs(np.arange(1000), np.arange(1000), np.arange(1000))
    found = batches(pairs, 100, np.random.default_rng(0), hard=1.0, cluster=lambda rows: rows % 10)
    assert sorted(np.concatenate(found).tolist()) == list(range(1000))
    assert np.mean([len(set((batch % 10).tolist())) for batch in found]) < 3


def test_shares_leave_out_the_same_concepts_each_time() -> None:
    kept = thinned(ROWS, {"made up": 0.5})
    assert 0 < len(kept) < len(ROWS)
    assert kept == thinned(ROWS, {"made up": 0.5})
    assert thinned(ROWS, {"other": 0.0}) == ROWS


def test_tables_of_names_are_read_as_written(tmp_path: Path) -> None:
    path = tmp_path / "names.tsv.gz"
    write_names(ROWS, path)
    assert read_names(path) == ROWS
    (tmp_path / "bad.tsv").write_text("concept\tlanguage\tsource\tname\nX:1\ten\n")
    with pytest.raises(DataError, match=r"bad.tsv, line 2: 2 columns"):
        read_names(tmp_path / "bad.tsv")


def test_the_names_of_a_knowledge_base_are_rows(tmp_path: Path) -> None:
    from xnorm.kb import Concept, KnowledgeBase, Name

    names = (Name("Headache", "en", "preferred"), Name("dolor de cabeza", "es"))
    kb = KnowledgeBase.build([Concept("HP:0002315", names)], tmp_path / "x.kb", source="HPO")
    assert names_of(kb, "hpo") == [
        NameRow("HP:0002315", "en", "hpo", "Headache"),
        NameRow("HP:0002315", "es", "hpo", "dolor de cabeza"),
    ]


def test_settings_out_of_range_are_refused() -> None:
    from xnorm.training.encoder import EncoderSettings

    with pytest.raises(SettingError, match="batch is 0"):
        EncoderSettings(batch=0)
    with pytest.raises(SettingError, match="hard is 2"):
        EncoderSettings(hard=2)


def test_the_shipped_recipe_is_valid() -> None:
    from xnorm.config import load_settings
    from xnorm.training.encoder import EncoderSettings

    recipe = load_settings(EncoderSettings, "encoder")
    assert recipe.names
    assert recipe.seed == 0


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of a tokenizer whose subwords are the words of the names."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    words = sorted({word for row in ROWS for word in row.name.split()})
    made = Tokenizer(models.WordLevel({w: i for i, w in enumerate(["<unk>", *words])}, "<unk>"))
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    made.save(str(path))
    return str(path)


def trained(tokenizer: str, seed: int = 0) -> StaticEncoder:
    pytest.importorskip("torch", reason="training needs torch (extra neural)")
    from xnorm.training.encoder import EncoderSettings, train_static

    settings = EncoderSettings(
        tokenizer=tokenizer, dimension=32, epochs=60, batch=32, smoothing=0.01, hard=0.3, seed=seed
    )
    told: list[int] = []
    encoder, report = train_static(ROWS, settings, progress=lambda p: told.append(p.step))
    assert told[-1] == report.steps
    assert (report.names, report.concepts) == (len(ROWS), 30)
    return encoder


def test_a_trained_encoder_finds_the_translation(tokenizer: str) -> None:
    encoder = trained(tokenizer)
    english = [row for row in ROWS if row.language == "en"]
    spanish = [row for row in ROWS if row.language == "es"]
    names = encoder.encode([row.name for row in english])
    nearest = (encoder.encode([row.name for row in spanish]) @ names.T).argmax(axis=1)
    right = [english[i].concept == row.concept for i, row in zip(nearest, spanish, strict=True)]
    assert np.mean(right) > 0.9


def test_the_seed_decides_the_weights(tokenizer: str) -> None:
    first = trained(tokenizer)
    assert trained(tokenizer).fingerprint == first.fingerprint
    assert trained(tokenizer, seed=1).fingerprint != first.fingerprint


def test_trained_subwords_never_span_two_words() -> None:
    from xnorm.training.subwords import cut, silent, train_tokenizer

    made = train_tokenizer([row.name for row in ROWS], 150, ["Straße"])
    together = cut(made, ["Kopf-Schmerz, straße"]).pieces.tolist()
    apart = cut(made, ["kopf", "schmerz", "strasse"]).pieces.tolist()
    assert together == apart
    assert 0 in silent(made)


def test_a_teacher_brings_its_whole_words(tmp_path: Path) -> None:
    from tokenizers import Tokenizer, models

    from xnorm.training.subwords import words_in

    pieces = {"[UNK]": 0, "Head": 1, "##ache": 2, "of": 3, "bone": 4}
    Tokenizer(models.WordPiece(pieces, unk_token="[UNK]")).save(str(tmp_path / "tokenizer.json"))
    assert words_in(tmp_path / "tokenizer.json") == ["Head", "bone"]
    Tokenizer(models.Unigram([("▁dolor", -1.0), ("ache", -1.0), ("▁a", -1.0)])).save(
        str(tmp_path / "tokenizer.json")
    )
    assert words_in(tmp_path / "tokenizer.json") == ["dolor"]
    Tokenizer(models.BPE()).save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(DataError, match=r"tokenizer.json: a vocabulary of the kind BPE"):
        words_in(tmp_path / "tokenizer.json")
    with pytest.raises(DataError, match=r"nowhere/tokenizer.json: the file is missing"):
        words_in(tmp_path / "nowhere/tokenizer.json")


def test_names_of_the_same_subwords_have_the_same_key() -> None:
    from xnorm.training.subwords import Cut

    names = Cut(np.array([1, 2, 2, 1, 3]), np.array([0, 2, 4, 5]))
    assert names.keys().tolist() == [0, 0, 1]
    assert names.take(np.array([2, 0])).pieces.tolist() == [3, 1, 2]


def test_held_out_concepts_are_measured_and_their_names_not_trained_on() -> None:
    pytest.importorskip("torch", reason="training needs torch (extra neural)")
    from xnorm.training.encoder import EncoderSettings, train_static
    from xnorm.training.held_out import split

    seen, unseen = split([*ROWS, NameRow("Y:1", "en", "", "Head, pain")], 4)
    assert {row.concept for row in seen} & {row.concept for row in unseen} == set()
    assert not {row.name.lower() for row in seen} & {row.name.lower() for row in unseen}
    settings = EncoderSettings(vocabulary=150, dimension=16, epochs=2, batch=16, hold_out=4)
    report = train_static(ROWS, settings)[1]
    assert set(report.held_out) == {"es"}
    assert 0 <= report.held_out["es"].by_id[0] <= 1


def test_nothing_to_learn_is_said() -> None:
    pytest.importorskip("torch", reason="training needs torch (extra neural)")
    from xnorm.training.encoder import EncoderSettings, train_static

    with pytest.raises(SettingError, match="no concept has two different names"):
        train_static([row for row in ROWS if row.name.startswith("dolor")], EncoderSettings())


def test_subwords_may_start_from_what_another_static_encoder_says(torch: None) -> None:
    from xnorm.encoders import load_encoder
    from xnorm.training.encoder import EncoderSettings
    from xnorm.training.material import first_vectors
    from xnorm.training.subwords import pieces_of, train_tokenizer

    settings = EncoderSettings(teacher="default")
    tokenizer = train_tokenizer([row.name for row in ROWS], 400)
    found = first_vectors(tokenizer, settings, np.random.default_rng(0))
    place = tokenizer.encode("head").ids[0]
    said = load_encoder().encode([pieces_of(tokenizer)[place]])
    np.testing.assert_allclose(found[place], said[0], atol=1e-6)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)
    other = EncoderSettings(teacher="default", dimension=64)
    with pytest.raises(SettingError, match="dimension is 64, and the teacher's 256"):
        first_vectors(tokenizer, other, np.random.default_rng(0))
