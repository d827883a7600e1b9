"""What a run leaves: a JSON file a suite and system, kept; and every mention's outcome, packed."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from xnorm.errors import DataError
from xnorm.evaluation.intervals import Interval
from xnorm.evaluation.outcomes import Outcome
from xnorm.evaluation.suite import Suite
from xnorm.files import atomic_file, open_binary

FORMAT = 1
"""The version of the JSON's layout."""


class Cost(msgspec.Struct, frozen=True):
    """What a system took.

    Attributes:
        build_seconds: to be ready for the first query, with the index where it uses one.
        search_seconds: for all distinct queries at once.
        search_cpu_seconds: the same in time of all processors together, which other work on the
            machine hardly changes.
        peak_mb: the highest memory of the process that opened the system and searched.
        index_bytes: the size of the index, 0 without one.
    """

    build_seconds: float
    search_seconds: float
    search_cpu_seconds: float
    peak_mb: int
    index_bytes: int = 0


class Searched(msgspec.Struct, frozen=True):
    """The terminology as it was built."""

    source: str
    release: str
    fingerprint: str
    concepts: int
    names: int
    languages: Mapping[str, int]


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One system on one set of a suite.

    Attributes:
        fingerprint: equal for runs that would give equal figures.
        set: the set's name; empty for a suite without sets.
        mentions: that were asked and have gold ids of the terminology's vocabulary.
        known: of them, those with a concept in the terminology.
        distinct: different queries.
        sampled_from: all distinct queries, when only a sample was asked; else 0.
        documents: with such mentions.
        terminology: what was searched.
        encoder: fingerprint of the encoder in the index; empty without one.
        cost: time and memory.
        figures: by name, such as `recall@1` (see `figures_of`), with 95 % intervals.
        curve: recall at some ranks, ties against the system, of known mentions.
        machine: where it ran.
        versions: of xnorm and of the packages that it rests on.
        inputs: SHA-256 of the corpus's and the terminology's files, as the suite names them.
    """

    fingerprint: str
    set: str
    mentions: int
    known: int
    distinct: int
    sampled_from: int
    documents: int
    terminology: Searched
    encoder: str
    cost: Cost
    figures: dict[str, Interval]
    curve: dict[int, float]
    machine: dict[str, str | int]
    versions: dict[str, str]
    inputs: dict[str, str]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One system on a suite, with what the suite said when it was measured."""

    format: int
    suite: Suite
    system: str
    what: str
    runs: tuple[Run, ...]


class Named(msgspec.Struct, frozen=True, omit_defaults=True):
    """An outcome with the preferred name of its first gold concept, for people."""

    outcome: Outcome
    gold_name: str = ""


def result_file(folder: Path, suite: str, system: str) -> Path:
    """Where the result of a suite and system lies."""
    return folder / suite / f"{system}.json"


def outcomes_file(result: Path, set: str) -> Path:
    """Where the outcomes of a result's set lie: beside it."""
    part = f".{set}" if set else ""
    return result.with_name(f"{result.stem}{part}.outcomes.jsonl.gz")


def write_result(result: Result, path: Path) -> None:
    """Writes a result for people and programs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = msgspec.json.format(msgspec.json.encode(result), indent=1)
    with atomic_file(path) as stream:
        stream.write(data + b"\n")


def read_result(path: Path) -> Result:
    """Reads a result.

    Raises:
        DataError: when it is no result of this format version.
    """
    again = "Measure again with: xnorm bench"
    with open_binary(path) as stream:
        data = stream.read()
    try:
        version = msgspec.json.decode(data, type=_Version).format
        if version != FORMAT:
            raise DataError(
                f"format version {version}, this xnorm reads {FORMAT}", place=str(path), todo=again
            )
        return msgspec.json.decode(data, type=Result)
    except msgspec.DecodeError as error:
        raise DataError(f"no result of a run ({error})", place=str(path), todo=again) from error


def find_results(paths: Iterable[Path]) -> list[Path]:
    """The result files that are named, and those below named folders, in order.

    Raises:
        DataError: when there are none.
    """
    named = list(paths)
    found = [
        file
        for path in named
        for file in (sorted(path.glob("*/*.json")) or sorted(path.glob("*.json")))
        if path.is_dir()
    ]
    found += [path for path in named if not path.is_dir()]
    if not found:
        raise DataError(
            "no results here",
            place=", ".join(map(str, named)),
            todo="Measure first with: xnorm bench SUITE.yaml",
        )
    return list(dict.fromkeys(found))


def write_outcomes(outcomes: Iterable[Named], path: Path) -> None:
    """Packs outcomes, one line each; equal ones give equal bytes."""
    encoder = msgspec.json.Encoder()
    with atomic_file(path) as stream, gzip.GzipFile("", "wb", 6, stream, mtime=0) as packed:
        for outcome in outcomes:
            packed.write(encoder.encode(outcome) + b"\n")


def read_outcomes(path: Path) -> Iterator[Named]:
    """The outcomes of a file."""
    decoder = msgspec.json.Decoder(Named)
    with open_binary(path) as stream:
        for line in stream:
            yield decoder.decode(line)


class _Version(msgspec.Struct):
    format: int
