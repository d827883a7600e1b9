"""Concepts under the ids of another vocabulary, and cross-references from mapping tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import Ran

from xnorm.errors import DataError
from xnorm.kb import Concept, KnowledgeBase, Name, build_from_files
from xnorm.kb.mappings import add_mappings
from xnorm.kb.rekey import rekey
from xnorm.kb.sources import Options

FEVER = Concept(
    "T:2",
    (Name("Fever", "en", "preferred"), Name("Fiebre", "es", "preferred")),
    types=("Sign",),
    parents=("T:1",),
    xrefs=("UMLS:C02", "MESH:D005334"),
    retired=("T:20",),
)
AGUE = Concept("T:3", (Name("Ague", "en", "preferred"),), xrefs=("UMLS:C02",), parents=("T:2",))
BOTH = Concept("T:4", (Name("Chills", "en"),), xrefs=("UMLS:C04", "UMLS:C05"), parents=("T:9",))
ROOT = Concept("T:0", (Name("Finding", "en"),), xrefs=("UMLS:C00",))
MIDDLE = Concept("T:1", (Name("Body finding", "en"),), parents=("T:0",))


def test_concepts_of_one_code_become_one() -> None:
    (fever,) = rekey([FEVER, AGUE], "UMLS", source="T").concepts
    assert fever.id == "C02"
    assert [(name.text, name.kind) for name in fever.names] == [
        ("Fever", "preferred"),
        ("Fiebre", "preferred"),
        ("Ague", "synonym"),
    ]
    assert {name.source for name in fever.names} == {"T"}
    assert fever.xrefs == ("T:2", "MESH:D005334", "T:3")
    assert fever.parents == ()


def test_a_concept_of_two_codes_gives_its_names_to_each() -> None:
    found = rekey([BOTH], "UMLS", source="T").concepts
    assert [(concept.id, concept.names[0].text) for concept in found] == [
        ("C04", "Chills"),
        ("C05", "Chills"),
    ]


def test_parents_without_a_code_are_passed_over() -> None:
    circle = Concept("T:9", (Name("x"),), parents=("T:9", "T:1"))
    found = rekey([ROOT, MIDDLE, FEVER, BOTH, circle], "UMLS", source="T")
    assert {concept.id: concept.parents for concept in found.concepts} == {
        "C00": (),
        "C02": ("C00",),
        "C04": ("C00",),
        "C05": ("C00",),
    }
    assert found.without == 2


def test_retired_ids_of_the_old_vocabulary_are_gone() -> None:
    found = rekey([FEVER, Concept("T:21", replaced_by="T:2")], "UMLS", source="T")
    assert found.concepts[0].retired == ()
    assert found.without == 0


def test_ids_are_written_as_their_vocabulary_writes_them() -> None:
    some = Concept("D1", (Name("x"),), xrefs=("MONDO:0001", "UMLS:C1"))
    (mondo,) = rekey([some], "mondo", source="MESH").concepts
    (umls,) = rekey([some], "UMLS_CUI", source="MSH").concepts
    assert (mondo.id, mondo.xrefs) == ("MONDO:0001", ("MESH:D1", "UMLS:C1"))
    assert (umls.id, umls.xrefs) == ("C1", ("MESH:D1", "MONDO:0001"))


def test_a_vocabulary_without_any_reference_is_refused() -> None:
    with pytest.raises(DataError, match="T: none of 2 concepts has a cross-reference to DOID"):
        rekey([FEVER, AGUE], "DOID", source="T")


@given(
    st.lists(
        st.builds(
            Concept,
            st.sampled_from([f"T:{number}" for number in range(6)]),
            st.just((Name("x"),)),
            parents=st.lists(st.sampled_from([f"T:{n}" for n in range(7)]), max_size=3).map(tuple),
            xrefs=st.lists(st.sampled_from(["UMLS:C1", "UMLS:C2", "X:1"]), max_size=2).map(tuple),
        ),
        unique_by=lambda concept: concept.id,
        max_size=6,
    )
)
def test_every_code_is_a_concept_and_every_parent_is_another_one(concepts: list[Concept]) -> None:
    codes = {x[5:] for concept in concepts for x in concept.xrefs if x.startswith("UMLS:")}
    if concepts and not codes:
        with pytest.raises(DataError):
            rekey(concepts, "UMLS", source="T")
        return
    found = rekey(concepts, "UMLS", source="T")
    assert {concept.id for concept in found.concepts} == codes
    for concept in found.concepts:
        assert set(concept.parents) <= codes - {concept.id}


MAPPINGS = (
    '# comment with a lonely " mark\n'
    "subject_id\tsubject_label\tpredicate_id\tobject_id\n"
    "T:2\tFever\tskos:exactMatch\tUMLS_CUI:C02\n"
    "T:2\tFever\tskos:broadMatch\tUMLS:C99\n"
    "T:3\tAgue\toboInOwl:hasDbXref\thttp://identifiers.org/mesh/D1\n"
    "T:77\tnone\tskos:exactMatch\tUMLS:C77\n"
)


def test_mappings_add_cross_references_of_the_same_concept(tmp_path: Path) -> None:
    table = tmp_path / "m.sssom.tsv"
    table.write_text(MAPPINGS)
    bare = [Concept("T:2", (Name("Fever"),)), Concept("T:3", (Name("Ague"),), xrefs=("MESH:D1",))]
    found = list(add_mappings(bare, [table]))
    assert [concept.xrefs for concept in found] == [("UMLS:C02",), ("MESH:D1",)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\tb\n", r"m\.tsv: no column 'subject_id'\. Give an SSSOM table"),
        ("subject_id\tpredicate_id\tobject_id\nT:2\tx\n", r"m\.tsv line 2: 2 columns, the header"),
        (MAPPINGS.replace("T:", "U:"), r"m\.tsv: no concept is a subject of these mappings"),
    ],
)
def test_bad_mappings_are_refused(tmp_path: Path, text: str, message: str) -> None:
    table = tmp_path / "m.tsv"
    table.write_text(text)
    with pytest.raises(DataError, match=message):
        list(add_mappings([FEVER], [table]))


def test_a_terminology_is_built_with_other_ids(run: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "t.tsv").write_text(
        "id\tname\tparents\nT:2\tFever\t\nT:3\tAgue\tT:2\nT:5\tCough\t\n"
    )
    (tmp_path / "m.tsv").write_text(
        MAPPINGS.replace("hasDbXref\thttp://identifiers.org/mesh/D1", "hasDbXref\tUMLS:C03")
    )
    out = tmp_path / "cui.kb"
    command = ("kb", "build", "table", tmp_path / "t.tsv", "-o", out, "--ids", "umls")
    ran = run(*command, "--xrefs", tmp_path / "m.tsv")
    assert ran.status == 0
    assert ran.err == (
        f"{out}: UMLS, 2 concepts, 2 names (1 concepts without such an id left out)\n"
    )
    kb = KnowledgeBase.open(out)
    assert [(c.id, c.names[0].source, c.parents) for c in kb] == [
        ("C02", "t", ()),
        ("C03", "t", ("C02",)),
    ]
    assert [file.file for file in kb.manifest.built_from] == ["t.tsv", "m.tsv"]


def test_the_shipped_terminology_by_cui(hpo: KnowledgeBase, tmp_path: Path) -> None:
    kb = build_from_files("hpo", [], tmp_path / "c.kb", options=Options(ids="UMLS"))
    with_cui = sum(any(x.startswith("UMLS:") for x in concept.xrefs) for concept in hpo)
    assert kb.manifest.dropped.concepts_without_id == len(hpo) - with_cui
    assert kb.concept("C0018681").names[0].text == "Headache"
    assert "HP:0002315" in kb.concept("C0018681").xrefs
