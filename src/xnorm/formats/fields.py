"""Typed fields out of parsed JSON; a field of another shape is named by its path."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, TypeVar

from xnorm.document import ConceptId, Document, Span
from xnorm.errors import DataError, SettingError
from xnorm.formats.reading import Reading
from xnorm.json_values import Value, read_values
from xnorm.languages import language_code

Built = TypeVar("Built")

OFFSETS = "Offsets count Unicode characters from 0, the end is exclusive"
_NAMES = {dict: "an object", list: "a list", str: "a string", bool: "true or false"}
_BESIDE = "input_"
_LANGUAGE_KEYS = ("language", "lang")


class Wrong(Exception):
    """A field that cannot be used. Its path is completed on the way up.

    Args:
        what: what is wrong.
        todo: what to do.
        path: the path so far, such as `.offsets[0]`.
    """

    def __init__(self, what: str, todo: str = "", path: str = "") -> None:
        super().__init__(what)
        self.what, self.todo, self.path = what, todo, path

    def under(self, step: str) -> Wrong:
        """The same problem seen from one level higher."""
        self.path = step + self.path
        return self

    def error(self, value: Value) -> DataError:
        """The problem as an error for the user."""
        return DataError(self.what, place=place(value, self.path), todo=self.todo)


def place(value: Value, path: str = "") -> str:
    """The file (and line) with the JSON path, unless that is the root."""
    whole = value.root + path
    return value.place if whole == "$" else f"{value.place}, {whole}"


def kind(value: Any) -> str:
    """What a JSON value is, in words."""
    return "null" if value is None else _NAMES.get(type(value), "a number")


def object_of(value: Any) -> dict[str, Any]:
    """The value, which must be an object."""
    if not isinstance(value, dict):
        raise Wrong(f"expected an object, found {kind(value)}")
    return value


def text_of(data: Mapping[str, Any], key: str) -> str:
    """A text field; missing or null is empty."""
    value = data.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Wrong(f"expected a string, found {kind(value)}", path=f".{key}")
    return value


def id_of(data: Mapping[str, Any], key: str = "id") -> str:
    """An id, which must be there; a whole number is taken as its digits."""
    value = data.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str) and value:
        return value
    if value is None or value == "":
        raise Wrong(f"`{key}` is missing", f"Give every {key} a text")
    raise Wrong(f"expected a string, found {kind(value)}", path=f".{key}")


def list_of(data: Mapping[str, Any], key: str) -> list[Any]:
    """A list field; missing or null is empty."""
    value = data.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Wrong(f"expected a list, found {kind(value)}", path=f".{key}")
    return value


def each(
    data: Mapping[str, Any], key: str, build: Callable[[dict[str, Any]], Built]
) -> tuple[Built, ...]:
    """What `build` makes of every object in a list field."""
    built = []
    for number, item in enumerate(list_of(data, key)):
        try:
            built.append(build(object_of(item)))
        except Wrong as wrong:
            raise wrong.under(f".{key}[{number}]") from None
    return tuple(built)


def texts_of(data: Mapping[str, Any], key: str = "text") -> tuple[str, ...]:
    """A list of strings; a single string is a list of one."""
    value = data.get(key)
    texts = [value] if isinstance(value, str) else list_of(data, key)
    for number, text in enumerate(texts):
        if not isinstance(text, str):
            raise Wrong(f"expected a string, found {kind(text)}", path=f".{key}[{number}]")
    return tuple(texts)


def spans_of(
    data: Mapping[str, Any], key: str = "offsets", *, limit: int | None = None, empty: bool = False
) -> tuple[Span, ...]:
    """A list of [start, end]; see `span_of`."""
    spans = []
    for number, pair in enumerate(list_of(data, key)):
        try:
            spans.append(span_of(pair, limit=limit, empty=empty))
        except Wrong as wrong:
            raise wrong.under(f".{key}[{number}]") from None
    return tuple(spans)


def span_of(pair: Any, *, limit: int | None, empty: bool = False) -> Span:
    """A [start, end] within a text of `limit` characters; of no characters only if `empty`."""
    if not (isinstance(pair, list) and len(pair) == 2 and all(type(at) is int for at in pair)):
        raise Wrong("expected two whole numbers [start, end]", OFFSETS)
    start, end = pair
    if start > end or (start == end and not empty):
        raise Wrong(f"offsets {start}-{end} are {'reversed' if start > end else 'empty'}", OFFSETS)
    if start < 0:
        raise Wrong(f"offsets {start}-{end} lie before the text", OFFSETS)
    if limit is not None and end > limit:
        raise Wrong(f"offsets {start}-{end} lie outside the text of {limit} characters", OFFSETS)
    return start, end


def same_number(spans: Sequence[Span], texts: Sequence[str]) -> None:
    """Checks that there is one text for each span."""
    if len(spans) != len(texts):
        raise Wrong(
            f"{len(spans)} offsets for {len(texts)} texts", "Give one text for each [start, end]"
        )


def concept_ids(data: Mapping[str, Any], key: str) -> tuple[ConceptId, ...]:
    """A list of {db_name, db_id}, with whatever else each says."""

    def build(item: dict[str, Any]) -> ConceptId:
        names = {"db_name", "db_id"}
        return ConceptId(text_of(item, "db_name"), id_of(item, "db_id"), rest(item, names))

    return each(data, key, build)


def concept_id_fields(concepts: Sequence[ConceptId]) -> list[dict[str, Any]]:
    """The concepts as `concept_ids` reads them."""
    return [
        beside({"db_name": concept.db_name, "db_id": concept.db_id}, concept.extra)
        for concept in concepts
    ]


def rest(data: Mapping[str, Any], known: Collection[str]) -> dict[str, Any]:
    """The fields that xnorm does not know, under the names they had before `beside`.

    >>> rest({"link": 1, "input_link": "http://x", "input_note": "y"}, {"link"})
    {'link': 'http://x', 'input_note': 'y'}
    """
    fields = {}
    for key, value in data.items():
        if key not in known:
            before = key.removeprefix(_BESIDE)
            fields[before if before in known else key] = value
    return fields


def beside(own: dict[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """The own fields and then the unknown ones; an unknown one never hides or loses an own one.

    >>> beside({"link": 1}, {"link": "http://x", "note": "y"})
    {'link': 1, 'input_link': 'http://x', 'note': 'y'}
    """
    for key, value in extra.items():
        own[f"{_BESIDE}{key}" if key in own else key] = value
    return own


def language_of(data: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """The document's language code, and the keys that the code alone can give back.

    A value such as `es-MX`, or one under `lang`, must stay among the unknown fields.
    """
    for key in _LANGUAGE_KEYS:
        value = text_of(data, key)
        if value:
            try:
                code = language_code(value)
            except SettingError as error:
                raise Wrong(error.what, error.todo, f".{key}") from None
            return code, ((key,) if (key, code) == ("language", value) else ())
    return "", ()


def language_fields(document: Document) -> dict[str, str]:
    """The `language` field, unless the unknown fields of the document say it already."""
    try:
        stated = language_of(document.extra)[0]
    except Wrong:
        stated = ""
    unsaid = document.language and document.language != stated
    return {"language": document.language} if unsaid else {}


def read_documents(
    stream: BinaryIO, reading: Reading, document: Callable[[Value, Reading], Document]
) -> Iterator[Document]:
    """The documents of an array, of JSON Lines or of one object; wrong ones are reported."""
    for value in read_values(stream, reading.name, reading.on_bad):
        try:
            made = document(value, reading)
        except Wrong as wrong:
            reading.bad(wrong.error(value))
        else:
            yield made
