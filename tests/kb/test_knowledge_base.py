"""Building, opening and asking a knowledge base."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xnorm.errors import DataError, IndexProblem, SettingError
from xnorm.kb import Concept, KnowledgeBase, Name
from xnorm.kb.cleaning import clean
from xnorm.kb.suggest import suggest


def test_names_are_clean_grouped_and_preferred_first(tiny_kb: KnowledgeBase) -> None:
    rows = tiny_kb.names.select(["concept", "text", "language", "kind"]).to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        (0, "disease", "en", "preferred"),
        (1, "fever", "en", "preferred"),
        (1, "pyrexia", "en", "synonym"),
        (1, "fever", "de", "synonym"),
        (2, "ague", "en", "synonym"),
    ]
    assert tiny_kb.name_rows(1) == range(1, 4)
    assert tiny_kb.concepts["preferred"].to_pylist() == ["disease", "fever", "ague"]


def test_what_is_left_out_is_counted(tiny_kb: KnowledgeBase) -> None:
    dropped = tiny_kb.manifest.dropped
    assert dropped.concepts_without_name == 1
    assert dropped.empty_names == 1
    assert dropped.repeated_names == 1
    assert dropped.unknown_parents == 1
    assert dropped.retired_without_concept == 1  # T:40, whose replacement has no name


def test_manifest_tells_counts_and_origin(tiny_kb: KnowledgeBase) -> None:
    manifest = tiny_kb.manifest
    assert (manifest.source, manifest.release, len(tiny_kb)) == ("T", "1", 3)
    assert manifest.languages == {"de": 1, "en": 4} == tiny_kb.languages
    assert manifest.kinds == {"preferred": 2, "synonym": 3}
    assert (manifest.relations, manifest.xrefs, manifest.retired) == (3, 1, 3)


def test_a_concept_comes_back_as_it_was_cleaned(tiny_kb: KnowledgeBase) -> None:
    assert tiny_kb.concept("T:2") == Concept(
        "T:2",
        (
            Name("fever", "en", "preferred", source="T"),
            Name("pyrexia", "en", source="T"),
            Name("fever", "de", source="T"),
        ),
        types=("Sign", "Finding"),
        definition="Too hot.",
        parents=("T:1",),
        xrefs=("X:2",),
        retired=("T:20", "T:21", "T:22"),
    )
    assert [concept.id for concept in tiny_kb] == ["T:1", "T:2", "T:3"]
    assert tiny_kb.concept(2) == list(tiny_kb)[2]


@pytest.mark.parametrize(
    ("id", "row"),
    [("T:2", 1), ("T:20", 1), ("T:22", 1), ("T:4", None), ("T:40", None), ("?", None)],
)
def test_rows_are_found_by_current_and_retired_ids(
    tiny_kb: KnowledgeBase, id: str, row: int | None
) -> None:
    assert tiny_kb.concept_row(id) == row
    assert tiny_kb.resolve(id) == ("T:2" if row == 1 else id)


def test_unknown_concepts_are_refused(tiny_kb: KnowledgeBase) -> None:
    with pytest.raises(SettingError, match=r"tiny\.kb: no concept 'T:4'\. Did you mean T:1 \("):
        tiny_kb.concept("T:4")
    with pytest.raises(IndexError):
        tiny_kb.concept(3)
    with pytest.raises(IndexError):
        tiny_kb.concept(-1)


def test_depth_is_the_shortest_way_to_a_root(tiny_kb: KnowledgeBase) -> None:
    assert tiny_kb.concepts["depth"].to_pylist() == [0, 1, 1]


def test_opening_copies_nothing(tiny_kb: KnowledgeBase, hpo: KnowledgeBase) -> None:
    list(hpo.names.slice(0, 1)["text"])  # pyarrow's own one-time allocations
    before = pa.total_allocated_bytes()
    again = KnowledgeBase.open(hpo.path)
    assert again.names["text"][-1].as_py()
    assert pa.total_allocated_bytes() == before
    assert not any(buffer.is_mutable for buffer in again.names["text"].chunk(0).buffers() if buffer)


def test_same_concepts_same_bytes_and_fingerprint(
    tmp_path: Path, tiny: tuple[Concept, ...]
) -> None:
    one = KnowledgeBase.build(tiny, tmp_path / "one.kb", source="T")
    two = KnowledgeBase.build(iter(tiny), tmp_path / "two.kb", source="T")
    for file in sorted(one.path.iterdir()):
        assert file.read_bytes() == (two.path / file.name).read_bytes(), file.name
    assert KnowledgeBase.build(one, tmp_path / "copy.kb", source="T").fingerprint == one.fingerprint
    other = KnowledgeBase.build(tiny[:3], tmp_path / "other.kb", source="T")
    assert other.fingerprint != one.fingerprint


def test_blocks_do_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    concepts = [
        Concept(f"C{i}", (Name(f"name {i}"), Name(f"other {i}")), parents=(f"C{i // 2}",) * (i > 0))
        for i in range(50)
    ]
    whole = KnowledgeBase.build(concepts, tmp_path / "whole.kb", source="C")
    monkeypatch.setattr("xnorm.kb.writer._BLOCK", 7)
    monkeypatch.setattr("xnorm.kb.knowledge_base._BLOCK", 3)
    blocks = KnowledgeBase.build(concepts, tmp_path / "blocks.kb", source="C")
    assert blocks.names.column(0).num_chunks > 1
    assert list(blocks) == list(whole)
    assert blocks.concepts.equals(whole.concepts)
    assert blocks.fingerprint == whole.fingerprint


NAMES = st.builds(
    Name,
    st.text(max_size=8),
    st.sampled_from(["", "en", "es"]),
    st.sampled_from(["preferred", "synonym", "abbreviation"]),
    st.sampled_from(["", "broad"]),
)
CONCEPTS = st.lists(
    st.builds(
        Concept,
        st.sampled_from([f"C:{i}" for i in range(9)]),
        st.lists(NAMES, max_size=4).map(tuple),
        st.lists(st.text(max_size=3), max_size=2).map(tuple),
        st.text(max_size=9),
        xrefs=st.lists(st.text(max_size=3), max_size=2, unique=True).map(tuple),
    ),
    max_size=6,
    unique_by=lambda concept: concept.id,
)


@settings(max_examples=40, deadline=None)
@given(CONCEPTS)
def test_what_is_built_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, concepts: list[Concept]
) -> None:
    cleaned = [concept for c in concepts if (concept := clean(c, "S").concept).names]
    path = tmp_path_factory.mktemp("kb") / "x.kb"
    if cleaned:
        assert list(KnowledgeBase.build(concepts, path, source="S")) == cleaned
    else:
        with pytest.raises(DataError, match="not a single name"):
            KnowledgeBase.build(concepts, path, source="S")


def test_two_concepts_of_one_id_are_refused(tmp_path: Path) -> None:
    twice = [Concept("C1", (Name("a"),)), Concept("C1", (Name("b"),))]
    with pytest.raises(DataError, match=r"S: two concepts have the id 'C1'\. Merge them"):
        KnowledgeBase.build(twice, tmp_path / "x.kb", source="S")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_kind_of_name_is_refused(tmp_path: Path) -> None:
    odd = [Concept("C1", (Name("a", kind="odd"),))]
    with pytest.raises(DataError, match="S, concept C1: unknown kind of name 'odd'"):
        KnowledgeBase.build(odd, tmp_path / "x.kb", source="S")


def test_a_failing_build_leaves_the_old_one(tiny_kb: KnowledgeBase) -> None:
    def broken() -> Iterator[Concept]:
        yield Concept("N:1", (Name("new"),))
        raise DataError("the file ends")

    with pytest.raises(DataError, match="the file ends"):
        KnowledgeBase.build(broken(), tiny_kb.path, source="N")
    assert KnowledgeBase.open(tiny_kb.path).source == "T"
    assert [path.name for path in tiny_kb.path.parent.iterdir()] == ["tiny.kb"]


def test_only_a_knowledge_base_is_replaced(
    tmp_path: Path, tiny: tuple[Concept, ...], tiny_kb: KnowledgeBase
) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "precious.txt").write_text("mine")
    for path in (notes, notes / "precious.txt"):
        with pytest.raises(SettingError, match="is not a knowledge base, so it is not replaced"):
            KnowledgeBase.build(tiny, path, source="T")
    assert (notes / "precious.txt").read_text() == "mine"
    assert KnowledgeBase.build(tiny, tiny_kb.path, source="U").source == "U"


def test_a_missing_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(IndexProblem, match=r"none\.kb: there is no such knowledge base"):
        KnowledgeBase.open(tmp_path / "none.kb")
    with pytest.raises(IndexProblem, match="not a knowledge base: manifest.json cannot be read"):
        KnowledgeBase.open(tmp_path)


@pytest.mark.parametrize("name", ["names", "concepts", "relations", "xrefs", "retired"])
def test_a_truncated_table_is_named(tiny_kb: KnowledgeBase, name: str) -> None:
    path = tiny_kb.path / f"{name}.arrow"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(IndexProblem, match=rf"{name}\.arrow: truncated or foreign: [\d,]+ bytes"):
        KnowledgeBase.open(tiny_kb.path)


def test_a_missing_table_is_named(tiny_kb: KnowledgeBase) -> None:
    (tiny_kb.path / "xrefs.arrow").unlink()
    with pytest.raises(IndexProblem, match=r"xrefs\.arrow: the table is missing"):
        KnowledgeBase.open(tiny_kb.path)


def _rewrite_manifest(kb: KnowledgeBase, change: dict[str, object]) -> None:
    path = kb.path / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))


def test_a_foreign_table_of_the_same_size_is_named(tiny_kb: KnowledgeBase) -> None:
    foreign = (tiny_kb.path / "relations.arrow").read_bytes()
    (tiny_kb.path / "xrefs.arrow").write_bytes(foreign)
    tables = json.loads((tiny_kb.path / "manifest.json").read_text())["tables"]
    tables["xrefs"]["bytes"] = len(foreign)
    _rewrite_manifest(tiny_kb, {"tables": tables})
    with pytest.raises(IndexProblem, match=r"xrefs\.arrow: foreign: its columns"):
        KnowledgeBase.open(tiny_kb.path)


def test_garbage_of_the_right_size_is_named(tiny_kb: KnowledgeBase) -> None:
    path = tiny_kb.path / "names.arrow"
    path.write_bytes(b"x" * path.stat().st_size)
    with pytest.raises(IndexProblem, match=r"names\.arrow: not a readable Arrow file"):
        KnowledgeBase.open(tiny_kb.path)


def test_a_changed_byte_is_found_by_verify(tiny_kb: KnowledgeBase) -> None:
    tiny_kb.verify()
    path = tiny_kb.path / "names.arrow"
    data = path.read_bytes()
    path.write_bytes(data.replace(b"fever", b"fewer", 1))
    with pytest.raises(IndexProblem, match=r"names\.arrow: damaged: its SHA-256"):
        KnowledgeBase.open(tiny_kb.path).verify()


def test_another_format_version_and_a_damaged_manifest_are_refused(tiny_kb: KnowledgeBase) -> None:
    _rewrite_manifest(tiny_kb, {"format": 99})
    with pytest.raises(IndexProblem, match="format version 99, this xnorm reads 1"):
        KnowledgeBase.open(tiny_kb.path)
    _rewrite_manifest(tiny_kb, {"format": 1, "names": "many"})
    with pytest.raises(IndexProblem, match="damaged manifest"):
        KnowledgeBase.open(tiny_kb.path)
    (tiny_kb.path / "manifest.json").write_text('{"format"')
    with pytest.raises(IndexProblem, match="damaged manifest"):
        KnowledgeBase.open(tiny_kb.path)


def test_suggestions_by_name_then_by_id(tiny_kb: KnowledgeBase) -> None:
    names, concepts = tiny_kb.names, tiny_kb.concepts
    assert suggest(names, concepts, "PYREXIA") == [("T:2", "fever")]
    assert suggest(names, concepts, "T:22")[0] == ("T:2", "fever")
    assert suggest(names, concepts, "nothing like it") == []
