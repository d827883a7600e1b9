"""`xnorm kb build`: a knowledge base from the files of a terminology."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from xnorm.cli.kb import view

EPILOG = """\b
Examples:
  xnorm kb build hpo -o hpo.kb
  xnorm kb build hpo -o hpo.kb --languages en,es
  xnorm kb build hpo -o hpo-cui.kb --ids UMLS
  xnorm kb build obo mondo.obo -o mondo.kb --source-name MONDO
  xnorm kb build obo mondo.obo -o cui.kb --ids UMLS --xrefs umls.sssom.tsv
  xnorm kb build table codes.csv -o icd.kb --column id=Code --column name=Text
  xnorm kb build table titles.csv -o titles.kb --mapping map.yaml
  xnorm kb build umls 2026AA/META -o umls.kb --groups DISO --languages en,es
  xnorm kb build mesh desc2026.xml supp2026.xml -o mesh.kb
  xnorm kb build esco esco/*.csv -o esco.kb
  xnorm kb build table codes.csv -o icd.kb --clean unspecified --no-clean tag
"""


class _WithKinds(click.Command):
    """A command whose help lists the kinds of sources, as their modules describe themselves."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from xnorm.kb.name_rules import DEFAULT, RULES
        from xnorm.kb.sources import described

        with formatter.section("Kinds"):
            formatter.write_dl(list(described().items()))
        with formatter.section("Rules (* by default)"):
            formatter.write_dl(
                [
                    (f"{name}{' *' * (name in DEFAULT)}", _first_line(rule))
                    for name, rule in RULES.items()
                ]
            )
        super().format_epilog(ctx, formatter)


def _first_line(thing: Callable[..., object]) -> str:
    return (thing.__doc__ or "").strip().split("\n")[0]


@click.command(name="build", cls=_WithKinds, epilog=EPILOG)
@click.argument("kind")
@click.argument("files", metavar="[SOURCE]...", nargs=-1)
@click.option("-o", "--output", metavar="X.kb", required=True, help="The folder to write.")
@click.option("--languages", metavar="CODES", default="", help="Keep names in these, as in en,es.")
@click.option("--default-language", metavar="CODE", help="For names without a language.")
@click.option("--sources", metavar="NAMES", default="", help="Keep these vocabularies, as of UMLS.")
@click.option("--types", metavar="TYPES", default="", help="Keep concepts of these types.")
@click.option("--groups", metavar="GROUPS", default="", help="Keep these semantic groups: DISO.")
@click.option("--suppressed", is_flag=True, help="Keep names marked as suppressed or obsolete.")
@click.option("--ids", metavar="PREFIX", default="", help="Ids of another vocabulary, as in UMLS.")
@click.option("--xrefs", metavar="FILE", multiple=True, help="More cross-references, as SSSOM.")
@click.option("--translations", metavar="DIR", help="A folder with *.babelon.tsv, *.synonyms.tsv.")
@click.option("--mapping", metavar="FILE", help="Which column says what, as YAML.")
@click.option(
    "--column", "columns", metavar="ROLE=COLUMN", multiple=True, help="Table column, or its number."
)
@click.option("--no-quotes", is_flag=True, help="Quotation marks in a table are part of the text.")
@click.option("--clean", metavar="RULE", multiple=True, help="Add variants of names; or all.")
@click.option("--no-clean", metavar="RULE", multiple=True, help="Leave out a rule; or all.")
@click.option("--source-name", metavar="NAME", default="", help="What the ids belong to: HPO.")
@click.option("--release", metavar="TEXT", default="", help="Version, if the files do not say it.")
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
def command(
    kind: str,
    files: tuple[str, ...],
    output: str,
    languages: str,
    default_language: str | None,
    sources: str,
    types: str,
    groups: str,
    suppressed: bool,
    ids: str,
    xrefs: tuple[str, ...],
    translations: str | None,
    mapping: str | None,
    columns: tuple[str, ...],
    no_quotes: bool,
    clean: tuple[str, ...],
    no_clean: tuple[str, ...],
    source_name: str,
    release: str,
    quiet: bool,
) -> None:
    """Build a knowledge base from the files of a terminology.

    KIND says how to read SOURCE; hpo ships with xnorm and needs none. Files may be packed with gzip
    or xz. Roles of table columns: id, name, synonyms, language, kind, types, parents, definition,
    xrefs, retired; several values in a cell are parted by |. With --ids, concepts get the ids that
    they refer to, and those of one id become one. Rules add variants of names as synonyms.
    """
    from xnorm.kb import build_from_files
    from xnorm.kb.name_rules import choose
    from xnorm.kb.sources import Options
    from xnorm.languages import language_code

    options = Options(
        translations=Path(translations) if translations else None,
        languages=view.codes(languages, "--languages"),
        default_language=(
            language_code(default_language, place="--default-language") if default_language else ""
        ),
        columns=view.roles(columns),
        mapping=Path(mapping) if mapping else None,
        sources=view.words(sources),
        types=view.words(types),
        groups=view.words(groups),
        suppressed=suppressed,
        ids=ids,
        xrefs=tuple(map(Path, xrefs)),
        quotes=not no_quotes,
    )
    with view.progress(quiet) as progress:
        kb = build_from_files(
            kind,
            files,
            output,
            options=options,
            source=source_name,
            release=release,
            name_rules=choose(clean, no_clean),
            progress=progress,
        )
    if not quiet:
        view.say_built(kb, output)
