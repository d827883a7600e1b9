"""The results of benchmarks as one self-contained page without scripts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from xnorm.evaluation.analysis import (
    LABELS,
    Group,
    breakdown,
    counted_labels,
    labels_of,
    worst_groups,
)
from xnorm.evaluation.charts import (
    Calibration,
    Chart,
    calibration,
    recall_curves,
    speed_against_recall,
)
from xnorm.evaluation.intervals import Difference, paired
from xnorm.evaluation.metrics import counted, hits
from xnorm.evaluation.outcomes import Outcome
from xnorm.evaluation.results import Named
from xnorm.evaluation.subsets import GROUPINGS
from xnorm.evaluation.summary import (
    Row,
    Section,
    facts,
    outcomes_of_row,
    sections,
    share,
    unseen_of,
)
from xnorm.evaluation.systems import SYSTEMS
from xnorm.files import atomic_file
from xnorm.version import VERSION

_WORST = 8  # groups that are shown


class Errors(msgspec.Struct, frozen=True):
    """What became of the mentions with a system: label, what it means, how many, their share."""

    system: str
    labels: tuple[tuple[str, str, int, float], ...]


class Examined(msgspec.Struct, frozen=True):
    """What the outcomes of single mentions tell of a suite.

    Attributes:
        best: the system whose groups are shown and that others are compared with.
        differences: of recall@1 to the best system, where both were asked the same; none for
            suites with sets.
        calibrations: by system.
        errors: a row a system.
        groups: of the best system, those that cost most.
        names: concept to name, for the examples.
    """

    best: str
    differences: dict[str, Difference]
    calibrations: dict[str, Calibration]
    errors: tuple[Errors, ...]
    groups: tuple[Group, ...]
    names: dict[str, str]


class View(msgspec.Struct, frozen=True):
    """A suite as the page shows it.

    Attributes:
        section: the results.
        best: the system with the best recall@1 among those that were asked everything.
        recall: recall@1 by system.
        unseen: the groups of unseen mentions that there are figures of.
        sets: for each set, recall@1 and MRR of every system.
        curves, speeds: charts.
        examined: from the outcomes, where they are.
    """

    section: Section
    best: str
    recall: dict[str, float]
    unseen: tuple[str, ...]
    sets: tuple[tuple[str, tuple[tuple[float, float] | None, ...]], ...]
    curves: Chart
    speeds: Chart
    examined: Examined | None

    @property
    def best_value(self) -> float:
        """Recall@1 of the best system."""
        return self.recall[self.best]

    @property
    def facts(self) -> str:
        """What was asked and searched, in a line."""
        return facts(self.section)

    @property
    def made(self) -> str:
        """What made the figures, in a line."""
        run = self.section.run
        packages = ", ".join(f"{name} {number}" for name, number in run.versions.items())
        machine = run.machine
        return (
            f"Seed {self.section.suite.seed}; {packages}; encoder {run.encoder or 'none'}; "
            f"{machine['cpu']}, {machine['cores']} cores, {machine['system']}. Speed is "
            "of the search alone, distinct queries in one call, by processor time; memory is the "
            "peak of a process that does nothing else."
        )

    def name_of(self, ids: str) -> str:
        """The ids of an example, each with its concept's name."""
        names = self.examined.names if self.examined else {}
        return ", ".join(f"{names.get(id, '')} ({id})".strip() for id in ids.split())


def write_page(files: Iterable[Path], target: Path, *, title: str = "Benchmarks") -> None:
    """Writes the page; calibration and errors are in it where the outcomes lie beside the results.

    Raises:
        DataError: for a file that is no result, or when the page cannot be written.
    """
    page = render(sections(files), title=title)
    with atomic_file(target) as stream:
        stream.write(page.encode("utf-8"))


def render(found: Sequence[Section], *, title: str) -> str:
    """The text of the page."""
    order = {system: place for place, system in enumerate(SYSTEMS)}
    systems = sorted(
        {row.system for section in found for row in section.rows},
        key=lambda system: (order.get(system, len(order)), system),
    )
    colours = {system: number % 10 for number, system in enumerate(systems)}
    page: str = _template().render(
        title=title,
        views=[_view(section) for section in found],
        systems=systems,
        colours=colours,
        version=VERSION,
    )
    return page


def _view(section: Section) -> View:
    rows = section.rows
    recall = {row.system: row.figures["recall@1"].value for row in rows}
    return View(
        section=section,
        best=max(rows, key=_worth).system,
        recall=recall,
        unseen=unseen_of(section),
        sets=tuple(_sets(section)),
        curves=recall_curves({row.system: row.curve for row in rows}),
        speeds=speed_against_recall({row.system: (row.speed, recall[row.system]) for row in rows}),
        examined=_examined(section),
    )


def _sets(section: Section) -> Iterator[tuple[str, tuple[tuple[float, float] | None, ...]]]:
    for name in section.suite.sets:
        found = [{run.set: run for run in row.runs}.get(name) for row in section.rows]
        yield (
            name,
            tuple(
                (run.figures["recall@1"].value, run.figures["mrr"].value) if run else None
                for run in found
            ),
        )


def _examined(section: Section) -> Examined | None:
    outcomes = {row.system: found for row in section.rows if (found := outcomes_of_row(row))}
    if not outcomes:
        return None
    rows = [row for row in section.rows if row.system in outcomes]
    best = max(rows, key=_worth).system
    plain = {system: [item.outcome for item in found] for system, found in outcomes.items()}
    labels = {system: labels_of(found, typed=False) for system, found in plain.items()}
    groups = [
        group
        for by in GROUPINGS
        if by not in ("document", "frequency")
        for group in breakdown(plain[best], labels[best], by, k=section.suite.k[-1])
    ]
    calibrations = {
        system: made
        for system, found in plain.items()
        if (made := calibration(_scores(found), hits(found, 1))) is not None
    }
    return Examined(
        best=best,
        differences={
            system: difference
            for system in outcomes
            if not section.suite.sets  # a mean of sets is no mean of their mentions
            and (difference := _difference(outcomes[system], outcomes[best], section.suite.seed))
        },
        calibrations=calibrations,
        errors=tuple(_errors(system, found) for system, found in labels.items()),
        groups=tuple(worst_groups(groups, limit=_WORST)),
        names=_names(outcomes[best]),
    )


def _worth(row: Row) -> tuple[bool, float]:
    return not row.sampled_from, row.figures["recall@1"].value


def _scores(outcomes: Sequence[Outcome]) -> NDArray[np.float64]:
    return np.array([outcome.score for outcome in outcomes], np.float64)


def _difference(first: Sequence[Named], second: Sequence[Named], seed: int) -> Difference | None:
    """The difference in recall@1; None for a system and itself, or when others were asked."""
    mine, theirs = ([item.outcome for item in found] for found in (first, second))
    same = [(o.document, o.mention) for o in mine] == [(o.document, o.mention) for o in theirs]
    if first is second or not same:
        return None
    known = counted(mine, "known")
    owners = [outcome.document for outcome in mine if outcome.known]
    return paired(hits(mine, 1)[known], hits(theirs, 1)[known], owners, seed=seed)


def _errors(system: str, labels: Sequence[str]) -> Errors:
    counts = counted_labels(labels)
    return Errors(
        system,
        tuple((label, LABELS[label], n, n / len(labels)) for label, n in counts.items()),
    )


def _names(outcomes: Sequence[Named]) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in outcomes:
        if item.gold_name:
            found[item.outcome.gold[0]] = item.gold_name
        if item.outcome.predicted:
            found[item.outcome.predicted] = item.outcome.predicted_name
    return found


def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from xnorm.resources import resource_path

    folder = resource_path("html")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, loader=FileSystemLoader(folder)
    )
    environment.filters["share"] = share
    return environment.get_template("report.html.jinja")
