"""Linked documents as tables for a terminal: what was found, as what, how sure, by which name."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable
from typing import BinaryIO

from xnorm.document import Document, Mention

HOLDS = frozenset({"language", "mentions", "discontinuous", "overlapping", "links"})


def write(documents: Iterable[Document], stream: BinaryIO) -> None:
    """Writes a table a document, as wide as the terminal and 80 columns elsewhere."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    width = shutil.get_terminal_size((80, 24)).columns
    for document in documents:
        page = io.StringIO()
        console = Console(file=page, width=width, highlight=False, color_system=None)
        table = Table(box=None, padding=(0, 2, 0, 0), title_justify="left")
        for header in ("mention", "id", "concept", "score", "matched name"):
            justify = "right" if header == "score" else "left"
            table.add_column(header, justify=justify, no_wrap=header in ("id", "score"))  # type: ignore[arg-type]
        for mention in document.mentions:
            table.add_row(*(Text(cell) for cell in _cells(mention)))
        language = f" ({document.language})" if document.language else ""
        console.print(Text(f"{document.id}{language}"))
        console.print(table if document.mentions else Text("no mention"))
        console.print()
        stream.write(page.getvalue().encode("utf-8"))


def _cells(mention: Mention) -> tuple[str, str, str, str, str]:
    link = mention.link
    if link is None:
        return mention.surface, "", "undecided", "", ""
    if link.concept is None:
        return mention.surface, "NIL", "", f"{link.score:.2f}", ""
    matched = [
        c.evidence[0] for c in mention.candidates if c.concept == link.concept and c.evidence
    ]
    name = f"{matched[0].name} ({matched[0].language})" if matched else ""
    return mention.surface, link.concept, link.name, f"{link.score:.2f}", name
