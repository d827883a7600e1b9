"""`xnorm filter`: documents without the sentences that are peripheral to them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, BinaryIO

import click

if TYPE_CHECKING:
    from xnorm.document import Document
    from xnorm.errors import XnormError
    from xnorm.filtering import FilterSentences

EPILOG = """\b
Examples:
  xnorm filter story.txt --lang en
  xnorm filter stories.jsonl --share 0.2 --to json -o sentences.jsonl
  xnorm filter stories.jsonl --by encoder --to bigbio -o kept.json
"""


@click.command(name="filter", epilog=EPILOG)
@click.argument("source", metavar="FILE")
@click.option("--share", metavar="NUMBER", default=0.1, show_default=True, help="What is dropped.")
@click.option(
    "--by",
    metavar="NAME",
    default="tfidf",
    show_default=True,
    help="Centrality from: tfidf (words) or encoder (meaning).",
)
@click.option(
    "--to",
    "target",
    type=click.Choice(["text", "json", "bigbio"]),
    default="text",
    show_default=True,
    help="Kept sentences; all with offsets; documents with kept_sentences.",
)
@click.option("-o", "--output", metavar="OUT", default="-", help="Write here, not to stdout.")
@click.option("--from", "source_format", metavar="FORMAT", help="Do not guess the input's format.")
@click.option("--lang", metavar="CODE", default="", help="Language of texts that do not say it.")
@click.option("--skip-bad", is_flag=True, help="Leave bad documents out and list them.")
@click.option("--quiet", is_flag=True, help="No notes and no summary.")
def command(
    source: str,
    share: float,
    by: str,
    target: str,
    output: str,
    source_format: str | None,
    lang: str,
    skip_bad: bool,
    quiet: bool,
) -> None:
    """Drop the sentences of each document that are farthest from its centre.

    The title is always kept; offsets are those of the whole text. FILE is a file, a folder, or -
    for standard input, in any format that xnorm reads.
    """
    import sys
    from contextlib import nullcontext

    from xnorm.cli.progress import Notes, many, tell
    from xnorm.files import atomic_file
    from xnorm.filtering import FilterSentences
    from xnorm.formats import check_output, open_documents

    check_output(output, "bigbio")  # a file, as all three are
    stage = FilterSentences(share, by)
    skipped: list[XnormError] = []
    notes = Notes()
    counts: Counter[str] = Counter()
    with (
        open_documents(
            source,
            format=source_format,
            language=lang,
            on_bad=skipped.append if skip_bad else None,
            on_note=notes.add,
        ) as documents,
        nullcontext(sys.stdout.buffer) if output == "-" else atomic_file(output) as stream,
    ):
        if target == "bigbio":
            from xnorm.formats import write_documents

            write_documents((stage([one])[0] for one in documents), stream, "bigbio")
        else:
            for document in documents:
                _write(stage, document, stream, target, counts)
    tell(skipped, notes, quiet=quiet)
    if not quiet and counts:
        all_, kept = many(counts["all"], "sentence"), counts["kept"]
        click.echo(f"{many(counts['documents'], 'document')}: {kept:,} of {all_} kept", err=True)


def _write(
    stage: FilterSentences,
    document: Document,
    stream: BinaryIO,
    target: str,
    counts: Counter[str],
) -> None:
    """Writes the sentences of one document, and counts them."""
    import msgspec

    sentences = stage.sentences(document)
    kept = [one for one in sentences if one.kept]
    counts.update(documents=1, all=len(sentences), kept=len(kept))
    if target == "json":
        line = msgspec.json.encode({"id": document.id, "sentences": sentences})
        stream.write(line + b"\n")
    else:
        for one in kept:
            words = " ".join(document.text[slice(*one.span)].split())
            stream.write(words.encode() + b"\n")
