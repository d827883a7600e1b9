"""The rules that give names variants."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnorm.errors import SettingError
from xnorm.kb import Concept, Name, build_from_files
from xnorm.kb.name_rules import DEFAULT, RULES, apply_rules, choose


@pytest.mark.parametrize(
    ("rule", "name", "variant"),
    [
        ("prefix", "[X]Depressive episode", "Depressive episode"),
        ("prefix", "[SO] Structure of eye", "Structure of eye"),
        ("prefix", "[18F]fludeoxyglucose", ""),
        ("prefix", "[X]", ""),
        ("retired", "Gastric ulcer - RETIRED -", "Gastric ulcer"),
        ("retired", "RETIRED person", ""),
        ("tag", "Asthma (disorder)", "Asthma"),
        ("tag", "Excision (procedure)", "Excision"),
        ("tag", "Asma (trastorno)", "Asma"),
        ("tag", "Cold (illness)", ""),
        ("tag", "(disorder)", ""),
        ("brackets", "Cold (illness)", "Cold"),
        ("brackets", "Iron [elemental]", "Iron"),
        ("brackets", "Iron(III)", ""),
        ("brackets", "Nested (a (b))", ""),
        ("unspecified", "Asthma NOS", "Asthma"),
        ("unspecified", "Asthma, NOS", "Asthma"),
        ("unspecified", "Asthma (NOS)", "Asthma"),
        ("unspecified", "Asthma, not otherwise specified", "Asthma"),
        ("unspecified", "Asthma, unspecified", "Asthma"),
        ("unspecified", "Unspecified asthma", ""),
        ("unspecified", "Rhinos", ""),
        ("inversion", "Asthma, Exercise-Induced", "Exercise-Induced Asthma"),
        ("inversion", "Diabetes Mellitus, Type 2", "Type 2 Diabetes Mellitus"),
        ("inversion", "Leukemia, Myeloid, Acute", ""),
        ("inversion", "Burn of hand, with infection", ""),
        ("inversion", "Fever, cough and rash", ""),
        ("inversion", "Asthma, unspecified", ""),
        ("inversion", "2,4-dinitrophenol", ""),
        ("inversion", ", odd", ""),
        ("punctuation", "Fever.", "Fever"),
        ("punctuation", "Fever;", "Fever"),
        ("punctuation", "St. Louis enc.", ""),
        ("punctuation", "N.", ""),
    ],
)
def test_rules(rule: str, name: str, variant: str) -> None:
    assert RULES[rule](name) == variant


@given(st.sampled_from(list(RULES)), st.text("aB (),.;[]-X", max_size=20))
def test_a_variant_is_another_text(rule: str, name: str) -> None:
    assert RULES[rule](name) != name or name == ""


def test_variants_come_last_and_nothing_is_lost() -> None:
    names = (
        Name("Asthma, allergic (disorder)", "en", "preferred", "exact", "S"),
        Name("AA", "en", "abbreviation"),
    )
    found = next(apply_rules([Concept("C1", names)], ["tag", "inversion"])).names
    assert found[:2] == names
    assert found[2:] == (
        Name("Asthma, allergic", "en", "synonym", "exact", "S"),
        Name("allergic Asthma", "en", "synonym", "exact", "S"),
    )


def test_an_inverted_name_goes_where_the_natural_order_is_known() -> None:
    names = (
        Name("Asthma, Allergic", "en", "preferred"),
        Name("Allergic Asthma", "en"),
        Name("Asthma, Cardiac", "en"),
        Name("Cardiac Asthma", "en"),
        Name("Asthma, Cardial", "en"),
        Name("Cardial Asthma", "de"),
    )
    (found,) = apply_rules([Concept("C1", names)], DEFAULT)
    assert [(name.text, name.language) for name in found.names] == [
        ("Asthma, Allergic", "en"),
        ("Allergic Asthma", "en"),
        ("Cardiac Asthma", "en"),
        ("Asthma, Cardial", "en"),
        ("Cardial Asthma", "de"),
    ]


def test_adjectives_that_follow_their_noun_stay_there() -> None:
    spanish = Concept("C1", (Name("Asma, alérgica", "es"),))
    assert list(apply_rules([spanish], list(RULES))) == [spanish]


def test_rules_are_chosen_from_the_default() -> None:
    assert choose() == DEFAULT
    assert choose(["inversion"], ["tag"]) == ("prefix", "retired", "inversion", "inverted")
    assert choose(["all"]) == tuple(RULES)
    assert choose(["inversion"], ["all"]) == ("inversion",)
    with pytest.raises(SettingError, match="--clean: unknown rule 'tags'. Did you mean 'tag'?"):
        choose(leave=["tags"])


def test_the_manifest_tells_the_rules_and_the_content_differs(tmp_path: Path) -> None:
    (tmp_path / "t.tsv").write_text("id\tname\tlang\nC1\tAsthma (disorder)\ten\n")
    files = [tmp_path / "t.tsv"]
    default = build_from_files("table", files, tmp_path / "a.kb")
    plain = build_from_files("table", files, tmp_path / "b.kb", name_rules=())
    assert default.manifest.name_rules == DEFAULT
    assert plain.manifest.name_rules == ()
    assert default.names["text"].to_pylist() == ["Asthma (disorder)", "Asthma"]
    assert plain.names["text"].to_pylist() == ["Asthma (disorder)"]
    assert default.fingerprint != plain.fingerprint
