"""`xnorm corpus`: corpora of the field as documents with gold, for measuring or training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.table import Table

    from xnorm.corpora import Corpus
    from xnorm.document import Document

CONVERT_EPILOG = """\b
Examples:
  xnorm corpus convert bc5cdr CDR_Data.zip -o bc5cdr.jsonl
  xnorm corpus convert ncbi-disease ncbi/ -o test.jsonl --split test
  xnorm corpus convert distemist distemist.zip -o dev.parquet
      --ids HPO --drop without-id,duplicates --inherit-split codiesp.zip
      --split dev
  xnorm corpus convert mantra Mantra-GSC.tar.xz -o de.jsonl --languages de
      --groups DISO --kb umls.kb --replace-retired --outside drop
  xnorm corpus convert names hpo.kb -o heldout.jsonl --split held-out
"""


@click.group(name="corpus")
def command() -> None:
    """Convert corpora of the field into documents, and tell what there is."""


@command.command(epilog=CONVERT_EPILOG)
@click.argument("name")
@click.argument("path")
@click.option("-o", "--output", metavar="FILE", required=True, help="Write here; - is stdout.")
@click.option("--to", "target", metavar="FORMAT", help="If FILE's suffix does not say it.")
@click.option("--split", metavar="NAME", default="", help="Only this split.")
@click.option("--ids", metavar="NAMES", default="", help="Gold ids of these vocabularies.")
@click.option("--languages", metavar="CODES", default="", help="Texts in these, as in de,fr.")
@click.option("--edition", metavar="NAME", default="", help="Which edition; see corpus info.")
@click.option("--parts", metavar="NAMES", default="", help="Only these parts; see corpus info.")
@click.option("--types", metavar="TYPES", default="", help="Mentions of these types.")
@click.option("--groups", metavar="GROUPS", default="", help="Mentions in UMLS groups: DISO.")
@click.option("--expand-abbreviations", is_flag=True, help="Write long forms beside mentions.")
@click.option("--kb", "kb_path", metavar="X.kb", help="What the next two options look into.")
@click.option("--replace-retired", is_flag=True, help="Put ids in use for retired ones.")
@click.option("--outside", metavar="keep|drop", help="Mentions whose concepts are not in the KB.")
@click.option("--split-composites", is_flag=True, help="A mention for each of several concepts.")
@click.option("--drop", metavar="WHAT", default="", help="without-id,duplicates,composites.")
@click.option("--split-by-document", "seed", metavar="SEED", help="80/10/10 by a hash of ids.")
@click.option("--inherit-split", metavar="CODIESP", help="Take over CodiEsp's, by name.")
@click.option("--quiet", is_flag=True, help="No summary.")
def convert(
    name: str,
    path: str,
    output: str,
    target: str | None,
    split: str,
    ids: str,
    languages: str,
    edition: str,
    parts: str,
    types: str,
    groups: str,
    expand_abbreviations: bool,
    kb_path: str | None,
    replace_retired: bool,
    outside: str | None,
    split_composites: bool,
    drop: str,
    seed: str | None,
    inherit_split: str | None,
    quiet: bool,
) -> None:
    """Write the corpus NAME, which lies at PATH, as documents with gold.

    PATH is the publisher's archive, a folder or a single file, packed or not.
    Without options everything is written as published, as lines of BigBIO's
    JSON. NAME `names` takes a .kb, and `hub` the name of a dataset
    (OWNER/NAME) that is then fetched.
    """
    from xnorm.corpora import read_corpus
    from xnorm.corpora.steps import prepared
    from xnorm.corpora.tally import Tally
    from xnorm.formats import FORMATS, check_output, output_format, write_output
    from xnorm.formats.losses import counted, in_words
    from xnorm.kb import KnowledgeBase

    chosen = output_format(target, FORMATS["bigbio-jsonl"], output).name
    format = check_output(output, chosen)
    own_split = bool(seed or inherit_split)
    steps = [
        *_step("split-by-document", seed),
        *_step("inherit-split", inherit_split),
        *_step("keep-split", split if own_split else ""),
        *(f"drop-{what}" for what in _words(drop)),
        *_step("keep-types", types),
        *_step("keep-groups", groups),
        *["replace-retired"] * replace_retired,
        *_step("out-of-terminology", outside),
        *["split-composites"] * split_composites,
        *["expand-abbreviations"] * expand_abbreviations,
    ]
    tallies: list[Tally] = []
    if name == "hub" and not quiet:
        click.echo(f"fetching {path} from the Hugging Face hub", err=True)
    documents = prepared(
        read_corpus(
            name,
            path,
            split="" if own_split else split,
            ids=_words(ids),
            languages=_words(languages),
            edition=edition,
            parts=_words(parts),
        ),
        steps,
        kb=KnowledgeBase.open(kb_path) if kb_path else None,
        tallies=tallies,
    )
    counts = _Counts()
    lost: Counter[str] = Counter()
    write_output(counted(counts.watch(documents), format.holds, lost), output, format.name)
    if quiet:
        return
    for tally in tallies:
        click.echo(str(tally), err=True)
    if lost:
        clauses = ", ".join(in_words(lost))
        click.echo(f"note: {format.name} cannot hold everything: {clauses}", err=True)
    click.echo(f"{output}: {counts}", err=True)


@command.command(name="list", epilog="\b\nExample:\n  xnorm corpus list --json")
@click.option("--json", "as_json", is_flag=True, help="The whole table as JSON.")
def list_corpora(as_json: bool) -> None:
    """List the corpora that can be converted."""
    import msgspec

    from xnorm.corpora import CORPORA

    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(CORPORA)).decode())
        return
    from rich import box

    table = _table("name", "languages", "ids", "splits", box=box.SIMPLE_HEAD)
    for name, corpus in CORPORA.items():
        cells = (corpus.languages, corpus.ids, corpus.splits)
        table.add_row(name, *(" ".join(cell).replace("*", "any") for cell in cells))
    _print(table)
    click.echo("Licence, editions, parts and where to get one: xnorm corpus info NAME")


@command.command(epilog="\b\nExample:\n  xnorm corpus info distemist")
@click.argument("name")
def info(name: str) -> None:
    """Tell what a corpus is, its licence, where to get it, what can be asked for."""
    from xnorm.corpora import find_corpus

    table = _table(box=None, show_header=False)
    for what, value in _facts(find_corpus(name)):
        if value:
            table.add_row(what, value.replace("*", "any"))
    _print(table)


class _Counts:
    """What was written."""

    def __init__(self) -> None:
        self.documents = self.mentions = self.with_id = 0

    def watch(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Passes documents on and counts them."""
        for document in documents:
            self.documents += 1
            self.mentions += len(document.mentions)
            self.with_id += sum(bool(mention.gold) for mention in document.mentions)
            yield document

    def __str__(self) -> str:
        return (
            f"{self.documents:,} documents, {self.mentions:,} mentions, "
            f"{self.with_id:,} of them with an id"
        )


def _facts(corpus: Corpus) -> list[tuple[str, str]]:
    return [
        ("title", corpus.title),
        ("licence", corpus.licence),
        ("get it from", corpus.where),
        ("languages", ", ".join(corpus.languages)),
        ("ids", ", ".join(corpus.ids)),
        ("splits", ", ".join(corpus.splits)),
        ("editions", ", ".join(corpus.editions)),
        ("parts", ", ".join(corpus.parts)),
    ]


def _step(name: str, value: str | None) -> list[str]:
    return [f"{name}={value}"] if value else []


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _table(*headers: str, **options: object) -> Table:
    from rich.table import Table

    table = Table(*headers, pad_edge=False, **options)  # type: ignore[arg-type]
    if not headers:
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
    return table


def _print(table: Table) -> None:
    from rich.console import Console

    console = Console(markup=False, highlight=False)
    console.print(table, width=min(console.width, 80))
