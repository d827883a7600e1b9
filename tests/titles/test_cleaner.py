"""Titles taken apart: each row is a title, its role, and the other parts in their order."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.strategies import texts

from xnorm.titles import Title, clean
from xnorm.titles.tables import LANGUAGES, WORD

# language, title, role, kind and value of the parts
TITLES = [
    (
        "de",
        "Sr. Java Ninja (m/w/d) – Berlin, 80-100%",
        "Java Ninja",
        "seniority senior, gender mark, location Berlin, employment 80-100%",
    ),
    ("de", "Kassierer/-in in Vollzeit", "Kassierer", "gender ending, employment full-time"),
    ("de", "KassiererIn (20 h/Woche)", "Kassierer", "gender ending, employment 20h/Woche"),
    ("de", "Kauffrau/-mann im Einzelhandel", "Kauffrau im Einzelhandel", "gender ending"),
    ("de", "Koch / Köchin gesucht", "Koch", "gender twin, noise "),
    (
        "de",
        "Elektriker m/w/d, 70173 Stuttgart",
        "Elektriker",
        "gender mark, location 70173Stuttgart",
    ),
    ("de", "Fahrer im Raum Bad Tölz", "Fahrer", "location Bad Tölz"),
    ("de", "Werkstudent Marketing", "Marketing", "employment student"),
    ("de", "Minijob: Aushilfe", "Minijob: Aushilfe", "employment mini-job, employment mini-job"),
    ("es", "enfermero/a", "enfermero", "gender ending"),
    (
        "es",
        "CAMARERO/A (H/M) TURNO DE NOCHE",
        "CAMARERO",
        "gender ending, gender mark, employment shift",
    ),
    ("es", "Vendedor / Vendedora, Madrid", "Vendedor", "gender twin, location Madrid"),
    (
        "fr",
        "Technicien(ne) de maintenance H/F - CDI",
        "Technicien de maintenance",
        "gender ending, gender mark, employment permanent",
    ),
    (
        "fr",
        "Employé polyvalent / Employée polyvalente de restauration",
        "Employé polyvalent de restauration",
        "gender twin",
    ),
    ("fr", "Infirmier·ière de nuit", "Infirmier", "gender ending, employment shift"),
    ("fr", "Conducteur Joyeuse (07)", "Conducteur", "location Joyeuse(07)"),
    (
        "nl",
        "Medewerk(st)er bediening (m/v) regio Utrecht",
        "Medewerker bediening",
        "gender ending, gender mark, location Utrecht",
    ),
    (
        "nl",
        "Senior .NET Developer Groningen",
        ".NET Developer",
        "seniority senior, location Groningen",
    ),
    (
        "pt",
        "Vaga: VENDEDOR(A) - São Paulo - SP",
        "VENDEDOR",
        "noise , gender ending, location São Paulo, location SP",
    ),
    (
        "pt",
        "Analista de RH Pleno (temporario)",
        "Analista de RH",
        "seniority mid, employment temporary",
    ),
    (
        "en",
        "Senior Engineer - C++ (Ref: AB-123), $120,000 per year",
        "Engineer - C++",
        "seniority senior, requisition Ref:AB-123, salary $120,000peryear",
    ),
    ("en", "R&amp;D Chemist <b>urgent</b>", "R&D Chemist", "markup sign, markup , noise , markup "),
    ("en", "🚀 Cook 🚀 x 2", "Cook", "noise , noise , noise x2"),
    ("en", "Nurse in Kuala Lumpur", "Nurse", "location Kuala Lumpur"),
    (
        "en",
        "JR10234567 Accountant RM3000 - RM4000",
        "Accountant",
        "requisition JR10234567, salary RM3000-RM4000",
    ),
]


@pytest.mark.parametrize(("language", "title", "role", "parts"), TITLES)
def test_a_title_is_a_role_and_its_parts(language: str, title: str, role: str, parts: str) -> None:
    cleaned = clean(title, language)
    assert cleaned.role.text == role
    assert ", ".join(f"{part.kind} {part.value}" for part in cleaned.parts) == parts


@pytest.mark.parametrize(
    "title",
    ["Lead Generation Executive", "Middle East Editor", "Staff Nurse", "ISO9001 Auditor"],
)
def test_words_that_only_look_like_a_part_are_the_role(title: str) -> None:
    assert clean(title, "en").role.text == title
    assert clean(title, "en").parts == ()


@pytest.mark.parametrize(
    ("language", "title"),
    [("hi", "सॉफ्टवेयर डेवलपर"), ("bg", "Готвач"), ("ar", "مهندس برمجيات"), ("zh", "软件工程师")],
)
def test_titles_of_other_scripts_stay_as_they_are(language: str, title: str) -> None:
    assert clean(title, language).role.text == title
    assert clean(f"{title} 👩\u200d💻", language).role.text == title


def test_a_level_that_names_the_work_is_told_and_stays() -> None:
    title = clean("Head of Sales", "en")
    assert title.role.text == "Head of Sales"
    assert title.value("seniority") == "head"
    assert [part.removed for part in title.parts] == [False]


@pytest.mark.parametrize("title", ["Intern", "Berlin", "Senior", "Urgent"])
def test_what_is_nothing_but_a_part_is_the_role_too(title: str) -> None:
    assert clean(title, "en").role.text == title
    assert len(clean(title, "en").parts) == 1


@pytest.mark.parametrize(
    ("title", "roles"),
    [
        ("Driver / Warehouse worker", ["Driver", "Warehouse worker"]),
        ("Copywriter/Content Writer (Remote)", ["Copywriter", "Content Writer"]),
        ("Cook / Senior Waiter", ["Cook", "Waiter"]),
        ("UI/UX Designer", []),
        ("Nurse (full time/part time)", []),
    ],
)
def test_joined_titles_are_roles_one_by_one(title: str, roles: list[str]) -> None:
    assert [role.text for role in clean(title, "en").joined] == roles


def test_the_pieces_of_a_kind_are_the_words_of_the_title() -> None:
    title = clean("Sr. Cook (m/f), full time, London", "en")
    assert title.pieces("seniority") == ("Sr.",)
    assert title.pieces("location") == ("London",)
    assert title.value("salary") == ""


_PIECES = st.sampled_from(
    [
        *(
            "Koch",
            "Köchin",
            "Kassierer",
            "/-in",
            "/in",
            "(in)",
            "enfermero",
            "/a",
            "(m/w/d)",
            "H/F",
        ),
        *(
            "Senior",
            "Lead",
            "Intern",
            "in",
            "de",
            "Berlin",
            "Raum",
            "80-100%",
            "€ 3.000",
            "Ref. 12",
        ),
        *("(", ")", "/", " / ", " - ", ", ", " ", " ", " ", "&amp;", "<b>", "12345", "x 2", "2024"),
    ]
)


@given(
    st.one_of(st.lists(_PIECES, max_size=8).map("".join), texts(min_size=0, max_size=8)),
    st.sampled_from(["", "cs", *LANGUAGES]),
)
@example("Berlin/-in/-inKoch", "de")
def test_nothing_of_a_title_is_lost(text: str, language: str) -> None:
    title = clean(text, language)
    _check(title)
    assert title.text == text
    covered = [*title.role.spans, *((part.start, part.end) for part in title.parts)]
    for word in WORD.finditer(text):
        letters = set(range(*word.span()))
        assert letters <= {at for span in covered for at in range(*span)}


def _check(title: Title) -> None:
    """Parts lie apart; the role is made of its spans, in order, without the removed parts."""
    ends = [0]
    for part in title.parts:
        assert ends[-1] <= part.start < part.end <= len(title.text)
        ends.append(part.end)
    gone = {at for p in title.parts if p.removed for at in range(p.start, p.end)}
    for role in (title.role, *title.joined):
        pieces = [title.text[start:end] for start, end in role.spans]
        assert "".join("".join(pieces).split()) == "".join(role.text.split())
        assert list(role.spans) == sorted(role.spans)
        assert gone.isdisjoint(at for span in role.spans for at in range(*span))
    for role in title.joined:
        assert WORD.search(role.text)
