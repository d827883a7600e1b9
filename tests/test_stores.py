"""Opening an index by what a configuration names."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.fakes import HashEncoder

import xnorm
from xnorm.errors import SettingError
from xnorm.stores import open_index


@pytest.fixture
def kb(small_kb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A knowledge base of one's own, and encoders that are known by the name of their length."""
    monkeypatch.setattr("xnorm.encoders.load_encoder", lambda spec: HashEncoder(len(spec)))
    return Path(shutil.copytree(small_kb, tmp_path / "own.kb"))


def test_the_index_of_a_knowledge_base_has_the_encoders_that_are_named(kb: Path) -> None:
    told: list[str] = []
    two = open_index(str(kb), encoders=("one", "other"), notify=told.append)
    assert [made.spec for made in two.manifest.encoders.values()] == ["one", "other"]
    for encoders in (("one", "other"), ()):
        assert open_index(str(kb), encoders=encoders, notify=told.append).path == two.path
    assert len(told) == 1
    one = open_index(str(kb), encoders=("default",), notify=told.append)
    assert list(one.retrievers) == ["exact", "tfidf", "dense"]
    assert len(told) == 2


def test_an_index_with_other_encoders_is_refused(kb: Path) -> None:
    path = open_index(str(kb), encoders=("one", "other")).path
    with pytest.raises(SettingError, match=r"own\.index: the index has other .*: one, other\. "):
        open_index(str(path), encoders=("one",))
    assert open_index(str(path), encoders=("one", "other")).path == path


def test_a_configuration_names_encoders(small_kb: Path, tmp_path: Path) -> None:
    kb = shutil.copytree(small_kb, tmp_path / "own.kb")
    both = "encoder=[default, 'concat:default+default']"
    linker = xnorm.load(kb, overrides=[both])
    document = linker("He had a heart attack.", language="en")
    best = document.mentions[0].candidates[0]
    assert best.concept == "T:03"
    assert {"dense", "dense2"} < {evidence.retriever for evidence in best.evidence}
    with pytest.raises(SettingError, match="has other encoders than the configuration names"):
        xnorm.load(tmp_path / "own.index", overrides=["encoder=[default]"])
