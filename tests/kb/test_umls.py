"""The UMLS reader: a META folder of seven concepts, each choice of names, and every bad file."""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from xnorm.errors import DataError, SettingError
from xnorm.kb import Concept, Name, build_from_files
from xnorm.kb.semantic_types import semantic_types, types_in_groups
from xnorm.kb.sources import Options, read_concepts, umls


def _atom(
    cui: str,
    text: str,
    sab: str,
    code: str,
    *,
    lat: str = "ENG",
    best: str = "P PF Y",
    tty: str = "PT",
    suppress: str = "N",
) -> str:
    """A row of MRCONSO; `best` is TS, STT and ISPREF."""
    ts, stt, ispref = best.split()
    ids = f"{ts}|L1|{stt}|S1|{ispref}|A1||{code}|"
    return f"{cui}|{lat}|{ids}|{sab}|{tty}|{code}|{text}|0|{suppress}|256|"


MRCONSO = [
    _atom("C0000001", "Fever, high", "MSH", "D1", best="S PF Y", tty="ET"),
    _atom("C0000001", "fever", "CHV", "0001", best="S PF N", tty="SY"),
    _atom("C0000001", "Fever", "MSH", "D1", tty="MH"),
    _atom("C0000001", "Fever (finding)", "SNOMEDCT_US", "386661006", best="P VO Y", tty="FN"),
    _atom("C0000001", "Fever", "SNOMEDCT_US", "386661006", best="P PF N"),
    _atom("C0000001", "Pyrexia", "SNOMEDCT_US", "386661006", best="S PF Y", tty="SY"),
    _atom("C0000001", "Pyrexia old", "SNOMEDCT_US", "9", best="S PF Y", suppress="O"),
    _atom("C0000001", "FUO", "NCI", "C3", best="S PF Y", tty="AB"),
    _atom("C0000001", "Fiebre", "MSHSPA", "D1", lat="SPA", tty="MH"),
    _atom("C0000001", "Fiebre alta", "SCTSPA", "386661006", lat="SPA", best="S PF Y"),
    _atom("C0000001", "Fieber", "MSHGER", "D1", lat="GER", tty="MH"),
    _atom("C0000001", "Feber?", "XX", "X", lat="XYZ"),
    _atom("C0000002", "Aspirin", "MTH", "NOCODE", tty="PN"),
    _atom("C0000002", "aspirin", "RXNORM", "1191", best="P VC Y", tty="IN"),
    _atom("C0000003", "Heat", "MSH", "D1"),
    _atom("C0000003", "Hot skin", "NCI", "C4", best="S PF Y"),
    _atom("C0000005", "Nothing left", "MSH", "D5", suppress="Y"),
]
MRSTY = [
    "C0000001|T184|A2.2.2|Sign or Symptom|AT1|256|",
    "C0000001|T033|A2.2|Finding|AT2||",
    "C0000002|T109|A1.4.1.2.1|Organic Chemical|AT3||",
    "C0000003|T046|B2.2.1.2|Pathologic Function|AT4||",
    "C0000004|T047|B2.2.1.2.1|Disease or Syndrome|AT5||",
]
MRDEF = [
    "C0000001|A1|AT1||NCI|Suppressed.|O||",
    "C0000001|A1|AT1||NCI|Of NCI.|N||",
    "C0000001|A1|AT1||MSH|Of MeSH.|N||",
]
MRSAB = [
    f"C1|C1|{rsab}_2025|{rsab}|{rsab}|{sf}|2025|||{imeta}||||0|||||||UTF-8|Y|Y|{rsab}||"
    for rsab, sf, imeta in [
        ("MSH", "MSH", "2024AB"),
        ("MSHSPA", "MSH", "2025AA"),
        ("MSHGER", "MSH", "2023AA"),
        ("SNOMEDCT_US", "SNOMEDCT", "2025AB"),
        ("SCTSPA", "SNOMEDCT", "2024AA"),
        ("NCI", "NCI", "2024AA"),
        ("RXNORM", "RXNORM", "2024AA"),
    ]
]
MRRANK = [
    "0700|SNOMEDCT_US|PT|N|",
    "0690|SNOMEDCT_US|SY|N|",
    "0680|SNOMEDCT_US|FN|N|",
    "0900|MSH|MH|N|",
    "0890|MSH|ET|N|",
]
MRCUI = [
    "C0000007|2019AB|RO|||C0000002|Y|",
    "C0000007|2020AA|SY|||C0000001|Y|",
    "C0000008|2019AB|DEL|||||",
    "C0000009|2019AB|RO|||C0000002|Y|",
    "C0000010|2019AB|RB|||C0000002|Y|",
]
TABLES = {
    "MRCONSO": MRCONSO,
    "MRSTY": MRSTY,
    "MRDEF": MRDEF,
    "MRSAB": MRSAB,
    "MRRANK": MRRANK,
    "MRCUI": MRCUI,
}


def _write(folder: Path, **changed: list[str] | None) -> Path:
    """The META folder, with some tables changed or left out."""
    meta = folder / "META"
    meta.mkdir()
    for name, rows in {**TABLES, **changed}.items():
        if rows is not None:
            (meta / f"{name}.RRF").write_text("".join(f"{row}\n" for row in rows), "utf-8")
    return meta


@pytest.fixture
def meta(tmp_path: Path) -> Path:
    """The folder as it stands above."""
    return _write(tmp_path)


def _names(meta: Path, options: Options | None = None) -> dict[str, list[str]]:
    concepts = read_concepts("umls", meta, options or Options())
    return {c.id: [n.text for n in c.names] for c in concepts if not c.replaced_by}


def test_concepts_have_the_names_types_and_codes_of_all_vocabularies(meta: Path) -> None:
    fever, aspirin, *_ = umls.read(meta, Options())
    assert fever == Concept(
        "C0000001",
        (
            Name("Fever", "en", "preferred", source="MSH"),
            Name("Fiebre", "es", "preferred", source="MSHSPA"),
            Name("Fieber", "de", "preferred", source="MSHGER"),
            Name("Feber?", "", "preferred", source="XX"),
            Name("Fever", "en", source="SNOMEDCT_US"),
            Name("Fever (finding)", "en", source="SNOMEDCT_US"),
            Name("Fever, high", "en", source="MSH"),
            Name("Pyrexia", "en", source="SNOMEDCT_US"),
            Name("FUO", "en", "abbreviation", source="NCI"),
            Name("Fiebre alta", "es", source="SCTSPA"),
            Name("fever", "en", "layperson", source="CHV"),
        ),
        types=("T184", "T033"),
        definition="Of NCI.",
        xrefs=("MESH:D1", "CHV:0001", "SNOMEDCT:386661006", "NCIT:C3", "XX:X"),
    )
    assert aspirin.xrefs == ("RXNORM:1191",)


def test_retired_ids_go_where_they_were_merged_before_what_they_are_related_to(meta: Path) -> None:
    retired = [(c.id, c.replaced_by) for c in umls.read(meta, Options()) if c.replaced_by]
    assert retired == [("C0000007", "C0000001"), ("C0000009", "C0000002")]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress])
def test_packed_members_and_other_line_ends_read_the_same(
    meta: Path, pack: Callable[[bytes], bytes]
) -> None:
    expected = list(umls.read(meta, Options()))
    suffix = {gzip.compress: ".gz", lzma.compress: ".xz"}.get(pack, "")
    for path in list(meta.iterdir()):
        data = b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n")
        path.unlink()
        path.with_name(path.name + suffix).write_bytes(pack(data))
    assert list(umls.read(meta, Options())) == expected


def test_the_folder_above_and_a_file_inside_stand_for_the_folder(meta: Path) -> None:
    expected = list(umls.read(meta, Options()))
    assert list(umls.read(meta.parent, Options())) == expected
    assert list(umls.read(meta / "MRCONSO.RRF", Options())) == expected
    assert [path.name for path in umls.files(meta, Options())] == [
        f"{n}.RRF" for n in ("MRCONSO", "MRSTY", "MRDEF", "MRSAB", "MRRANK", "MRCUI")
    ]


def test_a_family_stands_for_its_members_and_the_order_decides_what_is_preferred(
    meta: Path,
) -> None:
    first = _names(meta, Options(sources=("SNOMEDCT",)))["C0000001"]
    assert first == ["Fever", "Fever (finding)", "Pyrexia", "Fiebre alta"]
    # Equal in TS, STT and ISPREF: the order of the vocabularies.
    swapped = _names(meta, Options(sources=("NCI", "SNOMEDCT_US", "MSH"), languages=("en",)))
    assert swapped["C0000001"][3:5] == ["FUO", "Pyrexia"]


def test_the_definition_is_one_of_a_wanted_vocabulary_first(meta: Path) -> None:
    assert next(umls.read(meta, Options(sources=("MSH",)))).definition == "Of MeSH."
    assert next(umls.read(meta, Options(sources=("RXNORM",)))).definition == "Of NCI."


def test_cross_references_do_not_depend_on_the_names_that_are_kept(meta: Path) -> None:
    everything = next(umls.read(meta, Options())).xrefs
    assert next(umls.read(meta, Options(sources=("NCI",), languages=("en",)))).xrefs == everything


def test_suppressed_names_come_when_asked_for(meta: Path) -> None:
    assert "Pyrexia old" in _names(meta, Options(suppressed=True))["C0000001"]
    assert next(umls.read(meta, Options(suppressed=True))).definition == "Suppressed."
    assert _names(meta)["C0000005"] == []


@pytest.mark.parametrize(
    ("types", "groups", "kept"),
    [
        (("T184",), (), ["C0000001"]),
        (("organic chemical", "T184"), (), ["C0000001", "C0000002"]),
        (("A2.2",), (), ["C0000001"]),
        (("A",), (), ["C0000001", "C0000002"]),
        (("B2.2.1",), (), ["C0000003"]),
        ((), ("DISO",), ["C0000001", "C0000003"]),
        (("A",), ("DISO",), ["C0000001"]),
        (("B2.2.1.2.1",), (), []),
    ],
)
def test_types_and_groups_choose_concepts(
    meta: Path, types: tuple[str, ...], groups: tuple[str, ...], kept: list[str]
) -> None:
    assert list(_names(meta, Options(types=types, groups=groups))) == kept


def test_codes_of_a_vocabulary_can_be_the_ids(meta: Path) -> None:
    (fever,) = umls.read(meta, Options(ids="SNOMEDCT_US", languages=("en", "de")))
    assert fever == Concept(
        "386661006",
        (
            Name("Fever", "en", "preferred", source="SNOMEDCT_US"),
            Name("Pyrexia", "en", source="SNOMEDCT_US"),
            Name("Fever (finding)", "en", source="SNOMEDCT_US"),
            Name("Fever", "en", source="MSH"),
            Name("Fieber", "de", "preferred", source="MSHGER"),
            Name("Fever, high", "en", source="MSH"),
            Name("FUO", "en", "abbreviation", source="NCI"),
            Name("fever", "en", "layperson", source="CHV"),
        ),
        types=("T184", "T033"),
        definition="Of NCI.",
        xrefs=("UMLS:C0000001", "MESH:D1", "CHV:0001", "NCIT:C3", "XX:X"),
    )


def test_a_code_of_several_cuis_is_one_concept(meta: Path) -> None:
    (mesh,) = umls.read(meta, Options(ids="MSH", languages=("en",), sources=("MSH", "NCI")))
    assert mesh.id == "D1"
    assert [name.text for name in mesh.names] == ["Fever", "Fever, high", "Heat", "FUO", "Hot skin"]
    assert mesh.types == ("T184", "T033", "T046")
    assert [x for x in mesh.xrefs if x.startswith("UMLS")] == ["UMLS:C0000001", "UMLS:C0000003"]


def test_the_knowledge_base_says_what_it_is_made_of(meta: Path, tmp_path: Path) -> None:
    kb = build_from_files("umls", [meta], tmp_path / "umls.kb")
    assert (kb.source, kb.manifest.release, len(kb)) == ("UMLS", "2025AB", 3)
    assert kb.concept("C0000007").id == "C0000001"
    assert kb.manifest.dropped.concepts_without_name == 1
    by_code = build_from_files(
        "umls", [meta], tmp_path / "snomed.kb", options=Options(ids="SNOMEDCT_US")
    )
    assert by_code.source == "SNOMEDCT"


def test_only_mrconso_is_needed_for_names(tmp_path: Path) -> None:
    alone = dict.fromkeys(TABLES.keys() - {"MRCONSO"})
    meta = _write(tmp_path, **alone)
    found = list(umls.read(meta, Options()))
    assert [c.id for c in found] == ["C0000001", "C0000002", "C0000003", "C0000005"]
    assert umls.release(meta) == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (Options(sources=("SNOMED",)), "--sources: unknown vocabulary 'SNOMED'. Did you mean"),
        (Options(ids="MESH"), "--ids: unknown vocabulary 'MESH'. Did you mean 'MSH'?"),
        (Options(types=("T999",)), "--types: unknown semantic type 'T999'"),
        (Options(groups=("DISEASE",)), "--groups: unknown semantic group 'DISEASE'"),
        (Options(columns={"id": "CUI"}), "--column: source 'umls' has no use for --column"),
    ],
)
def test_unknown_choices_are_refused(meta: Path, options: Options, message: str) -> None:
    with pytest.raises(SettingError) as refused:
        list(read_concepts("umls", meta, options))
    assert str(refused.value).startswith(message)


TRUNCATED = "The file looks truncated; compare its size with MRFILES.RRF."


@pytest.mark.parametrize(
    ("table", "line", "row", "message"),
    [
        ("MRCONSO", 1, MRCONSO[0][:-1], f"17 fields, expected 18. {TRUNCATED}"),
        ("MRCONSO", 18, "C0000006|ENG|P|L1", f"3 fields, expected 18. {TRUNCATED}"),
        ("MRCONSO", 2, f"{MRCONSO[1]}x", f"19 fields, expected 18. {TRUNCATED}"),
        ("MRSTY", 2, "", f"0 fields, expected 6. {TRUNCATED}"),
        ("MRCONSO", 3, MRCONSO[2].replace("Fever", "Fe\0er"), "a zero byte, so this is no UTF-8"),
        ("MRCONSO", 14, MRCONSO[0], "'C0000001' comes after 'C0000002', but rows must be sorted"),
        ("MRSTY", 4, MRSTY[0], "'C0000001' comes after 'C0000002', but rows must be sorted"),
        ("MRRANK", 1, "first|SNOMEDCT_US|PT|N|", "the rank 'first' is no number."),
    ],
)
def test_a_broken_row_is_named_by_its_line(
    tmp_path: Path, table: str, line: int, row: str, message: str
) -> None:
    rows = list(TABLES[table])
    rows[line - 1 : line] = [row]
    meta = _write(tmp_path, **{table: rows})
    options = Options(ids="SNOMEDCT_US") if table == "MRRANK" else Options()
    with pytest.raises(DataError) as refused:
        list(umls.read(meta, options))
    assert str(refused.value).startswith(f"{meta / table}.RRF line {line}: {message}")


def test_what_is_not_utf8_is_named_by_its_line(meta: Path) -> None:
    path = meta / "MRCONSO.RRF"
    path.write_bytes(path.read_bytes().replace(b"Fiebre|", b"Fi\xe9bre|"))
    with pytest.raises(DataError, match=r"MRCONSO.RRF line 9: not UTF-8: byte 0xe9"):
        list(umls.read(meta, Options()))


@pytest.mark.parametrize(
    ("table", "options", "message"),
    [
        ("MRCONSO", Options(), "no MRCONSO.RRF here, which is needed for the names"),
        ("MRSAB", Options(sources=("MSH",)), "needed for choosing vocabularies"),
        ("MRSTY", Options(groups=("DISO",)), "needed for choosing types"),
    ],
)
def test_a_missing_table_is_named(
    tmp_path: Path, table: str, options: Options, message: str
) -> None:
    meta = _write(tmp_path, **{table: None})
    with pytest.raises(DataError, match=message):
        list(umls.read(meta, options))


def test_the_semantic_types_are_those_of_the_publisher() -> None:
    # 127 types and 15 groups: UMLS Semantic Network and SemGroups of 2018.
    types = semantic_types()
    assert (len(types), len({type.tui for type in types})) == (127, 127)
    assert len({type.group for type in types}) == 15
    assert len(types_in_groups(["DISO"])) == 12
    assert len(types_in_groups(["CHEM"])) == 20
    trees = {type.tree for type in types}
    assert {tree.rpartition(".")[0] or tree[0] for tree in trees} <= trees
