"""Linking in several processes gives the same answers, and says when a process dies."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from xnorm.document import Document
from xnorm.errors import DataError, IndexProblem, SettingError, XnormError
from xnorm.pipeline import Linker, load
from xnorm.workers import stream


@pytest.fixture(scope="module")
def linker(small_index: Path) -> Linker:
    return load(small_index)


def texts(count: int) -> Iterator[Document]:
    for number in range(count):
        yield Document.from_text(f"Fever and head pain {number}", id=str(number), language="en")


def test_two_processes_give_the_answers_of_one_in_order(linker: Linker) -> None:
    assert list(stream(linker, texts(150), 2)) == list(linker.stream(texts(150)))


def test_documents_are_taken_only_as_far_as_they_are_needed(linker: Linker) -> None:
    taken = 0

    def watched() -> Iterator[Document]:
        nonlocal taken
        for document in texts(1000):
            taken += 1
            yield document

    answers = stream(linker, watched(), 1)
    next(answers)
    assert taken <= 100
    answers.close()


def test_a_killed_process_is_told(linker: Linker) -> None:
    def poisoned() -> Iterator[Document]:
        yield from texts(32)
        import multiprocessing

        for child in multiprocessing.active_children():
            os.kill(child.pid or 0, signal.SIGKILL)
        yield from texts(500)

    with pytest.raises(DataError, match=r"--workers: a process was killed.*--resume"):
        list(stream(linker, poisoned(), 1))


def test_no_processes_are_refused(linker: Linker) -> None:
    with pytest.raises(SettingError, match="--workers: 0 processes"):
        list(stream(linker, texts(1), 0))


@pytest.mark.parametrize("kind", [XnormError, DataError, SettingError, IndexProblem])
def test_errors_come_whole_out_of_other_processes(kind: type[XnormError]) -> None:
    error = kind("it is broken", place="a.json, line 3", todo="Mend it")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert (str(again), again.place) == ("a.json, line 3: it is broken. Mend it.", "a.json, line 3")


def test_the_command_gives_the_same_bytes(
    small_index: Path, tmp_path: Path, run: Callable[..., Any]
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(
        "".join(f'{{"id": "{number}", "text": "Fever and cough"}}\n' for number in range(70))
    )
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    for output, workers in ((one, 1), (two, 2)):
        ran = run(
            "link", source, "--lang", "en", "--index", small_index, "-o", output,
            "--workers", workers, "--quiet",
        )  # fmt: skip
        assert ran.status == 0, ran.err
    assert one.read_bytes() == two.read_bytes()
