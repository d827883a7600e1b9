"""What is wrong with a file, where, and what to do: one line each."""
# The messages stand here as the user sees them.
# ruff: noqa: E501

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from xnorm.errors import DataError, SettingError, XnormError
from xnorm.formats import open_documents

OFFSETS = "Offsets count Unicode characters from 0, the end is exclusive."
WHOLE = "Is the file whole? `python -m json.tool` checks."


def passage(text: str = "ab cd", start: int = 0, **more: Any) -> dict[str, Any]:
    spans = [[start, start + len(text)]]
    return {"id": f"p{start}", "type": "", "text": [text], "offsets": spans} | more


def entity(*offsets: Any, text: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    texts = text if text is not None else ["ab"] * len(offsets)
    return {"id": "T1", "type": "X", "text": texts, "offsets": list(offsets), **more}


def document(*entities: Any, **more: Any) -> dict[str, Any]:
    return {"id": "1", "passages": [passage()], "entities": list(entities)} | more


def link(**more: Any) -> dict[str, Any]:
    return {"concept": "C1", "source": "S", "name": "N", "score": 0.5, "reason": ""} | more


DOCUMENTS: list[tuple[Any, str]] = [
    (document(entity([0, 9])), f"$[0].entities[0].offsets[0]: offsets 0-9 lie outside the text of 5 characters. {OFFSETS}"),
    (document(entity([-1, 2])), f"$[0].entities[0].offsets[0]: offsets -1-2 lie before the text. {OFFSETS}"),
    (document(entity([0, 2], [4, 3])), f"$[0].entities[0].offsets[1]: offsets 4-3 are reversed. {OFFSETS}"),
    (document(entity([2, 2])), f"$[0].entities[0].offsets[0]: offsets 2-2 are empty. {OFFSETS}"),
    (document(entity([0, 2.0])), f"$[0].entities[0].offsets[0]: expected two whole numbers [start, end]. {OFFSETS}"),
    (document(entity([0, True])), f"$[0].entities[0].offsets[0]: expected two whole numbers [start, end]. {OFFSETS}"),
    (document(entity(0, 2)), f"$[0].entities[0].offsets[0]: expected two whole numbers [start, end]. {OFFSETS}"),
    (document(entity([0, 2], text=["a", "b"])), "$[0].entities[0]: 1 offsets for 2 texts. Give one text for each [start, end]."),
    (document(entity()), "$[0].entities[0]: an entity without offsets. Give it one [start, end] at least."),
    (document(entity([0, 2]), entity([0, 2])), "$[0].entities[1].id: the id 'T1' occurs twice in the document. Give every mention its own id."),
    (document(entity([0, 2], id=None)), "$[0].entities[0]: `id` is missing. Give every id a text."),
    (document(entity([0, 2], type=3)), "$[0].entities[0].type: expected a string, found a number."),
    (document(entity([0, 2], text=["ab", None])), "$[0].entities[0].text[1]: expected a string, found null."),
    (document(entity([0, 2], normalized=[{"db_name": "HPO"}])), "$[0].entities[0].normalized[0]: `db_id` is missing. Give every db_id a text."),
    (document(entity([0, 2], normalized={})), "$[0].entities[0].normalized: expected a list, found an object."),
    (document(entity([0, 2], link=link())), "$[0].entities[0]: `normalized` and `link` name different concepts. Correct both, or delete `link` to make `normalized` the stated concepts."),
    (document(entity([0, 2], link=link(score="high"))), "$[0].entities[0].link.score: expected 'float', got 'str'. Write it as xnorm does, or rename the field."),
    (document(entity([0, 2], candidates=[{"db_id": "C1", "score": 1}])), "$[0].entities[0].candidates[0]: object missing required field 'db_name'. Write it as xnorm does, or rename the field."),
    (document("T1"), "$[0].entities[0]: expected an object, found a string."),
    (document(entities=True), "$[0].entities: expected a list, found true or false."),
    (document(language="xx-yy"), "$[0].language: unknown language code 'xx-yy'. Give an ISO 639-1 code such as es, de or fr. Known: de, en, es, fr, it, nl, pt."),
    (document(lang=["es"]), "$[0].lang: expected a string, found a list."),
    (document(id=""), "$[0]: `id` is missing. Give every id a text."),
    (document(id={}), "$[0].id: expected a string, found an object."),
    (document(passages=[]), "$[0].passages: a document without text. Leave it out."),
    (document(passages=[passage(""), passage("")]), "$[0].passages: a document without text. Leave it out."),
    (document(passages=[passage(), passage(start=3)]), "$[0].passages[1].offsets[0]: the passage begins at 3, before 5 where the one before it ends. Passages follow one another without overlap."),
    (document(passages=[passage(start=10**12)]), "$[0].passages[0].offsets[0]: the passage begins 1,000,000,000,000 characters after the one before it. Offsets count Unicode characters of the document."),
    (document(passages=[passage(offsets=[[0, 6]])]), "$[0].passages[0].offsets[0]: offsets 0-6 for a text of 5 characters. Offsets count Unicode characters, not bytes or UTF-16 units."),
    (document(passages=[passage(offsets=[])]), "$[0].passages[0]: 0 offsets for 1 texts. Give one text for each [start, end]."),
    (document(events=[{"id": "E", "trigger": {"text": ["x"], "offsets": [[8, 9]]}}]), f"$[0].events[0].trigger.offsets[0]: offsets 8-9 lie outside the text of 5 characters. {OFFSETS}"),
    (document(relations=[{"id": "R", "arg1_id": "T1"}]), "$[0].relations[0]: `arg2_id` is missing. Give every arg2_id a text."),
    ("text", "$[0]: expected an object, found a string."),
    ({"id": "1", "pasages": []}, "$[0]: no `passages` among the fields (id, pasages). A BigBIO document has them."),
]  # fmt: skip


@pytest.mark.parametrize(("value", "message"), DOCUMENTS)
def test_a_bad_document_is_named_by_its_path(value: Any, message: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps([value]), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        list(open_documents(path, format="bigbio"))
    assert str(caught.value) == f"{path}, {message}"


PLAIN = b'{"id": "1", "text": "a"}\n'
FILES: list[tuple[str, bytes, str]] = [
    ("x.json", b"", ": the file is empty. Give a file with documents."),
    ("x.txt", b" \n", ": the file is empty. Give a file with documents."),
    ("x.txt", b"\xef\xbb\xbf", ": a document without text. Leave it out."),
    ("x.txt", b"a\nb\xe9c", ", line 2: not UTF-8: byte 0xe9 cannot be decoded. Convert the file first, for instance: iconv -f latin1 -t utf-8."),
    ("x.txt", "a\nb".encode("utf-16-le"), ", line 1: a zero byte, so this is no UTF-8 text. Convert UTF-16 first, for instance: iconv -f utf-16 -t utf-8."),
    ("x.jsonl", PLAIN + b'{"id": "2", "text": "\xe9"}', ", line 2: not UTF-8: byte 0xe9 cannot be decoded. Convert the file first, for instance: iconv -f latin1 -t utf-8."),
    ("x.json", b"[\n" + PLAIN + b',\n{"id": "2", "text": "\xe9"}]', ", line 4: not UTF-8: byte 0xe9 cannot be decoded. Convert the file first, for instance: iconv -f latin1 -t utf-8."),
    ("x.jsonl", PLAIN + b'\n{"id": "2", "te', f", line 3: broken JSON: Unterminated string starting at at character 13. {WHOLE}"),
    ("x.jsonl", PLAIN + b'{"id": "2", "text": "a", "x": NaN}\n', f", line 2: broken JSON: NaN is not a JSON number. {WHOLE}"),
    ("x.jsonl", PLAIN + b'{"id": "2", "text": "a", "x": 1e999}\n', f", line 2: broken JSON: 1e999 is too large for a number. {WHOLE}"),
    ("x.jsonl", PLAIN + b'{"id": "2", "text": "\\ud83d"}\n', f", line 2: broken JSON: an escape \\uD800 to \\uDFFF stands alone. {WHOLE}"),
    ("x.json", b"[\n" + PLAIN, f", line 3: broken JSON: expected ',' or ']' after a value of the array. {WHOLE}"),
    ("x.json", b"[\n" + PLAIN + b",", f", line 3: broken JSON: the array ends too early. {WHOLE}"),
    ("x.json", b"[\n" + PLAIN + b"]\n x", f", line 4: broken JSON: more text after the end of the array. {WHOLE}"),
    ("x.json", b'[\n{"id": "1", "text": "a",\n "x": -Infinity}]', f", line 2: broken JSON: -Infinity is not a JSON number. {WHOLE}"),
    ("x.json", b'[\n{"id": "1", "text": "a",\n "x" 1}]', f", line 3: broken JSON: Expecting ':' delimiter. {WHOLE}"),
    ("x.json", b'{\n"id": "1",\n "text": "a"\n}\n{}', f", line 5: broken JSON: more text after the end of the object. {WHOLE}"),
    ("x.json", b"{oops}", f", line 1: broken JSON: Expecting property name enclosed in double quotes at character 2. {WHOLE}"),
    ("x.json", b'[{"id": 1, "txt": ""}]', ": JSON of an unknown format: the fields are id, txt. Expected `passages` (BigBIO), `text`, a table with `mention`, or plain text; or name the format."),
    ("x.pdf", b"%PDF-1.7\0", ": unknown format. Expected `passages` (BigBIO), `text`, a table with `mention`, or plain text; or name the format."),
    ("x.jsonl", PLAIN + b'{"id": "2", "text": ""}', ", line 2, $.text: a document without text. Leave it out."),
    ("x.jsonl", PLAIN + b'{"id": "2", "txt": ""}', ", line 2: no `text` among the fields (id, txt). Give every document a text."),
    ("x.jsonl", PLAIN + b'{"id": "2", "text": "a", "mentions": [{"start": 0, "end": 2}]}', f", line 2, $.mentions[0]: offsets 0-2 lie outside the text of 1 characters. {OFFSETS}"),
    ("x.jsonl", PLAIN + PLAIN, ", document '1': the id occurs twice. Give every document its own id."),
    ("x.tsv", b"mention\tid\nfiebre\t1\t2", ", line 2: 3 cells for 2 columns. Remove the tabs within cells."),
    ("x.tsv", b"mention\tid\n \t1", ", line 2: a line without a mention. Leave it out."),
    ("x.tsv", b"mention\tmention\n", ", line 1: two columns are named 'mention'. Rename one of them."),
    ("x.tsv", b"mention\nfi\xe9", ", line 2: not UTF-8: byte 0xe9 cannot be decoded. Convert the file first, for instance: iconv -f latin1 -t utf-8."),
    ("x.tsv", b"mention\tlanguage\nfiebre\tzz", ", line 2: unknown language code 'zz'. Give an ISO 639-1 code such as es, de or fr. Known: de, en, es, fr, it, nl, pt."),
    ("x.txt.gz", b"\x1f\x8b\x08\0", ": the packed data is damaged (Compressed file ended before the end-of-stream marker was reached). Copy or pack the file again."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "message"), FILES)
def test_a_bad_file_is_named_with_its_line(
    name: str, data: bytes, message: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(XnormError) as caught:
        list(open_documents(path))
    assert str(caught.value) == f"{path}{message}"


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"cannot be read \(No such file or directory\)"):
        open_documents(tmp_path / "none.json")
    with pytest.raises(DataError) as caught:
        list(open_documents(tmp_path))
    assert str(caught.value) == f"{tmp_path}: no .txt files in the folder. Give a folder of texts."
    with pytest.raises(SettingError) as setting:
        open_documents(tmp_path, format="bigbio")
    assert str(setting.value) == f"{tmp_path}: 'bigbio' reads files, not folders."


def test_a_table_without_a_column_of_mentions_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_text("a\tb\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        list(open_documents(path, format="mentions", on_bad=print))
    assert str(caught.value) == (
        f"{path}, line 1: 2 columns and none named `mention`. "
        "Name the column of mentions in the first line."
    )


def test_unknown_formats_are_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"unknown format 'bigbo'\. Did you mean 'bigbio'\?"):
        open_documents(tmp_path, format="bigbo")
    with pytest.raises(
        SettingError, match=r"the format 'tsv' is only written\. Did you mean 'csv'"
    ):
        open_documents(tmp_path, format="tsv")
    with pytest.raises(SettingError, match="unknown language code 'english'"):
        open_documents(tmp_path, language="english")


LINES = b'{"id": "1", "text": "a"}\n{"id": 2\n{"id": "3"}\n{"id": "1", "text": "b"}\n\xe9\n\n{"id": "4", "text": "c"}'
ARRAY = b'[{"id": "1", "text": "a"}, 7, {"id": "3"}, {"id": "1", "text": "b"}, {"id": "4", "text": "c"}]'
TABLE = b"id\tmention\n1\ta\n2\t\n3\tb\tc\n1\tb\n4\tc\n"


@pytest.mark.parametrize(
    ("name", "data", "places"),
    [
        ("x.jsonl", LINES, [", line 2", ", line 3", ", document '1'", ", line 5"]),
        ("x.json", ARRAY, [", $[1]", ", $[2]", ", document '1'"]),
        ("x.tsv", TABLE, [", line 3", ", line 4", ", document '1'"]),
    ],
)
def test_bad_documents_are_left_out_and_the_others_go_on(
    name: str, data: bytes, places: list[str], tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    bad: list[XnormError] = []
    assert [item.id for item in open_documents(path, on_bad=bad.append)] == ["1", "4"]
    assert [error.place for error in bad] == [f"{path}{place}" for place in places]


def test_a_bad_text_file_in_a_folder_is_left_out(tmp_path: Path) -> None:
    for name, data in (("a.txt", b"a"), ("b.txt", b"\xff"), ("c.txt", b""), ("d/e.TXT", b"e")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    bad: list[XnormError] = []
    assert [item.id for item in open_documents(tmp_path, on_bad=bad.append)] == ["a", "d/e"]
    assert [error.place for error in bad] == [f"{tmp_path}/b.txt, line 1", f"{tmp_path}/c.txt"]


def test_a_broken_array_cannot_go_on(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b'[{"id": "1", "text": "a"}, {"id": "2" "text": "b"}]')
    bad: list[XnormError] = []
    documents = open_documents(path, on_bad=bad.append)
    assert next(documents).id == "1"
    with pytest.raises(DataError, match="broken JSON"):
        next(documents)
    assert not bad


def test_what_is_odd_but_kept_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    odd = document(entity([3, 5], [0, 2], text=["CD", "ab"]))
    path.write_text(json.dumps([odd]), encoding="utf-8")
    notes: list[XnormError] = []
    (read,) = open_documents(path, on_note=notes.append)
    assert read.mentions[0].spans == ((0, 2), (3, 5))
    assert read.mentions[0].text == ("ab", "CD")
    assert [str(note) for note in notes] == [
        f"{path}, $[0].entities[0]: the offsets are not ascending. They were put in text order.",
        f"{path}, $[0].entities[0].text[1]: the text is 'CD', but 'cd' stands at its offsets 3-5. "
        "It was kept as it is; correct the offsets or the text.",
    ]
