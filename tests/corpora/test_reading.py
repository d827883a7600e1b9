"""What can be asked of a corpus, and what is answered when it cannot."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xnorm import corpora
from xnorm.corpora import CORPORA, default_path, find_corpus, read_corpus
from xnorm.errors import DataError, SettingError

HEADER = "filename\tlabel\toff0\toff1\tspan\n"
PUBTATOR = "1|t|Fever\n1|a|x\n1\t0\t5\tFever\tDisease\tD005334\n\n"


def test_the_public_names_are_those_exported() -> None:
    assert all(hasattr(corpora, name) for name in corpora.__all__)


@pytest.mark.parametrize("name", CORPORA)
def test_every_corpus_has_a_reader_and_says_where_to_get_it(name: str) -> None:
    corpus = CORPORA[name]
    assert callable(importlib.import_module(f"xnorm.corpora.{corpus.module}").read)
    assert all((corpus.title, corpus.licence, corpus.where, corpus.languages, corpus.ids))


def test_an_unknown_corpus_is_answered_with_the_nearest() -> None:
    with pytest.raises(SettingError, match=r"unknown corpus 'bc5crd'\. Did you mean 'bc5cdr'\?"):
        find_corpus("bc5crd")


def test_a_corpus_lies_in_its_place_below_a_folder_of_data() -> None:
    assert default_path("mantra") == Path("corpora/mantra_gsc")
    with pytest.raises(SettingError, match=r"'names' has no usual place\. Get it from a \.kb"):
        default_path("names")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"split": "tset"}, r"'bc5cdr' has no split 'tset'\. Did you mean 'test'\?"),
        ({"ids": ["MESHH"]}, r"'bc5cdr' has no ids 'MESHH'\. Did you mean 'MESH'\?"),
        ({"languages": ["de"]}, r"'bc5cdr' has no language 'de'\. Known: en"),
        ({"edition": "new"}, r"'bc5cdr' has no edition\. Leave out 'new'"),
        ({"parts": ["emea"]}, r"'bc5cdr' has no part\. Leave out 'emea'"),
    ],
)
def test_what_a_corpus_does_not_have_is_refused_at_once(
    options: dict[str, Any], message: str
) -> None:
    with pytest.raises(SettingError, match=message):
        read_corpus("bc5cdr", "nowhere", **options)


def test_a_missing_split_and_a_wrong_archive_are_told_apart(folder: Callable) -> None:
    path = folder({"CDR_TestSet.PubTator.txt": PUBTATOR})
    with pytest.raises(DataError, match="no documents of the split 'dev' of 'bc5cdr' here"):
        list(read_corpus("bc5cdr", path, split="dev"))
    with pytest.raises(DataError, match=r"no documents of 'mantra' here.*https://github\.com"):
        list(read_corpus("mantra", path))


def test_a_broken_line_is_named(folder: Callable) -> None:
    path = folder({"CDR_TestSet.PubTator.txt": PUBTATOR.replace("\t5\t", "\t50\t")})
    with pytest.raises(DataError, match=r"CDR_TestSet\.PubTator\.txt, line 3: offsets 0-50 lie"):
        list(read_corpus("bc5cdr", path))


@pytest.mark.parametrize(
    ("name", "files", "message"),
    [
        (
            "codiesp",
            {"test/text_files/S.txt": "x", "test/testX.tsv": "S\tDIAGNOSTICO\tn1\tx\t0 uno\n"},
            r"testX\.tsv line 1: expected an offset, found 'uno'",
        ),
        (
            "codiesp",
            {"test/text_files/S.txt": "x", "test/testX.tsv": "S\tOTRO\tn1\tx\t0 1\n"},
            "line 1: unknown type 'OTRO'. Expected DIAGNOSTICO or PROCEDIMIENTO",
        ),
        (
            "codiesp",
            {"test/text_files/S.txt": "x", "test/testD.tsv": "T\tn1\n"},
            r"testD\.tsv line 1: no text of the document 'T'",
        ),
        (
            "distemist",
            {"training/text_files/a.txt": "x", "training/m.tsv": "filename\tcode\na\t1\n"},
            r"no table of mentions\. Expected \*\.tsv with the columns filename",
        ),
        (
            "distemist",
            {"training/text_files/a.txt": "x", "training/m.tsv": HEADER + "b\tE\t0\t1\tx\n"},
            r"m\.tsv line 2: no text of the document 'b'",
        ),
        (
            "distemist",
            {"training/text_files/a.txt": "x", "training/m.tsv": HEADER + "a\tE\n"},
            r"m\.tsv line 2: 2 cells, expected 5",
        ),
        (
            "gsc-plus",
            {"Text/1": "x", "Annotations/1": "[0-1] HP_0000001 | x"},
            r"Annotations/1 line 1: cannot be read: '\[0-1\] HP_0000001 \| x'",
        ),
        (
            "xl-bel",
            {"en_1k_test_query_with_context.txt": "C1||x||no mark\n"},
            "line 1: no marked mention",
        ),
        (
            "melo",
            {"nor_q_no_c_en/queries.tsv": "Q1\tKokk\n"},
            r"queries\.tsv line 1: no concept for the query 'Q1'",
        ),
        ("melo", {"mine/queries.tsv": "Q1\tKokk\n"}, r"'mine' is no name of a set\. Keep"),
        ("cantemist", {"test-set/cantemist-norm/a.txt": "", "test-set/cantemist-norm/a.ann": ""},
         r"a\.txt: no text"),
    ],
)  # fmt: skip
def test_what_is_not_as_published_is_named_with_its_place(
    folder: Callable, name: str, files: dict[str, str], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        list(read_corpus(name, folder(files)))


def test_the_current_folder_has_its_name(folder: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder({"dev/text_files/S.txt": "x", "dev/devX.tsv": "S\tDIAGNOSTICO\tn1\tx\t0 1\n"})
    monkeypatch.chdir(path / "dev")
    (document,) = read_corpus("codiesp", ".")
    assert document.extra["split"] == "dev"


def test_names_of_a_terminology_are_mentions_of_its_concepts(tmp_path: Path) -> None:
    from xnorm.kb import Concept, KnowledgeBase, Name

    # zlib.crc32(b"HP:0000016") is divisible by ten, and that of b"HP:0000003" is not.
    concepts = [
        Concept("HP:0000016", (Name("Orina retenida", "es"), Name("Cold", "en"))),
        Concept("HP:0000003", (Name("Orina retenida", "es"), Name("Riñón", "es"))),
    ]
    KnowledgeBase.build(concepts, tmp_path / "x.kb", source="HPO")

    def names(**options: Any) -> list[tuple[str, str, list[str]]]:
        return [
            (d.language, d.text, [gold.db_id for gold in d.mentions[0].gold])
            for d in read_corpus("names", tmp_path / "x.kb", **options)
        ]

    assert names(split="held-out", languages=["es"]) == [("es", "Orina retenida", ["HP:0000016"])]
    assert names(languages=["es"]) == [
        ("es", "Orina retenida", ["HP:0000016", "HP:0000003"]),
        ("es", "Riñón", ["HP:0000003"]),
    ]
    assert [text for _, text, _ in names()] == ["Cold", "Orina retenida", "Riñón"]


def test_every_corpus_is_in_the_documentation() -> None:
    page = (Path(__file__).parents[2] / "docs" / "corpora.md").read_text(encoding="utf-8")
    rows = {line.split(" | ")[0]: line for line in page.splitlines() if line.startswith("| `")}
    for name, corpus in CORPORA.items():
        assert corpus.licence in rows[f"| `{name}`"]
        assert f"`xnorm corpus convert {name} " in rows[f"| `{name}`"]
