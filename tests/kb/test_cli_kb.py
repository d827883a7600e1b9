"""`xnorm kb`: build, info and show."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from xnorm.cli.kb import command
from xnorm.errors import SettingError
from xnorm.kb import KnowledgeBase


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(a) for a in arguments], catch_exceptions=False)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "codes.csv"
    path.write_text("Key,name,type\nC1,fever [high],Sign\nC2,,\n")
    return path


def test_build_writes_a_knowledge_base_and_says_so(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.kb"
    options = ("--column", "id=Key", "--source-name", "X", "--release", "7")
    found = _run("build", "table", table, "-o", out, "--default-language", "en", *options)
    assert found.exit_code == 0
    assert found.stdout == ""
    counts = "X 7, 1 concepts, 1 names (1 concepts without a name left out)"
    assert found.stderr == f"{out}: {counts}\n"
    kb = KnowledgeBase.open(out)
    assert (kb.source, kb.languages) == ("X", {"en": 1})


def test_quiet_says_nothing(table: Path, tmp_path: Path) -> None:
    found = _run("build", "table", table, "-o", tmp_path / "x.kb", "--column", "id=Key", "--quiet")
    assert found.output == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--column", "id"], "--column: expected ROLE=COLUMN, found 'id'. For instance"),
        (["--languages", "en,xx"], "--languages: unknown language code 'xx'"),
        (["--default-language", "xx"], "--default-language: unknown language code 'xx'"),
    ],
)
def test_bad_options_are_refused(table: Path, options: list[str], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        _run("build", "table", table, "-o", table.parent / "x.kb", *options)


def test_info_in_eighty_columns_and_as_json(hpo: KnowledgeBase) -> None:
    lines = _run("info", hpo.path).stdout.splitlines()
    assert lines[0].split() == ["source", "HPO", "2025-01-16"]
    assert any(line.split()[:2] == ["concepts", "19,034"] for line in lines)
    assert max(map(len, lines)) <= 80
    assert json.loads(_run("info", hpo.path, "--json").stdout)["concepts"] == 19_034


def test_show_a_concept(hpo: KnowledgeBase) -> None:
    shown = _run("show", hpo.path, "HP:0001354").stdout
    assert shown.startswith("HP:0001354 is retired; it is now HP:0002315.\n")
    assert "Cefalea" in shown
    assert max(map(len, shown.splitlines())) <= 80
    found = json.loads(_run("show", hpo.path, "HP:0002315", "--json").stdout)
    assert found["id"] == "HP:0002315"
    assert found["retired"] == list(hpo.concept("HP:0002315").retired)


def test_show_does_not_take_brackets_for_markup(table: Path, tmp_path: Path) -> None:
    _run("build", "table", table, "-o", tmp_path / "x.kb", "--column", "id=Key")
    assert "fever [high]" in _run("show", tmp_path / "x.kb", "C1").stdout


@pytest.mark.parametrize(
    ("id", "message"),
    [
        ("HP:00023155", r"no concept 'HP:00023155'\. Did you mean HP:\d+ \("),
        ("headache", r"no concept 'headache'\. Did you mean HP:0002315 \(Headache\)\."),
        ("zzz", r"no concept 'zzz'\. Ids look like HP:0000001\."),
    ],
)
def test_an_unknown_id_is_answered_with_suggestions(
    hpo: KnowledgeBase, id: str, message: str
) -> None:
    with pytest.raises(SettingError, match=message):
        _run("show", hpo.path, id)


def test_every_command_has_help_and_an_example() -> None:
    for name, each in command.commands.items():
        text = _run(name, "--help").stdout
        assert each.help
        assert f"xnorm kb {name}" in text.split("Example")[1]
