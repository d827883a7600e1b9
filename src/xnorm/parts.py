"""A corpus in many files, its parts, each linked into a file of its own.

A part is done by one process, read and written as a stream. It is written in a hidden folder and
moved to its place when it is whole, so that what has its place is finished and never done again.
"""

from __future__ import annotations

import glob
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from xnorm.document import Document
from xnorm.errors import DataError, SettingError, XnormError
from xnorm.files import atomic_file, unwritable
from xnorm.formats import SUFFIXES, format_named, open_documents, write_output

Link = Callable[[Iterable[Document]], Iterator[Document]]

_RUN = ".run.json"
"""What made the parts in a folder; hidden, as a pattern for the parts would find it else."""

_UNFINISHED = ".unfinished"
"""The folder in which parts are written."""

_NOTES = 3
"""Oddities of a part that are told; the others are counted."""


class Part(msgspec.Struct, frozen=True):
    """A file, by its whole path, and its output's place in the folder of the run."""

    source: str
    output: str


class Job(msgspec.Struct, frozen=True):
    """What is done with every part.

    Attributes:
        folder: the whole path of the outputs' folder.
        format: that they are written in.
        source_format: that the parts are read in; if None their content decides.
        language: of documents that do not state theirs.
        skip_bad: leave documents out that cannot be read.
    """

    folder: str
    format: str
    source_format: str | None = None
    language: str = ""
    skip_bad: bool = False


class Done(msgspec.Struct, frozen=True):
    """What became of a part.

    Attributes:
        source: the part's.
        documents, mentions, linked, speechless: counts; the last of those without a language.
        skipped: why documents were left out.
        notes: the first oddities.
        odd: how many oddities there were.
        error: why the part has no output; empty if it has one.
        before: whether it had its output before, which is then not counted.
    """

    source: str
    documents: int = 0
    mentions: int = 0
    linked: int = 0
    speechless: int = 0
    skipped: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    odd: int = 0
    error: str = ""
    before: bool = False


def is_pattern(source: str) -> bool:
    """Whether a name stands for many files, such as `notes/*.parquet`.

    >>> is_pattern("in/*.jsonl"), is_pattern("in/a.jsonl")
    (True, False)
    """
    return glob.has_magic(source) and not Path(source).exists()


def find_sources(patterns: Iterable[str]) -> list[Path]:
    """The files that names and patterns stand for, each once, those of a pattern in order.

    Raises:
        DataError: when a pattern fits no file, or a name is no file's.
    """
    found: dict[Path, None] = {}
    for pattern in patterns:
        paths = sorted(glob.glob(pattern, recursive=True)) if is_pattern(pattern) else [pattern]
        files = [Path(path).absolute() for path in paths if os.path.isfile(path)]
        if not files:
            raise DataError(
                "no file has such a name", place=pattern, todo="Name files, or a pattern in quotes"
            )
        found.update(dict.fromkeys(files))
    return list(found)


def parts_of(sources: Sequence[Path], format: str) -> list[Part]:
    """The sources with places for their outputs: the same below the folder that they share.

    Args:
        sources: whole paths.
        format: of the outputs; their suffix changes when it is another format's.

    Raises:
        SettingError: when two have one place, or the format is a folder.
    """
    if format_named(format).write is None:
        raise SettingError(
            f"'{format}' is a folder of files, and parts are files",
            todo="Name another format with --to",
        )
    above = os.path.commonpath([source.parent for source in sources])
    parts = [
        Part(str(source), _renamed(source.relative_to(above), format).as_posix())
        for source in sources
    ]
    places: dict[str, str] = {}
    for part in parts:
        other = places.setdefault(part.output, part.source)
        if other != part.source:
            raise SettingError(
                f"would be written to the same file as {other}",
                place=part.source,
                todo="Rename one, or link them into two folders",
            )
    return parts


def begin(job: Job, made_by: Mapping[str, str], *, resume: bool) -> None:
    """Makes the folder of a run, or sees that the run which began it was the same.

    Args:
        job: names the folder.
        made_by: what outputs depend on, besides the parts.
        resume: keep what is finished.

    Raises:
        SettingError: when something lies there, or another run began it.
        DataError: when it cannot be written.
    """
    folder, header = Path(job.folder), msgspec.json.encode(made_by)
    run = folder / _RUN
    try:
        if resume and run.exists():
            if run.read_bytes() != header:
                raise SettingError(
                    "was begun with another index, configuration, format or language",
                    place=str(folder),
                    todo="Repeat that command exactly, or name a new folder",
                )
            return
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise SettingError(
                "a folder with files is there already" if folder.is_dir() else "this is a file",
                place=str(folder),
                todo="Name a new folder, or go on with a run that was stopped by --resume",
            )
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(str(folder), error) from error
    with atomic_file(run) as stream:
        stream.write(header)


def is_finished(part: Part, job: Job) -> bool:
    """Whether a part has its output."""
    return Path(job.folder, part.output).exists()


def link_part(link: Link, part: Part, job: Job) -> Done:
    """Links a part into its file, unless that is there; what is wrong with the part is told.

    Args:
        link: gives the documents back, in order, as they come.
        part: the files.
        job: how.
    """
    if is_finished(part, job):
        # A worker may be lost after it finished a part and before it said so.
        return Done(part.source, before=True)
    seen = _Seen()
    target, half = Path(job.folder, part.output), _half(part, job)
    try:
        for path in (target, half):
            path.parent.mkdir(parents=True, exist_ok=True)
        with open_documents(
            part.source,
            format=job.source_format,
            language=job.language,
            on_bad=seen.skip if job.skip_bad else None,
            on_note=seen.note,
        ) as documents:
            write_output(seen.watch(link(documents)), half, job.format)
        _move(half, target)
    except XnormError as error:
        return Done(part.source, error=str(error))
    except OSError as error:
        return Done(part.source, error=str(unwritable(str(target), error)))
    return seen.done(part)


def link_parts(link: Link, parts: Iterable[Part], job: Job) -> Iterator[Done]:
    """Links parts one after another in this process."""
    return (link_part(link, part, job) for part in parts)


def attempts(part: Part, job: Job) -> int:
    """How many workers were killed while they wrote a part."""
    half = _half(part, job)
    # What `atomic_file` would have removed.
    return len(list(half.parent.glob(f".{glob.escape(half.name)}.*")))


def sweep(job: Job) -> None:
    """Removes what is left half-written, while nothing is being written."""
    shutil.rmtree(Path(job.folder, _UNFINISHED), ignore_errors=True)


def _half(part: Part, job: Job) -> Path:
    return Path(job.folder, _UNFINISHED, part.output)


def _move(half: Path, target: Path) -> None:
    try:
        os.replace(half, target)
    except FileNotFoundError:
        # A worker that was given up for lost may have written the same and moved it.
        if not target.exists():
            raise


class _Seen:
    """Counts what passes."""

    def __init__(self) -> None:
        self.documents = self.mentions = self.linked = self.speechless = self.odd = 0
        self.skipped: list[str] = []
        self.notes: list[str] = []

    def skip(self, error: XnormError) -> None:
        self.skipped.append(str(error))

    def note(self, note: XnormError) -> None:
        self.odd += 1
        if self.odd <= _NOTES:
            self.notes.append(str(note))

    def watch(self, documents: Iterable[Document]) -> Iterator[Document]:
        for document in documents:
            links = [mention.link for mention in document.mentions]
            self.documents += 1
            self.speechless += not document.language
            self.mentions += len(links)
            self.linked += sum(link is not None and link.concept is not None for link in links)
            yield document

    def done(self, part: Part) -> Done:
        return Done(
            part.source,
            self.documents,
            self.mentions,
            self.linked,
            self.speechless,
            tuple(self.skipped),
            tuple(self.notes),
            self.odd,
        )


def _renamed(path: Path, format: str) -> Path:
    """The name with a suffix of the format, without that of a packing."""
    if path.suffix.lower() in (".gz", ".xz"):
        path = path.with_suffix("")
    if format in SUFFIXES.get(path.suffix.lower(), ()):
        return path
    fitting = (suffix for suffix, formats in SUFFIXES.items() if format in formats)
    return path.with_suffix(next(fitting, f".{format}"))
