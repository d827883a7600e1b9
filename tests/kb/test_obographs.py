"""OBO Graphs JSON: a tiny graph whose classes are written down, and every bad input."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from xnorm.errors import DataError, SettingError
from xnorm.kb import Concept, Name, build_from_files
from xnorm.kb.sources import Options, obographs, read_concepts

OBO = "http://purl.obolibrary.org/obo/"
IN_OWL = "http://www.geneontology.org/formats/oboInOwl#"
FEVER = {
    "id": f"{OBO}T_0000002",
    "lbl": "Fever",
    "type": "CLASS",
    "meta": {
        "definition": {"val": "Too hot.", "xrefs": ["PMID:1"]},
        "synonyms": [
            {"pred": "hasExactSynonym", "val": "Pyrexia", "xrefs": []},
            {
                "pred": "hasExactSynonym",
                "val": "Temp up",
                "synonymType": f"{OBO}hp#layperson",
            },
            {"pred": "hasRelatedSynonym", "val": "FUO", "synonymType": f"{OBO}OMO_0003012"},
            {"pred": "hasBroadSynonym", "val": "Hot"},
            {"pred": f"{IN_OWL}hasNarrowSynonym", "val": "Hot flush"},
        ],
        "xrefs": [{"val": "UMLS_CUI:C0015967"}, {"val": "SCTID:386661006"}],
        "basicPropertyValues": [
            {"pred": f"{IN_OWL}hasAlternativeId", "val": "T:0000020"},
            {"pred": f"{IN_OWL}hasOBONamespace", "val": "findings"},
            {"pred": "http://purl.org/dc/terms/date", "val": "2020-01-01"},
        ],
    },
}
GRAPH: dict[str, Any] = {
    "id": f"{OBO}t.json",
    "meta": {"version": f"{OBO}t/releases/2024-02-03/t.json", "xrefs": []},
    "nodes": [
        {"id": f"{OBO}T_0000001", "lbl": "Disease", "type": "CLASS"},
        FEVER,
        {
            "id": f"{OBO}T_0000003",
            "lbl": "obsolete Heat",
            "type": "CLASS",
            "meta": {
                "deprecated": True,
                "basicPropertyValues": [
                    {"pred": f"{OBO}IAO_0100001", "val": f"{OBO}T_0000002"},
                ],
            },
        },
        {"id": f"{OBO}T_0000004", "lbl": "gone", "type": "CLASS", "meta": {"deprecated": True}},
        {"id": f"{OBO}part_of", "lbl": "part of", "type": "PROPERTY"},
        {"id": "http://www.ebi.ac.uk/efo/EFO_0000009", "lbl": "assay", "type": "CLASS"},
    ],
    "edges": [
        {"sub": f"{OBO}T_0000002", "pred": "is_a", "obj": f"{OBO}T_0000001"},
        {"sub": f"{OBO}T_0000002", "pred": f"{OBO}BFO_0000050", "obj": f"{OBO}T_0000009"},
    ],
}
CLASSES = [
    Concept("T:0000001", (Name("Disease", "en", "preferred"),)),
    Concept(
        "T:0000002",
        (
            Name("Fever", "en", "preferred"),
            Name("Pyrexia", "en", "synonym", "exact"),
            Name("Temp up", "en", "layperson", "exact"),
            Name("FUO", "en", "abbreviation", "related"),
            Name("Hot", "en", "synonym", "broad"),
            Name("Hot flush", "en", "synonym", "narrow"),
        ),
        types=("findings",),
        definition="Too hot.",
        parents=("T:0000001",),
        xrefs=("UMLS:C0015967", "SNOMEDCT:386661006"),
        retired=("T:0000020",),
    ),
    Concept("T:0000003", replaced_by="T:0000002"),
    Concept("EFO:0000009", (Name("assay", "en", "preferred"),)),
]


def _write(folder: Path, data: Any) -> Path:
    path = folder / "t.json"
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return path


def test_the_tiny_graph_reads_as_written_down(tmp_path: Path) -> None:
    path = _write(tmp_path, {"graphs": [GRAPH]})
    assert list(read_concepts("obographs", path, Options())) == CLASSES
    packed = lzma.compress(b"\xef\xbb\xbf" + path.read_bytes())
    assert list(read_concepts("obographs", _write(tmp_path, packed), Options())) == CLASSES


def test_the_first_of_several_graphs_describes_a_class(tmp_path: Path) -> None:
    other = {"nodes": [{**FEVER, "lbl": "Heat"}, {"id": f"{OBO}T_0000005", "lbl": "Cold"}]}
    concepts = list(
        read_concepts("obographs", _write(tmp_path, {"graphs": [GRAPH, other]}), Options())
    )
    assert concepts[:4] == CLASSES
    assert concepts[4:] == [Concept("T:0000005", (Name("Cold", "en", "preferred"),))]


def test_classes_of_other_ontologies_are_left_out_if_asked(tmp_path: Path) -> None:
    path = _write(tmp_path, {"graphs": [GRAPH]})
    assert list(read_concepts("obographs", path, Options(sources=("EFO",)))) == CLASSES[3:]
    with pytest.raises(SettingError, match=r"--sources: no concept of 'EFFO' in .*Did you mean"):
        list(read_concepts("obographs", path, Options(sources=("EFFO",))))


def test_the_release_and_the_retired_ids_reach_the_knowledge_base(tmp_path: Path) -> None:
    kb = build_from_files("obographs", [_write(tmp_path, {"graphs": [GRAPH]})], tmp_path / "t.kb")
    assert kb.manifest.release == "2024-02-03"
    assert [kb.resolve(id) for id in ("T:0000020", "T:0000003")] == ["T:0000002"] * 2
    assert kb.concept("T:0000002").parents == ("T:0000001",)


@pytest.mark.parametrize(
    ("graphs", "release"),
    [([], ""), ([{"meta": None}], ""), ([{}, {"meta": {"version": "4.1"}}], "4.1")],
)
def test_the_release_is_what_the_first_graph_with_one_says(
    tmp_path: Path, graphs: list[Any], release: str
) -> None:
    assert obographs.release(_write(tmp_path, {"graphs": graphs})) == release


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"t\.json: not OBO Graphs JSON \(Input data was truncated\)\. Give a file with"),
        (b"[]", r"t\.json: not OBO Graphs JSON \(Expected `object`, got `array`\)"),
        (b"{}", r"t\.json: not OBO Graphs JSON \(Object missing required field `graphs`\)"),
        (
            {"graphs": [{"nodes": [{"lbl": "a"}]}]},
            r"missing required field `id` - at `\$\.graphs\[0\]\.nodes\[0\]`",
        ),
        ({"graphs": [{"nodes": [{"id": 7}]}]}, r"Expected `str`, got `int` - at .*\.id`"),
        (b'{"graphs": [{"id": "\xe9"}]}', r"t\.json: not OBO Graphs JSON"),
    ],
)
def test_bad_graphs_are_refused(tmp_path: Path, data: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        list(read_concepts("obographs", _write(tmp_path, data), Options()))
