"""`xnorm link`: documents in, the same documents with every mention linked out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from xnorm.cli.engine import engine_options, is_ray

if TYPE_CHECKING:
    from xnorm.cli.progress import Progress
    from xnorm.document import Document
    from xnorm.errors import XnormError
    from xnorm.pipeline import Linker

AUTO = "auto"
"""The language of `--lang` that is to be found out, by the stage `IDENTIFY`."""

IDENTIFY = "identify"

EPILOG = """\b
Examples:
  xnorm link --lang es letter.txt
  xnorm link --lang es corpus.json -o linked.json
  xnorm link --lang de notes/ --to html -o notes.html
  cat notes.jsonl | xnorm link --lang fr --index my.index - > linked.jsonl
  xnorm link --lang auto "in/*.parquet" -o out/ --engine ray
"""


class Given(NamedTuple):
    """The options that say how documents are read, linked and written; `-` is standard output."""

    output: str
    source_format: str | None
    target: str | None
    language: str
    workers: int
    resume: bool
    skip_bad: bool


@click.command(name="link", epilog=EPILOG)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option(
    "--lang",
    metavar="CODE",
    default="",
    help="Language of the texts, such as es; auto finds it out (extra lang).",
)
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
@engine_options("on all cores of a Ray cluster, a file a core")
@click.option("--resume", is_flag=True, help="Continue a run that was stopped.")
@click.option("--skip-bad", is_flag=True, help="Leave bad documents out and list them.")
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
def command(
    sources: tuple[str, ...],
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
    engine: str,
    ray_address: str | None,
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

    Several files, or a pattern in quotes, are parts: each is linked into a file of its own in the
    folder -o. A part that cannot be read does not stop the others.
    """
    from xnorm.cli.parts import link_in_parts
    from xnorm.cli.progress import Progress
    from xnorm.errors import SettingError
    from xnorm.languages import language_code
    from xnorm.parts import is_pattern
    from xnorm.pipeline import load

    on_ray = is_ray(engine, ray_address)
    if workers != 1 and on_ray:
        raise SettingError("Ray has a worker a core", place="--workers", todo="Leave it out")
    if domain is not None:
        _check_domain(config, index)
    settings = config or domain
    shortcuts = [f"retrieve.k={k}"] * (k is not None)
    shortcuts += [f"overrides.files=[{', '.join(map(repr, rules))}]"] * bool(rules)
    deciding = "back_off" if domain else "decide"
    shortcuts += [f"{deciding}.threshold={threshold}"] * (threshold is not None)
    if lang == AUTO:
        shortcuts.append(_identifying(settings, overrides))
    language = language_code(lang, place="--lang") if lang not in ("", AUTO) else ""
    # An index is opened after the input was looked at, for it may have to be built.
    opened = partial(
        load, index, config=settings, overrides=(*overrides, *shortcuts), notify=_say(quiet)
    )
    progress = Progress(quiet=quiet)
    given = Given(output or "-", source_format, target, language, workers, resume, skip_bad)
    if not on_ray and len(sources) == 1 and not is_pattern(sources[0]):
        _link(sources[0], given, opened, progress)
    else:
        link_in_parts(sources, given, opened, progress, on_ray=on_ray, address=ray_address)


def _link(source: str, given: Given, opened: Callable[[], Linker], progress: Progress) -> None:
    """Links one file, folder or stream into another."""
    from xnorm.cli.progress import Notes
    from xnorm.errors import SettingError
    from xnorm.formats import check_output, open_documents, output_format, write_output
    from xnorm.workers import stream as in_processes

    if given.resume and "-" in (given.output, source):
        raise SettingError(
            "--resume needs an input file and -o FILE", todo="A stream cannot be continued"
        )
    skipped: list[XnormError] = []
    notes = Notes()
    documents = open_documents(
        source,
        format=given.source_format,
        language=given.language,
        on_bad=skipped.append if given.skip_bad else None,
        on_note=notes.add,
    )
    format = output_format(given.target, documents.format, given.output).name
    check_output(given.output, format)
    linker = opened()
    link = linker.stream
    if given.workers != 1:
        link = partial(in_processes, linker, workers=given.workers)
    if given.output == "-":
        write_output(progress.watch(link(documents)), "-", format)
    else:
        made_by = (str(Path(source).absolute()), given.language, str(given.target))
        run = "\n".join((*made_by, linker.fingerprint))
        _write(Path(given.output), format, run, given.resume, link, documents, progress)
    progress.summary(skipped, notes)


def _identifying(config: str | None, overrides: Iterable[str]) -> str:
    """The override that lets the stages begin with finding out the language."""
    from xnorm.config import load_settings
    from xnorm.settings import Settings

    stages = load_settings(Settings, config, overrides).stages
    added = () if IDENTIFY in stages else (IDENTIFY,)
    return f"stages=[{', '.join((*added, *stages))}]"


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
    """Links into the journal and the output, which appears in one move."""
    from xnorm.errors import XnormError
    from xnorm.journal import Journal

    journal = Journal(output, run, resume=resume)
    progress.resumed = journal.finished
    todo = journal.skip_finished(documents) if journal.finished else documents
    try:
        journal.publish(progress.watch(link(todo)), format)
    except XnormError:
        if not resume:
            journal.remove()
        raise
    except KeyboardInterrupt:
        click.echo(f"{journal.path} keeps what is done; go on with --resume", err=True)
        raise


def _say(quiet: bool) -> Callable[[str], None] | None:
    return None if quiet else lambda text: click.echo(text, err=True)
