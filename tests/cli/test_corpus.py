"""`xnorm corpus`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from xnorm.corpora import CORPORA
from xnorm.formats import open_documents
from xnorm.kb import Concept, KnowledgeBase, Name

PUBTATOR = (
    "1|t|Chronic kidney disease (CKD)\n1|a|CKD and fever.\n"
    "1\t29\t32\tCKD\tDisease\tD000\n1\t37\t42\tfever\tDisease\tD005334|D009\n"
    "1\t0\t7\tChronic\tOther\t-1\n\n"
    "2|t|Cough\n2|a|x\n2\t0\t5\tCough\tDisease\tD999\n\n"
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "CDR_TestSet.PubTator.txt"
    path.write_text(PUBTATOR, encoding="utf-8")
    return path


def test_a_corpus_is_written_as_published(run: Callable, corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    ran = run("corpus", "convert", "bc5cdr", corpus, "-o", out)
    assert (ran.status, ran.out) == (0, "")
    assert ran.err == f"{out}: 2 documents, 4 mentions, 3 of them with an id\n"
    first = json.loads(out.read_text(encoding="utf-8").splitlines()[0])
    assert first["entities"][1]["normalized"] == [
        {"db_name": "MESH", "db_id": "D005334"},
        {"db_name": "MESH", "db_id": "D009"},
    ]
    assert (first["entities"][1]["composite"], first["split"]) == ("D005334|D009", "test")


def test_every_step_tells_what_it_did(run: Callable, corpus: Path, tmp_path: Path) -> None:
    concepts = [
        Concept("D001", (Name("CKD"),), retired=("D000",)),
        Concept("D005334", (Name("fever"),)),
        Concept("D009", (Name("heat"),)),
    ]
    KnowledgeBase.build(concepts, tmp_path / "x.kb", source="MESH")
    out = tmp_path / "out.jsonl"
    ran = run(
        *("corpus", "convert", "bc5cdr", corpus, "-o", out, "--kb", tmp_path / "x.kb"),
        *("--drop", "without-id,duplicates", "--types", "Disease", "--replace-retired"),
        *("--outside", "drop", "--split-composites", "--expand-abbreviations"),
    )
    assert ran.status == 0
    assert ran.err.splitlines() == [
        "drop-without-id: kept 3 of 4 mentions; 1 without an id",
        "drop-duplicates: kept 3 of 3 mentions",
        "keep-types: kept 3 of 3 mentions",
        "replace-retired: kept 3 of 3 mentions; 1 replaced",
        "out-of-terminology: kept 2 of 3 mentions; 1 not in the terminology",
        "split-composites: kept 2 of 2 mentions; 1 split",
        "expand-abbreviations: kept 3 of 3 mentions; 1 expanded",
        f"{out}: 2 documents, 3 mentions, 3 of them with an id",
    ]
    mentions = [mention for document in open_documents(out) for mention in document.mentions]
    assert [(m.long_form, m.gold[0].db_id) for m in mentions] == [
        ("Chronic kidney disease", "D001"),
        ("", "D005334"),
        ("", "D009"),
    ]


def test_what_the_format_cannot_hold_is_told(run: Callable, corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.pubtator"
    ran = run("corpus", "convert", "bc5cdr", corpus, "-o", out)
    assert ran.err.startswith(
        "note: pubtator cannot hold everything: 2 documents' languages were left out, "
    )
    assert out.read_text(encoding="utf-8").startswith("1|t|Chronic")


@pytest.mark.parametrize("target", ["bigbio", "pubtator", "parquet"])
def test_other_formats_hold_the_same_gold(
    run: Callable, corpus: Path, tmp_path: Path, target: str
) -> None:
    out = tmp_path / "out"
    ran = run("corpus", "convert", "bc5cdr", corpus, "-o", out, "--to", target, "--quiet")
    assert (ran.status, ran.err) == (0, "")
    ids = [
        [gold.db_id for gold in mention.gold]
        for document in open_documents(out, format=target)
        for mention in document.mentions
    ]
    assert ids == [["D000"], ["D005334", "D009"], [], ["D999"]]


def test_a_split_of_ones_own_replaces_the_published_one(
    run: Callable, corpus: Path, tmp_path: Path
) -> None:
    arguments = ("corpus", "convert", "bc5cdr", corpus, "-o", "-", "--split-by-document", "4")
    whole = run(*arguments, "--quiet")
    splits = {json.loads(line)["id"]: json.loads(line)["split"] for line in whole.out.splitlines()}
    some = next(iter(splits.values()))
    part = run(*arguments, "--split", some, "--quiet")
    assert [json.loads(line)["id"] for line in part.out.splitlines()] == [
        id for id, split in splits.items() if split == some
    ]


def test_codiesp_lends_its_split(run: Callable, tmp_path: Path) -> None:
    for name in ("dev/text_files/1.txt", "test/text_files/2.txt"):
        (tmp_path / "codiesp" / name).parent.mkdir(parents=True)
        (tmp_path / "codiesp" / name).write_text("x", encoding="utf-8")
    corpus = tmp_path / "CDR_TestSet.PubTator.txt"
    corpus.write_text(PUBTATOR, encoding="utf-8")
    codiesp = tmp_path / "codiesp"
    arguments = ("--inherit-split", codiesp, "--split", "dev", "-o", tmp_path / "out.jsonl")
    ran = run("corpus", "convert", "bc5cdr", corpus, *arguments)
    assert ran.err.splitlines()[:2] == [
        "inherit-split: kept 2 of 2 documents; 1 dev; 1 test",
        "keep-split: kept 1 of 2 documents",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("bc5cd", "x"), "unknown corpus 'bc5cd'. Did you mean 'bc5cdr'?"),
        (("bc5cdr", "/nowhere"), "/nowhere: no such file or folder"),
        (("bc5cdr", "x", "--ids", "MESHES"), "no ids 'MESHES'. Did you mean 'MESH'?"),
        (("bc5cdr", "x", "--to", "bigboi"), "unknown format 'bigboi'. Did you mean 'bigbio'?"),
        (("bc5cdr", "x", "--drop", "dupes"), "unknown step 'drop-dupes'"),
        (("bc5cdr", "x", "--outside", "drop"), "'out-of-terminology' needs a knowledge base"),
        (("bc5cdr", "x", "--split", "dve"), "has no split 'dve'. Did you mean 'dev'?"),
    ],
)
def test_what_is_wrong_is_one_line(
    run: Callable, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    out = tmp_path / "out.jsonl"
    ran = run("corpus", "convert", *arguments, "-o", out)
    assert ran.status == 1
    assert len(ran.err.splitlines()) == 1
    assert message in ran.err
    assert not out.exists()


def test_the_table_of_corpora_is_shown(run: Callable) -> None:
    ran = run("corpus", "list")
    assert ran.status == 0
    assert max(map(len, ran.out.splitlines())) <= 80
    assert all(f" {name} " in ran.out for name in CORPORA)
    assert set(json.loads(run("corpus", "list", "--json").out)) == set(CORPORA)


def test_a_corpus_is_described(run: Callable) -> None:
    ran = run("corpus", "info", "gsc-plus")
    assert ran.status == 0
    for part in ("MIT", "https://github.com/ncbi-nlp/PhenoTagger", "HPO", "dev, test", "original"):
        assert part in ran.out
    assert run("corpus", "info", "gscplus").status == 1
