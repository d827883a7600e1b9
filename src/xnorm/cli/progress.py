"""What a long command tells on stderr while it works and at its end."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from xnorm.document import Document
    from xnorm.errors import XnormError


class Notes:
    """Oddities in documents that were kept: the first few, and how many there are."""

    SHOWN = 3

    def __init__(self) -> None:
        self.first: list[XnormError] = []
        self.count = 0

    def add(self, note: XnormError) -> None:
        """Hears of one."""
        self.count += 1
        if self.count <= self.SHOWN:
            self.first.append(note)


class Progress:
    """Counts what passes, shows it on a terminal's stderr, and sums it up."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self.resumed = self.documents = self.mentions = self.linked = self.speechless = 0
        self.began = time.perf_counter()

    def watch(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Passes documents on and counts them."""
        self.began = time.perf_counter()
        live = not self.quiet and sys.stderr.isatty()
        shown = 0.0
        for document in documents:
            self.documents += 1
            self.speechless += not document.language
            self.mentions += len(document.mentions)
            self.linked += sum(
                mention.link is not None and mention.link.concept is not None
                for mention in document.mentions
            )
            now = time.perf_counter()
            if live and now - shown > 0.2:
                shown = now
                click.echo(f"\r\033[K{self._counts()}", err=True, nl=False)
            yield document
        if live:
            click.echo("\r\033[K", err=True, nl=False)

    def _counts(self) -> str:
        seconds = max(time.perf_counter() - self.began, 1e-9)
        return (
            f"{many(self.documents, 'document')}, {many(self.mentions, 'mention')}: "
            f"{self.linked:,} linked, "
            f"{self.mentions - self.linked:,} NIL; {self.mentions / seconds:,.0f} mentions/s"
        )

    def summary(self, skipped: list[XnormError], notes: Notes) -> None:
        """Says on stderr what was done, and lists what was skipped and what was odd."""
        tell(skipped, notes, quiet=self.quiet)
        if self.quiet:
            return
        if self.speechless:
            without = f"{many(self.speechless, 'document')} without a language"
            click.echo(f"note: {without}; --lang CODE finds more and better", err=True)
        before = f" ({self.resumed:,} more were done before)" if self.resumed else ""
        left = f"; {len(skipped):,} skipped" if skipped else ""
        click.echo(f"{self._counts()}{before}{left}", err=True)


def tell(skipped: list[XnormError], notes: Notes, *, quiet: bool) -> None:
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
