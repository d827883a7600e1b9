"""Tables: usual headers, chosen columns, merged rows, JSONL, and every bad input."""

from __future__ import annotations

import csv
import io
import json
import lzma
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xnorm.errors import DataError, SettingError
from xnorm.kb import Concept, Name, build_from_files
from xnorm.kb.sources import Options, read_concepts


def _read(folder: Path, text: str | bytes, name: str = "x.tsv", **options: Any) -> list[Concept]:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_concepts("table", path, Options(**options)))


FULL = Concept(
    "C1",
    (Name("fever", "en", "preferred"), Name("pyrexia", "en"), Name("hot", "en")),
    types=("Sign", "Finding"),
    definition="Too hot",
    parents=("C0",),
    xrefs=("X:1", "X:2"),
    retired=("C9",),
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "a.tsv",
            "id\tname\tsynonyms\tlang\ttype\tparent\tdefinition\txrefs\talt_id\n"
            "C1\tfever\tpyrexia| hot|\ten\tSign|Finding\tC0\tToo hot\tX:1|X:2\tC9\n\n",
        ),
        (
            "b.csv",
            "\ufeffCode,Preferred Name,Aliases,Language,Semantic types,Broader,Def,Xref,Retired\r\n"
            'C1,"fever",pyrexia|hot,en-GB,Sign|Finding,C0,Too hot,X:1|X:2,C9\r\n',
        ),
        (
            "c.csv",
            "cui;label;synonym;language;types;parents;description;xref;retired\n"
            "C1;fever;pyrexia|hot;EN;Sign|Finding;C0;Too hot;X:1|X:2;C9\n",
        ),
        (
            "d.jsonl",
            '{"id": "C1", "name": "fever", "synonyms": ["pyrexia", {"text": "hot"}], "lang": "en",'
            '"type": ["Sign", "Finding"], "parent": "C0", "definition": "Too hot",'
            '"xrefs": ["X:1", "X:2"], "retired": "C9", "more": 1}\n\n',
        ),
    ],
)
def test_usual_headers_are_known(tmp_path: Path, name: str, text: str) -> None:
    assert _read(tmp_path, text, name) == [FULL]
    assert _read(tmp_path, lzma.compress(text.encode()), name + ".xz") == [FULL]


def test_rows_of_one_id_merge_wherever_they_stand(tmp_path: Path) -> None:
    text = (
        "id\tname\tlanguage\ttype\n"
        "C1\tfever\ten\tSign\n"
        "C2\tcough\ten\tSign\n"
        "C1\tfiebre\tes\tSign\n"
        "C1\tpyrexia\ten\tFinding\n"
    )
    assert _read(tmp_path, text) == [
        Concept(
            "C1",
            (
                Name("fever", "en", "preferred"),
                Name("fiebre", "es", "preferred"),
                Name("pyrexia", "en", "synonym"),
            ),
            types=("Sign", "Finding"),
        ),
        Concept("C2", (Name("cough", "en", "preferred"),), types=("Sign",)),
    ]


def test_kinds_are_read_from_their_column(tmp_path: Path) -> None:
    text = "orpha\tlabel\tlabel_type\n1\tA\tSynonym\n1\tB\tMain name\n1\tC\tAcronym\n"
    (concept,) = _read(tmp_path, text, columns={"id": "orpha", "kind": "label_type"})
    assert [(name.text, name.kind) for name in concept.names] == [
        ("A", "synonym"),
        ("B", "preferred"),
        ("C", "abbreviation"),
    ]


def test_a_description_is_the_name_where_there_is_no_other(tmp_path: Path) -> None:
    (concept,) = _read(tmp_path, "code,description\nA00,Cholera\n")
    assert concept == Concept("A00", (Name("Cholera", "", "preferred"),))


def test_chosen_columns_go_before_usual_ones(tmp_path: Path) -> None:
    text = "id,name,Text\nC1,wrong,right\n"
    (concept,) = _read(tmp_path, text, columns={"name": "Text"}, default_language="de")
    assert concept.names == (Name("right", "de", "preferred"),)


def test_columns_by_number_where_there_is_no_header(tmp_path: Path) -> None:
    text = 'C1\t"fever\tpyrexia|hot\t\nC2\tcough\t\t\tone more\n'
    columns = {"id": "1", "name": "2", "synonym": "3"}
    one, two = _read(tmp_path, text, columns=columns, quotes=False)
    assert [name.text for name in one.names] == ['"fever', "pyrexia", "hot"]
    assert [name.text for name in two.names] == ["cough"]


def test_values_in_quotation_marks_may_hold_anything(tmp_path: Path) -> None:
    (concept,) = _read(tmp_path, 'id,name\nC1,"fever, ""high""\nand long"\n')
    assert concept.names[0].text == 'fever, "high"\nand long'


def test_several_files_are_one_terminology(tmp_path: Path) -> None:
    (tmp_path / "en.tsv").write_text("id\tname\tlang\nC1\tfever\ten\n")
    (tmp_path / "es.jsonl").write_text('{"id": "C1", "names": ["fiebre"], "lang": "es"}\n')
    files = [tmp_path / "en.tsv", tmp_path / "es.jsonl"]
    kb = build_from_files("table", files, tmp_path / "x.kb", source="X", release="7")
    assert [name.text for name in kb.concept("C1").names] == ["fever", "fiebre"]
    assert [built.file for built in kb.manifest.built_from] == ["en.tsv", "es.jsonl"]
    assert (kb.source, kb.manifest.release) == ("X", "7")


def test_names_of_records_have_their_own_language_and_kind(tmp_path: Path) -> None:
    names = ["a", {"text": "b", "language": "es"}, "c", {"text": "d", "kind": "abbreviation"}]
    text = json.dumps({"id": 7, "names": names, "lang": "en"})
    (concept,) = _read(tmp_path, text, "x.jsonl")
    assert concept == Concept(
        "7",
        (
            Name("a", "en", "preferred"),
            Name("b", "es", "preferred"),
            Name("c", "en"),
            Name("d", "en", "abbreviation"),
        ),
    )


def test_records_take_chosen_keys(tmp_path: Path) -> None:
    text = '{"ref": "C1", "Text": "fever", "name": "wrong"}\n'
    (concept,) = _read(tmp_path, text, "x.jsonl", columns={"id": "ref", "name": "Text"})
    assert concept == Concept("C1", (Name("fever", "", "preferred"),))


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="|"), min_size=1)
VALUES = CELLS.map(str.strip).filter(bool)


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(VALUES, st.lists(VALUES, min_size=1, max_size=3), min_size=1, max_size=4))
def test_what_csv_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, names: Mapping[str, list[str]]
) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
    writer.writerow(["id", "name", "synonyms"])
    writer.writerows([id, texts[0], "|".join(texts[1:])] for id, texts in names.items())
    found = _read(tmp_path_factory.mktemp("table"), stream.getvalue())
    assert {c.id: [name.text for name in c.names] for c in found} == dict(names)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"x\.tsv: an empty file\. Give a table with a header"),
        ("id\tname\nC1\n", r"x\.tsv line 2: 1 columns, expected 2\. Mend the row"),
        ("id\tname\nC1\ta\tb\n", r"x\.tsv line 2: 3 columns, expected 2"),
        ("id\tname\nC1\ta\n\tb\n", r"x\.tsv line 3: an empty id\. Give every row an id"),
        (
            'id\tname\nC1\t"a"b\n',
            r"x\.tsv line 2: broken quotation marks .*or read with --no-quotes",
        ),
        ('id\tname\nC1\t"a\nC2\tb\n', r"x\.tsv line 3: broken quotation marks"),
        ("key\tname\n", r"x\.tsv line 1: no column for the id; columns are: key, name\. Say which"),
        ("id\tvalue\n", r"x\.tsv line 1: no column for the name; .*--column name=COLUMN"),
        (b"id\tname\nC1\ta\nC2\t\xe9\n", r"x\.tsv line 3: not UTF-8: byte 0xe9"),
        (
            "id\tname\tkind\nC1\ta\tsinonym\n",
            r"x\.tsv line 2: unknown kind of name 'sinonym'\. Did",
        ),
        ("id\tname\tlang\nC1\ta\txx\n", r"x\.tsv line 2: unknown language code 'xx'"),
        (
            '{"id": "C1", "name": 7}',
            r"x\.tsv line 1: not a concept \(Expected `str`, got `int`.*name",
        ),
        ('{"name": "a"}', r"x\.tsv line 1: not a concept \(Object missing required field `id`\)"),
        ('{"id": "C1"\n', r"x\.tsv line 1: not a concept \(.*One object a line"),
        ('{"id": "", "name": "a"}', r"x\.tsv line 1: an empty id"),
        ('{"id": "A"}\n{"id": "A", "name": "a", "lang": "xx"}', r"line 2: unknown language code"),
    ],
)
def test_bad_tables_are_refused_with_their_line(
    tmp_path: Path, text: str | bytes, message: str
) -> None:
    with pytest.raises((DataError, SettingError), match=message):
        _read(tmp_path, text)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": {"nmae": "a"}}, "unknown column role 'nmae'. Did you mean 'name'?"),
        ({"columns": {"name": "lable"}}, "no column 'lable'. Did you mean 'label'?"),
        ({"columns": {"id": "0", "name": "2"}}, "columns are numbered from 1"),
        ({"columns": {"name": "2"}}, "no column for the id"),
    ],
)
def test_unfit_options_are_refused(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises((SettingError, DataError), match=message):
        _read(tmp_path, "id\tlabel\nC1\ta\n", **options)


def test_a_table_without_rows_makes_no_knowledge_base(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_text("id\tname\n")
    with pytest.raises(DataError, match="x: not a single name in 0 concepts"):
        build_from_files("table", [tmp_path / "x.tsv"], tmp_path / "x.kb")
