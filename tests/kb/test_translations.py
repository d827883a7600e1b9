"""Translations beside an OBO file: babelon tables and ROBOT templates of synonyms."""

from __future__ import annotations

from pathlib import Path

import pytest

from xnorm.errors import DataError, SettingError
from xnorm.kb import Name, build_from_files
from xnorm.kb.sources import Options, obo

TERMS = """[Term]
id: T:1
name: Fever
alt_id: T:9

[Term]
id: T:2
name: obsolete Ague
is_obsolete: true
replaced_by: T:1
"""

BABELON = """translation_status\tsubject_id\tpredicate_id\tsource_value\ttranslation_value
OFFICIAL\tT:1\trdfs:label\tFever\tFiebre
OFFICIAL\tT:1\tIAO:0000115\tHot\tCaliente
CANDIDATE\tT:1\trdfs:label\tFever\tCalentura
NOT_TRANSLATED\tT:1\trdfs:label\tFever\tNA
OFFICIAL\tT:2\trdfs:label\tobsolete Ague\tobsoleto Paludismo
OFFICIAL\tT:7\trdfs:label\tGone\tIdo
"""

SYNONYMS = """subject_id\ttranslation_value\tsynonym_type\tcomment
ID\tAL oboInOwl:hasExactSynonym@de SPLIT=|\t>AI oboInOwl:hasSynonymType\t
T:1\tFieber|Hitze\thttp://purl.obolibrary.org/obo/hp#layperson\tOFFICIAL
T:1\t\"\"\"Heißer\"\" Kopf\"\t\tCANDIDATE
T:9\tPyrexie\t\tOFFICIAL
T:1\tFever\t\tNOT_TRANSLATED
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "t.obo").write_text(TERMS)
    (tmp_path / "t-es.babelon.tsv").write_text(BABELON)
    (tmp_path / "t-de.synonyms.tsv").write_text(SYNONYMS)
    return tmp_path


SPANISH = [
    Name("Fiebre", "es", "preferred"),
    Name("Calentura", "es", "synonym"),
    Name("Paludismo", "es", "synonym"),
]
GERMAN = [
    Name("Fieber", "de", "layperson", "exact"),
    Name("Hitze", "de", "layperson", "exact"),
    Name('"Heißer" Kopf', "de", "synonym", "exact"),
    Name("Pyrexie", "de", "synonym", "exact"),
]


def _names(folder: Path, options: Options) -> list[Name]:
    return list(next(obo.read(folder / "t.obo", options)).names)


def test_names_are_merged_from_a_folder_and_retired_ids_follow(folder: Path) -> None:
    english = Name("Fever", "en", "preferred")
    names = _names(folder, Options(translations=folder))
    assert names[0] == english
    assert sorted(names[1:], key=str) == sorted(GERMAN + SPANISH, key=str)


def test_further_files_are_translations(folder: Path) -> None:
    names = _names(folder, Options(more=(folder / "t-es.babelon.tsv",)))
    assert names[1:] == SPANISH


def test_files_of_other_languages_are_not_read(folder: Path) -> None:
    (folder / "t-fr.babelon.tsv").write_text("broken")
    options = Options(translations=folder, languages=("en", "es"))
    assert [path.name for path in obo.files(folder / "t.obo", options)] == [
        "t.obo",
        "t-es.babelon.tsv",
    ]
    kb = build_from_files("obo", [folder / "t.obo"], folder / "t.kb", options=options)
    assert kb.languages == {"en": 1, "es": 3}
    assert [built.file for built in kb.manifest.built_from] == ["t.obo", "t-es.babelon.tsv"]


def test_a_language_without_names_is_refused(folder: Path) -> None:
    options = Options(translations=folder, languages=("es", "it"))
    with pytest.raises(DataError, match=r"t\.obo: no name in: it\. Check the languages"):
        build_from_files("obo", [folder / "t.obo"], folder / "t.kb", options=options)


def test_a_folder_without_translations_and_odd_files_are_refused(folder: Path) -> None:
    empty = folder / "empty"
    empty.mkdir()
    with pytest.raises(SettingError, match="empty: no translations in this folder"):
        obo.read(folder / "t.obo", Options(translations=empty))
    with pytest.raises(SettingError, match=r"t\.obo: further files of an OBO source must be"):
        obo.read(folder / "t.obo", Options(more=(folder / "t.obo",)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id\tvalue\n", r"-es\.babelon\.tsv line 1: no column 'subject_id'\. The columns are: id"),
        (BABELON + "OFFICIAL\tT:1\n", r"-es\.babelon\.tsv line 8: 2 columns, the header has 5"),
        (BABELON + '"OFFICIAL\tT:1\n', r"-es\.babelon\.tsv line 8: broken quotation marks"),
    ],
)
def test_bad_tables_are_refused_with_their_line(folder: Path, text: str, message: str) -> None:
    (folder / "t-es.babelon.tsv").write_text(text)
    with pytest.raises(DataError, match=message):
        list(obo.read(folder / "t.obo", Options(translations=folder)))


def test_an_unknown_language_in_a_file_name_is_refused(folder: Path) -> None:
    (folder / "t-xx.babelon.tsv").write_text(BABELON)
    with pytest.raises(SettingError, match="unknown language code 'xx'"):
        list(obo.read(folder / "t.obo", Options(translations=folder)))
