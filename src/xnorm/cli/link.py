"""`xnorm link`: documents in, the same documents with every mention linked out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from xnorm.cli.progress import Progress
    from xnorm.document import Document
    from xnorm.errors import XnormError

EPILOG = """\b
Examples:
  xnorm link --lang es letter.txt
  xnorm link --lang es corpus.json -o linked.json
  xnorm link --lang de notes/ --to html -o notes.html
  cat notes.jsonl | xnorm link --lang fr --index my.index - > linked.jsonl
"""


@click.command(name="link", epilog=EPILOG)
@click.argument("source")
@click.option("--lang", metavar="CODE", default="", help="Language of the texts, such as es.")
@click.option("-o", "--output", metavar="PATH", help="Write here; standard output if not given.")
@click.option("--index", metavar="PATH", help="An index, or a .kb to build one from.")
@click.option("--config", metavar="FILE", help="Settings as YAML, or the name of a ready one.")
@click.option("--domain", type=click.Choice(["titles"]), help="titles: texts are job titles.")
@click.option("--set", "overrides", metavar="KEY=VALUE", multiple=True, help="Override a setting.")
@click.option("--k", type=int, metavar="N", help="Candidates a mention.  [default: 64]")
@click.option("--threshold", type=float, metavar="X", help="0-1; below it a mention is NIL.")
@click.option(
    "--overrides", "rules", metavar="FILE", multiple=True, help="Table of always and never."
)
@click.option("--from", "source_format", metavar="FORMAT", help="Do not guess the input's format.")
@click.option("--to", "target", metavar="FORMAT", help="json, jsonl, tsv, table, html ...")
@click.option("--workers", type=int, default=1, metavar="N", help="Processes.  [default: 1]")
@click.option("--resume", is_flag=True, help="Continue a run that was stopped.")
@click.option("--skip-bad", is_flag=True, help="Leave bad documents out and list them.")
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
def command(
    source: str,
    lang: str,
    output: str | None,
    index: str | None,
    config: str | None,
    domain: str | None,
    overrides: tuple[str, ...],
    k: int | None,
    threshold: float | None,
    rules: tuple[str, ...],
    source_format: str | None,
    target: str | None,
    workers: int,
    resume: bool,
    skip_bad: bool,
    quiet: bool,
) -> None:
    """Link the mentions of SOURCE to concepts.

    SOURCE is a file in any format that xnorm reads (BigBIO JSON, {"id", "text"}, text, PubTator,
    Parquet, CSV of mentions ...; plain or packed with gzip), a folder (texts, brat, XMI ...), or
    - for standard input. Mentions that the input already has are taken; documents without any are
    searched for them. The output has the input's format unless --to or the suffix of -o says
    otherwise.
    """
    from xnorm.cli.progress import Notes, Progress
    from xnorm.errors import SettingError
    from xnorm.formats import check_output, open_documents, output_format, write_output
    from xnorm.languages import language_code
    from xnorm.pipeline import load
    from xnorm.workers import stream as in_processes

    output = None if output == "-" else output
    if resume and (output is None or source == "-"):
        raise SettingError(
            "--resume needs an input file and -o FILE", todo="A stream cannot be continued"
        )
    if domain is not None:
        _check_domain(config, index)
    language = language_code(lang, place="--lang") if lang else ""
    shortcuts = [f"retrieve.k={k}"] * (k is not None)
    shortcuts += [f"overrides.files=[{', '.join(map(repr, rules))}]"] * bool(rules)
    deciding = "back_off" if domain else "decide"
    shortcuts += [f"{deciding}.threshold={threshold}"] * (threshold is not None)
    skipped: list[XnormError] = []
    notes = Notes()
    documents = open_documents(
        source,
        format=source_format,
        language=language,
        on_bad=skipped.append if skip_bad else None,
        on_note=notes.add,
    )
    format = output_format(target, documents.format, output or "-").name
    check_output(output or "-", format)
    settings = config or domain
    linker = load(index, config=settings, overrides=(*overrides, *shortcuts), notify=_say(quiet))
    link = linker.stream if workers == 1 else partial(in_processes, linker, workers=workers)
    progress = Progress(quiet=quiet)
    if output is None:
        write_output(progress.watch(link(documents)), "-", format)
    else:
        run = "\n".join((str(Path(source).absolute()), language, str(target), linker.fingerprint))
        _write(Path(output), format, run, resume, link, documents, progress)
    progress.summary(skipped, notes)


def _check_domain(config: str | None, index: str | None) -> None:
    """Makes sure that a domain comes with its terminology, and brings the settings alone."""
    from xnorm.errors import SettingError
    from xnorm.titles.esco import without_index

    if config is not None:
        raise SettingError(
            "--domain has settings of its own", place="--config", todo="Give one of the two"
        )
    if index is None:
        raise without_index()


def _write(
    output: Path,
    format: str,
    run: str,
    resume: bool,
    link: Callable[[Iterable[Document]], Iterator[Document]],
    documents: Iterable[Document],
    progress: Progress,
) -> None:
    """Links into the journal beside the output, then writes the output in one move."""
    from xnorm.errors import XnormError
    from xnorm.journal import Journal

    journal = Journal(output, run, resume=resume)
    progress.resumed = journal.finished
    todo = journal.skip_finished(documents) if journal.finished else documents
    try:
        for _ in journal.record(progress.watch(link(todo))):
            pass
        journal.publish(output, format)
    except XnormError:
        if not resume:
            journal.remove()
        raise
    except KeyboardInterrupt:
        click.echo(f"{journal.path} keeps what is done; go on with --resume", err=True)
        raise


def _say(quiet: bool) -> Any:
    return None if quiet else lambda text: click.echo(text, err=True)
