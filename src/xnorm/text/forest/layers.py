"""The order of layers, and what each may build on: units of earlier layers, never of itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from xnorm.errors import SettingError, did_you_mean
from xnorm.text.forest.patterns import Slot, Variant
from xnorm.text.forest.source import ForestFile, Placed

BUILT_IN = frozenset({"number", "integer", "word"})
"""Labels that texts bring along: numbers in digits, those without decimals, and every word."""


def layer_order(files: Iterable[ForestFile]) -> list[str]:
    """The layers of all files in one order; a file may put new ones between those before it.

    Raises:
        SettingError: when a file has known layers the other way round, or a rule an unknown one.
    """
    order: list[str] = []
    listed = list(files)
    for file in listed:
        at = 0
        for name in file.layers:
            if name in order:
                if order.index(name) < at:
                    raise SettingError(
                        f"'{name}' comes after '{order[at - 1]}' here, before it elsewhere",
                        place=file.path,
                        todo=f"Keep the order {', '.join(order)}",
                    )
                at = order.index(name) + 1
            else:
                order.insert(at, name)
                at += 1
    for file in listed:
        for placed in file.rules:
            if placed.rule.layer not in order:
                raise SettingError(
                    f"unknown layer '{placed.rule.layer}'",
                    place=placed.place,
                    todo=f"Name it under `layers:`. {did_you_mean(placed.rule.layer, order)}",
                )
    return order


def check_labels(
    order: Sequence[str], rules: Sequence[Placed], written: Mapping[str, Sequence[Variant]]
) -> None:
    """Refuses patterns that build on what is not there yet, cycles of rules by their names.

    Args:
        order: of the layers.
        rules: of all files.
        written: by place, the variants of each rule with patterns.

    Raises:
        SettingError: naming rule and line.
    """
    makers: dict[str, list[Placed]] = defaultdict(list)
    for placed in rules:
        if placed.rule.label:
            makers[placed.rule.label].append(placed)
    needs = {place: _labels(found) for place, found in written.items()}
    for placed in rules:
        cycle = _cycle(placed, makers, needs)
        if cycle:
            names = " -> ".join(f"'{other.rule.name}'" for other in (*cycle, cycle[0]))
            raise SettingError(
                f"rules that need each other: {names}",
                place=placed.place,
                todo="Give one of them another label; a rule cannot build on what it makes",
            )
    for placed in rules:
        for label in needs.get(placed.place, ()):
            _check_label(label, placed, makers, order)


def _check_label(
    label: str, placed: Placed, makers: Mapping[str, list[Placed]], order: Sequence[str]
) -> None:
    if label in BUILT_IN:
        return
    if label not in makers:
        raise SettingError(
            f"no rule makes the label '{label}'",
            place=placed.place,
            todo=did_you_mean(label, (*makers, *BUILT_IN)),
        )
    own = order.index(placed.rule.layer)
    for maker in makers[label]:
        if order.index(maker.rule.layer) >= own:
            raise SettingError(
                f"needs '{label}', which rule '{maker.rule.name}' makes in layer "
                f"'{maker.rule.layer}', not before '{placed.rule.layer}'",
                place=placed.place,
                todo="Move one of the two rules to another layer",
            )


def _labels(variants: Sequence[Variant]) -> list[str]:
    slots = (item for variant in variants for item in variant if isinstance(item, Slot))
    return list(dict.fromkeys(slot.label for slot in slots))


def _cycle(
    start: Placed, makers: Mapping[str, list[Placed]], needs: Mapping[str, list[str]]
) -> list[Placed]:
    """The rules on a way from one rule through what it needs back to itself."""
    ways = [[start]]
    seen = {start.place}
    while ways:
        way = ways.pop()
        for label in needs.get(way[-1].place, ()):
            for maker in makers.get(label, ()):
                if maker.place == start.place:
                    return way
                if maker.place not in seen:
                    seen.add(maker.place)
                    ways.append([*way, maker])
    return []
