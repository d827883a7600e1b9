"""What changed between two versions of a knowledge base."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from tests.conftest import Ran
from tests.kb.test_knowledge_base import CONCEPTS

from xnorm.kb import Concept, KnowledgeBase, Name
from xnorm.kb.cleaning import clean
from xnorm.kb.diff import (
    ConceptChange,
    NameChange,
    Renaming,
    Replacement,
    difference,
)

OLD = (
    Concept("T:1", (Name("disease", "en", "preferred"),)),
    Concept("T:2", (Name("fever", "en", "preferred"), Name("pyrexia", "en"))),
    Concept("T:3", (Name("ague", "en", "preferred"),)),
    Concept("T:4", (Name("cough", "en", "preferred"),)),
)
NEW = (
    Concept("T:5", (Name("rash", "en", "preferred"),)),
    Concept(
        "T:2",
        (Name("Fever", "en", "preferred"), Name("pyrexia", "en"), Name("Fieber", "de")),
        retired=("T:3",),
    ),
    Concept("T:1", (Name("disease", "en", "preferred"),)),
)


@pytest.fixture
def versions(tmp_path: Path) -> tuple[KnowledgeBase, KnowledgeBase]:
    return (
        KnowledgeBase.build(OLD, tmp_path / "old.kb", source="T"),
        KnowledgeBase.build(NEW, tmp_path / "new.kb", source="T"),
    )


def test_every_change_is_found(versions: tuple[KnowledgeBase, KnowledgeBase]) -> None:
    found = difference(*versions)
    assert found.added == (ConceptChange("T:5", "rash"),)
    assert found.removed == (ConceptChange("T:4", "cough"),)
    assert found.retired == (Replacement("T:3", "ague", "T:2"),)
    assert found.renamed == (Renaming("T:2", "fever", "Fever"),)
    assert found.names_added == (
        NameChange("T:2", "Fever", "en"),
        NameChange("T:2", "Fieber", "de"),
    )
    assert found.names_removed == (NameChange("T:2", "fever", "en"),)


@settings(max_examples=25, deadline=None)
@given(CONCEPTS, CONCEPTS)
def test_a_difference_is_the_other_way_round_mirrored(
    tmp_path_factory: pytest.TempPathFactory, one: list[Concept], two: list[Concept]
) -> None:
    kept = [[c for c in concepts if clean(c, "S").concept.names] for concepts in (one, two)]
    if not all(kept):
        return
    folder = tmp_path_factory.mktemp("kb")
    a, b = (KnowledgeBase.build(c, folder / f"{n}.kb", source="S") for n, c in enumerate(kept))
    there, back = difference(a, b), difference(b, a)
    assert set(there.added) == set(back.removed)
    assert set(there.names_added) == set(back.names_removed)
    assert set(there.names_removed) == set(back.names_added)
    assert len(there.renamed) == len(back.renamed)
    assert not any(difference(a, a).counts().values())


def test_blocks_do_not_show(
    versions: tuple[KnowledgeBase, KnowledgeBase], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = difference(*versions)
    monkeypatch.setattr("xnorm.kb.diff._BLOCK", 1)
    assert difference(*versions) == whole


def test_the_command_shows_counts_and_examples(
    run: Callable[..., Ran], versions: tuple[KnowledgeBase, KnowledgeBase]
) -> None:
    old, new = (kb.path for kb in versions)
    ran = run("kb", "diff", old, new, "--first", "1")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        "added: 1\n  T:5 rash\n"
        "removed: 1\n  T:4 cough\n"
        "retired: 1\n  T:3 ague -> T:2\n"
        "renamed: 1\n  T:2 fever -> Fever\n"
        "names added: 2\n  T:2 Fever (en)\n  ...\n"
        "names removed: 1\n  T:2 fever (en)\n"
    )
    assert run("kb", "diff", old, old).out.count(": 0\n") == 6


def test_the_command_gives_all_as_json(
    run: Callable[..., Ran], versions: tuple[KnowledgeBase, KnowledgeBase]
) -> None:
    found = json.loads(run("kb", "diff", *(kb.path for kb in versions), "--json").out)
    assert found["retired"] == [{"id": "T:3", "preferred": "ague", "now": "T:2"}]
    assert len(found["names_added"]) == 2
