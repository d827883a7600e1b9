"""Mentions in the rows of a table, whatever its dialect: a row is a document with one mention.

The columns `mention` (or `text`), `id`, `language` and `type` are known. The text around the
mention stands in `left context` and `right context`, or in `context` with `start` and `end` in code
points. All columns are kept; written beside them are the decision and the best candidates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from xnorm.document import Document, Mention, Span, mention_at
from xnorm.errors import DataError
from xnorm.formats.checks import KEPT, differs
from xnorm.formats.reading import Reading
from xnorm.formats.tsv import link_cells, score_cell
from xnorm.languages import language_code
from xnorm.text.sentences import sentence_spans

HOLDS = frozenset({"language", "mentions", "types", "overlapping", "links", "row"})
ROW = "row"
"""The key in a document's `extra` under which the cells of its row wait."""

_CONTEXT = {"context", "start", "end"}
_SHOWN = 5


def is_table(columns: Sequence[str], *, loosely: bool) -> bool:
    """Whether these columns have one of mentions; `loosely`: `text` will do."""
    names = {_plain(column) for column in columns}
    return "mention" in names or (loosely and "text" in names)


def has_context(columns: Iterable[str]) -> bool:
    """Whether these columns give the text around the mention, and its place there."""
    return {_plain(column) for column in columns} >= _CONTEXT


def check_columns(columns: Sequence[str], place: str) -> None:
    """Makes sure that every column has a name of its own.

    Raises:
        DataError: naming the columns of one name.
    """
    for column in columns:
        if columns.count(column) > 1:
            raise DataError(
                f"two columns are named '{column}'", place=place, todo="Rename one of them"
            )


def without_mentions(columns: Sequence[str], place: str) -> DataError:
    """The error for a table whose first line names no column of mentions."""
    count = f"{len(columns)} column{'s' if len(columns) > 1 else ''}"
    return DataError(
        f"{count} and none named `mention`",
        place=place,
        todo="Name the column of mentions in the first line",
    )


def row_document(row: Mapping[str, str], number: int, place: str, reading: Reading) -> Document:
    """The document of a row; without an id its id is its number.

    Raises:
        DataError: without a mention, or with offsets that do not fit the context.
        SettingError: for an unknown language.
    """
    cells = {_plain(column): cell for column, cell in row.items()}
    stated = cells.get("mention") or cells.get("text", "")
    text, span = _text_and_span(cells, stated, place)
    language = cells.get("language", "").strip()
    document = Document.from_text(
        text,
        id=cells.get("id") or str(number),
        language=language_code(language, place=place) if language else "",
    )
    mention = mention_at(
        text, [span], id=f"{document.id}-mention", type=cells.get("type", ""), place=place
    )
    if stated not in ("", mention.surface):
        reading.note(differs(stated, text, span), place=place, todo=KEPT)
        mention = msgspec.structs.replace(mention, text=(stated,))
    return msgspec.structs.replace(document, mentions=(mention,), extra={ROW: dict(row)})


def document_rows(
    document: Document, *, context: bool = False
) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """For each mention the cells that were read, and those that xnorm adds or says anew.

    Args:
        document: with mentions of its own, or as `row_document` made it.
        context: give the sentence around the mention too, where no row was read.
    """
    row = document.extra.get(ROW)
    only = len(document.mentions) == 1
    for mention in document.mentions:
        kept = {}
        own = {}
        if isinstance(row, dict):
            kept = {str(column): str(value) for column, value in row.items()}
        else:
            own = {
                "id": document.id if only else f"{document.id}/{mention.id}",
                "mention": mention.surface,
                **(_context_cells(document, mention) if context else {}),
                "language": document.language,
                "type": mention.type,
            }
        if mention.link is not None or mention.candidates:
            own |= link_cells(mention)
            own["candidates"] = "; ".join(
                f"{candidate.concept} {score_cell(candidate.score)}"
                for candidate in mention.candidates[:_SHOWN]
            )
        yield kept, own


def _plain(column: str) -> str:
    """A column's name for comparing.

    >>> _plain(" Left_Context")
    'left context'
    """
    return column.strip().casefold().replace("_", " ")


def _text_and_span(cells: Mapping[str, str], mention: str, place: str) -> tuple[str, Span]:
    if has_context(cells) and cells["context"]:
        return cells["context"], (_offset(cells, "start", place), _offset(cells, "end", place))
    if not mention.strip():
        raise DataError("a line without a mention", place=place, todo="Leave it out")
    left = _spaced(cells.get("left context", ""), mention)
    after = _spaced(mention, cells.get("right context", ""))
    text = left + after + cells.get("right context", "")
    return text, (len(left), len(left) + len(mention))


def _spaced(left: str, right: str) -> str:
    """The left part with a blank after it where the right one needs it."""
    apart = not left or not right or left[-1].isspace() or right[0].isspace()
    return left if apart else f"{left} "


def _offset(cells: Mapping[str, str], column: str, place: str) -> int:
    try:
        return int(cells[column])
    except ValueError:
        raise DataError(
            f"'{cells[column]}' in the column `{column}` is no number",
            place=place,
            todo="Give the offset in characters of the context, from 0",
        ) from None


def _context_cells(document: Document, mention: Mention) -> dict[str, str]:
    around = [
        span
        for span in sentence_spans(document.text, document.language)
        if span[0] < mention.end and mention.start < span[1]
    ]
    start = min([mention.start, *(span[0] for span in around)])
    end = max([mention.end, *(span[1] for span in around)])
    return {
        "context": document.text[start:end],
        "start": str(mention.start - start),
        "end": str(mention.end - start),
    }
