"""Files in which people say what a word always or never is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from xnorm.decision.overrides import Overrides, read_rules
from xnorm.document import Candidate, Document, Mention, mention_at
from xnorm.errors import DataError
from xnorm.kb import KnowledgeBase

HEADER = "text\taction\tconcept\ttype\tlanguage\n"
FOUND = (Candidate("T:01", "T", "Headache", 0.9), Candidate("T:05", "T", "Fever", 0.5))


@pytest.fixture(scope="module")
def kb(small_kb: Path) -> KnowledgeBase:
    return KnowledgeBase.open(small_kb)


@pytest.fixture
def ruled(kb: KnowledgeBase, tmp_path: Path) -> Callable[..., Mention]:
    def apply(lines: str, *, type: str = "", language: str = "en") -> Mention:
        path = tmp_path / "rules.tsv"
        path.write_text(HEADER + lines, encoding="utf-8")
        stage = Overrides(read_rules(path), kb)
        mention = replace(mention_at("Dolör", [(0, 5)], id="T1", type=type), candidates=FOUND)
        document = replace(Document.from_text("Dolör", language=language), mentions=(mention,))
        return stage([document])[0].mentions[0]

    return apply


def test_always_links_with_the_line_as_the_reason(ruled: Callable[..., Mention]) -> None:
    link = ruled("# ours\n\ndolor\talways\tT:05\n").link
    assert link is not None
    assert (link.concept, link.name, link.source, link.score) == ("T:05", "Fever", "T", 1.0)
    assert link.reason.endswith("rules.tsv, line 4")


def test_never_takes_a_candidate_away(ruled: Callable[..., Mention]) -> None:
    mention = ruled("dolor\tnever\tT:01\n")
    assert [one.concept for one in mention.candidates] == ["T:05"]
    assert mention.link is None


def test_never_anything_is_nil(ruled: Callable[..., Mention]) -> None:
    link = ruled("DOLOR\tnever\n").link
    assert link is not None
    assert link.concept is None
    assert link.reason.startswith("never by ")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("dolor\talways\tT:05\tBODY\n", None),
        ("dolor\talways\tT:05\tSIGN\n", "T:05"),
        ("dolor\talways\tT:05\t\tes\n", None),
        ("dolor\talways\tT:05\t\ten\n", "T:05"),
        ("dolor\talways\tT:05\ndolor\talways\tT:01\tSIGN\n", "T:01"),
        ("dolores\talways\tT:05\n", None),
        ("dolor\tnever\ndolor\talways\tT:05\n", "T:05"),
    ],
)
def test_the_most_particular_rule_that_fits_counts(
    ruled: Callable[..., Mention], lines: str, expected: str | None
) -> None:
    link = ruled(lines, type="SIGN").link
    assert (link and link.concept) == expected


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("dolor\tsometimes\tT:01\n", r"line 2: unknown action 'sometimes'\. Say always or never"),
        ("dolor\talways\n", "line 2: `always` without a concept. Give the concept's id"),
        (" - \tnever\n", "line 2: a rule without a text"),
        ("dolor\talways\tT:99\n", "line 2: no concept 'T:99' in T"),
        (
            "dolor\talways\tT:01\nDolor\talways\tT:05\n",
            r"line 3: 'Dolor' is always T:05 here and T:01 in .*line 2",
        ),
    ],
)
def test_what_is_no_rule_is_named_with_its_line(
    ruled: Callable[..., Mention], lines: str, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        ruled(lines)


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rules.tsv"
    path.write_text("word\tcode\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"line 1: the columns are word, code\. Name some of text"):
        list(read_rules(path))


def test_link_applies_the_file(small_index: Path, tmp_path: Path, run: Callable[..., Any]) -> None:
    rules, mentions = tmp_path / "rules.tsv", tmp_path / "mentions.tsv"
    rules.write_text(HEADER + "fever\talways\tT:19\nheadache\tnever\n", encoding="utf-8")
    mentions.write_text("mention\nFever\nHeadache\nCough\n", encoding="utf-8")
    ran = run(
        "link", mentions, "--index", small_index, "--overrides", rules, "--to", "bigbio", "--quiet"
    )
    assert ran.status == 0, ran.err
    links = [one["entities"][0]["link"] for one in json.loads(ran.out)]
    assert [link["concept"] for link in links] == ["T:19", None, "T:19"]
