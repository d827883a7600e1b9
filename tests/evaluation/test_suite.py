"""A suite says what is measured, and a broken one is told in a line with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from xnorm.corpora.names import held_out
from xnorm.errors import SettingError
from xnorm.evaluation.bench import bench
from xnorm.evaluation.suite import data_path, inputs, of_set, read_suite

SUITES = sorted((Path(__file__).parents[2] / "benchmarks/suites").glob("*.yaml"))


@pytest.mark.parametrize("file", SUITES, ids=lambda file: file.stem)
def test_every_suite_of_the_project_is_read_and_called_like_its_file(file: Path) -> None:
    suite = read_suite(file)
    assert suite.name == file.stem
    assert suite.licence
    assert suite.get


@pytest.mark.parametrize("file", SUITES, ids=lambda file: file.stem)
def test_every_file_that_a_suite_names_is_among_the_data(file: Path, data: Path) -> None:
    suite = read_suite(file)
    for name in suite.sets or ("",):
        for text in inputs(of_set(suite, name)):
            assert data_path(text, place=str(file)).exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title:", "titel:", "line 3: unknown key 'titel'. Did you mean 'title'?"),
        ("  gold:", "  golds:", "line 7: unknown key 'golds'. Did you mean 'gold'?"),
        ("tfidf]", "tfdif]", "unknown system 'tfdif'. Did you mean 'tfidf'?"),
        ("k: [1, 3]", "k: [3, 1]", "k is not a rising list of ranks that begins with 1"),
        ("path: corpus", "split: test", "corpus has to have either a path or a terminology"),
        ("name: tiny", "name: a/b", "name has other characters"),
        ("files: [terms.tsv]", "files: [term.tsv]", "term.tsv does not exist"),
        ("path: corpus", "path: ${XNORM_DATA}/nothing", "Set XNORM_DATA to the folder"),
        ("{default_language: en}", "{defalt_language: en}", "Did you mean 'default_language'?"),
        ("{edition: phenotagger}", "{editon: x}", "Did you mean 'edition'?"),
        ("{default_language: en}", "{languages: 3}", "Correct terminology.options"),
        ("name: gsc-plus", "name: gsc-pls", "unknown corpus 'gsc-pls'. Did you mean 'gsc-plus'?"),
        ("gold: [HPO]", "prepare: [expand]", "unknown step 'expand'. Known: "),
        ("gold: [HPO]", "gold: [MESH]", "no mention has a concept in the terminology"),
    ],
)
def test_a_mistake_is_told_in_one_line(suite_file: Path, old: str, new: str, message: str) -> None:
    text = suite_file.read_text()
    assert old in text
    suite_file.write_text(text.replace(old, new))
    with pytest.raises(ValueError) as caught:
        bench(suite_file, suite_file.parent / "results", work=suite_file.parent / "work")
    assert message in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert not list(suite_file.parent.glob("results/*/*"))


def test_a_system_that_the_suite_has_not_is_told(suite_file: Path) -> None:
    with pytest.raises(SettingError, match="unknown system 'gilda'. Known: exact, rapidfuzz"):
        bench(suite_file, Path("results"), work=Path("work"), systems=["gilda"])


def test_a_set_stands_for_its_name_everywhere(suite_file: Path) -> None:
    text = suite_file.read_text().replace("[terms.tsv]", '["${set}.tsv"]')
    suite_file.write_text(f"{text}sets: [terms, others]\n")
    suite = of_set(read_suite(suite_file), "others")
    assert suite.terminology.files == ("others.tsv",)


@pytest.mark.parametrize(
    ("concept", "held"), [("HP:0000001", True), ("HP:0000002", False), ("ORPHA:6", True)]
)
def test_held_out_concepts_are_those_of_the_encoders_twins(concept: str, held: bool) -> None:
    # crc32 by zlib: HP:0000001 and 6 give 0 modulo 10, HP:0000002 does not
    assert held_out(concept, 10) is held
