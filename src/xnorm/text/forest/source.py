"""Forest files: YAML with layers and rules, each rule with the line that it stands on.

layers: [words, frames]
rules:
  - name: spin
    layer: words
    trees: {hydrogen: [H2, "hydrogen gas"]}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from xnorm.errors import SettingError
from xnorm.files import decode, open_binary
from xnorm.text.forest.templates import Value
from xnorm.yaml_files import check_keys, typed, yaml_value

Leaf = str | int | float


class Numbers(msgspec.Struct, frozen=True):
    """How numbers are written.

    Attributes:
        decimal: the mark before the decimals.
        thousands: marks between groups of three digits; a blank stands for any.
    """

    decimal: str = "."
    thousands: tuple[str, ...] = (",",)


class RuleSource(msgspec.Struct, frozen=True):
    """One rule as its file has it: exactly one of `trees`, `table`, `letters`, `patterns`.

    Attributes:
        name: what errors and explanations call it.
        layer: where it works.
        label: what patterns call a unit that it makes.
        trees: representative to its variants, each one or more words. A representative is a
            variant of itself where it has a label or accents to bring back, unless it is a number.
        table: a file beside this one with a header, and rows of variant, tab, representative; no
            other variants than these.
        letters: the same for letters inside words; `^` is a word's beginning, `$` its end.
        patterns: sequences of words and labels, see `patterns`.
        text: what a pattern's match becomes; without one it stays as it is, its units apart.
        gives: the fields of the structure: constants, or formulas of slots.
        within: the least and the greatest value of a field; other matches are refused.
        rising: numeric fields of which none may be below the one before it.
        case: upper and lower case, accents and the like count in trees and tables.
        keep: trees only label what they find and leave its text.
        part: the label serves patterns alone: nothing is changed, and nothing is told of it.
    """

    name: str
    layer: str
    label: str = ""
    trees: dict[Leaf, list[Leaf]] = {}
    table: str = ""
    letters: dict[str, list[str]] = {}
    patterns: list[str] = []
    text: str | None = None
    gives: dict[str, Value] = {}
    within: dict[str, tuple[float, float]] = {}
    rising: list[str] = []
    case: bool = False
    keep: bool = False
    part: bool = False


class FileSource(msgspec.Struct, frozen=True):
    """A file: the order of its layers, how numbers are written, its rules."""

    layers: list[str] = []
    numbers: Numbers | None = None
    rules: list[RuleSource] = []


class Placed(msgspec.Struct, frozen=True):
    """A rule and where it stands (`FILE, line N, rule 'NAME'`), its table read into its trees."""

    rule: RuleSource
    place: str


class ForestFile(msgspec.Struct, frozen=True):
    """What a file says, and the tables that it names."""

    path: str
    layers: tuple[str, ...]
    numbers: Numbers | None
    rules: tuple[Placed, ...]
    tables: tuple[str, ...] = ()


def read_source(path: Path) -> ForestFile:
    """Reads a forest file and the tables that it names.

    Raises:
        SettingError: naming file, line and rule of what is broken, unknown or of a wrong type.
        DataError: when a file cannot be read.
    """
    data = yaml_value(_text(path), str(path), with_lines=True) or {}
    if not isinstance(data, Mapping):
        raise SettingError(
            "does not hold keys and values",
            place=str(path),
            todo="Write `layers:` and `rules:`, each with what belongs to it",
        )
    check_keys(FileSource, data, str(path))
    rules = data.get("rules") or []
    if not isinstance(rules, Sequence) or isinstance(rules, str):
        raise SettingError("'rules' is no list", place=str(path), todo="Begin each rule with `- `")
    head = typed(FileSource, {**data, "rules": []}, place=str(path))
    placed = tuple(_placed(rules, number, path) for number in range(len(rules)))
    tables = tuple(str(path.parent / p.rule.table) for p in placed if p.rule.table)
    return ForestFile(str(path), tuple(head.layers), head.numbers, placed, tables)


def _placed(rules: Any, number: int, path: Path) -> Placed:
    data = rules[number]
    place = f"{path}, line {rules.lc.item(number)[0] + 1}"
    if isinstance(data, Mapping) and isinstance(data.get("name"), str):
        place = f"{place}, rule '{data['name']}'"
    rule: RuleSource = typed(RuleSource, data, place=place)
    kinds = [kind for kind in _KINDS if getattr(rule, kind)]
    if len(kinds) != 1:
        what = f"has {' and '.join(kinds)}" if kinds else "has nothing that it could match"
        raise SettingError(what, place=place, todo=f"Give exactly one of {', '.join(_KINDS)}")
    for key, owners in _ONLY.items():
        if getattr(rule, key) not in (None, False, "", {}, []) and kinds[0] not in owners:
            todo = f"Take it away: it belongs to {' and '.join(owners)}"
            raise SettingError(f"'{key}' has no use beside {kinds[0]}", place=place, todo=todo)
    if any(len(part) < 2 for root, parts in rule.letters.items() for part in (root, *parts)):
        raise SettingError("a single letter", place=place, todo="Give two letters or more")
    if rule.part and not rule.label:
        raise SettingError("a part needs a label", place=place, todo="Add `label: NAME`")
    if rule.part and rule.text is not None:
        raise SettingError("a part has no text", place=place, todo="Take `text` or `part` away")
    if rule.table:
        rule = msgspec.structs.replace(rule, trees=_table(path.parent / rule.table))
    return Placed(rule, place)


_KINDS = ("trees", "table", "letters", "patterns")
_LEXICAL = ("trees", "table")
_ONLY = {
    "label": (*_LEXICAL, "patterns"),
    "gives": (*_LEXICAL, "patterns"),
    "case": _LEXICAL,
    "keep": _LEXICAL,
    "part": (*_LEXICAL, "patterns"),
    "rising": ("patterns",),
    "text": ("patterns",),
    "within": ("patterns",),
}


def _table(path: Path) -> dict[Leaf, list[Leaf]]:
    trees: dict[Leaf, list[Leaf]] = {}
    for leaf, root in _rows(path):
        trees.setdefault(root, []).append(leaf)
    return trees


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(_text(path).splitlines(), 1):
        if number == 1 or not line.strip():
            continue
        fields = [field.strip() for field in line.split("\t")]
        if len(fields) < 2 or not all(fields[:2]):
            raise SettingError(
                f"{len(fields)} columns",
                place=f"{path}, line {number}",
                todo="Write a variant, a tab and its representative",
            )
        yield fields[0], fields[1]


def _text(path: Path) -> str:
    with open_binary(path) as stream:
        return decode(stream.read(), place=str(path))
