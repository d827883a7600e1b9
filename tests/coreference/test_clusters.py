"""Which forms are names of one thing, as tables; and the bounds of the rules."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnorm.coreference import cluster_names
from xnorm.coreference.clusters import canonical_form
from xnorm.coreference.settling import Settling

SAME = [
    # full name, surname, first name
    ("PERSON", "en", "Michael Jackson", "Jackson"),
    ("PERSON", "en", "Michael Jackson", "Michael"),
    ("PERSON", "en", "John Fitzgerald Kennedy", "John Kennedy"),
    ("PERSON", "es", "Pedro Sánchez Pérez-Castejón", "Sánchez"),
    ("PERSON", "nl", "Vincent van Gogh", "van Gogh"),
    ("", "en", "Barack Obama", "Obama"),
    # initials
    ("PERSON", "en", "John F. Kennedy", "J.F. Kennedy"),
    ("PERSON", "en", "John Ronald Tolkien", "J. Tolkien"),
    ("PERSON", "en", "John Fitzgerald Kennedy", "JFK"),
    # honorifics and degrees
    ("PERSON", "en", "Mr. Darcy", "Darcy"),
    ("PERSON", "en", "Dr. Conrad Murray", "Conrad Murray, MD"),
    ("PERSON", "es", "Sra. Núñez", "Carmen Núñez"),
    ("PERSON", "de", "Frau Dr. Merkel", "Angela Merkel"),
    ("PERSON", "fr", "M. Dupont", "Jean Dupont"),
    ("PERSON", "it", "dott. Rossi", "Mario Rossi"),
    ("PERSON", "pt", "Sra. Rousseff", "Dilma Rousseff"),
    ("PERSON", "nl", "mevr. Jansen", "Anna Jansen"),
    # nicknames
    ("PERSON", "en", "Elizabeth Bennet", "Lizzy"),
    ("PERSON", "en", "William Clinton", "Bill Clinton"),
    ("PERSON", "es", "Francisco Franco", "Paco Franco"),
    # possessives, case, diacritics, punctuation, articles
    ("PERSON", "en", "Jackson", "Jackson's"),
    ("PERSON", "en", "Norton", "Norton 's"),
    ("PERSON", "en", "James", "James’"),
    ("PERSON", "de", "Merkel", "Merkels"),
    ("PERSON", "en", "OBAMA", "Obama"),
    ("PERSON", "es", "José García", "Jose Garcia"),
    ("PERSON", "en", "Pat O'Brien", "O’Brien"),
    ("PERSON", "fr", "Jean-Luc Picard", "Jean Luc Picard"),
    ("PERSON", "en", "MacDonald", "Mac Donald"),
    ("ORG", "en", "the Beatles", "Beatles"),
    ("PERSON", "en", "Rene\u0301 Descartes", "Ren\u00e9 Descartes"),
    ("PERSON", "he", "דוד בן גוריון", "גוריון"),
    ("PERSON", "ar", "محمود درويش", "درويش"),
    # organizations
    ("ORG", "en", "Acme Corp.", "Acme"),
    ("ORG", "de", "Siemens AG", "Siemens"),
    ("ORG", "en", "Goldman Sachs", "Goldman"),
    ("ORG", "en", "International Business Machines Corp.", "IBM"),
    ("ORG", "en", "Food and Drug Administration", "FDA"),
    ("ORG", "es", "Organización de las Naciones Unidas", "ONU"),
    # places
    ("GPE", "en", "United States", "U.S."),
    ("GPE", "en", "France", "French"),
    ("GPE", "es", "Francia", "francesas"),
    ("GPE", "de", "Frankreich", "französische"),
    ("GPE", "en", "Portland, Oregon", "Portland"),
    # transliterations
    ("PERSON", "en", "Muammar Gaddafi", "Qadhafi"),
    ("PERSON", "en", "Tchaikovsky", "Tschaikowsky"),
    ("PERSON", "en", "Mohammed", "Muhammad"),
    # terms
    ("Disease", "en", "liver failure", "failure of the liver"),
    ("Disease", "en", "Seizures", "seizure"),
    ("Disease", "en", "systemic lupus erythematosus", "SLE"),
]

DIFFERENT = [
    ("PERSON", "en", "Mr. Bennet", "Mrs. Bennet"),
    ("PERSON", "en", "Mrs. Bennet", "Miss Bennet"),
    ("PERSON", "en", "Mr. Bennet", "Elizabeth Bennet"),
    ("PERSON", "en", "John Smith Jr.", "John Smith Sr."),
    ("PERSON", "en", "John Smith", "Jane Smith"),
    ("PERSON", "en", "J. Smith", "Mary Smith"),
    ("PERSON", "en", "Henry VIII", "Henry VII"),
    ("PERSON", "en", "Maria", "Marie"),
    ("PERSON", "en", "Lotte Wilms", "Williams"),
    ("ORG", "en", "Bank of England", "England"),
    ("ORG", "en", "Goldman Sachs", "Sachs"),
    ("GPE", "en", "South Africa", "Africa"),
    ("GPE", "en", "London Bridge", "London"),
    ("GPE", "en", "Germany", "French"),
    ("Disease", "en", "pulmonary hypertension", "hypertension"),
    ("Disease", "en", "diabetes mellitus", "diabetes insipidus"),
]


@pytest.mark.parametrize(("type", "language", "one", "other"), SAME)
def test_forms_of_one_name_are_one(type: str, language: str, one: str, other: str) -> None:
    for names in ([one, other], [other, one]):
        assert len(cluster_names(names, type=type, language=language)) == 1


@pytest.mark.parametrize(("type", "language", "one", "other"), DIFFERENT)
def test_names_of_two_things_stay_apart(type: str, language: str, one: str, other: str) -> None:
    for names in ([one, other], [other, one]):
        assert len(cluster_names(names, type=type, language=language)) == 2


AMBIGUOUS = [
    ("PERSON", ["Michael Jackson", "Katherine Jackson"], "Jackson"),
    ("PERSON", ["Mr. Bennet", "Mrs. Bennet"], "Bennet"),
    ("PERSON", ["Katherine Hill", "Catherine Moor"], "Kate"),
    ("ORG", ["American Medical Association", "Austrian Mountain Alliance"], "AMA"),
]


@pytest.mark.parametrize(("type", "full", "short"), AMBIGUOUS)
def test_an_ambiguous_short_form_stays_apart(type: str, full: list[str], short: str) -> None:
    for names in ([*full, short], [short, *full]):
        clusters = cluster_names(names, type=type, language="en")
        assert sorted(len(cluster.names) for cluster in clusters) == [1, 1, 1]


def test_a_title_tells_who_is_meant() -> None:
    names = ["Fitzwilliam Darcy", "Georgiana Darcy", "Miss Darcy", "Mr. Darcy"]
    clusters = cluster_names(names, type="PERSON", language="en")
    assert [cluster.names for cluster in clusters] == [(0, 3), (1, 2)]


@pytest.mark.parametrize(
    ("type", "long", "short"),
    [
        ("Drug", "bevacizumab", "Avastin"),
        ("Disease", "failures of the liver", "HI"),
        ("ORG", "Society of Jesus", "SJ"),
    ],
)
def test_what_the_document_defines_is_one_even_without_its_letters(
    type: str, long: str, short: str
) -> None:
    names = [long, short, long]
    one = cluster_names(names, type=type, language="en", long_forms={short: long})
    assert [cluster.names for cluster in one] == [(0, 1, 2)]


def test_nicknames_need_a_language() -> None:
    assert len(cluster_names(["Elizabeth", "Lizzy"], type="PERSON")) == 2


CANONICAL = [
    (["Jackson", "Michael Jackson", "Jackson", "Michael Jackson's"], "Michael Jackson"),
    (["President Barack Hussein Obama", "Barack Obama", "Barack Obama", "Obama"], "Barack Obama"),
    (["Darcy", "Mr. Darcy", "Mr. Darcy"], "Mr. Darcy"),
    (["NORTON", "Norton"], "Norton"),
    (["Jackson's"], "Jackson"),
]


@pytest.mark.parametrize(("names", "canonical"), CANONICAL)
def test_the_canonical_form_is_the_longest_frequent_one(names: list[str], canonical: str) -> None:
    assert canonical_form(names, type="PERSON", language="en") == canonical


_WORDS = ["Ann", "Bob", "Lee", "Mr.", "Mrs.", "J.", "the", "IBM", "'s", "e\u0301", "שרה", "-", ""]
_NAMES = st.lists(st.lists(st.sampled_from(_WORDS), max_size=4).map(" ".join), max_size=8)


@given(_NAMES, st.sampled_from(["PERSON", "ORG", "GPE", "", "Disease"]))
def test_every_name_is_in_one_cluster(names: list[str], type: str) -> None:
    clusters = cluster_names(names, type=type, language="en")
    assert sorted(place for cluster in clusters for place in cluster.names) == [*range(len(names))]
    owner = {place: cluster for cluster in clusters for place in cluster.names}
    assert all(
        owner[one] == owner[two]
        for one in owner
        for two in owner
        if names[one].strip() and names[one] == names[two]
    )


@given(_NAMES)
def test_a_name_that_is_repeated_changes_no_other_cluster(names: list[str]) -> None:
    once = [cluster.names for cluster in cluster_names(names, language="en")]
    again = cluster_names([*names, *names], language="en")
    assert [tuple(p for p in cluster.names if p < len(names)) for cluster in again] == once


def _comparisons(monkeypatch: pytest.MonkeyPatch, names: list[str]) -> int:
    count = 0
    fits = Settling._fits

    def counted(self: Settling, number: int, root: int) -> bool:
        nonlocal count
        count += 1
        return fits(self, number, root)

    with monkeypatch.context() as patch:
        patch.setattr(Settling, "_fits", counted)
        cluster_names(names, type="PERSON", language="en")
    return count


def test_comparisons_grow_with_the_names_and_not_with_their_pairs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random.seed(0)
    letters = [chr(97 + number % 26) + chr(97 + number // 26) for number in range(200)]
    names = [f"John {one}son{two}" for one in letters for two in ("ard", "berg", "chek", "dorf")]
    names += [f"{title} John" for title in ("Mr.", "Sir", "Dr.", "Lord")]
    names += [f"{name.split()[1]}" for name in names]
    small, large = (_comparisons(monkeypatch, names[:size]) for size in (400, 800))
    assert 0 < large <= 2.5 * small
    assert _comparisons(monkeypatch, names) <= 70 * len(names)
