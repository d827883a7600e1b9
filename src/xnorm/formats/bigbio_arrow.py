"""BigBIO's knowledge-base schema as Arrow rows, for Parquet, Arrow files and `datasets`.

A row has the schema's columns and `language`. What the schema cannot say (links, candidates,
unknown fields) is JSON in the column `xnorm`, which is null where there is nothing of the kind.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from xnorm.document import Document
from xnorm.errors import XnormError
from xnorm.formats.bigbio import document_of
from xnorm.formats.bigbio_fields import document_fields
from xnorm.formats.fields import Wrong, object_of
from xnorm.formats.reading import Reading
from xnorm.json_values import Value

if TYPE_CHECKING:
    import pyarrow as pa

BEYOND = "xnorm"
"""The column of what the schema cannot say: JSON of the row's form with those fields alone."""

Shape: TypeAlias = "type | dict[str, Shape] | list[Shape]"

_SPANNED: dict[str, Shape] = {"text": [str], "offsets": [[int]]}
_NORMALIZED: list[Shape] = [{"db_name": str, "db_id": str}]
_ROW: dict[str, Shape] = {
    "id": str,
    "document_id": str,
    "language": str,
    "passages": [{"id": str, "type": str, **_SPANNED}],
    "entities": [{"id": str, "type": str, **_SPANNED, "normalized": _NORMALIZED}],
    "events": [
        {
            "id": str,
            "type": str,
            "trigger": _SPANNED,
            "arguments": [{"role": str, "ref_id": str}],
        }
    ],
    "coreferences": [{"id": str, "entity_ids": [str]}],
    "relations": [
        {"id": str, "type": str, "arg1_id": str, "arg2_id": str, "normalized": _NORMALIZED}
    ],
}
_FITS = object()
"""The rest of what a shape holds whole."""

_TODO = f"Correct it, or empty the column `{BEYOND}`"


def schema() -> pa.Schema:
    """The columns of a row, with 32-bit offsets as BigBIO has them."""
    import pyarrow as pa

    def type_of(shape: Shape) -> pa.DataType:
        if isinstance(shape, dict):
            return pa.struct([(name, type_of(part)) for name, part in shape.items()])
        if isinstance(shape, list):
            return pa.list_(type_of(shape[0]))
        return pa.string() if shape is str else pa.int32()

    return pa.schema([*type_of(_ROW), pa.field(BEYOND, pa.string())])


def document_row(document: Document) -> dict[str, Any]:
    """The document as a row of `schema`."""
    fields = document_fields(document)
    # An unknown field may say the language in other words, and still does so beside the column.
    fields.setdefault("language", document.language)
    row: dict[str, Any]
    row, beyond = _split(fields, _ROW)
    if fields["language"] != document.language:
        beyond = {**({} if beyond is _FITS else beyond), "language": fields["language"]}
    row["language"] = document.language or None
    row[BEYOND] = None if beyond is _FITS else msgspec.json.encode(beyond).decode()
    return row


def row_document(
    row: Mapping[str, Any], place: str, note: Callable[[XnormError], None] | None = None
) -> Document:
    """The document that a row says; columns beyond the schema are its unknown fields.

    Args:
        row: columns and values as Python objects; a missing column is like an empty one.
        place: where the row stands, for messages.
        note: hears of an oddity that is kept.

    Raises:
        DataError: naming the place and the field that cannot be used.
    """
    value = Value(place, "$", None)
    try:
        value = value._replace(value=_merged(row))
        return document_of(value, Reading(place, on_note=note))
    except Wrong as wrong:
        raise wrong.error(value) from None


def _split(value: Any, shape: Shape) -> tuple[Any, Any]:
    """What fits into the shape, and the rest in the same form, or `_FITS` without any."""
    if isinstance(shape, dict):
        pairs = {name: _split(value[name], part) for name, part in shape.items() if name in value}
        rest = {name: more for name, (_, more) in pairs.items() if more is not _FITS}
        rest |= {name: value[name] for name in value if name not in shape}
        return {name: fitting for name, (fitting, _) in pairs.items()}, rest or _FITS
    if isinstance(shape, list):
        parts = [_split(item, shape[0]) for item in value]
        if all(more is _FITS for _, more in parts):
            return [fitting for fitting, _ in parts], _FITS
        return [fitting for fitting, _ in parts], [
            {} if more is _FITS else more for _, more in parts
        ]
    return (value, _FITS) if isinstance(value, shape) else (None, value)


def _merged(row: Mapping[str, Any]) -> dict[str, Any]:
    data = {name: value for name, value in row.items() if value is not None}
    text = data.pop(BEYOND, None)
    unknown = {name: data.pop(name) for name in list(data) if name not in _ROW}
    # Foreign columns may hold dates or bytes; as JSON they can be written in every format.
    data |= msgspec.to_builtins(unknown, enc_hook=str)
    if text is None:
        return data
    try:
        beyond = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise Wrong(f"not JSON ({error})", _TODO, f".{BEYOND}") from None
    joined: dict[str, Any] = _joined(data, object_of(beyond), _ROW, f".{BEYOND}")
    return joined


def _joined(value: Any, beyond: Any, shape: Shape | None, path: str) -> Any:
    """The value with the rest that `_split` took from it."""
    if isinstance(shape, dict) and isinstance(beyond, dict):
        own = object_of(value or {})
        more = {
            name: _joined(own.get(name), rest, shape.get(name), f"{path}.{name}")
            for name, rest in beyond.items()
        }
        return {**own, **more}
    if isinstance(shape, list) and isinstance(beyond, list):
        own_items = value or []
        if len(beyond) != len(own_items):
            raise Wrong(f"{len(beyond)} items for {len(own_items)} in the row", _TODO, path)
        return [
            _joined(item, rest, shape[0], f"{path}[{number}]")
            for number, (item, rest) in enumerate(zip(own_items, beyond, strict=True))
        ]
    return beyond
