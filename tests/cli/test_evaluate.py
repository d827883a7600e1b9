"""`xnorm evaluate`, as a user calls it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from tests.evaluation.building import TEXT, answered, document, mention

from xnorm.document import Document, Passage
from xnorm.formats import write_output

Run = Callable[..., Any]

MENTIONS = (
    mention("a", (0, 6), ["T:05"]),
    mention("b", (14, 22), ["T:19"]),
    mention("c", (32, 35), ["T:02"], type="ABBR"),
    mention("d", (38, 53), ["T:01"]),
)


@pytest.fixture
def corpus() -> list[Document]:
    """Two documents of four mentions."""
    return [document(*MENTIONS, id="one"), document(*MENTIONS[:2], id="two")]


@pytest.fixture
def system(corpus: list[Document]) -> list[Document]:
    """What a system made of it: the third mention is wrong."""
    wrong = {"c": "T:09"}
    return [
        replace(
            each,
            mentions=tuple(
                answered(
                    m, [(wrong.get(m.id, m.gold[0].db_id), 0.9)], wrong.get(m.id, m.gold[0].db_id)
                )
                for m in each.mentions
            ),
        )
        for each in corpus
    ]


@pytest.fixture
def save(tmp_path: Path) -> Callable[[list[Document], str], Path]:
    """Writes documents to a file of that name."""

    def write(documents: list[Document], name: str) -> Path:
        write_output(documents, tmp_path / name, "bigbio")
        return tmp_path / name

    return write


Save = Callable[[list[Document], str], Path]


def test_figures_groups_and_mistakes_are_shown_in_80_columns(
    run: Run, save: Save, corpus: list[Document], system: list[Document], small_kb: Path
) -> None:
    ran = run("evaluate", save(corpus, "g.json"), save(system, "s.json"), "--kb", small_kb)
    assert (ran.status, ran.err) == (0, "")
    assert max(map(len, ran.out.splitlines())) <= 80
    assert "2 documents, 6 mentions: 6 of T" in ran.out
    lines = [line.split() for line in ran.out.splitlines()]
    (recall,) = [line for line in lines if line[:1] == ["recall@1"]]
    assert recall[1] == recall[3] == "0.833"
    (links,) = [line for line in lines if line[:2] == ["links", "exact"]]
    assert links[2:5] == ["0.833", "0.833", "0.833"]
    assert ["ABBR", "1", "0.000", "0.000"] in lines


def test_json_says_the_same(
    run: Run, save: Save, corpus: list[Document], system: list[Document]
) -> None:
    ran = run("evaluate", save(corpus, "g.json"), save(system, "s.json"), "--json", "--k", "2,1")
    told = json.loads(ran.out)
    assert [figure["name"] for figure in told["ranking"]] == [
        "recall@1",
        "recall@2",
        "reciprocal rank",
    ]
    assert told["accuracy"]["known"]["value"] == pytest.approx(5 / 6)
    assert told["labels"] == {"right": 5, "not among the candidates": 1}


def test_every_gold_mention_is_written_with_what_became_of_it(
    run: Run,
    save: Save,
    corpus: list[Document],
    system: list[Document],
    small_kb: Path,
    tmp_path: Path,
) -> None:
    train = save(corpus[1:], "train.json")
    paths = (save(corpus, "g.json"), save(system, "s.json"))
    ran = run(
        "evaluate", *paths, "--kb", small_kb, "--train", train, "--errors", tmp_path / "e.tsv"
    )
    assert ran.status == 0
    header, *rows = [
        line.split("\t") for line in (tmp_path / "e.tsv").read_text("utf-8").splitlines()
    ]
    told = [dict(zip(header, row, strict=True)) for row in rows]
    assert len(told) == 6
    third = told[2]
    assert (third["text"], third["outcome"]) == ("HTA", "not among the candidates")
    assert (third["gold"], third["gold_name"]) == ("T:02", "Hypertension")
    assert (third["predicted"], third["predicted_name"]) == ("T:09", "Pleural effusion")
    assert (third["rank"], third["abbreviation"], third["seen_mention"]) == ("0", "yes", "no")
    assert told[0]["seen_concept"] == "yes"


def test_answers_of_other_tools_are_the_ids_they_state(
    run: Run, save: Save, corpus: list[Document]
) -> None:
    ran = run("evaluate", save(corpus, "g.json"), save(corpus, "s.json"), "--json")
    told = json.loads(ran.out)
    assert {score["f1"]["value"] for score in told["linking"] if score["gold"]} == {1}


def test_a_breakdown_can_be_asked_for(
    run: Run, save: Save, corpus: list[Document], system: list[Document]
) -> None:
    paths = (save(corpus, "g.json"), save(system, "s.json"))
    told = json.loads(run("evaluate", *paths, "--by", "document", "--json").out)
    assert [(g["name"], g["mentions"]) for g in told["groups"]] == [("one", 4), ("two", 2)]
    ran = run("evaluate", *paths, "--by", "documents")
    assert ran.status == 1
    assert "--by: unknown grouping 'documents'. Did you mean 'document'?" in ran.err


def moved(documents: list[Document], by: int, *, step: int = 0) -> list[Document]:
    """The documents with all mentions moved within their text; `step` further for each next one."""
    return [
        replace(
            each,
            mentions=tuple(
                replace(m, spans=((m.start + by + n * step, m.end + by + n * step),))
                for n, m in enumerate(each.mentions)
            ),
        )
        for each in documents
    ]


def prefixed(documents: list[Document], change: Callable[[str], str]) -> list[Document]:
    """The documents with other ids."""
    return [
        replace(
            each,
            mentions=tuple(
                replace(m, gold=tuple(replace(c, db_id=change(c.db_id)) for c in m.gold))
                for m in each.mentions
            ),
        )
        for each in documents
    ]


def retold(documents: list[Document], text: str) -> list[Document]:
    """The documents with another text and no mentions."""
    return [
        replace(
            each,
            passages=(Passage("p", "text", (text,), ((0, len(text)),)),),
            mentions=(),
        )
        for each in documents
    ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d[:1], "s.json: 1 of 2 documents are missing: two. Add them"),
        (
            lambda d: [replace(each, id=f"{each.id}.txt") for each in d],
            "2 of 2 documents are missing: one, two. It has 2 others instead",
        ),
        (
            lambda d: retold(d, "  " + TEXT),
            "document 'one': another text than in",
        ),
        (
            lambda d: retold(d, "  " + TEXT),
            "it has 2 characters more before it, so that offsets are shifted by +2",
        ),
        (
            lambda d: retold(d, TEXT.replace(" y ", "\ny ")),
            "apart from white space they are the same; at character 11 it has '\\ny",
        ),
        (lambda d: retold(d, TEXT[3:]), "its first 3 characters lack"),
        (lambda d: retold(d, TEXT[:-1]), "its last 1 character lack"),
        (lambda d: moved(d, 1), "offsets are shifted by +1 against the corpus (6 of 6 mentions)"),
        (
            lambda d: moved(d, 1, step=1),
            "offsets are shifted by +1 to +4 against the corpus, though 6 of 6 mentions have",
        ),
        (
            lambda d: prefixed(d, lambda id: id[2:]),
            "ids look like '01', those of {gold} like 'T:01'. Compare them without prefix: "
            "--strip-prefix",
        ),
        (
            lambda d: prefixed(d, lambda id: f"C{id[2:]}X"),
            "not one is the same. They seem to be of different vocabularies",
        ),
    ],
)
def test_files_that_do_not_belong_together_are_told(
    run: Run,
    save: Save,
    corpus: list[Document],
    change: Callable[[list[Document]], list[Document]],
    told: str,
) -> None:
    gold = save(corpus, "g.json")
    ran = run("evaluate", gold, save(change(corpus), "s.json"))
    assert (ran.status, ran.out, len(ran.err.splitlines())) == (1, "", 1)
    assert told.format(gold=gold) in ran.err


def test_prefixes_can_be_left_out_of_account(
    run: Run, save: Save, corpus: list[Document], small_kb: Path
) -> None:
    system = prefixed(corpus, lambda id: id[2:])
    paths = (save(corpus, "g.json"), save(system, "s.json"))
    for more in ((), ("--kb", small_kb)):
        told = json.loads(run("evaluate", *paths, "--strip-prefix", "--json", *more).out)
        assert told["accuracy"]["known"]["value"] == 1
        assert told["counted"]["known"] == 6


def test_a_corpus_without_gold_is_told(run: Run, save: Save, corpus: list[Document]) -> None:
    system = save(corpus, "s.json")
    empty = save([replace(each, mentions=()) for each in corpus], "empty.json")
    assert (
        "no mention in 2 documents. The first file has to be" in run("evaluate", empty, system).err
    )
    nameless = save(prefixed(corpus, lambda id: "-1"), "nil.json")
    ran = run("evaluate", nameless, system)
    assert (ran.status, "none of 6 mentions states a concept" in ran.err) == (1, True)


def test_of_several_vocabularies_the_one_of_the_answers_counts(
    run: Run, save: Save, corpus: list[Document], system: list[Document]
) -> None:
    foreign = mention("e", (60, 64), ["O:1"], source="OTHER")
    mixed = [replace(each, mentions=(*each.mentions, foreign)) for each in corpus]
    gold = save(mixed, "g.json")
    told = json.loads(run("evaluate", gold, save(system, "s.json"), "--json").out)
    assert told["sources"] == ["T"]
    assert told["counted"]["unjudged"] == 2
    ran = run("evaluate", gold, save(retold(corpus, TEXT), "none.json"))
    assert "gold ids of several vocabularies (T, OTHER)" in ran.err
    ran = run("evaluate", gold, save(system, "s.json"), "--source", "HPO")
    assert "no gold id of HPO; those here are of T, OTHER. Choose one with --source" in ran.err


@pytest.mark.parametrize("text", ["0", "a", "", "5,-1"])
def test_a_depth_that_makes_no_sense_is_told(
    run: Run, save: Save, corpus: list[Document], text: str
) -> None:
    gold = save(corpus, "g.json")
    ran = run("evaluate", gold, gold, "--k", text)
    assert (ran.status, f"--k: '{text}'. Give numbers" in ran.err) == (1, True)


def test_documents_that_the_corpus_lacks_are_noted(
    run: Run, save: Save, corpus: list[Document]
) -> None:
    ran = run("evaluate", save(corpus[:1], "g.json"), save(corpus, "s.json"))
    assert ran.status == 0
    assert "s.json that the corpus lacks: 1" in ran.err
