"""Terminologies that corpora bring with them, and gold that is their cross-reference."""

from __future__ import annotations

from pathlib import Path

import pytest

from xnorm.errors import DataError
from xnorm.evaluation.bench import bench
from xnorm.evaluation.pools import POOLS
from xnorm.evaluation.results import Run

SUITE = """
name: titles
title: Titles
sets: [usa_q_en_c_en]
corpus: {name: melo, path: melo, options: {parts: ["${set}"]}}
terminology: {kind: KIND, files: [melo], source: ESCO, options: {part: "${set}"}}
systems: [rapidfuzz]
k: [1, 2, 3]
hits: the concept
licence: none
get: this test
"""


@pytest.fixture
def melo(tmp_path: Path) -> Path:
    """A set of two titles and two concepts, laid out as the publishers do."""
    folder = tmp_path / "melo/usa_q_en_c_en"
    folder.mkdir(parents=True)
    names = {"C1_en_000": "nurse", "C1_en_001": "hospital nurse", "C2_en_000": "hospital cook"}
    (folder / "corpus_elements.tsv").write_text("".join(f"{i}\t{n}\n" for i, n in names.items()))
    (folder / "concept_mapping.tsv").write_text(
        "".join(f"{id}\thttp://esco/{id[:2]}\n" for id in names)
    )
    (folder / "queries.tsv").write_text("Q1\tnurses\nQ2\tcook at a hospital\n")
    (folder / "annotations.tsv").write_text(
        "Q1\t0\tC1_en_000\t1\nQ1\t0\tC1_en_001\t1\nQ2\t0\tC2_en_000\t1\n"
    )
    return tmp_path / "melo"


def measured(melo: Path, kind: str, more: str = "") -> Run:
    file = melo.parent / "titles.yaml"
    text = SUITE.replace("KIND", kind).replace('"${set}"}}\ns', f'"${{set}}"}}{more}}}\ns')
    file.write_text(text)
    (result,) = bench(file, melo.parent / "results", work=melo.parent / "work")
    return result.runs[0]


def test_concepts_have_the_names_of_the_set(melo: Path) -> None:
    found = list(POOLS["melo"](melo, part="usa_q_en_c_en"))
    assert [(c.id, [name.text for name in c.names]) for c in found] == [
        ("http://esco/C1", ["nurse", "hospital nurse"]),
        ("http://esco/C2", ["hospital cook"]),
    ]
    assert {name.language for concept in found for name in concept.names} == {"en"}


def test_titles_are_measured_by_concept_and_by_name(melo: Path, in_process: None) -> None:
    by_concept = measured(melo, "melo")
    assert (by_concept.known, by_concept.terminology.concepts) == (2, 2)
    assert by_concept.figures["recall@1"].value == 1
    by_name = measured(melo, "melo-names", ", by_xref: true")
    assert (by_name.known, by_name.terminology.concepts) == (2, 3)
    assert by_name.figures["recall@1"].value == 1


def test_a_set_without_its_names_is_told(melo: Path) -> None:
    (melo / "usa_q_en_c_en/corpus_elements.tsv").unlink()
    with pytest.raises(DataError, match="the set 'usa_q_en_c_en' has no names or no concepts"):
        list(POOLS["melo"](melo, part="usa_q_en_c_en"))
