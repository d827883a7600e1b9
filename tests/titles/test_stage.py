"""Candidates for titles, over a small index."""

from __future__ import annotations

from pathlib import Path

import pytest

from xnorm import load
from xnorm.document import Document, mention_at
from xnorm.errors import DataError, SettingError
from xnorm.index import Index
from xnorm.titles.esco import build_esco
from xnorm.titles.model import LONGEST
from xnorm.titles.stage import RetrieveTitles

ESCO = "http://data.europa.eu/esco/occupation"


def test_a_text_is_a_title_and_says_what_it_is_made_of(occupations: Path) -> None:
    text = " Senior Java Developer (m/f), London "
    (document,) = RetrieveTitles(Index.open(occupations), k=3)(
        [Document.from_text(text, language="en")]
    )
    (mention,) = document.mentions
    assert mention.surface == text.strip()
    assert mention.candidates[0].concept == f"{ESCO}/1"
    assert mention.candidates[0].evidence[0].query == "Java Developer"
    assert len(mention.candidates) <= 3
    told = mention.extra["title"]
    assert told["role"] == "Java Developer"
    assert [part["value"] for part in told["parts"]] == ["senior", "mark", "London"]
    assert text.strip()[told["parts"][2]["start"] : told["parts"][2]["end"]] == "London"


def test_each_of_joined_titles_has_its_candidates(occupations: Path) -> None:
    stage = RetrieveTitles(Index.open(occupations), k=2)
    (document,) = stage([Document.from_text("Lorry driver / warehouse operative", language="en")])
    found = {candidate.concept for candidate in document.mentions[0].candidates}
    assert found == {f"{ESCO}/3", f"{ESCO}/4"}
    scores = [candidate.score for candidate in document.mentions[0].candidates]
    assert scores == sorted(scores, reverse=True)


def test_given_mentions_are_the_titles(occupations: Path) -> None:
    text = "We look for a Kassierer/-in in Hamburg."
    document = Document.from_text(text, language="de")
    mention = mention_at(text, [(14, 26)], id="a", type="job")
    given = Document(document.id, document.passages, "de", (mention,))
    (done,) = RetrieveTitles(Index.open(occupations))([given])
    assert done.mentions[0].candidates[0].concept == f"{ESCO}/5"
    assert done.mentions[0].type == "job"


def test_a_text_without_a_word_has_no_candidates(occupations: Path) -> None:
    stage = RetrieveTitles(Index.open(occupations))
    blank, marks = stage([Document.from_text("  "), Document.from_text("???")])
    assert blank.mentions == ()
    assert marks.mentions[0].candidates == ()


def test_a_linker_with_the_settings_for_titles(occupations: Path) -> None:
    linker = load(occupations, config="titles")
    found = linker.mention("HGV Driver – heavy goods vehicle driver", language="en").link
    assert found is not None
    assert found.concept == f"{ESCO}/3"


def test_of_a_text_that_is_no_title_the_beginning_counts(occupations: Path) -> None:
    text = "Cashier - " + "we/us (m/f) " * 2_000
    stage = RetrieveTitles(Index.open(occupations))
    (document,) = stage([Document.from_text(text, language="en")])
    (mention,) = document.mentions
    assert mention.end > LONGEST
    assert all(part["end"] <= LONGEST for part in mention.extra["title"]["parts"])


def test_k_is_at_least_one(occupations: Path) -> None:
    with pytest.raises(SettingError, match="k is 0"):
        RetrieveTitles(Index.open(occupations), k=0)


def test_the_index_has_occupations_and_groups_alone(occupations: Path) -> None:
    kb = Index.open(occupations).kb
    assert {type for concept in kb for type in concept.types} == {"Occupation", "ISCOGroup"}
    assert kb.languages == {"de": 7, "en": 20}
    assert kb.manifest.release == "1.2.0"


def test_a_download_without_occupations_is_told(tmp_path: Path) -> None:
    (tmp_path / "skills_en.csv").write_text("conceptType,conceptUri,preferredLabel\n")
    with pytest.raises(DataError, match=r"no occupations_LANGUAGE\.csv here\. Download ESCO"):
        build_esco([tmp_path], tmp_path / "x.kb")
