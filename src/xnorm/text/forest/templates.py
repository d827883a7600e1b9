"""What a rule makes: the text that goes in, and the fields of a structure.

`{slot}` is a slot's unit, `{slot.field}` a field of it; `{slot}` among numbers is its `value`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

Value = str | int | float
Fields = Mapping[str, Value]

_REFERENCE = re.compile(r"\{([a-z][a-z0-9_]*)(?:\.([a-z][a-z0-9_]*))?(?::(0[1-9]))?\}")


class Reference(msgspec.Struct, frozen=True, tag="slot"):
    """A slot or a field of it.

    Attributes:
        slot: its name.
        field: empty for the unit's text in a template, and for its `value` in a formula.
        width: digits that a number is filled up to with zeros.
    """

    slot: str
    field: str = ""
    width: int = 0


class Text(msgspec.Struct, frozen=True, tag="text"):
    """Characters, or a number in a formula, that stay as they are."""

    value: Value


Part = Reference | Text
Formula = tuple[tuple[Part, ...], ...]
"""A sum of products."""


class TemplateError(ValueError):
    """What is wrong with a template, in words."""


def read_template(template: str) -> tuple[Part, ...]:
    """The parts of a text.

    Raises:
        TemplateError: for a brace that belongs to no reference.

    >>> read_template("{year}-{month:02}")[1:]
    (Text(value='-'), Reference(slot='month', field='', width=2))
    """
    return tuple(_parts(template))


def read_formula(formula: Value) -> Formula:
    """A constant, or sums and products of slots and numbers such as `{ones} * 100 + {rest}`.

    Raises:
        TemplateError: for what is neither.
    """
    if not isinstance(formula, str) or "{" not in formula:
        return ((Text(formula),),)
    return tuple(
        tuple(_factor(factor.strip()) for factor in product.split("*"))
        for product in formula.split("+")
    )


def references(parts: tuple[Part, ...]) -> Iterator[Reference]:
    """The references among some parts."""
    return (part for part in parts if isinstance(part, Reference))


def calculate(formula: Formula, slots: Mapping[str, Fields]) -> Value | None:
    """The value; None when all that it asks for was left out of the text.

    In a sum what was left out counts nothing, in a product it counts once.

    >>> formula = read_formula("{ones} * 100 + {rest}")
    >>> calculate(formula, {"rest": {"value": 5}, "ones": {"value": 2}})
    205
    """
    total: Value | None = None
    for product in formula:
        values = [value for part in product if (value := _value(part, slots)) is not None]
        if not values:
            continue
        if len(product) == 1 and len(formula) == 1:
            return values[0]
        result: int | float = 1
        for value in values:
            if isinstance(value, str):
                return None
            result *= value
        total = result if total is None or isinstance(total, str) else total + result
    return total


def shown(value: Value, width: int = 0) -> str:
    """A value as text: `3`, not `3.0`."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return str(value).zfill(width)


def root_value(root: str) -> Value:
    """A representative as a value: a number where it is one.

    >>> root_value("12"), root_value("0.5"), root_value("mg"), root_value("1e5")
    (12, 0.5, 'mg', '1e5')
    """
    if root.isdecimal() and len(root) <= 15:
        return int(root)
    whole, point, decimals = root.partition(".")
    return float(root) if point and whole.isdecimal() and decimals.isdecimal() else root


def _value(part: Part, slots: Mapping[str, Fields]) -> Value | None:
    if isinstance(part, Text):
        return part.value
    return slots.get(part.slot, {}).get(part.field or "value")


def _parts(template: str) -> Iterator[Part]:
    end = 0
    for match in _REFERENCE.finditer(template):
        yield from _text(template[end : match.start()])
        yield Reference(match[1], match[2] or "", int(match[3] or 0))
        end = match.end()
    yield from _text(template[end:])


def _text(text: str) -> Iterator[Part]:
    if "{" in text or "}" in text:
        raise TemplateError(f"'{text.strip()}' is no reference: write {{slot}} or {{slot.field}}")
    if text:
        yield Text(text)


def _factor(factor: str) -> Part:
    match = _REFERENCE.fullmatch(factor)
    if match and not match[3]:
        return Reference(match[1], match[2] or "")
    try:
        return Text(int(factor) if factor.isdigit() else float(factor))
    except ValueError:
        raise TemplateError(f"'{factor}' is neither a slot nor a number") from None
