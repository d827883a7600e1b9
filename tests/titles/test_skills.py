"""Skills that are named with a title move its candidates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from xnorm.candidates import Query, generate
from xnorm.document import Candidate, Document
from xnorm.encoders import StaticEncoder, load_encoder
from xnorm.index import Index
from xnorm.titles.skills import skills_of, with_skills
from xnorm.titles.stage import RetrieveTitles

ESCO = "http://data.europa.eu/esco/occupation"


@pytest.fixture(scope="module")
def index(occupations: Path) -> Index:
    return Index.open(occupations)


def candidates(**scores: float) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(f"{ESCO}/{id.removeprefix('o')}", "ESCO", "", score)
        for id, score in scores.items()
    )


def order(found: tuple[Candidate, ...]) -> list[str]:
    return [candidate.concept.removeprefix(f"{ESCO}/") for candidate in found]


@pytest.mark.parametrize(
    ("told", "skills"),
    [
        ("drive trucks; load goods;", ("drive trucks", "load goods")),
        ("Java|SQL\nJava", ("Java", "SQL")),
        (["Java, SE", " ", "SQL"], ("Java, SE", "SQL")),
        ([3, None], ()),
        (None, ()),
        (7, ()),
    ],
)
def test_skills_are_a_list_or_a_text_of_several(told: Any, skills: tuple[str, ...]) -> None:
    assert skills_of({"skills": told}) == skills


def test_of_two_equal_candidates_the_one_nearer_to_the_skills_comes_first(index: Index) -> None:
    found = candidates(o3=0.4, o4=0.4)
    (by_driving,) = with_skills(index, [found], [("drive heavy trucks",)])
    (by_storing,) = with_skills(index, [found], [("warehouse operations",)])
    assert (order(by_driving), order(by_storing)) == (["3", "4"], ["4", "3"])
    assert by_driving[0].score > 0.4 > by_driving[1].score


def test_skills_pass_through_the_map_of_the_indexs_encoder(
    index: Index, download: Path, tmp_path: Path
) -> None:
    shipped = load_encoder()
    assert isinstance(shipped, StaticEncoder)
    turned = replace(shipped, projection=-np.eye(shipped.dimension, dtype=np.float32))
    other = Index.build(index.kb, tmp_path / "turned.index", encoder=turned)
    found = [candidates(o3=0.4, o4=0.4)]
    skills = [("drive heavy trucks",)]
    (near,), (far,) = (with_skills(one, found, skills) for one in (index, other))
    assert (order(near), order(far)) == (["3", "4"], ["4", "3"])
    titles = [Query("truck driver", language="en"), Query("Kassierer", language="de")]
    assert generate(other, titles, 3) == generate(index, titles, 3)


def test_titles_without_skills_or_candidates_stay_as_they_are(index: Index) -> None:
    found = [candidates(o3=0.4, o4=0.3), (), candidates(o1=0.9)]
    assert with_skills(index, found, [(), ("drive trucks",), ()]) == found


def test_a_weight_of_zero_changes_nothing(index: Index) -> None:
    found = [candidates(o3=0.4, o4=0.3, o1=0.2)]
    (same,) = with_skills(index, found, [("drive trucks", "Java")], weight=0.0)
    assert [(one.concept, one.score) for one in same] == [(o.concept, o.score) for o in found[0]]


def test_what_other_titles_have_does_not_matter(index: Index) -> None:
    one, other = candidates(o3=0.4, o4=0.3), candidates(o1=0.4, o2=0.3, o5=0.2)
    skills = [("drive trucks",), ("write programs",)]
    assert with_skills(index, [one, other], skills) == [
        *with_skills(index, [one], skills[:1]),
        *with_skills(index, [other], skills[1:]),
    ]


def test_a_documents_skills_count(index: Index) -> None:
    plain = Document.from_text("Worker", language="en")
    skilled = replace(plain, extra={"skills": ["warehouse", "handle freight"]})
    drives = replace(plain, extra={"skills": ["truck", "lorry driver"]})
    stage = RetrieveTitles(index, k=5)
    stores, driving = (order(one.mentions[0].candidates) for one in stage([skilled, drives]))
    assert len(stores) == len(driving) == 5
    assert stores.index("4") < driving.index("4")
    assert "3" in driving
    assert "3" not in stores[: stores.index("4")]


def test_a_column_of_skills_is_used_and_kept(
    run: Callable[..., Any], occupations: Path, tmp_path: Path
) -> None:
    table = tmp_path / "t.csv"
    table.write_text("title,asked\nDriver,checkout; cashier\nDriver,trucks\nDriver,\n", "utf-8")
    common = ("titles", "normalize", table, "--column", "title", "--lang", "en", "--index")
    ran = run(*common, occupations, "--set", "back_off.threshold=0", "--skills", "asked")
    assert ran.status == 0, ran.err
    rows = ran.out.splitlines()
    assert rows[0].startswith("title,asked,occupation,")
    assert f"Driver,checkout; cashier,{ESCO}/" in rows[1]
    assert f"Driver,trucks,{ESCO}/3," in rows[2]
    scores = [row.split(",")[6] for row in rows[2:]]
    assert scores[0] > scores[1]
    wrong = run(*common, occupations, "--skills", "askd")
    assert wrong.status == 1
    assert "--skills: no column 'askd'. Did you mean 'asked'?" in wrong.err
