"""The table of formats: those that come with xnorm, and those of installed packages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from xnorm.errors import SettingError, did_you_mean
from xnorm.formats import (
    arrow_files,
    bigbio,
    bioc,
    bioc_json,
    bioc_xml,
    brat,
    brat_lines,
    codes_tsv,
    conll,
    conll_lines,
    html,
    links_tsv,
    mention_rows,
    mentions_csv,
    mentions_tsv,
    plain,
    pubtator,
    pubtator_lines,
    spacy_docbin,
    table,
    text,
    uima_write,
    uima_xmi,
)
from xnorm.formats.reading import Format

# Sniffed from above to below: the more a format asks of the content, the earlier it is asked.
_TABLE = (
    Format(
        "parquet", arrow_files.read_parquet, arrow_files.write_parquet, arrow_files.sniff_parquet
    ),
    Format("arrow", arrow_files.read_arrow, arrow_files.write_arrow, arrow_files.sniff_arrow),
    Format(
        "arrow-stream",
        arrow_files.read_arrow_stream,
        arrow_files.write_arrow_stream,
        arrow_files.sniff_arrow_stream,
    ),
    Format(
        "docbin",
        spacy_docbin.read,
        spacy_docbin.write,
        spacy_docbin.sniff,
        holds=spacy_docbin.HOLDS,
    ),
    Format("bioc-json", bioc_json.read, bioc_json.write, bioc_json.sniff, holds=bioc.HOLDS),
    Format("bioc-xml", bioc_xml.read, bioc_xml.write, bioc_xml.sniff, holds=bioc.HOLDS),
    Format("bigbio", bigbio.read, bigbio.write, bigbio.sniff_array),
    Format("bigbio-jsonl", bigbio.read, bigbio.write_jsonl, bigbio.sniff),
    Format("plain", plain.read, plain.write, plain.sniff_array, holds=plain.HOLDS),
    Format("plain-jsonl", plain.read, plain.write_jsonl, plain.sniff, holds=plain.HOLDS),
    Format("pubtator", pubtator.read, pubtator_lines.write, pubtator.sniff, holds=pubtator.HOLDS),
    Format(
        "brat",
        brat.read,
        None,
        brat.sniff,
        brat.read_folder,
        write_folder=brat_lines.write_folder,
        holds=brat.HOLDS,
        sniff_folder=brat.sniff_folder,
    ),
    Format(
        "xmi",
        uima_xmi.read,
        None,
        uima_xmi.sniff,
        uima_xmi.read_folder,
        write_folder=uima_write.write_folder,
        holds=uima_xmi.HOLDS,
        sniff_folder=uima_xmi.sniff_folder,
    ),
    Format(
        "mentions",
        mentions_tsv.read,
        mentions_tsv.write,
        mentions_tsv.sniff,
        holds=mention_rows.HOLDS,
    ),
    Format(
        "csv-context",
        mentions_csv.read,
        mentions_csv.write_context,
        mentions_csv.sniff_context,
        holds=mention_rows.HOLDS,
    ),
    Format(
        "csv", mentions_csv.read, mentions_csv.write, mentions_csv.sniff, holds=mention_rows.HOLDS
    ),
    Format(
        "conll",
        conll.read,
        conll_lines.write,
        conll.sniff,
        conll.read_folder,
        holds=conll.HOLDS,
        sniff_folder=conll.sniff_folder,
    ),
    Format("tsv", None, links_tsv.write, holds=links_tsv.HOLDS),
    Format("codes", None, codes_tsv.write, holds=codes_tsv.HOLDS),
    Format("html", None, html.write, holds=html.HOLDS),
    Format("table", None, table.write, holds=table.HOLDS),
    Format("txt", text.read, bigbio.write_jsonl, text.sniff, text.read_folder, "bigbio-jsonl"),
)
FORMATS = {row.name: row for row in _TABLE}
"""The formats that come with xnorm, by name."""

SUFFIXES = {
    ".json": ("json", "bigbio", "plain", "bioc-json"),
    ".jsonl": ("jsonl", "bigbio-jsonl", "plain-jsonl"),
    ".xml": ("bioc-xml",),
    ".parquet": ("parquet",),
    ".arrow": ("arrow", "arrow-stream"),
    ".arrows": ("arrow-stream",),
    ".spacy": ("docbin",),
    ".pubtator": ("pubtator",),
    ".conll": ("conll",),
    ".iob": ("conll",),
    ".bio": ("conll",),
    ".csv": ("csv", "csv-context"),
    ".tsv": ("tsv", "mentions", "codes"),
    ".html": ("html",),
}
"""What an output's suffix says of its format: the first of these, or the input's if it is one."""


def output_format(target: str | None, source: Format, path: str | Path = "-") -> Format:
    """The format for documents that were read from `source`: the same unless something says else.

    Args:
        target: a format's name, or `json` or `jsonl` for an array or lines of the source's kind.
        source: the format of the input.
        path: where the output goes; its suffix is asked when there is no `target`.

    Raises:
        SettingError: for an unknown format.
    """
    if target is None:
        names = SUFFIXES.get(Path(path).suffix.lower(), (source.output,))
        target = source.output if source.output in names else names[0]
    if target in ("json", "jsonl"):
        kind = "plain" if source.output.startswith("plain") else "bigbio"
        target = f"{kind}-jsonl" if target == "jsonl" else kind
    return format_named(target)


def format_named(name: str, *, reading: bool = False) -> Format:
    """The format of that name, of xnorm or of an installed package; `reading`: one that reads.

    Raises:
        SettingError: with the nearest name.
    """
    # Other packages are asked only when needed, for looking for them takes time.
    found = FORMATS.get(name) or installed().get(name)
    if found is not None and (found.read or not reading):
        return found
    known = [row for row in (FORMATS | installed()).values() if row.read or not reading]
    raise SettingError(
        f"the format '{name}' is only written" if found else f"unknown format '{name}'",
        todo=did_you_mean(name, [row.name for row in known]),
    )


@cache
def installed() -> dict[str, Format]:
    """The formats of other packages, by name.

    Raises:
        SettingError: when one cannot be loaded.
    """
    from importlib.metadata import entry_points

    formats = {}
    for entry in entry_points(group="xnorm.formats"):
        try:
            formats[entry.name] = entry.load()
        except ImportError as error:
            raise SettingError(
                f"the format '{entry.name}' cannot be loaded ({error})",
                todo=f"Repair or remove the package that brings {entry.value}",
            ) from error
    return formats
