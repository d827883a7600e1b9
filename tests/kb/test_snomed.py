"""The SNOMED CT reader: a release of a few concepts in RF2, an extension, and every bad file."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from xnorm.errors import DataError, SettingError
from xnorm.kb import Concept, Name, build_from_files
from xnorm.kb.sources import Options, snomed
from xnorm.kb.sources.rf2 import COLUMNS

FSN, SYNONYM = "900000000000003001", "900000000000013009"
PREFERRED, ACCEPTABLE = "900000000000548007", "900000000000549004"
US, GB, SPANISH = "900000000000509007", "900000000000508004", "448879004"
SAME_AS, REPLACED_BY = "900000000000527005", "900000000000526001"
POSSIBLY = "900000000000523009"
IS_A, SITE = "116680003", "363698007"
DISEASE, BLEEDING, NOSE, OLD, OLDER, GONE = (
    "64572001",
    "131148009",
    "249366005",
    "12345002",
    "22345003",
    "32345001",
)


def _row(*fields: str, active: str = "1", time: str = "20240101") -> str:
    id, *rest = fields
    return "\t".join((id, time, active, "900000000000207008", *rest))


def _description(
    id: str, concept: str, text: str, type: str = SYNONYM, language: str = "en", active: str = "1"
) -> str:
    return _row(id, concept, language, type, text, "900000000000448009", active=active)


def _accepted(id: str, refset: str, how: str, active: str = "1") -> str:
    return _row(f"uuid-{id}-{refset}", refset, id, how, active=active)


CONCEPT = [
    _row(DISEASE, "900000000000074008"),
    _row(BLEEDING, "900000000000074008"),
    _row(NOSE, "900000000000074008"),
    _row(OLD, "900000000000074008", active="0"),
    _row(OLDER, "900000000000074008", active="0"),
    _row(GONE, "900000000000074008", active="0"),
]
DESCRIPTION = [
    _description("1", DISEASE, "Disease (disorder)", FSN),
    _description("2", BLEEDING, "Bleeding (finding)", FSN),
    _description("3", BLEEDING, "Haemorrhage"),
    _description("4", BLEEDING, "Hemorrhage"),
    _description("5", BLEEDING, "Bleeding"),
    _description("6", BLEEDING, "Not acceptable"),
    _description("7", BLEEDING, "Inactive", active="0"),
    _description("8", NOSE, "Epistaxis (disorder)", FSN),
    _description("9", NOSE, "Epistaxis"),
    _description("10", OLD, "Of an inactive concept"),
]
LANGUAGE = [
    _accepted("3", GB, PREFERRED),
    _accepted("4", US, PREFERRED),
    _accepted("5", US, ACCEPTABLE),
    _accepted("5", GB, ACCEPTABLE),
    _accepted("6", GB, PREFERRED, active="0"),
    _accepted("9", US, PREFERRED),
]
RELATIONSHIP = [
    _row("r1", BLEEDING, DISEASE, "0", IS_A, "c", "m"),
    _row("r2", NOSE, BLEEDING, "0", IS_A, "c", "m"),
    _row("r3", NOSE, "181195007", "0", SITE, "c", "m"),
    _row("r4", NOSE, DISEASE, "0", IS_A, "c", "m", active="0"),
]
DEFINITION = [
    _description("d1", NOSE, "Bleeding from the nose.", "900000000000550004"),
    _description("d2", NOSE, "Sangrado de la nariz.", "900000000000550004", "es"),
]
ASSOCIATION = [
    _row("a1", REPLACED_BY, OLD, DISEASE),
    _row("a2", SAME_AS, OLD, BLEEDING),
    _row("a3", SAME_AS, OLDER, OLD),
    _row("a4", POSSIBLY, GONE, DISEASE),
    _row("a5", SAME_AS, "1234014", DISEASE),
]
FILES = {
    "Concept": ("Terminology/sct2_Concept_Snapshot_INT_20240101.txt", CONCEPT),
    "Description": ("Terminology/sct2_Description_Snapshot-en_INT_20240101.txt", DESCRIPTION),
    "TextDefinition": ("Terminology/sct2_TextDefinition_Snapshot-en_INT_20240101.txt", DEFINITION),
    "Relationship": ("Terminology/sct2_Relationship_Snapshot_INT_20240101.txt", RELATIONSHIP),
    "Language": (
        "Refset/Language/der2_cRefset_LanguageSnapshot-en_INT_20240101.txt",
        LANGUAGE,
    ),
    "Association": (
        "Refset/Content/der2_cRefset_AssociationSnapshot_INT_20240101.txt",
        ASSOCIATION,
    ),
}
NAMES = (
    Name("Hemorrhage", "en", "preferred"),
    Name("Haemorrhage", "en"),
    Name("Bleeding", "en"),
)
READ = [
    Concept(DISEASE, (Name("Disease (disorder)", "en", "preferred"),), types=("disorder",)),
    Concept(BLEEDING, NAMES, types=("finding",), parents=(DISEASE,)),
    Concept(
        NOSE,
        (Name("Epistaxis", "en", "preferred"),),
        types=("disorder",),
        definition="Bleeding from the nose.",
        parents=(BLEEDING,),
    ),
    Concept(OLD, replaced_by=BLEEDING),
    Concept(OLDER, replaced_by=OLD),
    Concept(OLD, replaced_by=DISEASE),
]


def _put(folder: Path, kind: str, name: str, rows: list[str]) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{row}\r\n" for row in ["\t".join(COLUMNS[kind]), *rows])
    path.write_bytes(text.encode())
    return path


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    """The release as it stands above, with files beside it that are none of the snapshot."""
    folder = tmp_path / "SnomedCT" / "Snapshot"
    for kind, (name, rows) in FILES.items():
        _put(folder, kind, name, rows)
    _put(folder, "Concept", "../Full/Terminology/sct2_Concept_Full_INT_20240101.txt", CONCEPT)
    _put(
        folder, "Relationship", "Terminology/sct2_StatedRelationship_Snapshot_INT_20240101.txt", []
    )
    return folder


def test_the_snapshot_reads_as_written_down(snapshot: Path) -> None:
    assert list(snomed.read(snapshot, Options())) == READ


def test_the_release_and_the_terminology_folder_stand_for_the_snapshot(snapshot: Path) -> None:
    assert list(snomed.read(snapshot / "Terminology", Options())) == READ
    assert list(snomed.read(snapshot.parent, Options())) == READ
    assert snomed.release(snapshot) == "20240101"


def test_packed_files_read_the_same(snapshot: Path) -> None:
    for path in list(snapshot.rglob("*.txt")):
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    assert list(snomed.read(snapshot, Options())) == READ
    assert len(snomed.files(snapshot, Options())) == len(FILES)


@pytest.fixture
def spanish(tmp_path: Path) -> Path:
    """A Spanish extension that also has newer and older states of the release's components."""
    folder = tmp_path / "Spanish"
    newer, older = "20250101", "20230101"
    name = "sct2_{}_SpanishExtensionSnapshot{}_INT_20250331.txt"
    _put(
        folder,
        "Concept",
        name.format("Concept", ""),
        [_row(DISEASE, "x", active="0", time=older), _row(GONE, "x", time=newer)],
    )
    descriptions = [
        _description("21", BLEEDING, "sangrado", language="es"),
        _description("22", BLEEDING, "hemorragia", language="es"),
        _description("23", BLEEDING, "hemorragia (hallazgo)", FSN, "es"),
        _description("24", GONE, "otra vez (hallazgo)", FSN, "es"),
        _description("3", BLEEDING, "Haemorrhage", active="0").replace("20240101", newer),
    ]
    _put(folder, "Description", name.format("Description", "-es"), descriptions)
    _put(
        folder,
        "Language",
        "der2_cRefset_LanguageSpanishExtensionSnapshot-es_INT_20250331.txt",
        [_accepted("21", SPANISH, ACCEPTABLE), _accepted("22", SPANISH, PREFERRED)],
    )
    return folder


def test_an_extension_adds_names_and_the_newest_state_counts(snapshot: Path, spanish: Path) -> None:
    found = {c.id: c for c in snomed.read(snapshot, Options(more=(spanish,)))}
    assert found[DISEASE] == READ[0]
    assert found[BLEEDING].names == (
        Name("Hemorrhage", "en", "preferred"),
        Name("hemorragia", "es", "preferred"),
        Name("Bleeding", "en"),
        Name("sangrado", "es"),
    )
    assert found[BLEEDING].types == ("finding",)
    assert found[GONE] == Concept(
        GONE, (Name("otra vez (hallazgo)", "es", "preferred"),), types=("hallazgo",)
    )
    turned = snomed.read(spanish, Options(more=(snapshot,)))
    assert [concept.id for concept in turned][:3] == [DISEASE, GONE, BLEEDING]


def test_languages_choose_descriptions_but_types_stay(snapshot: Path, spanish: Path) -> None:
    options = Options(more=(spanish,), languages=("es",))
    bleeding = {c.id: c for c in snomed.read(snapshot, options)}[BLEEDING]
    assert [name.text for name in bleeding.names] == ["hemorragia", "sangrado"]
    assert bleeding.types == ("finding",)


def test_definitions_follow_the_languages(snapshot: Path) -> None:
    found = {c.id: c for c in snomed.read(snapshot, Options(languages=("es",)))}
    assert found[NOSE].definition == "Sangrado de la nariz."


def test_without_language_reference_sets_all_active_descriptions_are_names(snapshot: Path) -> None:
    (snapshot / FILES["Language"][0]).unlink()
    found = {c.id: c for c in snomed.read(snapshot, Options())}
    assert [name.text for name in found[BLEEDING].names] == [
        "Haemorrhage",
        "Hemorrhage",
        "Bleeding",
        "Not acceptable",
    ]


def test_types_choose_concepts_by_their_tag(snapshot: Path) -> None:
    found = [c.id for c in snomed.read(snapshot, Options(types=("disorder",))) if c.names]
    assert found == [DISEASE, NOSE]
    with pytest.raises(SettingError, match=r"--types: no concept of the type 'disoder'\. Did you"):
        list(snomed.read(snapshot, Options(types=("disoder",))))


def test_inactive_concepts_stand_for_what_replaces_them(snapshot: Path, tmp_path: Path) -> None:
    kb = build_from_files("snomed", [snapshot], tmp_path / "snomed.kb")
    assert (kb.source, kb.manifest.release, len(kb)) == ("SNOMEDCT", "20240101", 3)
    assert [kb.resolve(id) for id in (OLD, OLDER, GONE)] == [BLEEDING, BLEEDING, GONE]


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("Concept", "id\tactive\n", "line 1: the columns are 'id active', expected 'id effective"),
        ("Description", "1\t20240101\t1\n", "line 2: 3 fields, expected 9. The file looks trunc"),
        ("Language", "1\t2\t1\tm\tr\tc\ta\tb\n", "line 2: 8 fields, expected 7"),
        ("Relationship", "\n", "line 2: 1 fields, expected 10"),
        ("Concept", "1\t2024\0\t1\tm\td\n", "line 2: a zero byte"),
    ],
)
def test_a_broken_file_is_named_by_its_line(
    snapshot: Path, kind: str, text: str, message: str
) -> None:
    path = snapshot / FILES[kind][0]
    header = "" if text.startswith("id") else "\t".join(COLUMNS[kind]) + "\n"
    path.write_text(header + text, encoding="utf-8")
    with pytest.raises(DataError) as refused:
        list(snomed.read(snapshot, Options()))
    assert str(refused.value).startswith(f"{path} {message}")


def test_a_folder_without_a_snapshot_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no snapshot of concepts or descriptions"):
        list(snomed.read(tmp_path, Options()))


def test_an_unknown_language_is_named_with_its_description(snapshot: Path) -> None:
    path = snapshot / FILES["Description"][0]
    path.write_text(path.read_text("utf-8").replace("\ten\t", "\tqq\t"), encoding="utf-8")
    with pytest.raises(SettingError, match="description 1: unknown language code 'qq'"):
        list(snomed.read(snapshot, Options()))
