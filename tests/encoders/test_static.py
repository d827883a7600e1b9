"""The static encoder: sums of subword vectors, the same however texts are batched."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from xnorm.encoders import Encoder, StaticEncoder, load_encoder
from xnorm.errors import DataError, MissingExtra, SettingError
from xnorm.resources import resource_path

PIECES = ["<unk>", "▁", "▁head", "ache", "▁pain", "▁in", "s", "▁the"]
NAMES = ["headache", "head", "pain in the head", "", "日本", "heads  aches", "pain"]


def small_tokenizer() -> Any:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    letters = [(letter, -9.0) for letter in "abcdefghijklmnopqrstuvwxyz" if letter != "s"]
    tokenizer = Tokenizer(models.Unigram([(p, -1.0) for p in PIECES] + letters, 0, False))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace("▁", "always")]
    )
    return tokenizer


@pytest.fixture(scope="module")
def small() -> StaticEncoder:
    tokenizer = small_tokenizer()
    vectors = np.random.default_rng(1).standard_normal((tokenizer.get_vocab_size(), 16))
    vectors[:2] = 0
    return StaticEncoder.from_vectors(tokenizer, vectors.astype(np.float32))


@pytest.fixture(scope="module")
def shipped() -> Encoder:
    return load_encoder("default")


def test_vectors_are_float32_of_unit_length(small: StaticEncoder) -> None:
    vectors = small.encode(["headache", "pain"])
    assert vectors.dtype == np.float32
    assert vectors.shape == (2, small.dimension)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-6)


def test_a_text_without_a_known_subword_is_zero(small: StaticEncoder) -> None:
    assert not small.encode(["", "   ", "日本"]).any()
    assert small.encode([]).shape == (0, small.dimension)


def test_a_text_is_the_normalised_sum_of_its_words(small: StaticEncoder) -> None:
    for name in NAMES:
        total = small.word_sums(name.split()).sum(axis=0)
        length = np.linalg.norm(total) or 1
        assert small.encode([name])[0] == pytest.approx(total / length, abs=1e-6)


def test_the_sum_of_the_shipped_encoder_is_additive_over_punctuation_too() -> None:
    shipped = StaticEncoder.load(resource_path("encoder"))
    names = ["Type-2 diabetes (T2D)", "Síndrome de Sjögren's", "dolor  de\tcabeza", "ﬁèvre", "β2"]
    for name in names:
        total = shipped.word_sums(name.split()).sum(axis=0)
        unit = total / np.linalg.norm(total)
        assert shipped.encode([name])[0] == pytest.approx(unit, abs=1e-5)


def test_a_vector_does_not_depend_on_its_neighbours(
    small: StaticEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = small.encode(NAMES)
    monkeypatch.setattr("xnorm.encoders.static.CHUNK", 2)
    assert (small.encode(NAMES) == together).all()
    assert (np.stack([small.encode([name])[0] for name in NAMES]) == together).all()


def test_rounding_to_a_byte_hardly_moves_a_vector() -> None:
    tokenizer = small_tokenizer()
    size = tokenizer.get_vocab_size()
    vectors = np.random.default_rng(2).standard_normal((size, 64)).astype(np.float32)
    encoder = StaticEncoder.from_vectors(tokenizer, vectors)
    ids = tokenizer.encode("headache", add_special_tokens=False).ids
    exact = vectors[ids].sum(axis=0)
    assert encoder.encode(["headache"])[0] @ (exact / np.linalg.norm(exact)) > 0.999


def test_saved_and_loaded_it_is_the_same(small: StaticEncoder, tmp_path: Path) -> None:
    small.save(tmp_path)
    loaded = StaticEncoder.load(tmp_path)
    assert loaded.fingerprint == small.fingerprint
    assert (loaded.encode(NAMES) == small.encode(NAMES)).all()
    loaded.save(tmp_path / "again")
    for path in (tmp_path / "again").iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes()


def test_other_weights_have_another_fingerprint(small: StaticEncoder) -> None:
    other = StaticEncoder(small.tokenizer_json, -small.rows, small.scales)
    assert other.fingerprint != small.fingerprint


def test_the_shipped_encoder_is_written_as_it_was(tmp_path: Path) -> None:
    load_encoder("default").save(tmp_path)  # type: ignore[attr-defined]
    for name in ("model.safetensors", "tokenizer.json"):
        assert (tmp_path / name).read_bytes() == (resource_path("encoder") / name).read_bytes()


@pytest.fixture(scope="module")
def projecting(small: StaticEncoder) -> StaticEncoder:
    matrix = np.random.default_rng(3).standard_normal((16, 16)).astype(np.float32)
    return replace(small, projection=matrix)


def test_a_projection_maps_what_is_no_name_and_leaves_names_alone(
    small: StaticEncoder, projecting: StaticEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert np.array_equal(projecting.encode(NAMES), small.encode(NAMES))
    mapped = projecting.encode_projected(NAMES)
    expected = small.encode(NAMES) @ projecting.projection
    lengths = np.linalg.norm(expected, axis=1, keepdims=True)
    assert mapped == pytest.approx(expected / np.where(lengths > 0, lengths, 1), abs=1e-5)
    assert (np.stack([projecting.encode_projected([name])[0] for name in NAMES]) == mapped).all()
    assert projecting.encode_projected([]).shape == (0, 16)
    assert np.array_equal(small.encode_projected(NAMES), small.encode(NAMES))


def test_a_projection_is_saved_and_counts_in_the_fingerprint(
    small: StaticEncoder, projecting: StaticEncoder, tmp_path: Path
) -> None:
    projecting.save(tmp_path)
    loaded = StaticEncoder.load(tmp_path)
    assert np.array_equal(loaded.projection, projecting.projection)
    assert loaded.fingerprint == projecting.fingerprint != small.fingerprint
    assert replace(projecting, projection=-projecting.projection).fingerprint != loaded.fingerprint
    replace(projecting, projection=projecting.projection[:9]).save(tmp_path)
    with pytest.raises(DataError, match=r"model.safetensors: a projection \[9, 16\] of"):
        StaticEncoder.load(tmp_path)


def test_damaged_folders_are_named(small: StaticEncoder, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"model.safetensors: the file is missing"):
        StaticEncoder.load(tmp_path)
    small.save(tmp_path)
    tokenizer = tmp_path / "tokenizer.json"
    good = tokenizer.read_text(encoding="utf-8")
    content = json.loads(good)
    content["model"]["vocab"].pop()
    tokenizer.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(DataError, match="33 vectors for 32 subwords|32 subwords"):
        StaticEncoder.load(tmp_path)
    tokenizer.write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match="not a tokenizer"):
        StaticEncoder.load(tmp_path)
    tokenizer.write_text(good, encoding="utf-8")
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(DataError, match="not the weights of a static encoder"):
        StaticEncoder.load(tmp_path)


@pytest.mark.parametrize("query", ["dolor de cabeza", "Kopfschmerzen", "mal de tête", "cefalea"])
def test_the_shipped_encoder_finds_headache_among_other_complaints(
    shipped: Encoder, query: str
) -> None:
    names = ["fever", "cough", "back pain", "leg pain", "headache", "head injury", "seizure"]
    names += ["abdominal pain", "toothache", "brain abscess", "dizziness", "hair loss"]
    similarity = shipped.encode([query]) @ shipped.encode(names).T
    assert names[int(similarity.argmax())] == "headache"


def test_the_shipped_encoder_is_small_and_has_a_card() -> None:
    files = [p for p in resource_path("encoder").iterdir() if p.suffix in {".safetensors", ".json"}]
    assert sum(path.stat().st_size for path in files) <= 16_000_000
    assert "licence" in (resource_path("encoder") / "README.md").read_text(encoding="utf-8")


def test_a_folder_opens_by_name(small: StaticEncoder, tmp_path: Path) -> None:
    small.save(tmp_path)
    assert load_encoder(str(tmp_path)).fingerprint == small.fingerprint


def test_unknown_encoders_and_settings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="there is no encoder 'sapbert'.*transformer:NAME"):
        load_encoder("sapbert")
    with pytest.raises(SettingError, match="unknown setting 'poolin'. Did you mean 'pooling'"):
        load_encoder("transformer:any?poolin=cls")
    with pytest.raises(SettingError, match="max_tokens is 'many'. Give a whole number"):
        load_encoder("transformer:any?pooling=cls&max_tokens=many")


def test_a_transformer_without_its_stack_is_answered_with_the_command_to_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(MissingExtra, match=r"pip install 'xnorm\[neural\]'"):
        load_encoder("transformer:any")
    with pytest.raises(SettingError, match="unknown pooling 'max'"):
        load_encoder("transformer:any?pooling=max")


def test_importing_encoders_loads_neither_torch_nor_tokenizers() -> None:
    code = (
        "import sys, xnorm.encoders; print(*({'torch', 'tokenizers', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
