"""The tables of results as Markdown, kept up to date between two markers of a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from xnorm.errors import DataError
from xnorm.evaluation.intervals import Interval
from xnorm.evaluation.summary import Row, Section, facts, sections, share, unseen_of
from xnorm.files import atomic_file, decode, open_binary

BEGIN, END = "<!-- xnorm report: begin -->", "<!-- xnorm report: end -->"


def update_file(files: Iterable[Path], target: Path) -> None:
    """Puts the tables of some results between the markers of a text, which is made if need be.

    Raises:
        DataError: when the text has no markers, or a file is no result.
    """
    tables = f"{BEGIN}\n{render(sections(files))}{END}\n"
    if target.exists():
        with open_binary(target) as stream:
            text = decode(stream.read(), place=str(target))
        before, begin, rest = text.partition(f"{BEGIN}\n")
        _, end, after = rest.partition(f"{END}\n")
        if not begin or not end:
            raise DataError(
                "has no markers for the tables",
                place=str(target),
                todo=f"Write two lines where they belong: {BEGIN} and {END}",
            )
        tables = before + tables + after
    with atomic_file(target) as stream:
        stream.write(tables.encode("utf-8"))


def render(found: Iterable[Section]) -> str:
    """A chapter a suite: what was measured, and a table."""
    return "".join(f"{line}\n" for section in found for line in _chapter(section))


def _chapter(section: Section) -> Iterator[str]:
    suite = section.suite
    yield f"\n### {suite.title}\n"
    note = f" {suite.note}" if suite.note else ""
    yield f"`{suite.name}`: {facts(section)} A hit: {suite.hits}.{note}"
    yield f"Licence: {suite.licence}. From: {suite.get}.\n"
    unseen = unseen_of(section)
    heads = [*(f"recall@{k}" for k in suite.k), "@1 listed", *(f"@1 {what}" for what in unseen)]
    heads += ["MRR", "mentions/CPU s", "build s", "MB"]
    yield f"| system | {' | '.join(heads)} |"
    yield f"|---|{'---|' * len(heads)}"
    for row in section.rows:
        yield f"| {' | '.join(_cells(row, suite.k, unseen))} |"


def _cells(row: Row, ks: Iterable[int], unseen: Iterable[str]) -> Iterator[str]:
    mark = f" (sample of {row.distinct:,} in {row.sampled_from:,})" if row.sampled_from else ""
    yield f"{row.system}{mark}"
    for k in ks:
        yield with_interval(row.figures[f"recall@{k}"])
    for name in ("recall@1, listed", *(f"recall@1, {what}" for what in unseen)):
        yield share(row.figures[name].value) if name in row.figures else ""
    yield share(row.figures["mrr"].value)
    yield f"{row.speed:,.0f}"
    yield f"{row.build_seconds:,.1f}"
    yield f"{row.peak_mb:,}"


def with_interval(figure: Interval) -> str:
    """A figure with its interval.

    >>> with_interval(Interval(0.5, 0.4, 0.61))
    '.500 [.400, .610]'
    """
    return f"{share(figure.value)} [{share(figure.low)}, {share(figure.high)}]"
