"""What the rules that ship make of texts, and the way back to the original."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import texts

from xnorm.resources.forests import forest_files
from xnorm.text.forest import Digested, Forest, open_forest

_LANGUAGES = ("", "de", "en", "es", "fr", "it", "nl", "pt")
_FORESTS = {language: open_forest(forest_files(language)) for language in ("de", "en", "es")}


@pytest.mark.parametrize(
    ("language", "text", "digested"),
    [
        ("en", "5mg/ml", "5 mg/ml"),
        ("en", "1,200.5 mcg", "1200.5 µg"),
        ("en", "s/p oesophagectomy for Haemorrhage", "status post esophagectomy for Hemorrhage"),
        ("en", "TNFα and β-blocker", "TNF alpha and beta-blocker"),
        ("en", "type IIb, grade III-IV", "type 2b, grade 3-4"),
        ("en", "two hundred and five thousand", "205000"),
        ("en", "a 65-year-old man", "a 65 years old man"),
        ("en", "on March 3rd, 2020", "on 2020-03-03"),
        ("en", "5 to 10 mg per day", "5-10 mg/d"),
        ("es", "IAM, dos comp. de 1,5 mg", "infarto agudo de miocardio, 2 comprimido de 1.5 mg"),
        ("es", "depresion cronica", "depresión crónica"),
        ("es", "3 de marzo del 2020", "2020-03-03"),
        ("es", "10 a 20 por ciento", "10-20%"),
        ("de", "V.a. Oedem li.", "Verdacht auf Ödem links"),
        ("de", "1.200,5 mg, vierundzwanzig Tage", "1200.5 mg, 24 d"),
        ("fr", "12 345 678 901 234 567 mg", "12 345 678 901 234 567 mg"),
        ("fr", "quatre-vingt-dix mg, 10 000 UI", "90 mg, 10000 IU"),
        ("it", "ventotto gocce", "28 gocce"),
        ("nl", "tweeënvijftig jaar oud", "52 jaar oud"),
        ("pt", "trezentos e vinte mg", "320 mg"),
        ("", "5mg", "5 mg"),
    ],
)
def test_texts(forest: Callable[[str], Forest], language: str, text: str, digested: str) -> None:
    assert forest(language).digest(text).text == digested


@pytest.mark.parametrize("language", _LANGUAGES)
@pytest.mark.parametrize("text", ["", " ", "Kopf", "plain words, and marks.", "B12 H1N1", "חולה"])
def test_a_text_without_anything_to_do_stays(
    forest: Callable[[str], Forest], language: str, text: str
) -> None:
    assert forest(language).digest(text) == Digested(text, text)


@pytest.mark.parametrize(
    "text",
    "angioedema gastroesophageal phytoestrogen Haemophilus isoleucine analyses organism metastasis "
    "characteristic exercise disease hour".split(),
)
def test_american_spelling_stays(text: str) -> None:
    assert _FORESTS["en"].digest(text).text == text


@pytest.mark.parametrize(
    ("language", "text", "label", "fields"),
    [
        ("en", "120 mg/dl", "quantity", {"value": 120, "unit": "mg", "per": "dl"}),
        ("en", "4.1 mmol/l", "quantity", {"value": 4.1, "unit": "mmol", "per": "l"}),
        ("en", "5000 IU", "quantity", {"value": 5000, "unit": "IU"}),
        ("en", "80 bpm", "quantity", {"value": 80, "unit": "bpm"}),
        (
            "en",
            "10 mg/kg/d",
            "quantity",
            {"value": 10, "unit": "mg", "per": "kg", "per2": "d"},
        ),
        ("en", "120/80 mmHg", "pressure", {"upper": 120, "lower": 80, "unit": "mmHg"}),
        ("en", "3-5 mg", "range", {"low": 3, "high": 5, "unit": "mg"}),
        ("en", "< 3", "limit", {"relation": "<", "value": 3}),
        ("en", "5 mg/puff", "rate", {"value": 5, "unit": "mg", "per": "puff"}),
        ("en", "2.4 mg %", "quantity", {"value": 2.4, "unit": "mg%"}),
        ("en", "left", "laterality", {"value": "left", "side": "left"}),
        ("en", "sr", "seniority", {"value": "senior"}),
        ("en", "10 mM", "quantity", {"value": 10, "unit": "mM"}),
        ("en", "two weeks", "quantity", {"value": 2, "unit": "week"}),
        ("es", "1,5 mg", "quantity", {"value": 1.5, "unit": "mg"}),
        (
            "es",
            "20 mg/24 horas",
            "quantity",
            {"value": 20, "unit": "mg", "per": "h", "times": 24},
        ),
        ("es", "mayo del 2010", "date", {"year": 2010, "month": 5}),
        ("es", "dos comp.", "dose", {"value": 2, "form": "comprimido"}),
        ("de", "li.", "laterality", {"value": "links", "side": "left"}),
        ("es", "izq.", "laterality", {"value": "izquierdo", "side": "left"}),
        ("de", "beidseits", "laterality", {"value": "beidseits", "side": "both"}),
        ("de", "12.03.2020", "date", {"year": 2020, "month": 3, "day": 12}),
        ("fr", "12/03/2020", "date", {"year": 2020, "month": 3, "day": 12}),
        ("en", "12/31/2020", "date", {"year": 2020, "month": 12, "day": 31}),
        ("en", "02/09/2020", "date", {"year": 2020, "first": 2, "second": 9}),
    ],
)
def test_structures(
    forest: Callable[[str], Forest],
    language: str,
    text: str,
    label: str,
    fields: dict[str, str | int | float],
) -> None:
    found = forest(language).digest(f"x: {text} x").structures
    assert [(s.label, s.start, s.end, s.fields) for s in found] == [
        (label, 3, 3 + len(text), fields)
    ]


@pytest.mark.parametrize("text", ["12.13.2020", "192.168.1.2", "5-3", "10 cM", "20201231120000000"])
def test_what_only_looks_like_something_keeps_its_text(text: str) -> None:
    digested = _FORESTS["en"].digest(text)
    assert digested.text == text
    labels = {structure.label for structure in digested.structures}
    assert not {"date", "range", "quantity"} & labels


def test_each_step_says_rule_place_and_change() -> None:
    step = _FORESTS["en"].digest("no oedema").steps[0]
    assert (step.layer, step.rule, step.start, step.end) == ("spelling", "ae and oe", 3, 8)
    assert (step.before, step.after) == ("oedem", "edem")
    assert "spelling.yaml, line " in step.place


def test_the_way_back_covers_what_was_rewritten_and_is_exact_elsewhere() -> None:
    digested = _FORESTS["en"].digest("no type III, or IV")
    assert digested.text == "no type 3, or IV"
    assert digested.original_span(3, 9) == (3, 11)
    assert digested.original_span(8, 9) == (8, 11)
    assert digested.original_span(14, 16) == (16, 18)
    assert digested.original_span(8, 8) == (8, 8)
    assert digested.original_span(16, 16) == (18, 18)


_WORDS = st.sampled_from(
    "5 mg ml / - , . III type tipo Typ dos two hundred thousand y IAM V.a. s/p haem Oedem cronico "
    "α β 1,5 1.200 03 2020 12 % < to a li. comp. tab left ½ ² ' ’ izquierda Straße İ ſ ﬁ".split()
)


@st.composite
def _sentences(draw: st.DrawFn) -> str:
    parts = draw(st.lists(st.one_of(_WORDS, texts(), st.just(" ")), max_size=12))
    return "".join(parts)


@given(_sentences(), st.sampled_from(sorted(_FORESTS)))
def test_pieces_are_the_text_and_lead_back_in_order(text: str, language: str) -> None:
    digested = _FORESTS[language].digest(text)
    assert digested.original == text
    if not digested.pieces:
        assert digested.text == text
        return
    assert "".join(piece.text for piece in digested.pieces) == digested.text
    at = 0
    for piece in digested.pieces:
        assert at <= piece.start <= piece.end <= len(text)
        at = piece.end
    skipped = _uncovered(digested)
    assert not any(character.isalnum() for character in skipped)


def _uncovered(digested: Digested) -> str:
    """What no piece stands for."""
    places = {at for piece in digested.pieces for at in range(piece.start, piece.end)}
    return "".join(c for at, c in enumerate(digested.original) if at not in places)


@given(_sentences(), st.sampled_from(sorted(_FORESTS)), st.data())
def test_spans_lead_back_to_spans(text: str, language: str, data: st.DataObject) -> None:
    digested = _FORESTS[language].digest(text)
    start = data.draw(st.integers(0, len(digested.text)))
    end = data.draw(st.integers(start, len(digested.text)))
    back = digested.original_span(start, end)
    assert 0 <= back[0] <= back[1] <= len(text)
    if not digested.pieces:
        assert back == (start, end)
    if (start, end) == (0, len(digested.text)) and digested.pieces:
        assert not text[: back[0]].strip()
        assert not text[back[1] :].strip()


@given(_sentences(), st.sampled_from(sorted(_FORESTS)))
def test_structures_and_steps_lie_in_the_text_and_structures_apart(
    text: str, language: str
) -> None:
    digested = _FORESTS[language].digest(text)
    at = 0
    for structure in digested.structures:
        assert at <= structure.start < structure.end <= len(text)
        at = structure.end
    for step in digested.steps:
        assert 0 <= step.start < step.end <= len(text)
        assert step.before
