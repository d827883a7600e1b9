"""`xnorm normalize`: a text after the rules of a forest, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from xnorm.text.forest import Digested

EPILOG = """\b
Examples:
  xnorm normalize "IAM tipo II, dos comp. de 5mg" --lang es
  xnorm normalize "s/p oesophagectomy" --lang en --explain
  xnorm normalize - --lang de --forest ours.yaml --json < lines.txt
"""


@click.command(name="normalize", epilog=EPILOG)
@click.argument("text")
@click.option("--lang", metavar="CODE", default="", help="Language of the text, such as es.")
@click.option(
    "--forest",
    "forests",
    metavar="FILE",
    multiple=True,
    help="Rules of one's own, as YAML; they go before those that ship. Repeatable.",
)
@click.option("--explain", is_flag=True, help="Show what was understood, and each rule's work.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, a line a text.")
def command(text: str, lang: str, forests: tuple[str, ...], explain: bool, as_json: bool) -> None:
    """Normalize TEXT by rules: numbers, units, dates, shorthand, spelling.

    TEXT is a text, or - for the lines of standard input.
    """
    from xnorm.languages import language_code
    from xnorm.resources.forests import forest_files
    from xnorm.stores import cache_folder
    from xnorm.text.forest import open_forest

    language = language_code(lang, place="--lang") if lang else ""
    forest = open_forest([*forest_files(language), *forests], cache=cache_folder())
    for line in _lines() if text == "-" else [text]:
        digested = forest.digest(line)
        if as_json:
            import msgspec

            click.echo(msgspec.json.encode(digested))
        else:
            click.echo(digested.text)
            if explain:
                _explain(digested)


def _lines() -> Iterator[str]:
    from xnorm.files import decode, open_binary

    with open_binary("-") as stream:
        for number, line in enumerate(stream, 1):
            yield decode(line, place=f"standard input, line {number}").rstrip("\r\n")


def _explain(digested: Digested) -> None:
    for step in digested.steps:
        where = f"{step.start}-{step.end}"
        layer = f"{step.layer}: {step.rule}" if step.layer else step.rule
        change = f"'{step.before}'"
        if step.after != step.before:
            change += f" -> '{step.after}'"
        made = f"  {step.label} {_shown(step.fields)}" if step.label else ""
        click.echo(f"  {where:<7} {change}  ({layer}){made}")
    for structure in digested.structures:
        words = digested.original[structure.start : structure.end]
        click.echo(f"  = {structure.label} '{words}' {_shown(structure.fields)}")


def _shown(fields: dict[str, str | int | float]) -> str:
    return ", ".join(f"{name}={value}" for name, value in fields.items())
