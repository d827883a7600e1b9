"""PubTator: documents in blocks of lines, ids of many forms, and the corpora byte for byte."""
# The messages stand here as the user sees them.
# ruff: noqa: E501

from __future__ import annotations

import gzip
import io
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from xnorm.document import ConceptId, Document, Link, Mention, Passage
from xnorm.errors import DataError
from xnorm.formats import open_documents, write_documents

OFFSETS = "Offsets count Unicode characters from 0, the end is exclusive."


def read(path: Path, data: str | bytes, **options: Any) -> list[Document]:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return list(open_documents(path, format="pubtator", **options))


def written(*documents: Document) -> str:
    stream = io.BytesIO()
    write_documents(documents, stream, "pubtator")
    return stream.getvalue().decode()


def one(cell: str, type: str = "Disease") -> str:
    """A file of one mention with that last cell."""
    return f"1|t|Fever.\n1|a|\n1\t0\t5\tFever\t{type}\t{cell}\n\n"


LAYOUTS = {
    "usual": "1|t|A\n1|a|b\n\n2|t|C\n2|a|d\n\n",
    "first line blank, none at the end": "\n1|t|A\n1|a|b\n\n2|t|C\n2|a|d\n",
    "no final line end": "1|t|A\n1|a|b\n\n2|t|C\n2|a|d",
    "several blank lines": "\n\n1|t|A\n1|a|b\n\n\n2|t|C\n2|a|d\n\n\n\n",
    "none between": "1|t|A\n1|a|b\n2|t|C\n2|a|d\n",
    "none between, with a mention": "1|t|A\n1|a|b\n1\t0\t1\tA\tX\tD000001\n2|t|C\n2|a|d\n",
    "carriage returns": "1|t|A\r\n1|a|b\r\n\r\n2|t|C\r\n2|a|d\r\n\r\n",
    "further passages": "1|t|A\n1|a|b\n1|k|key words\n\n2|t|C\n2|a|d\n\n",
}


@pytest.mark.parametrize("data", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_documents_are_parted_however_their_lines_lie(data: str, tmp_path: Path) -> None:
    documents = read(tmp_path / "x.txt", data)
    assert [(item.id, item.text[:3]) for item in documents] == [("1", "A b"), ("2", "C d")]
    assert written(*documents) == data


def test_an_odd_end_of_a_file_does_not_swallow_what_is_written_after_it(tmp_path: Path) -> None:
    one, two = read(tmp_path / "x.txt", LAYOUTS["no final line end"])
    assert written(two, one) == "2|t|C\n2|a|d\n\n1|t|A\n1|a|b\n\n"


def test_offsets_count_through_title_and_abstract_and_empty_ones(tmp_path: Path) -> None:
    data = (
        "1|t|\n1|a|Fever and 🧬.\n1\t1\t6\tFever\tX\t\n1\t11\t12\t🧬\tX\t-\n\n"
        "2|t|Fever\n2|a|\n2\t0\t5\tFever\tX\t-1\n\n"
    )
    first, second = read(tmp_path / "x.txt", data)
    assert [passage.spans for passage in first.passages] == [((0, 0),), ((1, 13),)]
    assert first.text[11] == "🧬"
    assert [passage.type for passage in second.passages] == ["title", "abstract"]
    assert second.text == "Fever"
    assert written(first, second) == data


IDS: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("Disease", "D003643", [("MESH", "D003643")]),
    ("Disease", "MESH:D003643", [("MESH", "D003643")]),
    ("Chemical", "C535331", [("MESH", "C535331")]),
    ("Chemical", "C000657245", [("MESH", "C000657245")]),
    ("Disease", "C0011065", [("UMLS", "C0011065")]),
    ("Disease", "UMLS:C0011065", [("UMLS", "C0011065")]),
    ("Disease", "OMIM:104300", [("OMIM", "104300")]),
    ("Disease", "HP:0002315", [("", "HP:0002315")]),
    ("Gene", "5743", [("", "5743")]),
    ("Gene", "5743;5742", [("", "5743"), ("", "5742")]),
    ("Disease", "D003643|D003644", [("MESH", "D003643"), ("MESH", "D003644")]),
    ("Disease", "OMIM:1+C535331", [("OMIM", "1"), ("MESH", "C535331")]),
    ("Disease", " D003643 ", [("MESH", "D003643")]),
    ("Disease", "D003643|-1", [("MESH", "D003643")]),
    ("SequenceVariant", "c|SUB|G|2633+1|C", [("", "c|SUB|G|2633+1|C")]),
    ("SequenceVariant", "rs1,rs2", [("", "rs1"), ("", "rs2")]),
    ("Mutation", "RS#:1;HGVS:c.1A>G", [("", "RS#:1;HGVS:c.1A>G")]),
    ("Disease", "-1", []),
    ("Disease", "-", []),
    ("Disease", "", []),
]


@pytest.mark.parametrize(("type", "cell", "expected"), IDS)
def test_the_ids_of_a_mention_are_parted_and_come_back_as_they_stood(
    type: str, cell: str, expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    data = one(cell, type)
    documents = read(tmp_path / "x.txt", data)
    (mention,) = documents[0].mentions
    assert [(concept.db_name, concept.db_id) for concept in mention.gold] == expected
    assert written(*documents) == data


@pytest.mark.parametrize("cells", ["D003643\tFever|heat", "D003643\t\tx"])
def test_further_columns_come_back(cells: str, tmp_path: Path) -> None:
    data = one(cells)
    assert written(*read(tmp_path / "x.txt", data)) == data


def test_a_mention_without_the_column_of_ids_comes_back_without_it(tmp_path: Path) -> None:
    data = "1|t|Fever.\n1|a|\n1\t0\t5\tFever\tX\n\n"
    documents = read(tmp_path / "x.txt", data)
    assert written(*documents) == data
    (mention,) = documents[0].mentions
    linked = replace(mention, link=Link("D005334", 0.9, "MESH"))
    assert "\tX\tD005334\n" in written(replace(documents[0], mentions=(linked,)))


def linked(mention: Mention, link: Link | None) -> str:
    document = Document.from_text("Fever.", id="1")
    return written(replace(document, mentions=(mention,))).splitlines()[2]


def test_a_decision_stands_where_ids_stand_unless_gold_does() -> None:
    fever = Mention("T1", "X", ((0, 5),), ("Fever",))
    gold = replace(fever, gold=(ConceptId("MESH", "D005334"),))
    right, nil = Link("HP:0001945", 0.9, "HPO"), Link(None, 0.1)
    snomed = Link("386661006", 0.9, "SNOMEDCT")
    rows = [
        (fever, "-"),
        (replace(fever, link=right), "HP:0001945"),
        (replace(fever, link=snomed), "SNOMEDCT:386661006"),
        (replace(fever, link=nil), "-"),
        (replace(fever, link=nil, extra={"identifier": "-1"}), "-1"),
        (gold, "D005334"),
        (replace(gold, extra={"identifier": "MESH:D005334"}), "MESH:D005334"),
        (replace(gold, extra={"identifier": "D000001"}), "D005334"),
        (replace(gold, link=right), "D005334\tlink=HP:0001945"),
        (replace(gold, link=nil), "D005334\tlink=-"),
        (
            replace(gold, link=nil, extra={"columns": ["Fever", "link=HP:0001945"]}),
            "D005334\tFever\tlink=-",
        ),
    ]
    for mention, cells in rows:
        assert linked(mention, None) == f"1\t0\t5\tFever\tX\t{cells}"


def test_relations_between_concepts_come_back(tmp_path: Path) -> None:
    data = f"{one('D005334')[:-1]}1\tCID\tD008750\tD005334\n1\tAssociation\t1\t2\tNovel\n\n"
    (document,) = read(tmp_path / "x.txt", data)
    assert document.relations == ()
    assert document.extra["concept_relations"] == [
        ["CID", "D008750", "D005334"],
        ["Association", "1", "2", "Novel"],
    ]
    assert written(document) == data


def test_documents_of_other_formats_keep_their_offsets() -> None:
    parts = (("note", "Fever", 2), ("plan", "Rest\tnow", 7), ("", "Tea\r\n", 18))
    passages = tuple(
        Passage(f"p{at}", type, (text,), ((at, at + len(text)),)) for type, text, at in parts
    )
    document = Document("a|b\t1", passages)
    tea = Mention("m", "", ((0 + 18, 21),), ("Tea",))
    split = Mention("n", "X", ((2, 4), (7, 11)), ("Fe", "Rest"))
    lines = written(replace(document, mentions=(tea, split))).splitlines()
    assert lines == [
        "a%7Cb%091|t|  FeverRest\tnow  ",
        "a%7Cb%091|a|Tea  ",
        "a%7Cb%091\t18\t21\tTea\t\t-",
        "a%7Cb%091\t2\t11\tFeverRest\tX\t-",
        "",
    ]


def test_a_single_text_is_a_title_with_an_empty_abstract() -> None:
    assert written(Document.from_text("Fever", id="1")) == "1|t|Fever\n1|a|\n\n"


BAD: list[tuple[str | bytes, str]] = [
    ("1|t|A\n1|a|b\n1\t0\n", "line 3: 2 columns. A mention has PMID, start, end, text, type and id; a relation PMID, type and two ids; between them stand tabs."),
    ("1|t|A\n1|a|b\n1 0 1 A X D1\n", "line 3: the line is one of document '1 0 1 A X D1', but stands among those of '1'. Put it below its title and abstract."),
    ("1|t|A\n1|a|b\n2\t0\t1\tA\tX\tD1\n", "line 3: the line is one of document '2', but stands among those of '1'. Put it below its title and abstract."),
    ("1|t|A\n1|a|b\n1\t0\t1o\tA\tX\tD1\n", "line 3: the offsets are '0' and '1o'. Give two whole numbers."),
    ("1|t|A\n1|a|b\n1\t2\t4\tb\tX\tD1\n", f"line 3: offsets 2-4 lie outside the text of 3 characters. {OFFSETS}"),
    ("1|t|A\n1|a|b\n1\t-1\t1\tA\tX\tD1\n", f"line 3: offsets -1-1 lie before the text. {OFFSETS}"),
    ("1|t|A\n1|a|b\n1\t1\t1\t\tX\tD1\n", f"line 3: offsets 1-1 are empty. {OFFSETS}"),
    ("1|t|A\n1|a|b\n1\t3\t1\tA\tX\tD1\n", f"line 3: offsets 3-1 are reversed. {OFFSETS}"),
    ("\n1\t0\t1\tA\tX\tD1\n", "line 2: a document without title and abstract. Before its mentions stand lines such as PMID|t|title, without a blank line."),
    ("1|t|\n1|a|\n", "line 1: a document without text. Before its mentions stand lines such as PMID|t|title, without a blank line."),
    (b"1|t|A\n1|a|b\xe9\n", "line 2: not UTF-8: byte 0xe9 cannot be decoded. Convert the file first, for instance: iconv -f latin1 -t utf-8."),
    (b"1|t|A\n1|a|b\0\n", "line 2: a zero byte, so this is no UTF-8 text. Convert UTF-16 first, for instance: iconv -f utf-16 -t utf-8."),
    ("1|t|A\n\n1|t|A\n", "document '1': the id occurs twice. Give every document its own id."),
]  # fmt: skip


@pytest.mark.parametrize(("data", "message"), BAD)
def test_what_is_wrong_is_named_with_its_line(
    data: str | bytes, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.txt"
    with pytest.raises(DataError) as caught:
        read(path, data)
    assert str(caught.value) == f"{path}, {message}"


def test_a_bad_document_is_left_out_and_the_others_are_read(tmp_path: Path) -> None:
    skipped: list[Exception] = []
    data = "".join(f"{n}|t|A\n{n}|a|b\n{n}\t0\t{n}\tA\tX\t-\n\n" for n in (1, 9, 2))
    documents = read(tmp_path / "x.txt", data, on_bad=skipped.append)
    assert [item.id for item in documents] == ["1", "2"]
    assert [str(error).split(": ")[0].split(", ")[1] for error in skipped] == ["line 7"]


@pytest.mark.parametrize(
    ("title", "stated", "noted"),
    [
        ("Fever.", "fever", True),
        ("Fever.", "Feve\u0301r", True),
        ("Fie\u0300vre", "Fi\u00e8vre", True),
        ("Sore\tthroat", "Sore throat", False),
    ],
)
def test_a_mention_with_another_text_is_kept_and_told(
    title: str, stated: str, noted: bool, tmp_path: Path
) -> None:
    notes: list[Exception] = []
    end = len(title.removesuffix("."))
    data = f"1|t|{title}\n1|a|\n1\t0\t{end}\t{stated}\tX\t-\n\n"
    documents = read(tmp_path / "x.txt", data, on_note=notes.append)
    assert len(notes) == noted
    assert not noted or f"x.txt, line 3: the text is '{stated}', but" in str(notes[0])
    assert written(*documents) == data


def test_a_byte_order_mark_is_no_part_of_the_id(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"\xef\xbb\xbf1|t|A\n1|a|b\n")
    documents = open_documents(path)
    assert documents.format.name == "pubtator"
    assert [item.id for item in documents] == ["1"]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"

    def documents() -> Iterator[Document]:
        for number in range(600):
            yield Document.from_text("x" * 8_000, id=str(number))

    with open(path, "wb") as stream:
        write_documents(documents(), stream, "pubtator")
    tracemalloc.start()
    count = sum(1 for _ in open_documents(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 600
    assert peak < path.stat().st_size / 10


CORPORA = [
    ("ncbi_disease/NCBItrainset_corpus.txt.gz", 593, 5_145, 5_145, 1),
    ("ncbi_disease/NCBIdevelopset_corpus.txt.gz", 100, 787, 787, 0),
    ("ncbi_disease/NCBItestset_corpus.txt.gz", 100, 960, 960, 0),
    ("bc5cdr/CDR_TrainingSet.PubTator.txt.gz", 500, 9_385, 9_309, 0),
    ("bc5cdr/CDR_DevelopmentSet.PubTator.txt.gz", 500, 9_591, 9_532, 0),
    ("bc5cdr/CDR_TestSet.PubTator.txt.gz", 500, 9_809, 9_718, 0),
    ("biored/Train.PubTator.gz", 400, 13_351, 13_320, 0),
    ("biored/Dev.PubTator.gz", 100, 3_533, 3_513, 0),
    ("biored/Test.PubTator.gz", 100, 3_535, 3_523, 0),
]


@pytest.mark.parametrize(("name", "documents", "mentions", "with_id", "odd"), CORPORA)
def test_a_corpus_is_read_whole_and_written_byte_for_byte(
    data: Path, name: str, documents: int, mentions: int, with_id: int, odd: int
) -> None:
    # The counts are those of the README beside the corpora.
    from xnorm.formats import FORMATS, Reading

    raw = gzip.decompress((data / "corpora" / name).read_bytes())
    notes: list[Exception] = []
    reader = FORMATS["pubtator"].read
    assert reader is not None
    found = list(reader(io.BytesIO(raw), Reading(name, on_note=notes.append)))
    everything = [mention for document in found for mention in document.mentions]
    assert (len(found), len(everything)) == (documents, mentions)
    assert sum(bool(mention.gold) for mention in everything) == with_id
    assert len(notes) == odd
    assert written(*found).encode() == raw


def test_the_document_that_ncbi_disease_has_twice_is_read_once_when_bad_ones_are_skipped(
    data: Path,
) -> None:
    skipped: list[Exception] = []
    path = data / "corpora/ncbi_disease/NCBItrainset_corpus.txt.gz"
    assert sum(1 for _ in open_documents(path, on_bad=skipped.append)) == 592
    assert [str(error).partition(": ")[0] for error in skipped] == [f"{path}, document '8528200'"]
