"""`xnorm keyphrases`: a ranker of key phrases from a corpus, its answers, and how good they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from xnorm.errors import XnormError
    from xnorm.keyphrases import Annotated, IndexCategories

TRAIN_EPILOG = """\b
Examples:
  xnorm keyphrases train train/ --lang en -o news.model
  xnorm keyphrases train train.jsonl --drop-share 0.1 -o filtered.model
  xnorm keyphrases train notes/ --lang es --index hpo.index -o notes.model
"""

EXTRACT_EPILOG = """\b
Examples:
  xnorm keyphrases extract --model news.model story.txt --lang en
  xnorm keyphrases extract --model news.model stories.jsonl --to bigbio
"""

EVALUATE_EPILOG = """\b
Example:
  xnorm keyphrases evaluate --model news.model test/ --lang en --json
"""

MODEL = click.option("--model", metavar="FILE", required=True, help="What train wrote.")
LANGUAGE = click.option("--lang", metavar="CODE", default="", help="Of texts that do not say it.")
AT_LEAST_ONE = click.IntRange(1)
INDEX = click.option("--index", metavar="X.index", help="The terminology that gives categories.")


@click.group(name="keyphrases")
def command() -> None:
    """Train a ranker of key phrases on a corpus, and use it."""


@command.command(epilog=TRAIN_EPILOG)
@click.argument("corpus")
@click.option("-o", "--output", metavar="FILE", required=True, help="The model to write.")
@LANGUAGE
@click.option("--groups", metavar="NAMES", help="Of features, by default all that need no index.")
@click.option("--longest", metavar="WORDS", default=5, show_default=True, help="Of a phrase.")
@click.option("--drop-share", metavar="SHARE", default=0.0, help="Light filtering: what to drop.")
@click.option("--signals", metavar="FILE", help="Signal words of a language that has no list.")
@INDEX
@click.option("--trees", metavar="NUMBER", default=50, show_default=True, help="How many.")
@click.option(
    "--seed",
    metavar="NUMBER",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Of the draws.",
)
@click.option("--quiet", is_flag=True, help="No summary.")
def train(
    corpus: str,
    output: str,
    lang: str,
    groups: str | None,
    longest: int,
    drop_share: float,
    signals: str | None,
    index: str | None,
    trees: int,
    seed: int,
    quiet: bool,
) -> None:
    """Train a model on CORPUS.

    CORPUS is a folder with NAME.txt (the title on the first line) and NAME.key (a phrase a line;
    NAME-CrowdCountskey, where there is one, says how many people chose each), or documents whose
    field key_phrases lists them. Groups of features: base, shallow, signals, centrality,
    coreference; categories with --index. It needs the extra `keyphrases`.
    """
    from xnorm.formats import check_output
    from xnorm.keyphrases import Reading
    from xnorm.keyphrases.signals import read_signals
    from xnorm.training.keyphrases import Forest, train_keyphrases

    check_output(output, "txt")  # a file, as a model is
    chosen = tuple(filter(None, groups.split(","))) if groups else Reading().groups
    reading = Reading(
        groups=(*chosen, "categories") if index and "categories" not in chosen else chosen,
        longest=longest,
        share=drop_share,
        signals=read_signals(signals) if signals else {},
    )
    model = train_keyphrases(
        _annotated(corpus, lang),
        reading,
        forest=Forest(trees=trees, seed=seed),
        categories=_categories(index),
        name=corpus,
    )
    model.save(output)
    if not quiet:
        nodes = len(model.trees.feature)
        click.echo(
            f"{output}: {model.card['documents']} documents, {len(model.reading.names)} features, "
            f"{len(model.trees.roots)} trees with {nodes:,} nodes",
            err=True,
        )


@command.command(epilog=EXTRACT_EPILOG)
@click.argument("source", metavar="FILE")
@MODEL
@click.option(
    "--top",
    metavar="NUMBER",
    type=AT_LEAST_ONE,
    default=10,
    show_default=True,
    help="Phrases a document.",
)
@click.option(
    "--to",
    "target",
    type=click.Choice(["text", "json", "bigbio"]),
    default="text",
    show_default=True,
    help="Score and phrase; with offsets; documents with key_phrases.",
)
@click.option("-o", "--output", metavar="OUT", default="-", help="Write here, not to stdout.")
@LANGUAGE
@INDEX
@click.option("--skip-bad", is_flag=True, help="Leave bad documents out and list them.")
def extract(
    source: str,
    model: str,
    top: int,
    target: str,
    output: str,
    lang: str,
    index: str | None,
    skip_bad: bool,
) -> None:
    """Extract the key phrases of each document in FILE, best first."""
    import sys
    from contextlib import nullcontext

    import msgspec

    from xnorm.cli.progress import Notes, tell
    from xnorm.files import atomic_file
    from xnorm.formats import check_output, open_documents, write_documents
    from xnorm.keyphrases import ExtractKeyPhrases, Model

    check_output(output, "bigbio")  # a file, as all three are
    stage = ExtractKeyPhrases(Model.load(model), top, _categories(index))
    skipped: list[XnormError] = []
    notes = Notes()
    with (
        open_documents(
            source,
            language=lang,
            on_bad=skipped.append if skip_bad else None,
            on_note=notes.add,
        ) as documents,
        nullcontext(sys.stdout.buffer) if output == "-" else atomic_file(output) as stream,
    ):
        if target == "bigbio":
            write_documents((stage([one])[0] for one in documents), stream, "bigbio")
        for document in documents:
            phrases = stage.extract(document)
            if target == "json":
                line = msgspec.json.encode({"id": document.id, "key_phrases": phrases})
                stream.write(line + b"\n")
            else:
                for phrase in phrases:
                    line = f"{document.id}\t{phrase.score:.4f}\t{phrase.text}\n".encode()
                    stream.write(line)
    tell(skipped, notes, quiet=False)


@command.command(epilog=EVALUATE_EPILOG)
@click.argument("corpus")
@MODEL
@LANGUAGE
@INDEX
@click.option(
    "--top",
    metavar="NUMBER",
    type=AT_LEAST_ONE,
    default=10,
    show_default=True,
    help="Phrases that count.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate(
    corpus: str, model: str, lang: str, index: str | None, top: int, as_json: bool
) -> None:
    """Measure a model on CORPUS, which is written as for train.

    nDCG counts how relevant the first phrases are, F and precision whether they are key phrases;
    intervals are 95 % bootstrap intervals over documents.
    """
    import json

    from xnorm.evaluation.intervals import interval
    from xnorm.keyphrases import ExtractKeyPhrases, Model
    from xnorm.keyphrases.measures import f_at, ndcg, precision_at

    stage = ExtractKeyPhrases(Model.load(model), top, _categories(index))
    ids: list[str] = []
    values: dict[str, list[float]] = {"ndcg": [], "f": [], "precision": []}
    for one in _annotated(corpus, lang):
        ranked = [phrase.key for phrase in stage.extract(one.document)]
        ids.append(one.document.id)
        values["ndcg"].append(ndcg(ranked, one.relevance, k=top))
        values["f"].append(f_at(ranked, one.chosen, k=top))
        values["precision"].append(precision_at(ranked, one.chosen, k=top))
    found = {name: interval(column, ids) for name, column in values.items()}
    if as_json:
        figures = {
            name: [round(number, 4) for number in (own.value, own.low, own.high)]
            for name, own in found.items()
        }
        click.echo(json.dumps({"documents": len(ids), "top": top, **figures}))
        return
    click.echo(f"{len(ids):,} documents, the first {top} phrases")
    for name, own in found.items():
        click.echo(f"{name:9} {own.value:.3f} [{own.low:.3f}, {own.high:.3f}]")


def _annotated(corpus: str, language: str) -> list[Annotated]:
    from xnorm.keyphrases import read_annotated
    from xnorm.languages import language_code

    code = language_code(language, place="--lang") if language else ""
    return list(read_annotated(corpus, language=code))


def _categories(index: str | None) -> IndexCategories | None:
    if index is None:
        return None
    from xnorm.index import Index
    from xnorm.keyphrases import IndexCategories

    return IndexCategories(Index.open(index))
