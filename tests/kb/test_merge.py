"""Merging knowledge bases by id and by cross-references."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from tests.conftest import Ran
from tests.kb.test_knowledge_base import CONCEPTS

from xnorm.errors import SettingError
from xnorm.kb import Concept, KnowledgeBase, Name
from xnorm.kb.cleaning import clean
from xnorm.kb.merge import merge

Build = Callable[..., KnowledgeBase]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    def call(name: str, *concepts: Concept, release: str = "1") -> KnowledgeBase:
        path = tmp_path / f"{name}.kb"
        return KnowledgeBase.build(concepts, path, source=name, release=release)

    return call


def _named(id: str, *texts: str, **more: tuple[str, ...]) -> Concept:
    first, *rest = texts
    names = (Name(first, "en", "preferred"), *(Name(text, "en") for text in rest))
    return Concept(id, names, **more)


def test_concepts_of_one_id_become_one(build: Build, tmp_path: Path) -> None:
    one = build("A", _named("C1", "fever", types=("Sign",)), _named("C2", "cough"))
    two = build("B", _named("C3", "rash"), _named("C1", "pyrexia", "fever", parents=("C3",)))
    merged = merge([one, two], tmp_path / "m.kb")
    assert [concept.id for concept in merged.kb] == ["C1", "C2", "C3"]
    fever = merged.kb.concept("C1")
    assert [(name.text, name.kind, name.source) for name in fever.names] == [
        ("fever", "preferred", "A"),
        ("pyrexia", "synonym", "B"),
    ]
    assert (fever.types, fever.parents) == (("Sign",), ("C3",))
    assert (merged.joined, merged.live, merged.kb.source) == (1, [], "A")
    assert merged.kb.manifest.release == "1"


def test_a_concept_joins_those_that_it_refers_to(build: Build, tmp_path: Path) -> None:
    umls = build(
        "UMLS",
        _named("C1", "fever", retired=("C9",)),
        _named("C2", "cough", xrefs=("X:2",)),
    )
    other = build(
        "MESH",
        _named("D1", "pyrexia", xrefs=("UMLS:C9", "X:1"), retired=("D0",)),
        _named("D2", "tussis", parents=("D1", "D3"), xrefs=("UMLS:C1", "UMLS:C2")),
        _named("D3", "rash", parents=("D1",), xrefs=("UMLS:C7",)),
        _named("C2", "Cough"),
    )
    merged = merge([umls, other], tmp_path / "m.kb", by="umls")
    assert {c.id: [name.text for name in c.names] for c in merged.kb} == {
        "C1": ["fever", "pyrexia", "tussis"],
        "C2": ["cough", "tussis", "Cough"],
        "D3": ["rash"],
    }
    fever, cough, rash = merged.kb
    assert fever.xrefs == ("MESH:D1", "UMLS:C9", "X:1", "MESH:D2", "UMLS:C2")
    assert (cough.parents, rash.parents, fever.parents) == (("C1", "D3"), ("C1",), ("D3",))
    assert merged.joined == 3
    assert merged.kb.resolve("D0") == "C1"
    assert merged.kb.resolve("C9") == "C1"


def test_disagreement_about_retired_ids_is_told(build: Build, tmp_path: Path) -> None:
    one = build("A", _named("C1", "fever", retired=("C8", "C9")))
    two = build("B", _named("C2", "cough", retired=("C9",)), _named("C8", "rash"))
    merged = merge([one, two], tmp_path / "m.kb")
    assert merged.live == ["C8"]
    assert merged.kb.concept("C8").names[0].text == "rash"
    assert [(c.old, c.kept, c.other) for c in merged.kb.manifest.conflicts] == [("C9", "C1", "C2")]
    assert merged.kb.manifest.dropped.retired_twice == 1


def test_where_it_comes_from_is_kept(build: Build, tmp_path: Path) -> None:
    one, two = (
        build("A", _named("C1", "x"), release="1"),
        build("B", _named("C2", "y"), release="2"),
    )
    kb = merge([one, two], tmp_path / "m.kb", source="S").kb
    assert (kb.source, kb.manifest.release) == ("S", "")


def test_what_cannot_be_merged_is_refused(build: Build, tmp_path: Path) -> None:
    one, two = build("A", _named("C1", "x")), build("B", _named("C2", "y"))
    with pytest.raises(SettingError, match="a merge needs two knowledge bases"):
        merge([one], tmp_path / "m.kb")
    with pytest.raises(SettingError, match=r"B\.kb: is read and written at once"):
        merge([one, two], two.path)


@settings(max_examples=25, deadline=None)
@given(CONCEPTS)
def test_merging_with_itself_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, concepts: list[Concept]
) -> None:
    if not any(clean(concept, "S").concept.names for concept in concepts):
        return
    folder = tmp_path_factory.mktemp("kb")
    kb = KnowledgeBase.build(concepts, folder / "x.kb", source="S")
    merged = merge([kb, kb], folder / "m.kb")
    assert merged.kb.fingerprint == kb.fingerprint
    assert list(merged.kb) == list(kb)
    assert merged.joined == len(kb)


def test_blocks_do_not_show(build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = build("A", *(_named(f"C{n}", f"a{n}") for n in range(20)))
    two = build("B", *(_named(f"C{n}", f"b{n}") for n in range(40, 0, -3)))
    whole = merge([one, two], tmp_path / "whole.kb").kb
    monkeypatch.setattr("xnorm.kb.merge._BLOCK", 3)
    monkeypatch.setattr("xnorm.kb.knowledge_base._GAP", 1)
    assert merge([one, two], tmp_path / "blocks.kb").kb.fingerprint == whole.fingerprint


def test_the_command_says_what_happened(
    run: Callable[..., Ran], build: Build, tmp_path: Path
) -> None:
    one = build("A", _named("C1", "fever", retired=("D1", "D2", "D3", "D4")))
    two = build("B", *(_named(f"D{n}", f"x{n}") for n in range(1, 5)), _named("C1", "ague"))
    out = tmp_path / "m.kb"
    ran = run("kb", "merge", one.path, two.path, "-o", out, "--source-name", "Z", "--release", "3")
    assert ran.status == 0
    assert ran.err == (
        f"{out}: Z 3, 5 concepts, 6 names\n"
        "1 concepts joined another\n"
        "note: 4 ids are retired in one and in use in another, such as D1, D2, D3; "
        "they stay in use\n"
    )
    quiet = run("kb", "merge", one.path, two.path, "-o", out, "--quiet")
    assert (quiet.status, quiet.err) == (0, "")


@pytest.mark.parametrize("options", [("--by", "xref"), ("--prefix", "UMLS")])
def test_by_xref_needs_a_vocabulary(run: Callable[..., Ran], options: tuple[str, ...]) -> None:
    ran = run("kb", "merge", "a.kb", "b.kb", "-o", "m.kb", *options)
    assert ran.status == 1
    assert "--by xref and --prefix go together" in ran.err
