"""What a long command tells on stderr while it works and at its end."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from xnorm.document import Document
    from xnorm.errors import XnormError
    from xnorm.parts import Done


class Notes:
    """Oddities in documents that were kept: the first few, and how many there are."""

    SHOWN = 3

    def __init__(self) -> None:
        self.first: list[XnormError | str] = []
        self.count = 0

    def add(self, note: XnormError) -> None:
        """Hears of one."""
        self.more([note], 1)

    def more(self, first: Sequence[XnormError | str], count: int) -> None:
        """Hears of so many, of which the first are at hand."""
        self.count += count
        self.first += first[: self.SHOWN - len(self.first)]


class Progress:
    """Counts what passes, shows it on a terminal's stderr, and sums it up."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self.resumed = self.documents = self.mentions = self.linked = self.speechless = 0
        self.began = time.perf_counter()
        self._live = not quiet and sys.stderr.isatty()
        self._shown = 0.0

    def watch(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Passes documents on and counts them."""
        self.began = time.perf_counter()
        for document in documents:
            self.documents += 1
            self.speechless += not document.language
            self.mentions += len(document.mentions)
            self.linked += sum(
                mention.link is not None and mention.link.concept is not None
                for mention in document.mentions
            )
            self._show(self._counts())
            yield document
        self._clear()

    def parts(self, parts: Iterable[Done], todo: int, before: int) -> list[Done]:
        """Counts parts as they are done, sums them up, and gives back those that failed.

        Args:
            parts: what became of each.
            todo: how many there are.
            before: how many more were done before.
        """
        self.began = time.perf_counter()
        skipped: list[str] = []
        notes = Notes()
        failed: list[Done] = []
        finished = 0
        for done in parts:
            if done.error:
                failed.append(done)
                continue
            finished += 1
            self.documents += done.documents
            self.speechless += done.speechless
            self.mentions += done.mentions
            self.linked += done.linked
            skipped += done.skipped
            notes.more(done.notes, done.odd)
            self._show(f"{finished:,} of {many(todo, 'part')}, {self._counts()}")
        self._clear()
        tell(skipped, notes, quiet=self.quiet)
        earlier = f" ({before:,} more were done before)" if before else ""
        self._sum_up(f"{many(finished, 'part')}, {self._counts()}{earlier}", len(skipped))
        return failed

    def summary(self, skipped: Sequence[XnormError], notes: Notes) -> None:
        """Says on stderr what was done, and lists what was skipped and what was odd."""
        tell(skipped, notes, quiet=self.quiet)
        earlier = f" ({self.resumed:,} more were done before)" if self.resumed else ""
        self._sum_up(f"{self._counts()}{earlier}", len(skipped))

    def _counts(self) -> str:
        seconds = max(time.perf_counter() - self.began, 1e-9)
        return (
            f"{many(self.documents, 'document')}, {many(self.mentions, 'mention')}: "
            f"{self.linked:,} linked, "
            f"{self.mentions - self.linked:,} NIL; {self.mentions / seconds:,.0f} mentions/s"
        )

    def _show(self, line: str) -> None:
        now = time.perf_counter()
        if self._live and now - self._shown > 0.2:
            self._shown = now
            click.echo(f"\r\033[K{line}", err=True, nl=False)

    def _clear(self) -> None:
        if self._live:
            click.echo("\r\033[K", err=True, nl=False)

    def _sum_up(self, counts: str, skipped: int) -> None:
        if self.quiet:
            return
        if self.speechless:
            without = f"{many(self.speechless, 'document')} without a language"
            click.echo(f"note: {without}; --lang CODE finds more and better", err=True)
        left = f"; {skipped:,} skipped" if skipped else ""
        click.echo(f"{counts}{left}", err=True)


def tell(skipped: Iterable[XnormError | str], notes: Notes, *, quiet: bool) -> None:
    """Lists on stderr what was skipped and, unless `quiet`, what was odd."""
    for error in skipped:
        click.echo(f"skipped: {error}", err=True)
    if quiet:
        return
    for note in notes.first:
        click.echo(f"note: {note}", err=True)
    if notes.count > len(notes.first):
        click.echo(f"note: {notes.count - len(notes.first):,} more like these", err=True)


def many(count: int, what: str) -> str:
    """A number with its noun, such as `2 documents`."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
