"""A corpus in many files is linked file by file, each of them whole or not at all, and once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xnorm.document import Document
from xnorm.errors import DataError, SettingError
from xnorm.parts import (
    Done,
    Job,
    Part,
    attempts,
    begin,
    find_sources,
    is_finished,
    link_part,
    link_parts,
    parts_of,
    sweep,
)

MADE_BY = {"linker": "a"}


def unchanged(documents: Iterable[Document]) -> Iterator[Document]:
    yield from documents


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "more").mkdir(parents=True)
    for name in ("b.jsonl", "a.jsonl", "more/a.jsonl"):
        text = f'{{"id": "{name}", "text": "Fever.", "language": "en"}}\n'
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(str(tmp_path / "out"), "plain-jsonl")


def test_patterns_stand_for_files_in_order_and_each_once(corpus: Path) -> None:
    found = find_sources([f"{corpus}/*.jsonl", str(corpus / "b.jsonl"), f"{corpus}/**/a.jsonl"])
    assert found == [corpus / "a.jsonl", corpus / "b.jsonl", corpus / "more" / "a.jsonl"]


@pytest.mark.parametrize("pattern", ["*.parquet", "nothing.jsonl", "more"])
def test_a_name_without_a_file_is_told(corpus: Path, pattern: str) -> None:
    with pytest.raises(DataError, match="no file has such a name"):
        find_sources([str(corpus / pattern)])


@pytest.mark.parametrize(
    ("names", "format", "outputs"),
    [
        (["in/a.jsonl", "in/b.jsonl"], "bigbio-jsonl", ["a.jsonl", "b.jsonl"]),
        (["in/a.jsonl.gz", "in/b.json"], "plain-jsonl", ["a.jsonl", "b.jsonl"]),
        (["in/x/a.parquet", "in/y/a.parquet"], "parquet", ["x/a.parquet", "y/a.parquet"]),
        (["in/a.txt"], "bigbio-jsonl", ["a.jsonl"]),
        (["in/a.jsonl"], "codes", ["a.tsv"]),
        (["in/2026.11.24.jsonl.xz"], "html", ["2026.11.24.html"]),
        (["in/a"], "pubtator", ["a.pubtator"]),
    ],
)
def test_outputs_lie_as_the_parts_do_with_the_suffix_of_their_format(
    names: list[str], format: str, outputs: list[str]
) -> None:
    parts = parts_of([Path("/", name) for name in names], format)
    assert [part.output for part in parts] == outputs


def test_two_parts_for_one_file_are_refused() -> None:
    with pytest.raises(SettingError, match="same file as /in/a.jsonl"):
        parts_of([Path("/in/a.jsonl"), Path("/in/a.jsonl.gz")], "plain-jsonl")


def test_a_format_that_is_a_folder_is_refused() -> None:
    with pytest.raises(SettingError, match="'brat' is a folder of files"):
        parts_of([Path("/in/a.jsonl")], "brat")


def test_every_part_is_written_and_counted(corpus: Path, job: Job) -> None:
    begin(job, MADE_BY, resume=False)
    parts = parts_of(find_sources([f"{corpus}/**/*.jsonl"]), job.format)
    done = list(link_parts(unchanged, parts, job))
    assert done == [Done(part.source, documents=1) for part in parts]
    sweep(job)
    out = Path(job.folder)
    assert sorted(path.relative_to(out).as_posix() for path in out.rglob("*.jsonl")) == [
        "a.jsonl", "b.jsonl", "more/a.jsonl",
    ]  # fmt: skip
    assert sorted(path.name for path in out.iterdir() if path.name.startswith(".")) == [".run.json"]


def test_a_finished_part_is_not_read_again(corpus: Path, job: Job) -> None:
    begin(job, MADE_BY, resume=False)
    (part,) = parts_of([corpus / "a.jsonl"], job.format)
    link_part(unchanged, part, job)
    os.unlink(part.source)
    assert link_part(unchanged, part, job) == Done(part.source, before=True)


def test_a_part_that_cannot_be_read_is_told_and_leaves_nothing(corpus: Path, job: Job) -> None:
    begin(job, MADE_BY, resume=False)
    (corpus / "b.jsonl").write_text('{"id": "1", "text": "a"}\n{"id": 2\n', encoding="utf-8")
    (part,) = parts_of([corpus / "b.jsonl"], job.format)
    done = link_part(unchanged, part, job)
    assert done.error.startswith(f"{part.source}, line 2")
    assert not is_finished(part, job)
    assert not list(Path(job.folder).rglob("*b.jsonl*"))
    skipping = Job(job.folder, job.format, skip_bad=True)
    assert [text.startswith(f"{part.source}, line 2") for text in
            link_part(unchanged, part, skipping).skipped] == [True]  # fmt: skip


def test_what_two_workers_write_at_once_is_there_once(corpus: Path, job: Job) -> None:
    begin(job, MADE_BY, resume=False)
    (part,) = parts_of([corpus / "a.jsonl"], job.format)

    def another_is_quicker(documents: Iterable[Document]) -> Iterator[Document]:
        assert link_part(unchanged, part, job).documents == 1
        yield from documents

    assert link_part(another_is_quicker, part, job).documents == 1
    sweep(job)
    assert [path.name for path in Path(job.folder).glob("[!.]*")] == ["a.jsonl"]


def test_a_killed_attempt_is_counted_until_it_is_swept(corpus: Path, job: Job) -> None:
    begin(job, MADE_BY, resume=False)
    (part,) = parts_of([corpus / "a.jsonl"], job.format)
    assert attempts(part, job) == 0
    if (child := os.fork()) == 0:

        def killed(documents: Iterable[Document]) -> Iterator[Document]:
            os._exit(0)
            yield from documents

        link_part(killed, part, job)
    os.waitpid(child, 0)
    assert attempts(part, job) == 1
    sweep(job)
    assert attempts(part, job) == 0


def test_a_run_goes_on_only_as_it_began(job: Job) -> None:
    begin(job, MADE_BY, resume=True)
    begin(job, MADE_BY, resume=True)
    with pytest.raises(SettingError, match="was begun with another index"):
        begin(job, {"linker": "b"}, resume=True)
    with pytest.raises(SettingError, match="is there already"):
        begin(job, MADE_BY, resume=False)


@settings(max_examples=40)
@given(
    st.lists(st.from_regex(r"[a-c]{1,2}(/[a-c]){0,2}\.(jsonl|json)", fullmatch=True), min_size=1)
)
def test_no_two_parts_ever_share_an_output(names: list[str]) -> None:
    sources = list(dict.fromkeys(Path("/in", name) for name in names))
    try:
        parts: list[Part] = parts_of(sources, "plain-jsonl")
    except SettingError:
        assert len({source.with_suffix("") for source in sources}) < len(sources)
        return
    assert len({part.output for part in parts}) == len(sources)
