"""Tables read by a mapping: every key of it, the ready ones, and every bad input."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xnorm.errors import DataError, SettingError
from xnorm.kb import Concept, Name, build_from_files
from xnorm.kb.sources import Options, read_concepts
from xnorm.kb.sources.mapping import read_mapping


def _read(folder: Path, mapping: str, *texts: str | bytes, **options: Any) -> list[Concept]:
    (folder / "map.yaml").write_text(mapping)
    files = []
    for number, text in enumerate(texts):
        files.append(folder / f"x{number}.tsv")
        files[-1].write_bytes(text if isinstance(text, bytes) else text.encode())
    asked = Options(mapping=folder / "map.yaml", more=tuple(files[1:]), **options)
    return list(read_concepts("table", files[0], asked))


FULL = """
comment: "#"
skip: 1
separator: "|"
empty: [n/a]
id: {column: Code, strip: "x-", prefix: "X:"}
where: {Status: [final, draft]}
names:
  - {column: en, language: en, kind: preferred}
  - {column: es, language: es, kind: preferred}
  - {column: Short, language: en, kind: abbreviation}
  - {column: Other, language_column: Lang, kind_column: Kind, kinds: {main: preferred}}
types: [Group, {value: Disease}]
definition: {column: Text, separator: ""}
parents: {column: Up, prefix: "X:"}
xrefs:
  - {column: mesh, prefix: "MSH:"}
  - {column: Ref, where: {System: ""}}
  - {column: Ref, prefix_column: System, where: {System: [ICD-10, icd]}}
retired: Old
"""
TABLE = """Published 2024
# a comment
Code\tStatus\ten\tes\tShort\tOther\tLang\tKind\tGroup\tText\tUp\tmesh\tRef\tSystem\tOld
x-1\tfinal\tfever\tfiebre\tn/a\tFieber|Hitze\tde-AT\tmain\tSign|Finding\tToo|hot\t0|X:9\tD1\tA:1\t\tX:7
# another comment
x-2\tdraft\tcough\t\tCO\thot\t\trelated\t\t\t\t\tR05|\tICD-10\t
x-3\told\tgone\t\t\t\t\t\t\t\t\t\t\t\t
"""
CONCEPTS = [
    Concept(
        "X:1",
        (
            Name("fever", "en", "preferred"),
            Name("fiebre", "es", "preferred"),
            Name("Fieber", "de", "preferred"),
            Name("Hitze", "de", "preferred"),
        ),
        types=("Sign", "Finding", "Disease"),
        definition="Too|hot",
        parents=("X:0", "X:9"),
        xrefs=("MESH:D1", "A:1"),
        retired=("X:7",),
    ),
    Concept(
        "X:2",
        (
            Name("cough", "en", "preferred"),
            Name("CO", "en", "abbreviation"),
            Name("hot", "fr", "synonym", "related"),
        ),
        types=("Disease",),
        xrefs=("ICD10:R05",),
    ),
]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: "\ufeff" + text.replace("\n", "\r\n"),
        lambda text: text.replace("\t", ";").replace("Published", "Published;"),
    ],
)
def test_every_key_of_a_mapping(tmp_path: Path, change: Callable[[str], str]) -> None:
    assert _read(tmp_path, FULL, change(TABLE), default_language="fr") == CONCEPTS


def test_records_are_read_by_their_keys(tmp_path: Path) -> None:
    mapping = "id: cui\nnames: {column: terms, language: en}\ntypes: tui\ndefinition: text\n"
    records = [
        {"cui": 7, "terms": ["fever", " ", None, "hot"], "tui": ["T1", "T2"], "text": None},
        {"cui": "8", "terms": "cough", "more": {}, "text": True},
    ]
    expected = [
        Concept("7", (Name("fever", "en"), Name("hot", "en")), types=("T1", "T2")),
        Concept("8", (Name("cough", "en"),), definition="true"),
    ]
    lines = "".join(json.dumps(record) + "\n" for record in records)
    assert _read(tmp_path, mapping, lines) == expected
    assert _read(tmp_path, mapping, json.dumps(records, indent=1)) == expected


def test_columns_by_number(tmp_path: Path) -> None:
    mapping = 'header: false\ndelimiter: "|"\nquotes: false\nid: 1\nnames: [3, 4]\nwhere: {2: y}\n'
    assert _read(tmp_path, mapping, '1|y|"a|b|more\n2|n|c|d\n') == [
        Concept("1", (Name('"a'), Name("b")))
    ]
    by_number = "id: 1\nnames: 2\n"
    assert _read(tmp_path, by_number, "code,text\n1,a\n") == [Concept("1", (Name("a"),))]


SCATTERED = "id\tname\n1\ta\n2\tb\n1\tc\n"


def test_rows_of_one_id_are_merged_wherever_they_stand(tmp_path: Path) -> None:
    concepts = _read(tmp_path, "id: id\nnames: {column: name, kind: preferred}\n", SCATTERED)
    assert concepts == [
        Concept("1", (Name("a", kind="preferred"), Name("c"))),
        Concept("2", (Name("b", kind="preferred"),)),
    ]


def test_grouped_rows_are_merged_with_their_neighbours_only(tmp_path: Path) -> None:
    mapping = "grouped: true\nid: id\nnames: name\n"
    assert [c.id for c in _read(tmp_path, mapping, SCATTERED)] == ["1", "2", "1"]
    (concept,) = _read(tmp_path, mapping, "id\tname\n1\ta\n1\tc\n")
    assert [name.text for name in concept.names] == ["a", "c"]
    assert _read(tmp_path, mapping, "id\tname\n") == []


def test_other_files_have_their_own_layout(tmp_path: Path) -> None:
    mapping = (
        "id: id\nnames: {column: label, kind: preferred}\n"
        "other_files:\n  'x1*': {id: code, names: title}\n"
    )
    concepts = _read(tmp_path, mapping, "id\tlabel\n1\ta\n", "title\tcode\nb\t1\n")
    assert concepts == [Concept("1", (Name("a", kind="preferred"), Name("b")))]


def test_parents_may_be_given_by_name(tmp_path: Path) -> None:
    mapping = "id: id\nnames: {column: name, kind: preferred}\nparents: {column: up, named: true}\n"
    concepts = _read(tmp_path, mapping, "id\tname\tup\n1\ta\tb\n2\tb\t\n3\tc\tunknown\n")
    assert [concept.parents for concept in concepts] == [("2",), (), ("unknown",)]


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"])).map(str.strip)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(CELLS.filter(bool), CELLS, CELLS), min_size=1, max_size=4),
    st.sampled_from("\t,;|"),
)
def test_what_csv_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], delimiter: str
) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([("code", "first", "second"), *rows])
    mapping = f"id: code\nnames: [first, second]\ndelimiter: {json.dumps(delimiter)}\n"
    expected: dict[str, list[str]] = {}
    for id, *texts in rows:
        expected.setdefault(id, []).extend(text for text in texts if text)
    found = _read(tmp_path_factory.mktemp("mapping"), mapping, stream.getvalue())
    assert {c.id: [name.text for name in c.names] for c in found} == expected


PLAIN = "id: id\nnames: name\n"


@pytest.mark.parametrize(
    ("mapping", "text", "message"),
    [
        (PLAIN, "", r"x0\.tsv: an empty file\. Give a table with rows"),
        ("skip: 3\n" + PLAIN, "id\tname\n", r"x0\.tsv: an empty file"),
        (PLAIN, "id\tname\n1\n", r"x0\.tsv line 2: 1 columns, expected 2\. Mend the row"),
        (PLAIN, "id\tname\n\ta\n", r"x0\.tsv line 2: an empty id\. Give every row an id, or leave"),
        (PLAIN, "code\tname\n", r"x0\.tsv line 1: no column 'id'\. Known: code, name"),
        (PLAIN, "id\tnmae\n", r"x0\.tsv line 1: no column 'name'\. Did you mean 'nmae'"),
        ("id: 3\nnames: 1\n", "a\tb\n", r"x0\.tsv line 1: no column 3\. There are 2 columns"),
        ("header: false\nid: 3\nnames: 1\n", "a\tb\n", r"line 1: 2 columns, expected 3"),
        (PLAIN, b"id\tname\n1\t\xe9\n", r"x0\.tsv line 2: not UTF-8: byte 0xe9"),
        (PLAIN, "id\tname\n1\ta\0b\n", r"x0\.tsv line 2: a zero byte, so this is no UTF-8 text"),
        (PLAIN, 'id\tname\n1\t"a"b\n', r"x0\.tsv line 2: broken quotation marks"),
        (PLAIN, '{"id": 1, "name": {}}\n', r"x0\.tsv, line 1: 'name' holds more than texts"),
        (PLAIN, '[{"id": 1, "name": []}, 7]', r"x0\.tsv \$\[1\]: a record is not an object"),
        (PLAIN, '{"id": 1}\n', r"x0\.tsv: no record has the key 'name'\. Correct the mapping"),
        (PLAIN, '{"id": 1,\n', r"x0\.tsv, line 2: broken JSON"),
        (
            "id: id\nnames: {column: name, language_column: name}\n",
            "id\tname\n1\txx\n",
            r"x0\.tsv line 2: unknown language code 'xx'",
        ),
        (
            "id: id\nnames: {column: name, kind_column: name}\n",
            "id\tname\n1\tsinonym\n",
            r"x0\.tsv line 2: unknown kind of name 'sinonym'\. Did you mean",
        ),
    ],
)
def test_bad_tables_are_refused_with_their_line(
    tmp_path: Path, mapping: str, text: str | bytes, message: str
) -> None:
    with pytest.raises((DataError, SettingError), match=message):
        _read(tmp_path, mapping, text)


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ("names: a\n", r"map\.yaml: Object missing required field `id`"),
        ("id: a\nnmaes: b\n", r"map\.yaml, line 2: unknown key 'nmaes'\. Did you mean 'names'"),
        (
            "id: a\nnames:\n  - {column: b}\n  - {colum: c}\n",
            r"map\.yaml, line 4: unknown key 'colum'\. Did you mean 'column'",
        ),
        (
            "id: a\nother_files:\n  x*:\n    id: a\n    nmes: b\n",
            r"map\.yaml, line 5: unknown key 'nmes'\. Did you mean 'names'",
        ),
        ("id: a\nskip: one\n", r"map\.yaml: Expected `int`, got `str` - at `\$\.skip`"),
        ("id: a\nnames: {language: en}\n", r"map\.yaml: a column needs either `column` or `value`"),
        ("id: {column: a, value: b}\n", r"map\.yaml: a column needs either `column` or `value`"),
        (
            "id: a\nnames: {column: b, kind: sinonym}\n",
            r"map\.yaml: unknown kind of name 'sinonym'",
        ),
        (
            "id: a\nnames: {column: b, kind_column: c, kinds: {x: maim}}\n",
            r"map\.yaml: unknown kind of name 'maim'",
        ),
        ("id: 0\n", r"map\.yaml: columns are numbered from 1\. There is no 0"),
        ("header: false\nid: a\n", r"map\.yaml: without a header there is no column 'a'\. Number"),
        ("id: [a, b]\n", r"map\.yaml: Expected `int \| str \| object`, got `array` - at `\$\.id`"),
        (
            "grouped: true\nid: a\nparents: {column: b, named: true}\n",
            r"map\.yaml: `grouped` and `named` exclude each other",
        ),
        (
            "id: a\ntypes: {column: b, named: true}\n",
            r"`named` has no meaning in `types`\. It is for `parents`",
        ),
        ("id: {column: a, prefix_column: b}\n", r"`prefix_column` has no meaning in `id`"),
        ("- a\n", r"map\.yaml: does not hold keys and values"),
    ],
)
def test_bad_mappings_are_refused(tmp_path: Path, mapping: str, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        _read(tmp_path, mapping, "a\tb\n1\tx\n")


def test_columns_are_named_in_one_place(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"map\.yaml: --column and --mapping exclude each other"):
        _read(tmp_path, PLAIN, "id\tname\n", columns={"id": "id"})


READY = sorted(path.stem for path in (Path(__file__).parents[2] / "configs/mappings").glob("*"))


@pytest.mark.parametrize("name", READY)
def test_ready_mappings_are_sound(name: str) -> None:
    assert read_mapping(Path(name)).names


def test_a_mapping_names_the_terminology_and_is_recorded(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text(f"terminology: ICD10\n{PLAIN}")
    (tmp_path / "x.tsv").write_text("id\tname\n1\ta\n")
    options = Options(mapping=tmp_path / "map.yaml")
    kb = build_from_files("table", [tmp_path / "x.tsv"], tmp_path / "x.kb", options=options)
    assert kb.source == "ICD10"
    assert [built.file for built in kb.manifest.built_from] == ["x.tsv", "map.yaml"]


def test_an_unknown_ready_mapping_is_told() -> None:
    with pytest.raises(
        SettingError, match=r"^--mapping: no file .* is called 'onett'\. Did you mean 'onet'"
    ):
        read_mapping(Path("onett"))


@pytest.mark.parametrize(
    ("mapping", "files", "concepts", "names", "xrefs"),
    [
        ("ncit-disease", ["kb/ncit/ncit_disease_2018-06-08.tsv.xz"], 20_324, 61_741, 0),
        ("drug-names", ["kb/drugs/drug_ner_dictionary_2.0.9.tsv.xz"], 20_070, 108_468, 22_507),
        (
            "rare-diseases",
            [
                "kb/orphanet/list_of_rare_diseases_2025_en.tsv.xz",
                "kb/orphanet/orpha_icd_masterfile_2025_en.tsv.xz",
            ],
            9_784,
            9_784 + 13_737,
            12_004,
        ),
        ("doid-es", ["kb/doid/doid_es_names_union.tsv.xz"], 3_464, 11_612, 0),
    ],
)
def test_ready_mappings_read_the_published_files(
    data: Path, mapping: str, files: list[str], concepts: int, names: int, xrefs: int
) -> None:
    first, *more = [data / file for file in files]
    options = Options(mapping=Path(mapping), more=tuple(more))
    found = list(read_concepts("table", first, options))
    assert len(found) == concepts
    assert sum(len(concept.names) for concept in found) == names
    assert sum(len(concept.xrefs) for concept in found) == xrefs
