"""`xnorm convert`: documents in one format in, the same documents in another out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from xnorm.document import Document
    from xnorm.errors import XnormError

EPILOG = """\b
Examples:
  xnorm convert corpus.pubtator corpus.json
  xnorm convert annotated/ train.conll --from brat
  xnorm convert letters.jsonl letters.parquet --lang es
  xnorm convert linked.json out/ --to xmi
"""


@click.command(name="convert", epilog=EPILOG)
@click.argument("source")
@click.argument("target", metavar="OUT")
@click.option("--from", "source_format", metavar="FORMAT", help="Do not guess the input's format.")
@click.option("--to", "target_format", metavar="FORMAT", help="If OUT's suffix does not say it.")
@click.option("--lang", metavar="CODE", default="", help="Language of texts that do not say it.")
@click.option(
    "--mismatch",
    type=click.Choice(["keep", "drop", "error"]),
    default="keep",
    show_default=True,
    help="Mentions whose text is another than that at their offsets.",
)
@click.option("--skip-bad", is_flag=True, help="Leave bad documents out and list them.")
@click.option("--quiet", is_flag=True, help="No notes and no summary.")
def command(
    source: str,
    target: str,
    source_format: str | None,
    target_format: str | None,
    lang: str,
    mismatch: str,
    skip_bad: bool,
    quiet: bool,
) -> None:
    """Write the documents of SOURCE to OUT in another format.

    SOURCE is a file, a folder, or - for standard input, in any format that xnorm reads. OUT is a
    file, a folder for formats that are folders (brat, xmi), or - for standard output. What the
    format of OUT cannot hold is left out and told.
    """
    from xnorm.cli.progress import Notes, many, tell
    from xnorm.errors import SettingError
    from xnorm.formats import SUFFIXES, check_output, open_documents, output_format, write_output
    from xnorm.formats.losses import counted, in_words

    if target_format is None and Path(target).suffix.lower() not in SUFFIXES:
        raise SettingError(
            "the name does not tell the format",
            place="standard output" if target == "-" else target,
            todo=f"Name it with --to, or end it with one of {' '.join(SUFFIXES)}",
        )
    skipped: list[XnormError] = []
    notes = Notes()
    documents = open_documents(
        source,
        format=source_format,
        language=lang,
        on_bad=skipped.append if skip_bad else None,
        on_note=notes.add,
    )
    format = check_output(target, output_format(target_format, documents.format, target).name)
    settled = _Settled(documents, mismatch, skipped if skip_bad else None)
    lost: Counter[str] = Counter()
    # A format's own unknown fields come back in it.
    holds = None if format.name == documents.format.name else format.holds
    write_output(counted(settled, holds, lost), target, format.name)
    if mismatch == "drop":
        notes.count = 0
        notes.first.clear()
    tell(skipped, notes, quiet=quiet)
    if quiet:
        return
    if settled.dropped:
        click.echo(f"note: dropped {many(settled.dropped, 'mention')} whose text differs", err=True)
    if lost:
        clauses = ", ".join(in_words(lost))
        click.echo(f"note: {format.name} cannot hold everything: {clauses}", err=True)
    left = f"; {len(skipped):,} skipped" if skipped else ""
    written = f"{many(settled.documents, 'document')}, {many(settled.mentions, 'mention')}"
    click.echo(f"{written} written as {format.name}{left}", err=True)


class _Settled:
    """The documents without what mismatches, counted while they pass."""

    def __init__(
        self, source: Iterable[Document], mismatch: str, skipped: list[XnormError] | None
    ) -> None:
        self.documents = self.mentions = self.dropped = 0
        self._source = source
        self._mismatch = mismatch
        self._skipped = skipped

    def __iter__(self) -> Iterator[Document]:
        from xnorm.errors import DataError
        from xnorm.formats.mismatch import settle

        for document in self._source:
            try:
                settled = settle(document, self._mismatch)
            except DataError as error:
                if self._skipped is None:
                    raise
                self._skipped.append(error)
                continue
            self.documents += 1
            self.mentions += len(settled.mentions)
            self.dropped += len(document.mentions) - len(settled.mentions)
            yield settled
