"""`xnorm coref`: the names of one thing in a document, and one form for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

import click

if TYPE_CHECKING:
    from xnorm.document import Document
    from xnorm.errors import XnormError

EPILOG = """\b
Examples:
  xnorm coref normalize story.txt --lang en
  xnorm coref normalize stories.jsonl --to json -o clusters.jsonl
  xnorm coref normalize linked.json --to bigbio -o clustered.json
"""


@click.group(name="coref")
def command() -> None:
    """Find the names of one thing in a document, and write one form for all."""


@command.command(epilog=EPILOG)
@click.argument("source", metavar="FILE")
@click.option(
    "--to",
    "target",
    type=click.Choice(["text", "json", "bigbio"]),
    default="text",
    show_default=True,
    help="The text with one form a name; with its map and clusters; coreferences.",
)
@click.option("-o", "--output", metavar="OUT", default="-", help="Write here, not to stdout.")
@click.option("--from", "source_format", metavar="FORMAT", help="Do not guess the input's format.")
@click.option("--lang", metavar="CODE", default="", help="Language of texts that do not say it.")
@click.option("--types", metavar="TYPES", default="", help="Only mentions of these types.")
@click.option("--resolver", metavar="NAME", default="", help="coreferee or fastcoref: pronouns.")
@click.option("--model", metavar="NAME", default="", help="The resolver's model.")
@click.option("--skip-bad", is_flag=True, help="Leave bad documents out and list them.")
@click.option("--quiet", is_flag=True, help="No notes and no summary.")
def normalize(
    source: str,
    target: str,
    output: str,
    source_format: str | None,
    lang: str,
    types: str,
    resolver: str,
    model: str,
    skip_bad: bool,
    quiet: bool,
) -> None:
    """Find the names of one thing in each document of FILE.

    Names are the mentions; in documents without any, they are found by their capitals. FILE is a
    file, a folder, or - for standard input, in any format that xnorm reads. With --to text and
    json, each document is written as it is done.
    """
    import sys
    from contextlib import nullcontext

    from xnorm.cli.progress import Notes, many, tell
    from xnorm.coreference import NormalizeCoreference
    from xnorm.coreference.resolvers import resolver_named
    from xnorm.files import atomic_file
    from xnorm.formats import check_output, open_documents

    check_output(output, "bigbio")  # a file, as all three are
    stage = NormalizeCoreference(
        types=tuple(filter(None, types.split(","))), resolver=resolver_named(resolver, model)
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
    counts: Counter[str] = Counter()
    normalized = _counted((stage([document])[0] for document in documents), counts)
    with nullcontext(sys.stdout.buffer) if output == "-" else atomic_file(output) as stream:
        _write(normalized, stream, target)
    tell(skipped, notes, quiet=quiet)
    if not quiet:
        if counts["speechless"]:
            without = f"{many(counts['speechless'], 'document')} without a language"
            click.echo(f"note: {without}; --lang CODE finds more and better", err=True)
        names, things = many(counts["names"], "mention"), many(counts["things"], "coreference")
        click.echo(f"{many(counts['documents'], 'document')}: {names} in {things}", err=True)


def _counted(documents: Iterable[Document], counts: Counter[str]) -> Iterator[Document]:
    for document in documents:
        counts["documents"] += 1
        counts["speechless"] += not document.language
        counts["things"] += len(document.coreferences)
        counts["names"] += sum(len(one.mentions) for one in document.coreferences)
        yield document


def _write(documents: Iterable[Document], stream: BinaryIO, target: str) -> None:
    import msgspec

    from xnorm.coreference.stage import normalized_fields, rewrite_names
    from xnorm.formats import write_documents

    if target == "bigbio":
        write_documents(documents, stream, "bigbio")
        return
    for document in documents:
        if target == "json":
            line = msgspec.json.encode(normalized_fields(document))
        else:
            line = rewrite_names(document).text.encode()
        stream.write(line if line.endswith(b"\n") else line + b"\n")
