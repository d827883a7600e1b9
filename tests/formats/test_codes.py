"""One line for each document and concept."""

from __future__ import annotations

import io

from msgspec.structs import replace

from xnorm.document import Document, Link, mention_at
from xnorm.formats import write_documents

TEXT = "Pain in left and right knee. Fever, fever\tand cough."


def document(id: str) -> Document:
    linked = [
        ([(29, 34)], "T:05", 0.7),
        ([(0, 4), (8, 12), (23, 27)], "T:90", 0.5),
        ([(36, 41)], "T:05", 0.9),
        ([(46, 51)], None, 0.1),
    ]
    mentions = tuple(
        replace(
            mention_at(TEXT, spans, id=f"T{number}"),
            link=Link(concept, score, "T" if concept else "", (concept or "").lower()),
        )
        for number, (spans, concept, score) in enumerate(linked)
    )
    return replace(Document.from_text(TEXT, id=id), mentions=mentions)


def test_concepts_are_counted_in_the_order_of_the_text() -> None:
    stream = io.BytesIO()
    write_documents([document("a\tb"), Document.from_text("nothing", id="c")], stream, "codes")
    assert stream.getvalue().decode().splitlines() == [
        "document\tconcept\tsource\tname\tmentions\tscore\tspans\ttext",
        "a\\tb\tT:90\tT\tt:90\t1\t0.5000\t0:4+8:12+23:27\tPain left knee",
        "a\\tb\tT:05\tT\tt:05\t2\t0.9000\t29:34;36:41\tFever",
    ]
