"""What a title encoder learns from: names, and texts of skills from a taxonomy and from ads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from xnorm.errors import DataError, SettingError
from xnorm.kb import KnowledgeBase
from xnorm.training.pairs import NameRow
from xnorm.training.titles.ads import SkillFinder, read_ads
from xnorm.training.titles.material import rows_of
from xnorm.training.titles.recipe import TitlesSettings
from xnorm.training.titles.relations import read_relations
from xnorm.training.titles.sampler import SKILLS


def rows(folder: Path, **options: Any) -> list[NameRow]:
    return rows_of(TitlesSettings(titles=(str(folder / "titles.kb"),), **options))


def of_skills(found: list[NameRow], source: str) -> list[NameRow]:
    return [row for row in found if row.language == SKILLS and row.source == source]


def test_an_occupation_has_texts_of_its_own_skills_each_in_one_language(folder: Path) -> None:
    found = rows(
        folder,
        skills=(str(folder / "skills.kb"),),
        relations=(str(folder / "relations.csv"),),
        drawn=2,
        texts=6,
    )
    texts = [row.name for row in of_skills(found, "relations") if row.concept == "o:wood-dealer"]
    assert len(texts) == 6
    for text in texts:
        said = text.split(", ")
        assert len(set(said)) == 2
        english = {f"{task} wood" for task in ("shape", "explain", "sell", "store")}
        assert set(said) <= english or all(skill.startswith("Holz ") for skill in said)
    assert len(set(texts)) > 2


def test_texts_do_not_depend_on_other_occupations(folder: Path, tmp_path: Path) -> None:
    options: dict[str, Any] = {"skills": (str(folder / "skills.kb"),)}
    whole = rows(folder, relations=(str(folder / "relations.csv"),), **options)
    lines = (folder / "relations.csv").read_text("utf-8").splitlines()
    few = [lines[0], *(line for line in lines if line.startswith("o:wood-dealer"))]
    (tmp_path / "few.csv").write_text("\n".join(few), "utf-8")
    part = of_skills(rows(folder, relations=(str(tmp_path / "few.csv"),), **options), "relations")
    known = [row for row in of_skills(whole, "relations") if row.concept == "o:wood-dealer"]
    assert part == known


def test_definitions_go_with_titles_unless_they_are_not_wanted(folder: Path) -> None:
    found = of_skills(rows(folder), "definitions")
    assert NameRow("o:wood-worker", SKILLS, "definitions", "Somebody who knows wood.") in found
    assert not of_skills(rows(folder, definitions=False), "definitions")


def test_without_pairs_there_are_names_alone(folder: Path) -> None:
    found = rows(folder, pairs=0.0, skills=(str(folder / "skills.kb"),))
    assert {row.language for row in found} == {"en", "de"}
    assert len(found) == len(set(found)) == 30 * 3 + 40 * 2


def test_ads_bring_the_skills_that_they_name_or_describe(folder: Path) -> None:
    found = rows(folder, skills=(str(folder / "skills.kb"),), ads=(str(folder / "ads.jsonl"),))
    texts = {row.concept: set(row.name.split(", ")) for row in of_skills(found, "ads")}
    assert texts == {
        "ads:carpenter m f": {"shape wood", "saw"},
        "ads:tischler": {"Holz shapen"},
        "ads:baker": {"sell bread", "store bread"},
    }
    titles = {row.name: row.language for row in found if row.source == "ads"}
    assert titles["Tischler"] == "de"
    assert "Poet" not in titles  # no skill, nothing to learn


def test_skills_are_found_as_whole_words_each_once_in_the_order_of_the_text(folder: Path) -> None:
    find = SkillFinder([KnowledgeBase.open(folder / "skills.kb")])
    assert find("Store paper, then SELL Paper; store papers, store paper.", "en") == [
        "Store paper",
        "SELL Paper",
    ]
    assert find("Papier storen", "en") == []
    assert find("Papier storen") == ["Papier storen"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"title": 3}', "Expected `str`, got `int` - at `$.title`"),
        ('{"skills": ["a"]}', "missing required field `title`"),
        ("[1", "Expected `object`, got `array`"),
    ],
)
def test_a_line_that_is_no_ad_is_named(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "ads.jsonl"
    path.write_text('{"title": "Baker"}\n\n' + line + "\n")
    with pytest.raises(DataError) as caught:
        list(read_ads(path))
    assert "ads.jsonl line 3: no job ad" in str(caught.value)
    assert told in str(caught.value)


def test_an_ad_in_no_known_language_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ads.jsonl"
    path.write_text('{"title": "Baker", "language": "xx"}\n')
    with pytest.raises(SettingError, match=r"ads.jsonl line 1: unknown language code 'xx'"):
        list(read_ads(path))


def test_relations_are_read_with_any_delimiter_each_skill_once(tmp_path: Path) -> None:
    path = tmp_path / "r.tsv"
    path.write_text("relationType\toccupationUri\tskillUri\nx\to:1\ts:1\ny\to:1\ts:1\nx\to:1\t\n")
    assert read_relations(path) == {"o:1": ["s:1"]}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("occupation,skill\na,b\n", r"r.csv line 1: no columns occupationUri and skillUri"),
        ("occupationUri,skillUri\na\n", r"r.csv line 2: 1 columns, the header has 2"),
        ("", r"r.csv line 1: no columns"),
    ],
)
def test_broken_relations_are_named(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "r.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=told):
        read_relations(path)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"titles": (), "ads": ()}, "neither titles nor ads are named"),
        ({"relations": ("r.csv",)}, "relations are named, but no skills"),
        ({"drawn": 0}, "drawn is 0"),
        ({"pairs": -1.0}, r"pairs is -1\.0"),
        ({"encoder": {"names": ["x.kb"]}}, "encoder.names says what to learn from"),
    ],
)
def test_a_recipe_that_makes_no_sense_is_refused(options: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingError, match=told):
        TitlesSettings(**{"titles": ("x.kb",), **options})
