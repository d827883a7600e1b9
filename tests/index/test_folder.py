"""Building, opening and refusing index folders."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.fakes import HashEncoder, build_index, build_kb, terminology

from xnorm.errors import IndexProblem, SettingError
from xnorm.index import Index


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    return build_index(terminology(40), folder).path


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "copy.index"))


def edit(path: Path, change: Callable[[dict[str, object]], object]) -> None:
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))


def test_an_index_says_what_it_is_and_what_made_it(built: Path) -> None:
    index = Index.open(built, encoder=HashEncoder())
    manifest = index.manifest
    assert list(index.retrievers) == ["exact", "tfidf", "dense"]
    assert manifest.names == len(index.kb.names)
    assert manifest.encoder_fingerprint == "hash-16"
    assert manifest.kb == index.kb.fingerprint
    assert all((manifest.xnorm, manifest.numpy, manifest.faiss))
    assert repr(index).endswith("exact, tfidf, dense)")
    index.verify()


def test_same_input_gives_the_same_bytes(built: Path, tmp_path: Path) -> None:
    again = build_index(terminology(40), tmp_path)
    assert (again.path / "manifest.json").read_bytes() == (built / "manifest.json").read_bytes()
    assert again.fingerprint == Index.open(built, encoder=HashEncoder()).fingerprint


def test_nothing_is_pickled(built: Path) -> None:
    assert {path.suffix for path in built.rglob("*") if path.is_file()} == {
        ".json",
        ".arrow",
        ".npy",
        ".faiss",
    }


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda p: shutil.rmtree(p), "there is no such index. Build it with"),
        (lambda p: (p / "manifest.json").unlink(), "not an index: manifest.json cannot be read"),
        (lambda p: (p / "manifest.json").write_text("{"), "damaged manifest"),
        (lambda p: (p / "manifest.json").write_text("[1]"), "this folder is not an index"),
        (
            lambda p: edit(p / "manifest.json", lambda m: m.update(format=99)),
            "format version 99, this xnorm reads 2. Build it again",
        ),
        (lambda p: (p / "tfidf/grams.npy").unlink(), "tfidf/grams.npy: the file is missing"),
        (
            lambda p: (p / "dense/vectors.faiss").write_bytes(b"xx"),
            "dense/vectors.faiss: truncated or foreign: 2 bytes, the manifest says",
        ),
        (
            lambda p: edit(p / "manifest.json", lambda m: m.update(kb="other")),
            "stale: the knowledge base in it is not the one it was built from. Build it again",
        ),
        (lambda p: (p / "kb/names.arrow").unlink(), "names.arrow: the table is missing"),
        (
            lambda p: edit(p / "manifest.json", lambda m: m.update(encoder_fingerprint="old")),
            "stale: the encoder 'HashEncoder' has changed (fingerprint hash-16, the index was "
            "built with old)",
        ),
    ],
)
def test_a_folder_that_cannot_be_used_is_refused_by_name(
    damage: Callable[[Path], object], message: str, copy: Path
) -> None:
    damage(copy)
    with pytest.raises(IndexProblem) as caught:
        Index.open(copy, encoder=HashEncoder())
    assert message in str(caught.value)
    assert "copy.index" in str(caught.value)


def test_the_wrong_or_no_encoder_is_refused(copy: Path) -> None:
    with pytest.raises(IndexProblem, match="has changed"):
        Index.open(copy, encoder=HashEncoder(salt="x"))
    with pytest.raises(IndexProblem, match=r"Open it with Index\.open\(path, encoder="):
        Index.open(copy)


def test_an_encoder_that_is_gone_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kb = build_kb(terminology(5), tmp_path / "t.kb")
    folder = tmp_path / "encoder"
    folder.mkdir()
    with monkeypatch.context() as patched:
        patched.setattr("xnorm.encoders.load_encoder", lambda spec: HashEncoder())
        patched.chdir(tmp_path)
        index = Index.build(kb, tmp_path / "x.index", encoder="encoder")
    assert index.manifest.encoder == str(folder.resolve())
    folder.rmdir()
    with pytest.raises(IndexProblem, match="its encoder cannot be opened: there is no encoder"):
        Index.open(index.path)


def test_verify_finds_a_changed_byte_that_open_does_not_look_at(copy: Path) -> None:
    path = copy / "exact/keys.npy"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    index = Index.open(copy, encoder=HashEncoder())
    with pytest.raises(IndexProblem, match=r"exact/keys\.npy: damaged: its SHA-256"):
        index.verify()


def test_what_is_not_an_index_is_never_replaced(tmp_path: Path) -> None:
    kb = build_kb(terminology(5), tmp_path / "t.kb")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/notes.txt").write_text("keep")
    for path in (tmp_path / "mine", tmp_path / "mine/notes.txt", tmp_path / "t.kb"):
        with pytest.raises(SettingError, match="something that is not an index lies here"):
            Index.build(kb, path, encoder=HashEncoder())
    assert (tmp_path / "mine/notes.txt").read_text() == "keep"


def test_an_index_is_replaced_by_a_new_one(tmp_path: Path) -> None:
    build_index(terminology(5), tmp_path)
    again = build_index(terminology(6), tmp_path)
    assert len(again.kb) == 6


def test_a_failed_build_leaves_nothing(tmp_path: Path) -> None:
    class Broken(HashEncoder):
        def encode(self, texts: object) -> object:  # type: ignore[override]
            raise RuntimeError("no")

    kb = build_kb(terminology(5), tmp_path / "t.kb")
    with pytest.raises(RuntimeError):
        Index.build(kb, tmp_path / "x.index", encoder=Broken())
    assert [path.name for path in tmp_path.iterdir()] == ["t.kb"]


def test_unknown_names_of_settings_get_the_nearest_known_one(tmp_path: Path) -> None:
    kb = build_kb(terminology(5), tmp_path / "t.kb")
    with pytest.raises(SettingError, match="unknown retriever 'tfdif'. Did you mean 'tfidf'"):
        Index.build(kb, tmp_path / "x", retrievers=("tfdif",))
    with pytest.raises(SettingError, match="no retriever is named"):
        Index.build(kb, tmp_path / "x", retrievers=())
    with pytest.raises(SettingError, match="no encoder is named"):
        Index.build(kb, tmp_path / "x", encoder=())
    with pytest.raises(SettingError, match="unknown search of tfidf 'exat'. Did you mean 'exact'"):
        Index.build(kb, tmp_path / "x", tfidf="exat")


def test_an_index_without_dense_needs_no_encoder(tmp_path: Path) -> None:
    kb = build_kb(terminology(5), tmp_path / "t.kb")
    index = Index.build(kb, tmp_path / "x.index", retrievers=("tfidf",))
    assert list(Index.open(index.path).retrievers) == ["tfidf"]
    assert index.manifest.encoder_fingerprint == ""


def test_every_encoder_gets_a_retriever_of_its_own(tmp_path: Path) -> None:
    kb = build_kb(terminology(20), tmp_path / "t.kb")
    two = [HashEncoder(), HashEncoder(24)]
    index = Index.build(kb, tmp_path / "two.index", encoder=two)
    assert list(index.retrievers) == ["exact", "tfidf", "dense", "dense2"]
    assert [made.fingerprint for made in index.manifest.encoders.values()] == ["hash-16", "hash-24"]
    again = Index.open(index.path, encoder=two)
    found = again.retrievers["dense2"].search(["ka ri"], 5)
    alone = Index.build(kb, tmp_path / "alone.index", encoder=two[1], retrievers=["dense"])
    expected = alone.retrievers["dense"].search(["ka ri"], 5)
    assert found.rows.tolist() == expected.rows.tolist()
    one = Index.build(kb, tmp_path / "one.index", encoder=two[0])
    assert len({one.fingerprint, index.fingerprint}) == 2
    with pytest.raises(IndexProblem, match="has changed"):
        Index.open(index.path, encoder=two[::-1])
    with pytest.raises(IndexProblem, match=r"Open it with Index\.open\(path, encoder="):
        Index.open(index.path, encoder=two[0])


def test_a_manifest_says_how_vectors_are_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kb = build_kb(terminology(60), tmp_path / "t.kb")
    monkeypatch.setattr("xnorm.index.vectors.FIRST_PASS_ABOVE", 20)
    for asked, used in (("auto", "flat"), ("flat", "flat"), ("ivf", "ivf")):
        path = tmp_path / f"{asked}.index"
        assert Index.build(kb, path, encoder=HashEncoder(), dense=asked).manifest.dense == used
    with pytest.raises(SettingError, match="unknown search of dense 'ivff'. Did you mean 'ivf'"):
        Index.build(kb, tmp_path / "x", encoder=HashEncoder(), dense="ivff")


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    kb = build_kb(terminology(5), tmp_path / "t.kb")
    Index.build(
        kb,
        tmp_path / "x.index",
        encoder=HashEncoder(),
        progress=lambda what, done, total: told.append((what, done, total)),
    )
    count = len(kb.names)
    assert told[0] == ("exact", 0, 3)
    assert told[-1] == ("names encoded", count, count)


def test_columns_say_what_the_tables_say(built: Path) -> None:
    index = Index.open(built, encoder=HashEncoder())
    names = index.kb.names.to_pylist()
    assert index.concept_of.tolist() == [name["concept"] for name in names]
    for column, coded in (("language", index.languages), ("kind", index.kinds)):
        assert [coded.values[code] for code in coded.codes] == [name[column] for name in names]
    ids = index.kb.concepts["id"].to_pylist()
    assert [sorted(ids).index(id) for id in ids] == index.order_of_ids.tolist()
    even = [int(id.split(":")[1]) % 2 == 0 for id in ids]
    assert index.has_type(["even"]).tolist() == even
    assert index.has_type(["even", "odd"]).all()
    assert not index.has_type(["unheard of"]).any()
