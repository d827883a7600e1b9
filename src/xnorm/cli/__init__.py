"""The command line: one file a command, each thin, loaded only when it is called."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from xnorm.errors import XnormError

COMMANDS = {
    "link": "Find mentions in documents and link them to concepts.",
    "convert": "Write documents in another format.",
    "show": "Show the candidates for one mention, with their evidence.",
    "normalize": "Normalize texts by rules: numbers, units, dates, shorthand, spelling.",
    "kb": "Build knowledge bases, combine them, and look into them.",
    "index": "Build and look into indexes.",
    "corpus": "Convert corpora of the field into documents with gold.",
    "coref": "Find the names of one thing in a document, and write one form for all.",
    "filter": "Drop the sentences that are peripheral to their document.",
    "keyphrases": "Extract key phrases, with a model of one's own corpus.",
    "titles": "Normalize job titles to occupations such as ESCO's.",
    "serve": "Link over HTTP.",
    "review": "Review links in a browser, and export what was decided.",
    "train": "Train encoders and re-rankers.",
    "evaluate": "Measure linked documents against a corpus, with error analysis.",
    "bench": "Measure systems on suites: a corpus, a terminology, figures.",
    "report": "Show the results of benchmarks as a page or as tables.",
}
"""Command to one-line help; the module `xnorm.cli.NAME` holds it as `command`."""


class LazyGroup(click.Group):
    """A group that imports a command's module only to run it, so that `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"xnorm.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            import difflib

            near = difflib.get_close_matches(name, COMMANDS, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            ctx.fail(f"No such command '{name}'.{hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="xnorm")
def group() -> None:
    """Link messy words in running text to clean identifiers.

    Start with:  xnorm show "dolor de cabeza" --lang es
    """


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line; every failure is one line on stderr and an exit status.

    Exit status: 0 done; 1 failed; 2 an unknown or missing command, option or argument;
    130 interrupted.
    """
    try:
        status = group.main(args=arguments, prog_name="xnorm", standalone_mode=False)
        sys.stdout.flush()
        code = status if isinstance(status, int) else 0
    except XnormError as error:
        code = _fail(str(error))
    except click.BadParameter as error:
        missing = isinstance(error, click.MissingParameter)
        if missing:
            error.show()
        code = 2 if missing else _fail(error.format_message())
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        code = 130
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        code = _fail(f"{place}{error.strerror or error}.")
    sys.exit(code)


def _fail(text: str) -> int:
    click.echo(f"error: {text}", err=True)
    return 1
