"""`xnorm coref normalize` writes texts, JSON lines and BigBIO."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

TEXT = "Dr. Conrad Murray left. Murray's lawyer stayed."


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_text_is_written_with_one_form_a_name(run: Callable, story: Path) -> None:
    ran = run("coref", "normalize", story, "--lang", "en")
    assert ran.status == 0
    assert ran.out == "Conrad Murray left. Conrad Murray's lawyer stayed.\n"
    assert ran.err == "1 document: 2 mentions in 1 coreference\n"


def test_json_has_clusters_and_a_map(run: Callable, story: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    ran = run("coref", "normalize", story, "--lang", "en", "--to", "json", "-o", out, "--quiet")
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    fields = json.loads(out.read_text(encoding="utf-8"))
    assert fields["clusters"][0]["canonical"] == "Conrad Murray"
    for item in fields["replaced"]:
        assert fields["text"][slice(*item["offsets"])] == "Conrad Murray"
        assert TEXT[slice(*item["original"])] in ("Dr. Conrad Murray", "Murray")


def test_bigbio_has_coreferences_and_can_be_read_again(
    run: Callable, story: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    assert run("coref", "normalize", story, "--to", "bigbio", "-o", out).status == 0
    (document,) = json.loads(out.read_text(encoding="utf-8"))
    assert document["coreferences"][0]["entity_ids"] == ["N1", "N2"]
    assert run("coref", "normalize", out, "--lang", "en").out.startswith("Conrad Murray left.")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--resolver", "corefer"], "unknown resolver 'corefer'. Did you mean 'coreferee'?"),
        (["--lang", "english"], "english"),
        (["--to", "xml"], "'xml' is not one of"),
    ],
)
def test_a_wrong_option_is_told_in_one_line(
    run: Callable, story: Path, options: list[str], message: str
) -> None:
    ran = run("coref", "normalize", story, *options)
    assert ran.status == 1
    assert message in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_text_without_a_language_is_told(run: Callable, story: Path) -> None:
    ran = run("coref", "normalize", story)
    assert ran.status == 0
    assert ran.err.startswith("note: 1 document without a language; --lang CODE finds more")


def test_a_missing_file_is_told(run: Callable, tmp_path: Path) -> None:
    ran = run("coref", "normalize", tmp_path / "none.txt")
    assert ran.status == 1
    assert "none.txt" in ran.err
