"""The corpora as published: numbers, every offset, and the few mentions whose text differs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from xnorm.corpora import CORPORA, default_path, read_corpus
from xnorm.corpora.building import COMPOSITE, PUBLISHED
from xnorm.document import Document, Mention

# corpus, options, split -> (documents, mentions), mentions with an id, several ids, distinct ids
COUNTS: list[tuple[str, dict[str, Any], dict[str, tuple[int, int]], int, int, int]] = [
    (
        "ncbi-disease",
        {},
        {"train": (593, 5145), "dev": (100, 787), "test": (100, 960)},
        6892,
        160,
        751,
    ),
    (
        "bc5cdr",
        {},
        {"train": (500, 9385), "dev": (500, 9591), "test": (500, 9809)},
        28559,
        271,
        2350,
    ),
    (
        "biored",
        {},
        {"train": (400, 13351), "dev": (100, 3533), "test": (100, 3535)},
        20356,
        533,
        3869,
    ),
    ("distemist", {"ids": ["SNOMEDCT"]}, {"train": (750, 8065)}, 5135, 200, 2429),
    ("distemist", {"ids": ["MESH"]}, {"train": (750, 8065)}, 2994, 200, 982),
    ("distemist", {"ids": ["HPO"]}, {"train": (750, 8065)}, 2173, 200, 734),
    ("distemist", {"ids": ["OMIM"]}, {"train": (750, 8065)}, 2363, 200, 818),
    ("distemist", {"ids": ["ICD10"]}, {"train": (750, 8065)}, 1569, 200, 543),
    (
        "codiesp",
        {},
        {"train": (500, 9181), "dev": (250, 4477), "test": (250, 4777)},
        18435,
        0,
        3427,
    ),
    (
        "cantemist",
        {},
        {"train": (501, 6396), "dev1": (250, 3341), "dev2": (250, 2660), "test": (300, 3635)},
        16032,
        0,
        850,
    ),
    ("gsc-plus", {}, {"dev": (22, 173), "test": (206, 1949)}, 2122, 0, 436),
    ("gsc-plus", {"edition": "original"}, {"": (228, 2773)}, 2773, 0, 497),
    ("mantra", {}, {"": (1450, 5530)}, 5530, 0, 1364),
    ("mantra", {"languages": ["en"]}, {"": (550, 1963)}, 1963, 0, 1301),
    ("mantra", {"languages": ["nl"]}, {"": (200, 677)}, 677, 0, 490),
    ("xl-bel", {}, {"": (10000, 10000)}, 10000, 0, 5667),
    ("melo", {"parts": ["nor_q_no_c_en"]}, {"": (96, 96)}, 96, 0, 94),
    ("jobbert-eval", {}, {"dev": (15463, 15463), "test": (15463, 15463)}, 30926, 0, 1554),
    # Has no list of URIs of its own.
    ("melo", {"parts": ["usa_q_en_c_de_en_es_fr_it_nl_pl_pt"]}, {"": (633, 633)}, 633, 0, 565),
]

DIFFERENT = {
    "ncbi-disease": {"10923035 T8"},
    "codiesp": {"S1130-63432016000100009-1 T9", "S0210-48062004000400012-1 T14"},
    "gsc-plus": {
        *("10569966 T22", "10569966 T24", "11312426 T11", "16401744 T14", "16401744 T15"),
        *("17353411 T14", "3134615 T14", "3740720 T8", "6741990 T9"),
    },
}
"""The mentions whose published text is not what stands at their offsets."""


@pytest.fixture(scope="module")
def codiesp(data: Path) -> list[Document]:
    return list(read_corpus("codiesp", data / default_path("codiesp")))


@pytest.mark.parametrize(
    ("name", "options", "splits", "with_id", "composites", "distinct"),
    COUNTS,
    ids=["-".join([row[0], *map(str, row[1].values())]) for row in COUNTS],
)
def test_numbers_and_offsets_are_the_published_ones(
    data: Path,
    codiesp: list[Document],
    name: str,
    options: dict[str, Any],
    splits: dict[str, tuple[int, int]],
    with_id: int,
    composites: int,
    distinct: int,
) -> None:
    path = data / default_path(name)
    documents = codiesp if name == "codiesp" else list(read_corpus(name, path, **options))
    found = Counter(document.extra.get("split", "") for document in documents)
    mentions: Counter[str] = Counter()
    for document in documents:
        mentions[document.extra.get("split", "")] += len(document.mentions)
    assert {split: (found[split], mentions[split]) for split in found} == splits
    every = [mention for document in documents for mention in document.mentions]
    assert sum(bool(mention.gold) for mention in every) == with_id
    assert sum(COMPOSITE in mention.extra for mention in every) == composites
    assert len({(g.db_name, g.db_id) for mention in every for g in mention.gold}) == distinct

    assert len({document.id for document in documents}) == len(documents)
    assert all(document.language for document in documents)
    for document in documents:
        assert len({mention.id for mention in document.mentions}) == len(document.mentions)
    known = DIFFERENT.get(name, set())
    different = {
        f"{document.id} {mention.id}"
        for document in documents
        for mention in document.mentions
        if not _stands_there(document, mention)
    }
    original = "split" not in documents[0].extra
    assert different == (set() if name == "gsc-plus" and not original else known)
    vocabularies = {gold.db_name for mention in every for gold in mention.gold}
    assert vocabularies <= set(CORPORA[name].ids)


def _stands_there(document: Document, mention: Mention) -> bool:
    pairs = zip(mention.spans, mention.text, strict=True)
    return all(document.text[start:end] == text for (start, end), text in pairs)


def test_codiesp_states_other_words_for_five_discontinuous_mentions(
    codiesp: list[Document],
) -> None:
    # Of 143 whose parts come in another order than that of the text, or have an empty one.
    stated = [m for document in codiesp for m in document.mentions if PUBLISHED in m.extra]
    other = [m for m in stated if sorted(m.extra[PUBLISHED].split()) != sorted(m.surface.split())]
    assert (len(stated), len(other)) == (143, 5)


def test_documents_carry_the_codes_of_the_whole_document(codiesp: list[Document]) -> None:
    codes: Counter[str] = Counter()
    for document in codiesp:
        for vocabulary, listed in document.extra["codes"].items():
            codes[f"{document.extra['split']} {vocabulary}"] += len(listed)
    assert codes == {
        "train ICD10CM": 5639,
        "dev ICD10CM": 2677,
        "test ICD10CM": 2842,
        "train ICD10PCS": 1550,
        "dev ICD10PCS": 817,
        "test ICD10PCS": 879,
    }
