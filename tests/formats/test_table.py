"""The table for a terminal says what was found, as what, and by which name."""

import io

from msgspec.structs import replace

from xnorm.document import Candidate, Document, Evidence, Link, mention_at
from xnorm.formats import write_documents

TEXT = "Fiebre [b]alta[/b], tos y mareo."


def _document() -> Document:
    proof = (Evidence("dense", "Fever", 0.9, 1, language="en"),)
    candidates = (Candidate("X:1", "X", "Fever", 0.9, proof),)
    fever = mention_at(TEXT, [(0, 6)], id="T1")
    fever = replace(fever, candidates=candidates, link=Link("X:1", 0.9, "X", "Fever"))
    cough = replace(mention_at(TEXT, [(20, 23)], id="T2"), link=Link(None, 0.1))
    dizzy = mention_at(TEXT, [(7, 18)], id="T3")
    return replace(Document.from_text(TEXT, id="d", language="es"), mentions=(fever, cough, dizzy))


def test_every_mention_has_a_row() -> None:
    stream = io.BytesIO()
    write_documents([_document(), Document.from_text("", id="e")], stream, "table")
    lines = [" ".join(line.split()) for line in stream.getvalue().decode().splitlines()]
    assert lines == [
        "d (es)",
        "mention id concept score matched name",
        "Fiebre X:1 Fever 0.90 Fever (en)",
        "tos NIL 0.10",
        "[b]alta[/b] undecided",
        "",
        "e",
        "no mention",
        "",
    ]
