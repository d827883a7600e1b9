"""CoNLL: all tagging schemes, with and without offsets, and what is wrong in which line."""
# The messages stand here as the user sees them.
# ruff: noqa: E501

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from msgspec.structs import replace
from tests.strategies import documents

from xnorm.document import Document, mention_at
from xnorm.errors import DataError, XnormError
from xnorm.formats import conll, conll_lines, open_documents, write_documents
from xnorm.formats.overlap import without_overlap
from xnorm.formats.reading import Reading


def saved(folder: Path, text: str | bytes, name: str = "x.conll") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def tagged(tags: str, tmp_path: Path) -> list[str]:
    """The mentions of tokens a, b, c ... with the tags; `|` is a sentence break."""
    letters = iter("abcdefghij")
    lines = ["" if tag == "|" else f"{next(letters)} {tag}" for tag in tags.split()]
    (document,) = open_documents(saved(tmp_path, "\n".join(lines)), format="conll")
    return [f"{mention.surface}/{mention.type}" for mention in document.mentions]


SCHEMES = [
    # IOB1: B- only where one mention follows another of its type.
    ("I-X I-X O I-X B-X I-Y", ["a b/X", "d/X", "e/X", "f/Y"]),
    # IOB2
    ("B-X I-X O B-X B-X B-Y I-Y", ["a b/X", "d/X", "e/X", "f g/Y"]),
    # BIOES
    ("B-X E-X S-X S-Y B-Y I-Y E-Y O", ["a b/X", "c/X", "d/Y", "e f g/Y"]),
    # BILOU
    ("B-X L-X U-X U-X B-X I-X L-X", ["a b/X", "c/X", "d/X", "e f g/X"]),
    # No type, and underscores as in some corpora
    ("B I O B_X I_X", ["a b/", "d e/X"]),
    # A type with a hyphen
    ("B-Sign-or-symptom I-Sign-or-symptom", ["a b/Sign-or-symptom"]),
    # A sentence's end is a mention's end.
    ("B-X | I-X I-X", ["a/X", "b c/X"]),
    # What the scheme forbids still says where mentions are.
    ("O I-X E-X I-X B-Y I-X", ["b c/X", "d/X", "e/Y", "f/X"]),
]


@pytest.mark.parametrize(("tags", "expected"), SCHEMES)
def test_every_scheme_is_read(tags: str, expected: list[str], tmp_path: Path) -> None:
    assert tagged(tags, tmp_path) == expected


def test_without_offsets_tokens_are_joined_with_blanks(tmp_path: Path) -> None:
    text = "-DOCSTART- -X- O O\n\nSin RB O\ntos NN B-SIGN\n\n. . O\n\n-DOCSTART-\n# doc_id = b\n\n# H O\n1 CD O\n"
    documents = list(open_documents(saved(tmp_path, text)))
    assert [(item.id, item.text) for item in documents] == [("1", "Sin tos ."), ("b", "# 1")]
    assert documents[0].mentions[0].spans == ((4, 7),)


@pytest.mark.parametrize(
    "line", ["# doc_id = k", "# doc id: k", "#doc_id k", "# newdoc id = k", "# DocID=k"]
)
def test_a_document_is_announced_in_many_ways(line: str, tmp_path: Path) -> None:
    text = f"# doc_id = first\na\tO\n{line}\n# sent_id = 1\n# text = b O\nb\tO\n"
    assert [item.id for item in open_documents(saved(tmp_path, text))] == ["first", "k"]


OFFSETS = [
    "Sin\t0\t3\tO\ntos\t5\t8\tB-X\n",
    "token\tstart\tend\ttag\nSin\t0\t3\tO\ntos\t5\t8\tB-X\n",
    "Sin n1 0 3 RB O\n\ntos n1 5 8 NN B-X\n",
    "\ufeffSin\t0\t3\tO\r\n\r\ntos\t5\t8\tB-X\r\n",
]


@pytest.mark.parametrize("text", OFFSETS)
def test_offsets_are_found_and_kept(text: str, tmp_path: Path) -> None:
    (document,) = open_documents(saved(tmp_path, text), format="conll")
    assert (document.id, document.text) == ("x", "Sin  tos")
    assert document.mentions[0].spans == ((5, 8),)


def test_a_folder_names_documents_after_files(tmp_path: Path) -> None:
    saved(tmp_path, "a\tO\nb\tO\nc\tO\n", "b.iob")
    saved(tmp_path, "-DOCSTART- O\n\na O\n\n-DOCSTART- O\n\nb O\n", "a/x.conll")
    saved(tmp_path, gzip.compress(b"# doc_id = own\na\tO\n"), "c.bio.gz")
    saved(tmp_path, "no", "notes.txt")
    documents = open_documents(tmp_path)
    assert documents.format.name == "conll"
    assert [item.id for item in documents] == ["a/x/1", "a/x/2", "b", "own"]


TODO = "Write `token TAG` or `token start end TAG`, with a tag such as B-Disease."
BAD = [
    ("a O\nb NN\n", f", line 2: no IOB tag at the end of the line: 'NN'. {TODO}"),
    ("a O\nb\n", f", line 2: no IOB tag at the end of the line: 'b'. {TODO}"),
    ("a\t0\t1\tO\nbc\t2\t3\tO\n", ", line 2: no offsets of 2 characters as the tokens before have them. Give start and end of every token in characters of the document."),
    ("a\t0\t1\tO\nb\tO\n", ", line 2: no offsets of 1 characters as the tokens before have them. Give start and end of every token in characters of the document."),
    ("ab\t0\t2\tO\n\nb\t0\t1\tO\n", ", line 3: the token begins at 0, but the one before it ends at 2. Offsets count Unicode characters of the document and ascend."),
    ("a\t0\t1\tO\nb\t99999999999\t100000000000\tO\n", ", line 2: the token begins at 99,999,999,999, but the one before it ends at 1. Offsets count Unicode characters of the document and ascend."),
    (b"a O\n\xe9 O\n", ", line 2: not UTF-8: byte 0xe9 cannot be decoded. Convert the file first, for instance: iconv -f latin1 -t utf-8."),
    ("a O\n\0 O\n", ", line 2: a zero byte, so this is no UTF-8 text. Convert UTF-16 first, for instance: iconv -f utf-16 -t utf-8."),
    ("# language = zz\na O\n", ", line 1: unknown language code 'zz'. Give an ISO 639-1 code such as es, de or fr. Known: de, en, es, fr, it, nl, pt."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), BAD)
def test_what_is_wrong_is_named_with_its_line(
    text: str | bytes, message: str, tmp_path: Path
) -> None:
    path = saved(tmp_path, text)
    with pytest.raises(XnormError) as caught:
        list(open_documents(path, format="conll"))
    assert str(caught.value) == f"{path}{message}"


def test_a_bad_document_is_left_out_whole(tmp_path: Path) -> None:
    text = b"# doc_id = 1\na\tO\nb\tQ\nc\tO\n# doc_id = 2\n\xff\tO\n# doc_id = 3\na\tO\n"
    bad: list[XnormError] = []
    path = saved(tmp_path, text)
    assert [item.id for item in open_documents(path, on_bad=bad.append)] == ["3"]
    assert [error.place for error in bad] == [f"{path}, line 3", f"{path}, line 6"]


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        list(open_documents(tmp_path, format="conll"))
    assert str(caught.value) == (
        f"{tmp_path}: no .conll, .iob, .iob2, .bio or .bioes files in the folder. "
        "Give a folder of CoNLL files."
    )


@pytest.mark.parametrize("text", ["Vitamin B", "Give vitamin B-12\n", "I\nO\nB\n", "a b c\nd e\n"])
def test_prose_is_not_taken_for_columns(text: str, tmp_path: Path) -> None:
    assert open_documents(saved(tmp_path, text, "x.txt")).format.name == "txt"


def test_tokens_are_cut_at_mentions_and_sentences_go_on_in_them() -> None:
    text = "Kein Vit. B-Mangel. Kardio-\nmyopathie"
    whole = Document.from_text(text, id="d 1", language="de")
    spans = [(5, 12), (23, 30), (5, 8)]
    mentions = tuple(
        mention_at(text, [span], id=str(at), type="Typ A") for at, span in enumerate(spans)
    )
    stream = io.BytesIO()
    write_documents([replace(whole, mentions=mentions)], stream, "conll")
    assert stream.getvalue().decode() == (
        "# doc_id = d 1\n# language = de\n"
        "Kein\t0\t4\tO\nVit\t5\t8\tB-Typ_A\n.\t8\t9\tI-Typ_A\nB\t10\t11\tI-Typ_A\n"
        "-\t11\t12\tI-Typ_A\nMangel\t12\t18\tO\n.\t18\t19\tO\n\n"
        "Kar\t20\t23\tO\ndio\t23\t26\tB-Typ_A\n-\t26\t27\tI-Typ_A\nmy\t28\t30\tI-Typ_A\n"
        "opathie\t30\t37\tO\n\n"
    )


@settings(max_examples=60, deadline=None)
@given(documents())
def test_what_is_written_has_the_texts_offsets(document: Document) -> None:
    stream = io.BytesIO()
    conll_lines.write([document], stream)
    for read in conll.read(io.BytesIO(stream.getvalue()), Reading("x")):
        for ours, there in zip(read.text, document.text, strict=False):
            assert ours in (there, " ")
        kept = {(item.start, item.end) for item in without_overlap(document.mentions)}
        for mention in read.mentions:
            assert any(a <= mention.start and mention.end <= b for a, b in kept)
