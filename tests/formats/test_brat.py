"""brat: pairs of files, every kind of annotation, and the corpora byte for byte."""
# The messages stand here as the user sees them.
# ruff: noqa: E501

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from xnorm.document import (
    ConceptId,
    Coreference,
    Document,
    Event,
    Link,
    Mention,
    Relation,
)
from xnorm.errors import DataError
from xnorm.formats import open_documents, write_output

FIXTURE = Path(__file__).parent / "fixtures" / "brat"
OFFSETS = "Offsets count Unicode characters from 0, the end is exclusive."


def pair(folder: Path, text: str | bytes, ann: str | bytes) -> Path:
    """A folder with one pair of files."""
    folder.mkdir(exist_ok=True)
    (folder / "a.txt").write_bytes(text.encode() if isinstance(text, str) else text)
    (folder / "a.ann").write_bytes(ann.encode() if isinstance(ann, str) else ann)
    return folder


def only(folder: Path, **options: Any) -> Document:
    (document,) = open_documents(folder, **options)
    return document


def annotations(document: Document, folder: Path) -> list[str]:
    """The lines that the document is written as."""
    write_output([document], folder / "out", "brat")
    (path,) = (folder / "out").rglob("*.ann")
    return path.read_bytes().decode().split("\n")[:-1]


def test_every_kind_of_annotation_has_its_place() -> None:
    notes: list[Exception] = []
    stream = open_documents(FIXTURE, on_note=notes.append)
    assert stream.format.name == "brat"
    first, letter, empty = stream
    assert [first.id, letter.id, empty.id] == ["a", "b/letter", "empty"]
    assert first.text == "\ufeffTos seca.\n"
    assert first.mentions[0].text == ("Tos",)
    assert letter.text.count("\r\n") == 2
    chest, belly, fever, pain, patient = letter.mentions
    assert chest.gold == (ConceptId("HPO", "HP:0100749", {"id": "N1", "name": "Chest pain"}),)
    assert chest.extra["notes"] == [{"id": "#1", "type": "AnnotatorNotes", "text": "R07.4"}]
    assert belly.text == ("Dolor", "abdominal")
    assert fever.extra["attributes"] == [
        {"id": "A1", "type": "Negation"},
        {"id": "A2", "type": "Certainty", "value": "high"},
    ]
    assert (pain.id, patient.type) == ("T5", "PERSONA")
    (event,) = letter.events
    assert (event.type, event.trigger_text, event.arguments) == (
        "Report",
        ("refiere",),
        (("Who", "T6"), ("What", "T5")),
    )
    assert letter.relations[0].arg2 == "T5"
    assert letter.coreferences[0].mentions == ("T1", "T5")
    assert not empty.mentions
    assert [str(note).split(": ", 1)[1] for note in notes] == [
        "'N2\tReference T99 HPO:HP:0000001\tgone' is malformed, or speaks of what is not there. It was kept as it is.".replace(
            "\t", " "
        ),
        "'#2\tAnnotatorNotes E1\ta note on an event' is malformed, or speaks of what is not there. It was kept as it is.".replace(
            "\t", " "
        ),
    ]
    assert f"{FIXTURE / 'b/letter.ann'}, line 14: " in str(notes[0])


ANN = [
    "",
    "T1\tX 0 5\tFever",
    "T1\tX 0 5\tFever\r\n",
    "T1\tX 0 5\tFever\n\n\n",
    "T2\tX 0 5\tFever\nT1\tX 6 9\tand\n",
    "#1\tAnnotatorNotes T1\tbefore\nT1\tX 0 5\tFever\n",
    "T1\tX 0 5\tFever\n#1\tAnnotatorNotes T1\ta\n#1\tAnnotatorNotes T1\tb\n",
    "T1\tX 0 5\tFever\nM1\tNegation T1\nN1\tReference T1 MESH:D005334\n",
    "T1\tX 0 5\tFever\nT2\tY 6 9\tand\nR1\tSame Arg1:T1 Arg2:T2\t\nE1\tZ:T2 \nE2\tZ:T2 A:E1\n",
    "T1\tX 0 5\tFever\nR1\tNary A:T1 B:T1 C:T1\nR2\tX Arg1:T1 Arg2:T9\n*\tAlias T1\n",
    "T1\tX 0 5;10 14\tFever rash\nT2\tX 10 14\tsomething else\nT3\tX 0 5;6 9\todd\n",
    "T1\tX 0 5\tFever\nE1\tX:T1 Who:T9\n",
    "Z1\tnobody knows\nfree text\nA\tB\n",
]


@pytest.mark.parametrize("ann", ANN)
def test_annotations_come_back_as_they_stood(ann: str, tmp_path: Path) -> None:
    folder = pair(tmp_path / "in", "Fever and rash\r\nno more", ann)
    write_output(open_documents(folder), tmp_path / "out", "brat")
    assert (tmp_path / "out/a.ann").read_bytes() == ann.encode()
    assert (tmp_path / "out/a.txt").read_bytes() == b"Fever and rash\r\nno more"


def test_a_text_without_annotations_is_a_document(tmp_path: Path) -> None:
    pair(tmp_path, "Fever", "")
    (tmp_path / "z.txt").write_text("Rash")
    assert [item.id for item in open_documents(tmp_path)] == ["a", "z"]


def test_a_pair_is_read_by_either_file(tmp_path: Path) -> None:
    folder = pair(tmp_path, "Fever", "T1\tX 0 5\tFever\n")
    by_annotations = open_documents(folder / "a.ann")
    assert by_annotations.format.name == "brat"
    (document,) = by_annotations
    assert (document.id, document.mentions[0].text) == ("a", ("Fever",))
    assert only(folder / "a.txt", format="brat") == document
    assert not only(folder / "a.txt").mentions


BAD: list[tuple[str | bytes, str | bytes, str]] = [
    ("Fever", "T1\tX 0 9\tFever\n", f"a.ann, line 1: offsets 0-9 lie outside the text of 5 characters. {OFFSETS}"),
    ("Fever", "\nT1\tX 3 1\tFever\n", f"a.ann, line 2: offsets 3-1 are reversed. {OFFSETS}"),
    ("Fever", "T1\tX 1 1\t\n", f"a.ann, line 1: offsets 1-1 are empty. {OFFSETS}"),
    ("Fever", "T1\tX -1 1\tF\n", f"a.ann, line 1: offsets -1-1 lie before the text. {OFFSETS}"),
    ("Fever", "T1\tX 0\tF\n", "a.ann, line 1: expected a type and offsets, found 'X 0'. For instance: T1, tab, Disease 0 5, tab, fever; fragments as 0 5;10 15."),
    ("Fever", "T1\tX 0 1\tF\nT1\tX 1 2\te\n", "a.ann, line 2: the id 'T1' occurs twice in the document. Give every annotation its own id."),
    ("Fever", b"T1\tX 0 1\tF\nT2\tX 1 2\t\xe9\n", "a.ann, line 2: not UTF-8: byte 0xe9 cannot be decoded. Convert the file first, for instance: iconv -f latin1 -t utf-8."),
    ("Fever", b"T1\tX 0 1\tF\n\0", "a.ann, line 2: a zero byte, so this is no UTF-8 text. Convert UTF-16 first, for instance: iconv -f utf-16 -t utf-8."),
    (b"Fev\n\xe9r", "", "a.txt, line 2: not UTF-8: byte 0xe9 cannot be decoded. Convert the file first, for instance: iconv -f latin1 -t utf-8."),
    (b"\xef\xbb\xbf", "", "a.txt: a document without text. Leave it out."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "ann", "message"), BAD)
def test_what_is_wrong_is_named_with_its_file_and_line(
    text: str | bytes, ann: str | bytes, message: str, tmp_path: Path
) -> None:
    folder = pair(tmp_path, text, ann)
    (folder / "b.txt").write_text("Rash")
    with pytest.raises(DataError) as caught:
        list(open_documents(folder))
    assert str(caught.value) == f"{folder}/{message}"
    skipped: list[Exception] = []
    assert [item.id for item in open_documents(folder, on_bad=skipped.append)] == ["b"]
    assert [str(error) for error in skipped] == [f"{folder}/{message}"]


def test_annotations_without_a_text_are_told(tmp_path: Path) -> None:
    folder = pair(tmp_path, "Fever", "")
    (folder / "b.ann").write_text("T1\tX 0 5\tFever\n")
    with pytest.raises(DataError) as caught:
        list(open_documents(folder))
    assert str(caught.value) == (
        f"{folder / 'b.ann'}: there is no text file b.txt beside it. "
        "Put it there, or remove the annotations."
    )
    with pytest.raises(DataError, match="b.txt: cannot be read"):
        list(open_documents(folder / "b.ann"))


@pytest.mark.parametrize(
    ("stated", "texts"),
    [("fever", ("fever",)), ("Fe\u0301ver", ("Fe\u0301ver",)), ("", ("Fever",))],
)
def test_a_mention_with_another_text_is_kept_and_told(
    stated: str, texts: tuple[str, ...], tmp_path: Path
) -> None:
    notes: list[Exception] = []
    document = only(pair(tmp_path, "Fever", f"T1\tX 0 5\t{stated}\n"), on_note=notes.append)
    assert document.mentions[0].text == texts
    assert len(notes) == bool(stated)
    assert not stated or "a.ann, line 1: the text is" in str(notes[0])


def test_fragments_out_of_order_are_put_in_text_order(tmp_path: Path) -> None:
    notes: list[Exception] = []
    folder = pair(tmp_path, "sore red throat", "T1\tX 9 15;0 4\tthroat sore\n")
    (mention,) = only(folder, on_note=notes.append).mentions
    assert mention.spans == ((0, 4), (9, 15))
    assert "line 1: the offsets are not ascending" in str(notes[0])


def test_a_decision_is_a_reference_unless_gold_is(tmp_path: Path) -> None:
    fever = Mention("T1", "X", ((0, 5),), ("Fever",))
    gold = replace(fever, gold=(ConceptId("MESH", "D005334", {"id": "N7", "name": "Fever"}),))
    old = {
        "notes": [
            {"id": "#1", "type": "Link", "text": "old"},
            {"id": "#2", "type": "Y", "text": "y"},
        ]
    }
    right, nil = Link("HP:0001945", 0.9, "HPO", "Fever"), Link(None, 0.1)
    rows: list[tuple[Mention, list[str]]] = [
        (replace(fever, link=right), ["N1\tReference T1 HPO:HP:0001945\tFever"]),
        (replace(fever, link=nil), []),
        (gold, ["N7\tReference T1 MESH:D005334\tFever"]),
        (replace(gold, link=right), ["N7\tReference T1 MESH:D005334\tFever", "#1\tLink T1\tHPO:HP:0001945 Fever"]),
        (replace(gold, link=nil, extra=old), ["N7\tReference T1 MESH:D005334\tFever", "#2\tY T1\ty", "#3\tLink T1\t-"]),
    ]  # fmt: skip
    for number, (mention, lines) in enumerate(rows):
        document = replace(Document.from_text("Fever."), mentions=(mention,))
        folder = tmp_path / str(number)
        folder.mkdir()
        assert annotations(document, folder) == ["T1\tX 0 5\tFever", *lines]


def test_documents_of_other_formats_get_ids_of_brat(tmp_path: Path) -> None:
    spans = {"m": (0, 5), "T1": (6, 9), "n": (10, 14)}
    text = "Fever and\nrash"
    mentions = tuple(
        Mention(id, "a type" if id == "m" else "", (span,), (text[slice(*span)],))
        for id, span in spans.items()
    )
    document = replace(
        Document.from_text(text, id="../x/.y"),
        mentions=mentions,
        relations=(Relation("r", "same", "m", "n"), Relation("s", "lost", "m", "none")),
        coreferences=(Coreference("c", ("m", "T1", "none")),),
        events=(Event("e", "has", ("and",), ((6, 9),), (("what", "m"), ("who", "none"))),),
    )
    lines = annotations(document, tmp_path)
    assert lines == [
        "T2\ta_type 0 5\tFever",
        "T1\tEntity 6 9\tand",
        "T3\tEntity 10 14\trash",
        "T4\thas 6 9\tand",
        "E1\thas:T4 what:T2",
        "R1\tsame Arg1:T2 Arg2:T3",
        "*\tEquiv T2 T1",
    ]
    (path,) = (tmp_path / "out").rglob("*.txt")
    assert path.relative_to(tmp_path / "out").as_posix() == "%2E./x/%2Ey.txt"


def test_two_documents_of_one_file_name_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    documents = [Document.from_text("x", id=id) for id in ("a//b", "a/_/b")]
    with pytest.raises(DataError, match="document 'a/_/b': the file name 'a/_/b' is that of"):
        write_output(documents, tmp_path / "out", "brat")
    assert list(tmp_path.iterdir()) == []


def corpus(archive: Path, part: str, folder: Path) -> Path:
    """The part of a packed corpus, unpacked."""
    with tarfile.open(archive) as packed:
        members = [item for item in packed if item.name.startswith(part)]
        packed.extractall(folder, members, filter="data")
    return folder / part


def check(folder: Path, out: Path) -> tuple[int, int, int, int]:
    """Documents, mentions, those with a note and those in several parts; the bytes are compared."""
    notes: list[Exception] = []
    documents = list(open_documents(folder, on_note=notes.append))
    assert notes == []
    write_output(documents, out, "brat")
    for path in folder.rglob("*.*"):
        if path.is_file():
            assert (out / path.relative_to(folder)).read_bytes() == path.read_bytes()
    mentions = [mention for document in documents for mention in document.mentions]
    noted = sum("notes" in mention.extra for mention in mentions)
    return len(documents), len(mentions), noted, sum(len(item.spans) > 1 for item in mentions)


def test_a_part_of_mantra_is_read_whole_and_written_byte_for_byte(
    data: Path, tmp_path: Path
) -> None:
    # The counts are those of the README beside the corpora.
    archive = data / "corpora/mantra_gsc/Mantra-GSC-brat.tar.xz"
    root = corpus(archive, "Mantra-GSC/German", tmp_path)
    assert check(root, tmp_path / "out") == (250, 1_082, 1_082, 19)
    assert any(b"\r\n" in path.read_bytes() for path in root.rglob("*.txt"))


def test_a_part_of_cantemist_is_read_whole_and_written_byte_for_byte(
    data: Path, tmp_path: Path
) -> None:
    archive = data / "corpora/cantemist/cantemist_train_dev_test.tar.xz"
    root = corpus(archive, "cantemist/dev-set1/cantemist-norm", tmp_path)
    assert check(root, tmp_path / "out") == (250, 3_341, 3_341, 0)
