"""What the sub-commands of `xnorm kb` share: progress, tables in 80 columns, summaries."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from xnorm.errors import SettingError

if TYPE_CHECKING:
    import msgspec
    from rich.table import Table

    from xnorm.kb import KnowledgeBase


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[int], None] | None]:
    """A running count on a terminal's standard error, nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status("reading") as status:
        yield lambda count: status.update(f"{count:,} concepts")


def say_built(kb: KnowledgeBase, output: str) -> None:
    """Says on standard error what was just written, and which retired ids are in doubt."""
    manifest = kb.manifest
    counts = f"{manifest.concepts:,} concepts, {manifest.names:,} names"
    release = f" {manifest.release}" if manifest.release else ""
    click.echo(f"{output}: {manifest.source}{release}, {counts}{_left_out(kb)}", err=True)
    for one in manifest.conflicts[:3]:
        click.echo(f"note: {one.old} is retired for {one.kept} and {one.other}", err=True)
    more = manifest.dropped.retired_twice - 3
    if more > 0:
        click.echo(f"note: {more:,} more ids are retired for two concepts; see kb info", err=True)


def _left_out(kb: KnowledgeBase) -> str:
    dropped = kb.manifest.dropped
    parts = [
        f"{count:,} concepts without {what}"
        for count, what in (
            (dropped.concepts_without_name, "a name"),
            (dropped.concepts_without_id, "such an id"),
        )
        if count
    ]
    return f" ({' and '.join(parts)} left out)" if parts else ""


def dropped(kb: KnowledgeBase) -> str:
    """What was left out, by reason, in one line."""
    import msgspec

    counts = msgspec.structs.asdict(kb.manifest.dropped)
    return counted({reason.replace("_", " "): count for reason, count in counts.items() if count})


def words(text: str) -> tuple[str, ...]:
    """The values of an option that takes several, parted by commas."""
    return tuple(part for piece in text.split(",") if (part := piece.strip()))


def codes(text: str, option: str) -> tuple[str, ...]:
    """The language codes of an option.

    Raises:
        SettingError: for an unknown code.
    """
    from xnorm.languages import language_code

    return tuple(language_code(code, place=option) for code in words(text))


def roles(texts: tuple[str, ...]) -> dict[str, str]:
    """Role to column, from the values of `--column`.

    Raises:
        SettingError: for a text that is not `ROLE=COLUMN`.
    """
    found = {}
    for text in texts:
        role, equals, column = text.partition("=")
        if not equals or not column:
            raise SettingError(
                f"expected ROLE=COLUMN, found '{text}'",
                place="--column",
                todo="For instance: --column name=Label",
            )
        found[role.strip()] = column
    return found


def print_json(value: msgspec.Struct) -> None:
    """Prints a record as JSON."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value)).decode())


def counted(counts: Mapping[str, int]) -> str:
    """Counts in one line, the greatest first."""
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return ", ".join(f"{key or 'unknown'} {count:,}" for key, count in ordered)


def plain_table() -> Table:
    """A table of facts: a bold word, and what there is to say."""
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    return table


def print_table(table: Table) -> None:
    """Prints a table in at most 80 columns; brackets are no markup."""
    from rich.console import Console

    console = Console(markup=False, highlight=False)
    console.print(table, width=min(console.width, 80))
