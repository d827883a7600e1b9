"""The readers of ICD-10-CM and of WHO's ICD-10, with gettext catalogues; bad input; public data."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnorm.errors import DataError, SettingError
from xnorm.kb import Concept, Name, build_from_files
from xnorm.kb.sources import Options, icd10cm, icd10who
from xnorm.kb.sources.gettext_catalogue import read_catalogue

TABULAR = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular>
  <version>2026</version>
  <chapter>
    <name>4</name>
    <desc>Endocrine diseases (E00-E89)</desc>
    <includes><note>not a name</note></includes>
    <section id="E08-E13">
      <desc>Diabetes mellitus (E08-E13)</desc>
      <diag>
        <name>E08</name>
        <desc>Diabetes due to underlying condition</desc>
        <sevenChrDef><extension char="1">right eye</extension></sevenChrDef>
        <diag>
          <name>E08.0</name>
          <desc>Diabetes with hyperosmolarity</desc>
          <inclusionTerm><note>Hyperosmolar <i>diabetes</i></note><note>Other</note></inclusionTerm>
          <excludes1><note>not a name (E09)</note></excludes1>
        </diag>
      </diag>
    </section>
  </chapter>
  <chapter>
    <name>22</name>
    <desc>Codes for special purposes (U00-U85)</desc>
    <section id="U00-U85"><diag><name>U07</name><desc>Emergency</desc></diag></section>
  </chapter>
</ICD10CM.tabular>
"""
ENDOCRINE = ("E00-E89", "E08-E13")
FROM_TABULAR = [
    Concept(
        "E08", (Name("Diabetes due to underlying condition", "en", "preferred"),), types=ENDOCRINE
    ),
    Concept(
        "E08.0",
        (
            Name("Diabetes with hyperosmolarity", "en", "preferred"),
            Name("Hyperosmolar diabetes", "en"),
            Name("Other", "en"),
        ),
        types=ENDOCRINE,
        parents=("E08",),
    ),
    Concept("U07", (Name("Emergency", "en", "preferred"),), types=("U00-U85",)),
]
LIST = "code\tlabel\nA00\tCholera\nA00.0\tCholera, classical\nA01\tTyphoid\n"
SPANISH = r"""# A comment
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Language: es_MX\n"

msgctxt "name:A00"
msgid "Cholera"
msgstr "Cólera"
#, fuzzy
msgid "Cholera, classical"
msgstr "Cólera ¿clásico?"
#, python-format
msgid ""
"Ty"
"phoid"
msgstr ""
"Fiebre \"tifoidea\"\t"
"(50%%)"

#~ msgid "Obsolete"
#~ msgstr "Obsoleto"

msgid "Untranslated"
msgstr ""
"""
CLAML = """<ClaML version="2.0.0">
<Class code="I" kind="chapter"><Rubric kind="preferred"><Label xml:lang="en">Infections</Label>
  </Rubric></Class>
<Class code="A00-A09" kind="block"><SuperClass code="I"/></Class>
<Class code="A00" kind="category"><SuperClass code="A00-A09"/>
  <Rubric kind="preferred"><Label xml:lang="en">Cholera</Label></Rubric></Class>
<Class code="A00.0" kind="category"><SuperClass code="A00"/>
  <Rubric kind="preferred"><Label xml:lang="en">Cholera, classical</Label></Rubric>
  <Rubric kind="preferredLong"><Label xml:lang="de">Klassische Cholera</Label></Rubric>
  <Rubric kind="inclusion"><Label xml:lang="en"><Fragment type="list">Classical</Fragment>
    <Fragment type="list">disease <Reference class="in brackets">A01</Reference></Fragment>
  </Label></Rubric>
  <Rubric kind="exclusion"><Label xml:lang="en">not a name</Label></Rubric></Class>
</ClaML>
"""


def _write(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def _compiled(messages: Mapping[str, str], order: str = "<") -> bytes:
    """A .mo file; its layout is that of the GNU gettext manual."""
    texts = [text.encode() for pair in sorted(messages.items()) for text in pair]
    start = 28 + 8 * len(texts)
    table, body = [], b""
    for text in texts:
        table.append((len(text), start + len(body)))
        body += text + b"\0"
    half = len(texts) // 2
    head = struct.pack(f"{order}7I", 0x950412DE, 0, half, 28, 28 + 8 * half, 0, start)
    both = (*table[::2], *table[1::2])
    return head + b"".join(struct.pack(f"{order}2I", *entry) for entry in both) + body


def test_the_tabular_list_reads_as_written_down(tmp_path: Path) -> None:
    path = _write(tmp_path, "tabular.xml", TABULAR)
    assert list(icd10cm.read(path, Options())) == FROM_TABULAR
    assert icd10cm.release(path) == "2026"


@pytest.mark.parametrize(("type", "kept"), [("E08-E13", 2), ("E00-E89", 2), ("U00-U85", 1)])
def test_types_choose_chapters_and_sections(tmp_path: Path, type: str, kept: int) -> None:
    path = _write(tmp_path, "tabular.xml", TABULAR)
    assert len(list(icd10cm.read(path, Options(types=(type,))))) == kept


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (TABULAR[:-20], DataError, " line 27: the document breaks off"),
        (TABULAR.replace("<name>E08.0<", "<name><"), DataError, ", below E08: an entry without a "),
        (TABULAR.replace("Emergency", ""), DataError, ", U07: an entry without a description"),
        ("<ClaML/>", DataError, ": no chapter of ICD-10-CM"),
        (TABULAR, SettingError, "--types: no chapter or section 'E08'. Did you mean 'E08-E13'?"),
    ],
)
def test_broken_lists_are_named_by_their_place(
    tmp_path: Path, text: str, error: type[Exception], message: str
) -> None:
    path = _write(tmp_path, "tabular.xml", text)
    with pytest.raises(error) as refused:
        list(icd10cm.read(path, Options(types=("E08",) if error is SettingError else ())))
    start = message if error is SettingError else f"{path}{message}"
    assert str(refused.value).startswith(start)


def test_the_public_list_has_what_its_readme_counts(data: Path) -> None:
    path = data / "kb/icd10cm/icd10cm-tabular-April-1-2026.xml.xz"
    concepts = list(icd10cm.read(path, Options()))
    # kb/README.md: 46,881 codes and 12,574 inclusion terms, five of which are of sections.
    assert len(concepts) == 46_881
    assert sum(len(concept.names) for concept in concepts) == 46_881 + 12_574 - 5
    assert concepts[0].id == "A00"
    assert concepts[-1].id == "U09.9"
    assert icd10cm.release(path) == "2026"


def test_labels_of_a_table_are_translated_by_catalogues(tmp_path: Path) -> None:
    base = _write(tmp_path, "icd10.tsv", LIST)
    german = _write(tmp_path, "de.mo", _compiled({"name:A00\4Cholera": "Cholera ", "Typhoid": ""}))
    spanish = _write(tmp_path, "translations.po", SPANISH)
    assert list(icd10who.read(base, Options(more=(spanish, german)))) == [
        Concept(
            "A00",
            (
                Name("Cholera", "en", "preferred"),
                Name("Cólera", "es", "preferred"),
                Name("Cholera ", "de", "preferred"),
            ),
        ),
        Concept("A00.0", (Name("Cholera, classical", "en", "preferred"),), parents=("A00",)),
        Concept(
            "A01",
            (
                Name("Typhoid", "en", "preferred"),
                Name('Fiebre "tifoidea"\t(50%%)', "es", "preferred"),
            ),
        ),
    ]


def test_claml_reads_as_written_down(tmp_path: Path) -> None:
    base = _write(tmp_path, "icd10.xml", CLAML)
    spanish = _write(tmp_path, "es.po", SPANISH)
    ranges = ("I", "A00-A09")
    assert list(icd10who.read(base, Options(more=(spanish,)))) == [
        Concept(
            "A00",
            (Name("Cholera", "en", "preferred"), Name("Cólera", "es", "preferred")),
            types=ranges,
        ),
        Concept(
            "A00.0",
            (
                Name("Cholera, classical", "en", "preferred"),
                Name("Klassische Cholera", "de"),
                Name("Classical disease", "en"),
            ),
            types=ranges,
            parents=("A00",),
        ),
    ]


def test_a_list_without_a_header_takes_columns_by_number(tmp_path: Path) -> None:
    base = _write(tmp_path, "icd10.csv", "1;A00;Cholera\n2;A01;Typhoid\n")
    options = Options(columns={"id": "2", "name": "3"}, languages=("en",))
    kb = build_from_files("icd10who", [base], tmp_path / "icd10.kb", options=options)
    assert (kb.source, [concept.id for concept in kb]) == ("ICD10", ["A00", "A01"])


@pytest.mark.parametrize(
    ("name", "header", "language"),
    [
        ("x.po", r"Language: fr\n", "fr"),
        ("es.po", r"Language: fr\n", "fr"),
        ("pt_BR.po", "", "pt"),
        ("icd10-de.po", "", "de"),
        ("icd10.zh-Hans.po", r"Language: \n", "zh"),
    ],
)
def test_the_language_is_in_the_header_or_the_name(
    tmp_path: Path, name: str, header: str, language: str
) -> None:
    path = _write(tmp_path, name, f'msgid ""\nmsgstr "{header}"\n')
    assert read_catalogue(path).language == language


TEXTS = st.text(st.characters(exclude_characters="\0\4", exclude_categories=["Cs"]), min_size=1)


@given(st.dictionaries(TEXTS, TEXTS), st.sampled_from("<>"))
def test_compiled_catalogues_give_back_their_messages(
    tmp_path_factory: pytest.TempPathFactory, messages: dict[str, str], order: str
) -> None:
    data = _compiled({"": "Language: nl\n", **messages}, order)
    path = _write(tmp_path_factory.getbasetemp(), "any.mo", data)
    assert read_catalogue(path) == ("nl", messages)


@pytest.mark.parametrize(
    ("name", "data", "error", "message"),
    [
        ("es.po", 'msgid "a"\nmsgstr "b\n', DataError, " line 2: expected a text in quotation m"),
        ("es.po", '"stray"\n', DataError, " line 1: expected a text in quotation marks, found"),
        ("es.po", b'msgid "\xe9"\n', DataError, " line 1: not UTF-8: byte 0xe9"),
        ("es.mo", _compiled({"a": "b"})[:40], DataError, ": the catalogue is damaged"),
        ("es.mo", _compiled({"a": "b"}).replace(b"b\0", b"\xe9\0"), DataError, ": the catalogue "),
        ("icd10.po", 'msgid "a"\nmsgstr "b"\n', SettingError, ": neither the header nor the name"),
        ("xx.po", 'msgid "a"\nmsgstr "b"\n', SettingError, ": neither the header nor the name"),
    ],
)
def test_broken_catalogues_are_named_by_their_place(
    tmp_path: Path, name: str, data: str | bytes, error: type[Exception], message: str
) -> None:
    path = _write(tmp_path, name, data)
    with pytest.raises(error) as refused:
        read_catalogue(path)
    assert str(refused.value).startswith(f"{path}{message}")


def test_claml_without_categories_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path, "icd10.xml", "<ClaML><Class code='I' kind='chapter'/></ClaML>")
    with pytest.raises(DataError, match="no category"):
        list(icd10who.read(path, Options()))
