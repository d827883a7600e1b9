"""`xnorm index build` and `info`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.fakes import build_kb, terminology

from xnorm.cli import main
from xnorm.index import Index


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as stopped:
        main([str(argument) for argument in arguments])
    return int(stopped.value.code or 0)


@pytest.fixture
def kb(tmp_path: Path) -> Path:
    return build_kb(terminology(8), tmp_path / "t.kb").path


@pytest.fixture
def encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.fakes import HashEncoder

    monkeypatch.setattr("xnorm.encoders.load_encoder", lambda spec: HashEncoder())


@pytest.mark.usefixtures("encoder")
def test_build_writes_the_index_beside_the_knowledge_base(
    kb: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("index", "build", kb) == 0
    written = capsys.readouterr()
    assert written.out == ""
    assert "of 8 concepts" in written.err
    assert Index.open(kb.with_suffix(".index")).manifest.encoder == "default"


@pytest.mark.usefixtures("encoder")
def test_info_says_what_is_in_an_index(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = kb.with_name("other.index")
    run("index", "build", kb, "-o", target, "--encoder", "mine", "--tfidf", "faiss")
    capsys.readouterr()
    assert run("index", "info", target, "--json", "--verify") == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["concepts"] == 8
    assert facts["encoder"] == "mine"
    assert facts["retrievers"] == ["exact", "tfidf", "dense"]
    assert run("index", "info", target) == 0
    assert "other.index" in capsys.readouterr().out


@pytest.mark.usefixtures("encoder")
def test_several_encoders_give_several_retrievers(
    kb: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("index", "build", kb, "--encoder", "one", "--encoder", "two", "--dense", "ivf") == 0
    capsys.readouterr()
    assert run("index", "info", kb.with_suffix(".index"), "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["retrievers"] == ["exact", "tfidf", "dense", "dense2"]
    assert (facts["encoder"], facts["more_encoders"]) == ("one", ["two"])
    assert facts["dense"] == "flat"  # few names are always compared one by one


def test_a_missing_folder_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("index", "info", tmp_path / "none.index") == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert run("index", "build", tmp_path / "none.kb") == 1
