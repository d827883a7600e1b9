"""`xnorm kb`: build, info, show, and the help of all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from xnorm.cli.kb import command
from xnorm.errors import SettingError
from xnorm.kb import Concept, KnowledgeBase, Name
from xnorm.kb.name_rules import RULES
from xnorm.kb.sources import known_sources
from xnorm.kb.summary import SHARED, summarise


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
    found = json.loads(_run("info", hpo.path, "--json").stdout)
    assert found["manifest"]["concepts"] == 19_034
    assert found["sources"] == {"HPO": found["manifest"]["names"]}


def test_info_tells_what_is_odd(tmp_path: Path) -> None:
    concepts = [
        Concept("C1", (Name("Cold", "en"), Name("a", "en")), ("Sign",), xrefs=("X:1",)),
        Concept("C2", (Name("cold", "en"), Name("COLD", "de")), retired=("C9", "C8")),
        Concept("C3", (Name("A", source="Z"),), ("Sign", "Other"), retired=("C9",)),
    ]
    kb = KnowledgeBase.build(concepts, tmp_path / "x.kb", source="S")
    found = json.loads(_run("info", kb.path, "--json", "--verify").stdout)
    assert found["types"] == {"Sign": 2, "Other": 1}
    assert found["sources"] == {"S": 4, "Z": 1}
    assert found["xrefs"] == {"X": 1}
    assert found["shared"] == 2
    assert found["most_shared"] == [{"name": "a", "concepts": 2}, {"name": "cold", "concepts": 2}]
    told = " ".join(_run("info", kb.path).stdout.split())
    assert "shared names 2, such as a 2, cold 2" in told
    assert "retired twice C9 is C2, not C3" in told
    assert "left out retired twice 1" in told


def test_only_the_most_shared_names_are_told(tmp_path: Path) -> None:
    texts = [f"n{number:02}" for number in range(SHARED + 5)]
    concepts = [
        Concept(f"C{row}", tuple(Name(text) for text in (*texts, "x")[row > 1 :]))
        for row in range(3)
    ]
    summary = summarise(KnowledgeBase.build(concepts, tmp_path / "x.kb", source="S"))
    assert summary.shared == SHARED + 6
    assert [one.name for one in summary.most_shared] == [*texts[1:SHARED], "n10"]
    assert {one.concepts for one in summary.most_shared} == {3}


def test_conflicting_retirements_are_told_by_the_build(tmp_path: Path) -> None:
    path = tmp_path / "t.tsv"
    rows = (f"C{row}\tname {row}\t{'|'.join(f'X{n}' for n in range(5))}\n" for row in range(2))
    path.write_text("id\tname\tretired\n" + "".join(rows))
    told = _run("build", "table", path, "-o", tmp_path / "x.kb").stderr.splitlines()
    assert told[1] == "note: X0 is retired for C0 and C1"
    assert told[4:] == ["note: 2 more ids are retired for two concepts; see kb info"]


def test_rules_for_names_are_chosen(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.kb"
    options = ("--column", "id=Key", "--clean", "brackets", "--no-clean", "all")
    _run("build", "table", table, "-o", out, *options)
    assert KnowledgeBase.open(out).names["text"].to_pylist() == ["fever [high]", "fever"]
    _run("build", "table", table, "-o", out, "--column", "id=Key", "--no-clean", "all")
    assert KnowledgeBase.open(out).manifest.name_rules == ()


@pytest.mark.parametrize(
    "options",
    [
        ("--sources", "MSH"),
        ("--types", "T047"),
        ("--groups", "DISO"),
        ("--suppressed",),
        ("--translations", "x"),
    ],
)
def test_options_of_other_sources_are_refused(table: Path, options: tuple[str, ...]) -> None:
    with pytest.raises(SettingError, match=f"source 'table' has no use for {options[0]}"):
        _run("build", "table", table, "-o", table.parent / "x.kb", *options)


def test_the_help_lists_the_kinds_and_rules() -> None:
    shown = _run("build", "--help").stdout
    kinds, rules = shown.split("Kinds:")[1].split("Rules (* by default):")
    for kind in known_sources():
        assert f"\n  {kind} " in kinds
    for rule in RULES:
        assert f"\n  {rule} " in rules


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
        assert f"xnorm kb {name}" in text.split("\n  Example")[1]
        assert max(map(len, text.splitlines())) <= 80
