"""The shipped terminology built once, and a tiny one for everything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from xnorm.kb import Concept, KnowledgeBase, Name, build_from_files


@pytest.fixture(scope="session")
def hpo(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """HPO with all shipped translations."""
    return build_from_files("hpo", [], tmp_path_factory.mktemp("kb") / "hpo.kb")


TINY = (
    Concept("T:1", (Name("disease", "en", "preferred"),)),
    Concept(
        "T:2",
        (
            Name("pyrexia", "en"),
            Name("fever", "en", "preferred"),
            Name("fever", "en"),
            Name("fever", "de"),
            Name("  ", "en"),
        ),
        types=("Sign", "Finding"),
        definition="Too hot.",
        parents=("T:1", "T:404"),
        xrefs=("X:2",),
        retired=("T:20", "T:21"),
    ),
    Concept("T:3", (Name("ague", "en"),), parents=("T:2", "T:1")),
    Concept("T:4"),
    Concept("T:22", replaced_by="T:21"),
    Concept("T:40", replaced_by="T:4"),
)
"""A root, a child with odd names, a grandchild, one without names, and retired ids."""


@pytest.fixture
def tiny() -> tuple[Concept, ...]:
    """The concepts of `TINY`."""
    return TINY


@pytest.fixture
def tiny_kb(tmp_path: Path) -> KnowledgeBase:
    """`TINY` as a knowledge base."""
    return KnowledgeBase.build(TINY, tmp_path / "tiny.kb", source="T", release="1")
