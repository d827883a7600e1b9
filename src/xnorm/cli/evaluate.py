"""`xnorm evaluate`: how good a system's documents are, against those of a corpus."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from xnorm.evaluation.evaluate import Evaluation
    from xnorm.evaluation.from_files import Evaluated

EPILOG = """\b
Examples:
  xnorm link --lang es corpus.json -o linked.json
  xnorm evaluate corpus.json linked.json
  xnorm evaluate corpus.json linked.json --kb hpo.kb --errors errors.tsv
  xnorm evaluate test.json linked.json --train train.json --by type
"""


@click.command(name="evaluate", epilog=EPILOG)
@click.argument("gold")
@click.argument("predicted")
@click.option("--kb", metavar="X.kb", help="Resolve retired ids; say what is in the terminology.")
@click.option("--source", metavar="NAME", default="", help="Only ids of this vocabulary: HPO,MESH.")
@click.option("--strip-prefix", is_flag=True, help="Compare HP:0000001 as 0000001.")
@click.option("--train", metavar="FILE", help="Training data, to tell seen from unseen mentions.")
@click.option("--k", "ks", metavar="NUMBERS", default="1,5,64", show_default=True, help="Depths.")
@click.option("--by", metavar="GROUPING", multiple=True, help="Break down by this, in full.")
@click.option("--errors", metavar="FILE", help="Write every gold mention and what became of it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    gold: str,
    predicted: str,
    kb: str | None,
    source: str,
    strip_prefix: bool,
    train: str | None,
    ks: str,
    by: tuple[str, ...],
    errors: str | None,
    as_json: bool,
) -> None:
    """Compare the mentions and links in PREDICTED with those in GOLD.

    Both are files that xnorm reads, with the same documents. The decisions in PREDICTED count, or
    the ids that it states if it was made by another tool; recall@k needs its candidates. Intervals
    are 95 % bootstrap intervals over documents. A concept that scores the same as the right one
    goes before it, except in the column "as listed".

    Groupings: type, language, abbreviation, words, mention, concept, frequency (seen in training),
    gold (concept) and document.
    """
    from xnorm.evaluation.from_files import evaluate_files

    evaluated = evaluate_files(
        gold,
        predicted,
        kb=kb,
        sources=tuple(name.strip() for name in source.split(",") if name.strip()),
        strip_prefix=strip_prefix,
        training=train,
        ks=_depths(ks),
        by=by,
    )
    for note in evaluated.notes:
        click.echo(f"note: {note}", err=True)
    if errors is not None:
        _write(evaluated, errors)
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(evaluated.evaluation)).decode())
    else:
        _print(evaluated.evaluation, all_groups=bool(by))


def _write(evaluated: Evaluated, path: str) -> None:
    from xnorm.evaluation.tables import write_outcomes
    from xnorm.files import atomic_file

    with atomic_file(path) as stream:
        write_outcomes(
            evaluated.outcomes, stream, evaluated.vocabulary, typed=evaluated.evaluation.typed
        )


def _depths(text: str) -> list[int]:
    from xnorm.errors import SettingError

    try:
        depths = sorted({int(part) for part in text.split(",")})
    except ValueError:
        depths = [0]
    if depths[0] < 1:
        raise SettingError(f"'{text}'", place="--k", todo="Give numbers from 1, such as 1,5,64")
    return depths


def _print(evaluation: Evaluation, *, all_groups: bool) -> None:
    from rich.console import Console

    from xnorm.evaluation.tables import headline, tables

    console = Console(markup=False, highlight=False)
    width = min(console.width, 80)
    console.print(headline(evaluation.counted, evaluation.sources), width=width)
    for table in tables(evaluation, all_groups=all_groups):
        console.print()
        console.print(table, width=width)
