"""Keeping a part of a knowledge base."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import Ran
from tests.kb.test_knowledge_base import CONCEPTS

from xnorm.errors import DataError, SettingError
from xnorm.kb import Concept, KnowledgeBase, Name
from xnorm.kb.cleaning import clean
from xnorm.kb.filter import Keep, filter_kb

TREE = (
    Concept("T:1", (Name("disease", "en", "preferred"),), types=("T047",)),
    Concept(
        "T:2",
        (Name("fever", "en", "preferred"), Name("Fieber", "de"), Name("fiebre", "es")),
        types=("Sign", "T184"),
        parents=("T:1",),
        retired=("T:20",),
    ),
    Concept("T:3", (Name("Wechselfieber", "de", source="W"),), parents=("T:2",)),
    Concept("T:4", (Name("BP", "en", "abbreviation"),), types=("T033",), retired=("T:40",)),
)


@pytest.fixture
def tree(tmp_path: Path) -> KnowledgeBase:
    return KnowledgeBase.build(TREE, tmp_path / "tree.kb", source="T", release="1")


@pytest.mark.parametrize(
    ("keep", "names"),
    [
        (Keep(languages=("de",)), ["Fieber", "Wechselfieber"]),
        (Keep(languages=("de", "es"), below="T:2"), ["Fieber", "fiebre", "Wechselfieber"]),
        (Keep(kinds=("preferred", "abbreviation")), ["disease", "fever", "BP"]),
        (Keep(sources=("W",)), ["Wechselfieber"]),
        (Keep(types=("Sign",), languages=("es",)), ["fiebre"]),
        (Keep(types=("Finding",)), ["BP"]),
        (Keep(types=("disease or syndrome", "T033")), ["disease", "BP"]),
        (Keep(groups=("DISO",), kinds=("preferred",)), ["disease", "fever"]),
        (Keep(ids=("T:4", "T:20", "T:99")), ["fever", "Fieber", "fiebre", "BP"]),
        (Keep(below="T:20"), ["fever", "Fieber", "fiebre", "Wechselfieber"]),
        (Keep(depth=(1, 1)), ["fever", "Fieber", "fiebre"]),
        (Keep(depth=(2, 9)), ["Wechselfieber"]),
    ],
)
def test_what_is_kept(tree: KnowledgeBase, tmp_path: Path, keep: Keep, names: list[str]) -> None:
    kept = filter_kb(tree, tmp_path / "kept.kb", keep)
    assert kept.kb.names["text"].to_pylist() == names
    assert kept.names == 6 - len(names)
    assert kept.concepts == 4 - len(kept.kb)


def test_retired_ids_and_parents_follow(tree: KnowledgeBase, tmp_path: Path) -> None:
    kb = filter_kb(tree, tmp_path / "kept.kb", Keep(below="T:2")).kb
    assert kb.resolve("T:20") == "T:2"
    assert kb.resolve("T:40") == "T:40"
    assert [concept.parents for concept in kb] == [(), ("T:2",)]
    assert (kb.source, kb.manifest.release) == ("T", "1")


def test_unknown_ids_are_told(tree: KnowledgeBase, tmp_path: Path) -> None:
    kept = filter_kb(tree, tmp_path / "kept.kb", Keep(ids=("T:98", "T:4", "T:97")))
    assert kept.unknown_ids == ["T:97", "T:98"]


@pytest.mark.parametrize(
    ("keep", "message"),
    [
        (Keep(), "nothing to filter by"),
        (Keep(languages=("nl",)), "no language 'nl' here. Known: de, en, es"),
        (Keep(kinds=("synonim",)), "no kind 'synonim' here. Did you mean 'synonym'?"),
        (Keep(sources=("X",)), "no source 'X' here"),
        (Keep(types=("Sing",)), "unknown semantic type 'Sing'"),
        (Keep(types=("T001",)), r"tree\.kb: no concept is of: T001\. Its types are listed by"),
        (Keep(groups=("DISORDERS",)), "unknown semantic group 'DISORDERS'"),
        (Keep(below="T:33"), "no concept 'T:33'. Did you mean"),
        (Keep(depth=(7, 9)), r"tree\.kb: no concept is left"),
        (Keep(ids=("T:99",)), r"tree\.kb: no concept is left"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    tree: KnowledgeBase, tmp_path: Path, keep: Keep, message: str
) -> None:
    with pytest.raises((SettingError, DataError), match=message):
        filter_kb(tree, tmp_path / "kept.kb", keep)


def test_a_knowledge_base_is_not_filtered_onto_itself(tree: KnowledgeBase) -> None:
    with pytest.raises(SettingError, match=r"tree\.kb: is read and written at once"):
        filter_kb(tree, tree.path, Keep(languages=("de",)))


@settings(max_examples=25, deadline=None)
@given(CONCEPTS, st.sets(st.sampled_from(["", "en", "es"]), min_size=1))
def test_names_of_a_filtered_knowledge_base_are_some_of_its_names(
    tmp_path_factory: pytest.TempPathFactory, concepts: list[Concept], languages: set[str]
) -> None:
    if not any(clean(concept, "S").concept.names for concept in concepts):
        return
    folder = tmp_path_factory.mktemp("kb")
    kb = KnowledgeBase.build(concepts, folder / "x.kb", source="S")
    wanted = [
        (concept.id, name) for concept in kb for name in concept.names if name.language in languages
    ]
    keep = Keep(languages=tuple(languages & set(kb.languages)))
    if keep == Keep():
        return
    kept = filter_kb(kb, folder / "y.kb", keep).kb
    assert [(concept.id, name) for concept in kept for name in concept.names] == wanted


def test_the_command_says_what_was_left_out(
    run: Callable[..., Ran], tree: KnowledgeBase, tmp_path: Path
) -> None:
    out, ids = tmp_path / "kept.kb", tmp_path / "ids.txt"
    ids.write_text("T:2\n\nT:99\nT:4\n")
    ran = run("kb", "filter", tree.path, "-o", out, "--ids", ids, "--kinds", "preferred,synonym")
    assert ran.status == 0
    assert ran.err == (
        f"{out}: T 1, 1 concepts, 3 names\n"
        "left out: 3 concepts, 3 names\n"
        "note: 1 ids are unknown: T:99\n"
    )
    quiet = run("kb", "filter", tree.path, "-o", out, "--depth", "1-", "--quiet")
    assert (quiet.status, quiet.out, quiet.err) == (0, "", "")
    assert len(KnowledgeBase.open(out)) == 2


def test_a_bad_depth_is_refused(run: Callable[..., Ran], tree: KnowledgeBase) -> None:
    ran = run("kb", "filter", tree.path, "-o", "x.kb", "--depth", "deep")
    assert (ran.status, ran.err.count("\n")) == (1, 1)
    assert "--depth: expected MIN-MAX, found 'deep'. For instance: --depth 2-5." in ran.err
