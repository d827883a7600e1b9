"""Abbreviations that a text defines."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnorm.text import abbreviations, alignment, fold
from xnorm.text.abbreviations import find_abbreviations
from xnorm.text.alignment import align


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        (
            "Sufrió un infarto agudo de miocardio (IAM) ayer.",
            [("IAM", "infarto agudo de miocardio")],
        ),
        (
            "EPOC (enfermedad pulmonar obstructiva crónica) grave",
            [("EPOC", "enfermedad pulmonar obstructiva crónica")],
        ),
        (
            "chronisch obstruktive Lungenerkrankung [COL]",
            [("COL", "chronisch obstruktive Lungenerkrankung")],
        ),
        ("accidentes cerebrovasculares (ACVs)", [("ACVs", "accidentes cerebrovasculares")]),
        ("Heat shock protein 70 (HSP70)", [("HSP70", "Heat shock protein 70")]),
        ("the état de mal épileptique (EME)", [("EME", "état de mal épileptique")]),
        (
            "T-cell acute lymphoblastic leukaemia (T-ALL)",
            [("T-ALL", "T-cell acute lymphoblastic leukaemia")],
        ),
        ("tumor necrosis factor (TNF; n = 3)", [("TNF", "tumor necrosis factor")]),
        ("Dirección de Desarrollo Forestal (DDF)", [("DDF", "Dirección de Desarrollo Forestal")]),
        # plural
        (
            "thiobarbituric acid reactive substances (TBARs)",
            [("TBARs", "thiobarbituric acid reactive substances")],
        ),
        (
            "the World Bank's non-governmental organizations (NGO's)",
            [("NGO's", "non-governmental organizations")],
        ),
        # nested, and long forms with brackets inside
        (
            "HIV (human immunodeficiency virus (type 1))",
            [("HIV", "human immunodeficiency virus")],
        ),
        (
            "transport (tumor necrosis factor (TNF) alone)",
            [("TNF", "tumor necrosis factor")],
        ),
        (
            "human immunodeficiency virus (HIV) type 1 (HIV-1)",
            [
                ("HIV", "human immunodeficiency virus"),
                ("HIV-1", "human immunodeficiency virus (HIV) type 1"),
            ],
        ),
        ("Na(+)/H(+) exchanger (NHE)", [("NHE", "Na(+)/H(+) exchanger")]),
        ("World Bank (WB), European Bank (EB)", [("WB", "World Bank"), ("EB", "European Bank")]),
        # reversed, and as legends have it
        (
            "AIDS (the acquired immune deficiency syndrome)",
            [("AIDS", "acquired immune deficiency syndrome")],
        ),
        (
            "MDMA (3,4-methylenedioxymethamphetamine, ecstasy)",
            [("MDMA", "3,4-methylenedioxymethamphetamine")],
        ),
        (
            "TA = tensión arterial; FC = frecuencia cardíaca.",
            [("TA", "tensión arterial"), ("FC", "frecuencia cardíaca")],
        ),
        (
            "EM = Enmienda de Montreal EB = Enmienda de Beijing",
            [("EM", "Enmienda de Montreal"), ("EB", "Enmienda de Beijing")],
        ),
        ("IAM: infarto agudo de miocardio.", [("IAM", "infarto agudo de miocardio")]),
        ("TA: 120/80, FC: 70", []),
        # what introduces a short form, by language
        ("heart failure (hereafter referred to as HF)", [("HF", "heart failure")]),
        ("enfermedad pulmonar (por sus siglas, EP)", [("EP", "enfermedad pulmonar")]),
        ("herramienta de búsqueda (en inglés: HB)", [("HB", "herramienta de búsqueda")]),
        ("Vorhofflimmern, kurz VHF, besteht", [("VHF", "Vorhofflimmern")]),
        ("chronische Niereninsuffizienz (Abk.: CNI)", [("CNI", "chronische Niereninsuffizienz")]),
        ("insuffisance rénale (en abrégé IR)", [("IR", "insuffisance rénale")]),
        (
            "chronische nierinsufficiëntie (afgekort als CNI)",
            [("CNI", "chronische nierinsufficiëntie")],
        ),
        (
            "diabetes mellitus of suikerziekte (of DMS)",
            [("DMS", "diabetes mellitus of suikerziekte")],
        ),
        # letters in another order, a number for a word, Greek, what hangs on a hyphen
        ("in myotonic dystrophy (DM)", [("DM", "myotonic dystrophy")]),
        ("two-dimensional echocardiography (2DE)", [("2DE", "two-dimensional echocardiography")]),
        ("zweidimensionale (2D) und", []),
        ("transforming growth factor β (TGF-beta)", [("TGF-beta", "transforming growth factor β")]),
        ("c-Jun N-terminal kinase (JNK)", [("JNK", "c-Jun N-terminal kinase")]),
        ("3-methylcholanthrene (MC)", [("MC", "3-methylcholanthrene")]),
        ("orthotopic liver transplantation (OLTX)", [("OLTX", "orthotopic liver transplantation")]),
        ("spinocerebellar ataxia (SCA1)", [("SCA1", "spinocerebellar ataxia")]),
        ("normal testosterone (T) levels", [("T", "testosterone")]),
        ("panel (A) and panel (B)", []),
        ("diferentes anticuerpos monoclonales (Dako)", []),
        ("Tay-Sachs disease (TSD)", [("TSD", "Tay-Sachs disease")]),
        ("presentó fiebre (38 grados) y tos (seca)", []),
        ("Fig. 3 (see text), p (n = 12) and (a)", []),
        ("antes. Miocardio (IAM)", []),
        ("", []),
    ],
)
def test_definitions(text: str, pairs: list[tuple[str, str]]) -> None:
    assert [(found.short, found.long) for found in find_abbreviations(text)] == pairs


@given(st.text(alphabet=st.sampled_from("abAB1 ()[]-.,;é\u0301\nß🙂")))
def test_spans_slice_to_what_is_said(text: str) -> None:
    for found in find_abbreviations(text):
        assert text[slice(*found.short_span)] == found.short
        assert text[slice(*found.long_span)] == found.long


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000 + " (AA) " + "((" * 5_000 + "aaaa aaaa aaaa (AAAA) " * 200,
        "aaaaaaaaaa" * 1_000 + "(aaaaaaaaaB)" * 200,
        "AB=" * 5_000 + "AB: a b" * 200,
        "kurz " * 2_000 + "(also or " * 500,
        "\n" * 5_000 + "[" * 5_000 + " " * 5_000 + "]",
    ],
)
def test_work_grows_with_the_text_alone(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No bracket has more looked through than some windows of the text before it."""
    looked_at = 0

    def counting(letters: str, words: str) -> alignment.Alignment | None:
        nonlocal looked_at
        looked_at += len(letters) * len(words)
        return alignment.align(letters, words)

    monkeypatch.setattr(abbreviations, "align", counting)
    find_abbreviations(text)
    assert looked_at <= 100_000 * (1 + text.count("(") + text.count("[") + text.count("="))


@given(
    st.text(alphabet="abcd2", min_size=1, max_size=4),
    st.text(alphabet="aabbccd2 -", max_size=14),
)
def test_the_alignment_is_the_best_of_all(letters: str, text: str) -> None:
    """Against trying every choice of places."""
    folded = fold(text)
    scores = [
        _score(folded, places) / len(letters)
        for places in combinations(range(len(folded)), len(letters))
        if "".join(folded[at] for at in places) == letters and _begins(folded, places[0])
    ]
    found = align(letters, text)
    assert (found.score if found else None) == pytest.approx(max(scores, default=None), abs=1e-5)


def _begins(text: str, place: int) -> bool:
    return place == 0 or text[place - 1] == " "


def _score(text: str, places: tuple[int, ...]) -> float:
    """1 for a letter that begins a word, 0.5 for others, less what is passed over."""
    words = text.split(" ")
    cost = [0.2 if len(word) <= 3 else 0.5 for word in words]
    of = [text[:place].count(" ") for place in places]
    score = sum(1.0 if _begins(text, place) else 0.5 for place in places)
    score -= sum(sum(cost[a + 1 : b]) for a, b in pairwise(of))
    score -= 4.0 * sum(cost[of[-1] + 1 :])
    return score - 0.6 * (len(words[of[0]]) <= 3 and words[of[0]][0].islower())
