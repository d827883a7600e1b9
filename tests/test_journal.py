"""A run that was stopped goes on where it was, and never mixes two runs."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from xnorm.document import Document
from xnorm.errors import DataError, SettingError
from xnorm.journal import Journal

DOCUMENTS = [Document.from_text(f"text {n} ñ\n🫀", id=f"d{n}", language="es") for n in range(5)]


def test_a_finished_run_publishes_everything_and_leaves_only_the_output(tmp_path: Path) -> None:
    output = tmp_path / "out.json"
    journal = Journal(output, "run", resume=False)
    assert list(journal.record(DOCUMENTS[:2])) == DOCUMENTS[:2]
    assert list(journal.documents()) == DOCUMENTS[:2]
    journal.publish(DOCUMENTS[2:], "plain")
    assert [item["id"] for item in json.loads(output.read_text())] == ["d0", "d1", "d2", "d3", "d4"]
    assert list(tmp_path.iterdir()) == [output]


def test_a_run_that_breaks_off_keeps_what_is_finished_and_nothing_else(tmp_path: Path) -> None:
    def broken() -> Iterator[Document]:
        yield from DOCUMENTS[:2]
        raise DataError("the rest is lost")

    output = tmp_path / "out.json"
    left = tmp_path / ".out.json.unfinished" / ".out.json.k1ll3d__"
    left.parent.mkdir()
    left.touch()
    journal = Journal(output, "run", resume=False)
    with pytest.raises(DataError, match="the rest is lost"):
        journal.publish(broken(), "plain")
    assert list(tmp_path.iterdir()) == [journal.path]
    assert Journal(output, "run", resume=True).finished == 2


def test_a_folder_is_written_over_an_empty_one(tmp_path: Path) -> None:
    output = tmp_path / "out"
    output.mkdir()
    Journal(output, "run", resume=False).publish(DOCUMENTS, "brat")
    assert len(list(output.glob("*.txt"))) == len(DOCUMENTS)
    assert list(tmp_path.iterdir()) == [output]


def test_a_killed_run_continues_after_the_last_whole_document(tmp_path: Path) -> None:
    output = tmp_path / "out.json"
    list(Journal(output, "run", resume=False).record(DOCUMENTS[:2]))
    partial = tmp_path / "out.json.partial"
    with open(partial, "ab") as stream:
        stream.write(b'{"id": "d2", "pass')
    again = Journal(output, "run", resume=True)
    assert again.finished == 2
    rest = list(again.skip_finished(DOCUMENTS))
    assert rest == DOCUMENTS[2:]
    list(again.record(rest))
    assert list(again.documents()) == DOCUMENTS


def test_another_run_is_refused(tmp_path: Path) -> None:
    Journal(tmp_path / "out", "run with k=5", resume=False)
    with pytest.raises(SettingError, match=r"out.partial: was begun with another input"):
        Journal(tmp_path / "out", "run with k=6", resume=True)


def test_a_changed_input_is_refused(tmp_path: Path) -> None:
    list(Journal(tmp_path / "out", "run", resume=False).record(DOCUMENTS[:2]))
    again = Journal(tmp_path / "out", "run", resume=True)
    with pytest.raises(DataError, match="the input has changed: 'd0' was finished, now 'd1'"):
        list(again.skip_finished(DOCUMENTS[1:]))


def test_without_resume_the_run_begins_anew(tmp_path: Path) -> None:
    list(Journal(tmp_path / "out", "run", resume=False).record(DOCUMENTS))
    assert Journal(tmp_path / "out", "run", resume=False).finished == 0


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be written"):
        Journal(tmp_path / "no" / "out", "run", resume=False)
