"""Results by suite, as the page and the tables show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np

from xnorm.errors import DataError
from xnorm.evaluation.figures import UNSEEN
from xnorm.evaluation.intervals import Interval
from xnorm.evaluation.results import Named, Run, outcomes_file, read_outcomes, read_result
from xnorm.evaluation.suite import Suite


class Row(msgspec.Struct, frozen=True):
    """A system on a suite; figures of several sets are their means.

    Attributes:
        system, what: its name, and what it is.
        figures: by name; the intervals of means take sets for independent.
        curve: recall by rank.
        mentions, known, distinct: summed over sets.
        sampled_from: distinct queries of which a sample was asked; 0 when all were.
        speed: mentions a second of processor time, over all sets; a repeated mention is searched
            once and counts again.
        build_seconds, search_seconds: summed.
        peak_mb: the highest.
        file: of the result.
        runs: of each set.
    """

    system: str
    what: str
    figures: dict[str, Interval]
    curve: dict[int, float]
    mentions: int
    known: int
    distinct: int
    sampled_from: int
    speed: float
    build_seconds: float
    search_seconds: float
    peak_mb: int
    file: Path
    runs: tuple[Run, ...]


class Section(msgspec.Struct, frozen=True):
    """A suite with the systems that were measured on it, in the suite's order."""

    suite: Suite
    rows: tuple[Row, ...]

    @property
    def run(self) -> Run:
        """The first run of the last system: what all have in common is read from it."""
        return self.rows[-1].runs[0]


def unseen_of(section: Section) -> tuple[str, ...]:
    """The groups of unseen mentions that there are figures of."""
    named = (f"recall@1, {what}" for what in UNSEEN)
    return tuple(
        name.partition(", ")[2]
        for name in named
        if any(name in row.figures for row in section.rows)
    )


def sections(files: Iterable[Path]) -> list[Section]:
    """The results of some files, by suite, in the order in which suites first occur.

    Raises:
        DataError: for a file that is no result, or of a suite that has other ranks by now.
    """
    rows: dict[str, list[Row]] = {}
    suites: dict[str, Suite] = {}
    for file in files:
        result = read_result(file)
        suites[result.suite.name] = result.suite
        row = _row(result.system, result.what, result.runs, file)
        rows.setdefault(result.suite.name, []).append(row)
    made = []
    for name, suite in suites.items():
        order = {system: place for place, system in enumerate(suite.systems)}
        for row in rows[name]:
            if any(f"recall@{k}" not in row.figures for k in suite.k):
                raise DataError(
                    f"measured before '{name}' was changed",
                    place=str(row.file),
                    todo="Measure again with: xnorm bench",
                )
        found = sorted(rows[name], key=lambda row: order.get(row.system, len(order)))
        made.append(Section(suite, tuple(found)))
    return made


def facts(section: Section) -> str:
    """What was asked and what was searched, as a sentence."""
    suite, searched = section.suite, section.run.terminology
    row = max(section.rows, key=lambda row: row.mentions)
    split = f", {suite.corpus.split} part" if suite.corpus.split else ""
    known = "all" if row.known == row.mentions else f"{row.known:,}"
    asked = f"{suite.corpus.name}{split}: {row.mentions:,} mentions, {known} in the terminology"
    release = f" {searched.release}" if searched.release else ""
    if suite.sets:
        return (
            f"{asked}, in {len(suite.sets)} sets whose figures are averaged. "
            f"Terminology: {searched.source}{release}."
        )
    return (
        f"{asked}. Terminology: {searched.source}{release}, {searched.concepts:,} concepts with "
        f"{searched.names:,} names ({', '.join(filter(None, searched.languages))})."
    )


def share(value: float) -> str:
    """A share of 0 to 1 with three digits and without a leading zero.

    >>> share(0.0704), share(1)
    ('.070', '1.000')
    """
    return f"{value:.3f}".removeprefix("0")


def outcomes_of_row(row: Row) -> list[Named]:
    """Every mention's outcome, of all sets; empty where the files do not lie beside the result."""
    found: list[Named] = []
    for run in row.runs:
        path = outcomes_file(row.file, run.set)
        if path.exists():
            found += read_outcomes(path)
    return found


def _row(system: str, what: str, runs: Sequence[Run], file: Path) -> Row:
    names = [name for name in runs[0].figures if all(name in run.figures for run in runs)]
    busy = sum(run.cost.search_cpu_seconds for run in runs)
    mentions = sum(run.mentions for run in runs)
    return Row(
        system=system,
        what=what,
        figures={name: mean_of([run.figures[name] for run in runs]) for name in names},
        curve={
            k: float(np.mean([run.curve[k] for run in runs]))
            for k in runs[0].curve
            if all(k in run.curve for run in runs)
        },
        mentions=mentions,
        known=sum(run.known for run in runs),
        distinct=sum(run.distinct for run in runs),
        sampled_from=sum(run.sampled_from or run.distinct for run in runs)
        * any(run.sampled_from for run in runs),
        speed=mentions / max(busy, 1e-6),
        build_seconds=sum(run.cost.build_seconds for run in runs),
        search_seconds=sum(run.cost.search_seconds for run in runs),
        peak_mb=max(run.cost.peak_mb for run in runs),
        file=file,
        runs=tuple(runs),
    )


def mean_of(figures: Sequence[Interval]) -> Interval:
    """The mean of figures from independent sets, with its interval.

    The half-widths of independent figures add up in squares.

    >>> mean_of([Interval(0.5, 0.4, 0.6), Interval(0.7, 0.6, 0.8)]).value
    0.6
    """
    values = np.array([[figure.value, figure.low, figure.high] for figure in figures])
    value = float(values[:, 0].mean())
    below = float(np.sqrt(((values[:, 0] - values[:, 1]) ** 2).sum())) / len(values)
    above = float(np.sqrt(((values[:, 2] - values[:, 0]) ** 2).sum())) / len(values)
    return Interval(value, value - below, value + above)
