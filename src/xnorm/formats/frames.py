"""Data frames of pandas and polars: a column of texts as documents, links as a frame."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from xnorm.document import Document
from xnorm.errors import DataError, SettingError, did_you_mean

ROW = "row"
"""The column that says the position of the text's row, from 0."""

_COLUMNS = (
    *(ROW, "start", "end", "mention", "type"),
    *("concept", "source", "name", "score", "reason"),
)


def texts(frame: Any, column: str, language: str = "") -> Iterator[Document]:
    """A document for each row whose text is not missing; its id is the row's position.

    Args:
        frame: a `pandas.DataFrame` or `polars.DataFrame`.
        column: of the texts.
        language: a code; or the name of a column of codes.

    Raises:
        SettingError: for something that is no frame, or a column that it does not have.
        DataError: for a value that is no text.
    """
    values = _values(frame, column)
    languages = (
        _values(frame, language) if language in _columns(frame) else [language] * len(values)
    )
    for number, (value, code) in enumerate(zip(values, languages, strict=True)):
        if value is None or value != value:  # NaN is how pandas writes a missing value
            continue
        if not isinstance(value, str):
            raise DataError(
                f"{value!r} is no text", place=f"column '{column}', row {number}", todo="Convert it"
            )
        yield Document.from_text(value, id=str(number), language=code or "")


def links(documents: Iterable[Document], like: Any) -> Any:
    """A frame with a row a mention, of the same library as `like`.

    Its columns: the position of the text's row, where the mention stands and what it is, the
    concept (missing for NIL) and why.
    """
    columns: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
    for document in documents:
        for mention in document.mentions:
            link = mention.link
            values = (
                int(document.id),
                mention.start,
                mention.end,
                mention.surface,
                mention.type,
                link.concept if link else None,
                link.source if link else "",
                link.name if link else "",
                link.score if link else None,
                link.reason if link else "",
            )
            for column, value in zip(columns.values(), values, strict=True):
                column.append(value)
    return type(like)(columns)


def _columns(frame: Any) -> list[str]:
    """The names of a frame's columns."""
    kinds = [sys.modules[name].DataFrame for name in ("pandas", "polars") if name in sys.modules]
    if not any(isinstance(frame, kind) for kind in kinds):
        raise SettingError(
            f"{type(frame).__name__} is no data frame",
            todo="Give a pandas.DataFrame or a polars.DataFrame",
        )
    return [str(column) for column in frame.columns]


def _values(frame: Any, column: str) -> list[Any]:
    known = _columns(frame)
    if column not in known:
        raise SettingError(f"no column '{column}'", todo=did_you_mean(column, known))
    values: list[Any] = frame[column].to_list()
    return values
