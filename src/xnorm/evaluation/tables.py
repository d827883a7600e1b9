"""An evaluation as tables for a terminal, 80 columns wide at most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO

from xnorm.evaluation.analysis import LABELS, Group, labels_of
from xnorm.evaluation.evaluate import Counted, Evaluation, Figure, measures
from xnorm.evaluation.intervals import Interval
from xnorm.evaluation.outcomes import Outcome
from xnorm.evaluation.vocabulary import Vocabulary
from xnorm.formats.tsv import cell, score_cell, write_row

if TYPE_CHECKING:
    from rich.table import Table

COLUMNS = (
    *("document", "mention", "start", "end", "text", "type", "language"),
    *("gold", "gold_name", "predicted", "predicted_name", "score", "outcome", "rank", "rank_worst"),
    *("found", "found_type", "abbreviation", "words", "seen_mention", "seen_concept"),
)
"""Columns of the file that lists every gold mention."""

_GROUPS = 8  # of one breakdown that are shown
_WORST = 20
_OFTEN = 8  # spurious texts
_EXAMPLE = 30  # characters of an example


def tables(evaluation: Evaluation, *, all_groups: bool = False) -> Iterator[Table]:
    """The tables in the order in which they are read.

    Args:
        evaluation: what to show.
        all_groups: show every group of a breakdown, not only the largest ones.
    """
    if evaluation.counted.known or evaluation.ranking:
        yield _ranking_table([*evaluation.ranking, *_decisions(evaluation)])
    yield _linking_table(evaluation)
    if len(evaluation.types) > 1:
        yield _types_table(evaluation)
    yield _labels_table(evaluation.labels)
    if evaluation.often_spurious:
        yield _spurious_table(evaluation)
    if evaluation.groups:
        yield _groups_table("Groups", list(_largest(evaluation.groups, all_groups=all_groups)))
    if evaluation.worst:
        yield _groups_table("Costliest groups", evaluation.worst[:_WORST], examples=True)


def headline(counted: Counted, sources: Sequence[str]) -> str:
    """What was evaluated, in a line or two.

    >>> headline(Counted(2, 9, 7, 1, 1, 0, 9), ["HPO"])
    '2 documents, 9 mentions: 7 of HPO, 1 outside of it, 1 NIL'
    """
    of = f"of {', '.join(sources)}" if sources else "with a concept"
    parts = [f"{counted.known:,} {of}"]
    parts += [f"{counted.outside:,} outside of it"] * (counted.outside > 0)
    parts += [f"{counted.nil:,} NIL"] * (counted.nil > 0)
    left = f"; {counted.unjudged:,} of other vocabularies left out" if counted.unjudged else ""
    return (
        f"{_many(counted.documents, 'document')}, {_many(counted.mentions, 'mention')}: "
        f"{', '.join(parts)}{left}"
    )


def write_outcomes(
    outcomes: Iterable[Outcome], stream: BinaryIO, vocabulary: Vocabulary, *, typed: bool
) -> None:
    """Every gold mention with what became of it, as tab-separated values."""
    listed = list(outcomes)
    write_row(COLUMNS, stream)
    for outcome, label in zip(listed, labels_of(listed, typed=typed), strict=True):
        stage = list(outcome.ranks)[-1]
        cells = (
            outcome.document,
            outcome.mention,
            str(outcome.spans[0][0]),
            str(outcome.spans[-1][1]),
            outcome.text,
            outcome.type,
            outcome.language,
            " ".join(outcome.gold),
            vocabulary.name(outcome.gold[0]) if outcome.gold else "",
            "NIL" if outcome.predicted == "" else outcome.predicted or "",
            outcome.predicted_name or vocabulary.name(outcome.predicted or ""),
            score_cell(outcome.score),
            label,
            str(outcome.ranks.get(stage, 0)),
            str(outcome.worst.get(stage, 0)),
            outcome.found or "no",
            outcome.found_type,
            _yes(outcome.abbreviation),
            str(outcome.words),
            _yes(outcome.seen_mention),
            _yes(outcome.seen_concept),
        )
        write_row(map(cell, cells), stream)


def _yes(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _share(value: float) -> str:
    return f"{value:.3f}"


def _interval(interval: Interval) -> str:
    return f"{interval.value:.3f} {interval.low:.3f}-{interval.high:.3f}"


def _decisions(evaluation: Evaluation) -> Iterator[Figure]:
    if evaluation.counted.decided:
        yield evaluation.accuracy


def _ranking_table(figures: Iterable[Figure]) -> Table:
    table = _table("By gold mention", "", "in terminology", "all with a concept", "as listed")
    for figure in figures:
        table.add_row(
            figure.name, _interval(figure.known), _interval(figure.all), _share(figure.listed)
        )
    return table


def _linking_table(evaluation: Evaluation) -> Table:
    kind = "types count" if evaluation.typed else "types do not count: none in common"
    headers = ("precision", "recall", "F1", "macro F1", "gold", "found")
    table = _table(f"Finding and linking ({kind})", "", *headers)
    names = measures(typed=evaluation.typed)
    for score in evaluation.linking:
        if score.gold or score.found:
            table.add_row(
                names[score.measure],
                _share(score.precision.value),
                _share(score.recall.value),
                _interval(score.f1),
                _share(score.macro_f1),
                f"{score.gold:,}",
                f"{score.found:,}",
            )
    return table


def _types_table(evaluation: Evaluation) -> Table:
    table = _table("Links by type, exact borders", "", "precision", "recall", "F1", "gold", "found")
    for type, score in evaluation.types.items():
        table.add_row(
            type,
            _share(score.precision.value),
            _share(score.recall.value),
            _interval(score.f1),
            f"{score.gold:,}",
            f"{score.found:,}",
        )
    return table


def _labels_table(labels: dict[str, int]) -> Table:
    table = _table("What became of the gold mentions", "", "mentions", "share", "")
    table.columns[3].justify, table.columns[3].no_wrap = "left", False
    total = sum(labels.values())
    for label, count in labels.items():
        table.add_row(label, f"{count:,}", _share(count / total), LABELS[label])
    return table


def _spurious_table(evaluation: Evaluation) -> Table:
    title = f"Spurious links, {evaluation.spurious:,} in all"
    table = _table(title, "", "links", "concept")
    for item in evaluation.often_spurious[:_OFTEN]:
        table.add_row(_plain(_short(item.text)), f"{item.times:,}", item.predicted)
    return table


def _groups_table(title: str, groups: Sequence[Group], *, examples: bool = False) -> Table:
    ranked = groups[0].recall is not None
    headers = ["mentions", "right", *([f"recall@{groups[0].k}"] * ranked)]
    table = _table(title, "", *headers, *(["examples"] * examples))
    table.columns[0].no_wrap, table.columns[0].overflow = False, "fold"
    if examples:
        table.columns[-1].justify, table.columns[-1].no_wrap = "left", False
    before = ""
    for group in groups:
        if before not in ("", group.by) and not examples:
            table.add_row("")
        before = group.by
        cells = [f"{group.by}: {group.name}" if examples else group.name]
        cells += [f"{group.mentions:,}", _share(group.accuracy)]
        if group.recall is not None:
            cells.append(_share(group.recall))
        if examples:
            cells.append("; ".join(_short(example.text) for example in group.examples))
        table.add_row(*map(_plain, cells))
    return table


def _largest(groups: Sequence[Group], *, all_groups: bool) -> Iterator[Group]:
    shown: dict[str, int] = {}
    for group in groups:
        shown[group.by] = shown.get(group.by, 0) + 1
        if all_groups or shown[group.by] <= _GROUPS:
            yield group


def _table(title: str, *headers: str) -> Table:
    from rich.table import Table

    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
    )
    for place, header in enumerate(headers):
        table.add_column(header, justify="right" if place else "left", no_wrap=True)
    return table


def _short(text: str) -> str:
    return text if len(text) <= _EXAMPLE else f"{text[: _EXAMPLE - 1]}…"


def _plain(text: str) -> str:
    """One line, since a mention may run over several."""
    return " ".join(text.split())
