"""From forest files to automata, with every mistake told by file, line and rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xnorm.errors import SettingError, did_you_mean
from xnorm.text.forest.compiled import Compiled, Layer, Match, Rule
from xnorm.text.forest.layers import BUILT_IN, check_labels, layer_order
from xnorm.text.forest.lexicon import Lexicon, leaves, lexicons
from xnorm.text.forest.patterns import PatternError, Slot, Variant, variants
from xnorm.text.forest.source import ForestFile, Numbers, Placed
from xnorm.text.forest.templates import (
    Reference,
    TemplateError,
    read_formula,
    read_template,
    references,
)
from xnorm.text.forest.trie import Trie
from xnorm.text.forest.words import labelled, literal


def compile_forest(files: Sequence[ForestFile]) -> Compiled:
    """The automata of some files; rules of later files go before those of earlier ones.

    Raises:
        SettingError: naming file, line and rule of what cannot work.
    """
    order = layer_order(files)
    placed = _by_priority(files)
    written = {p.place: _written(p) for p in placed if p.rule.patterns}
    check_labels(order, placed, written)
    fields = _fields_of_labels(placed)
    rules = [_rule(p, written.get(p.place, ()), fields) for p in placed]
    number = {p.place: at for at, p in enumerate(placed)}
    lexicon = lexicons(files)
    numbers = [file.numbers for file in files if file.numbers]
    layers = [
        _layer(
            name,
            [p for p in placed if p.rule.layer == name],
            number,
            lexicon.get(name, {}),
            written,
        )
        for name in order
    ]
    return Compiled(
        numbers[-1] if numbers else Numbers(), rules, layers, sorted(_wakes(rules, layers))
    )


def _by_priority(files: Sequence[ForestFile]) -> list[Placed]:
    """Later files first; in a file what counts case first, then the order of the file."""
    return [
        placed
        for file in reversed(files)
        for placed in sorted(file.rules, key=lambda placed: not placed.rule.case)
    ]


def _written(placed: Placed) -> tuple[Variant, ...]:
    found: list[Variant] = []
    for pattern in placed.rule.patterns:
        try:
            found += variants(pattern)
        except PatternError as error:
            raise SettingError(
                f"pattern '{pattern}': {error}", place=placed.place, todo="Correct the pattern"
            ) from error
    return tuple(found)


def _fields_of_labels(rules: Sequence[Placed]) -> dict[str, set[str]]:
    """For each label the fields that every rule that makes it gives."""
    fields: dict[str, set[str]] = {label: {"value"} for label in BUILT_IN}
    for placed in rules:
        own = set(placed.rule.gives) | ({"value"} if placed.rule.trees else set())
        label = placed.rule.label
        fields[label] = fields[label] & own if label in fields else own
    return fields


def _rule(placed: Placed, written: Sequence[Variant], labels: Mapping[str, set[str]]) -> Rule:
    source = placed.rule
    slots = {
        item.name: item.label for variant in written for item in variant if isinstance(item, Slot)
    }
    try:
        text = None if source.text is None else read_template(source.text)
        fields = {name: read_formula(value) for name, value in source.gives.items()}
    except TemplateError as error:
        raise SettingError(str(error), place=placed.place, todo="Correct the rule") from error
    own = set(fields) if source.patterns else set()
    for reference in references(text or ()):
        _check_reference(reference, placed, slots, labels, own)
    for formula in fields.values():
        for product in formula:
            for reference in references(product):
                _check_reference(_as_field(reference), placed, slots, labels, set())
    for name in (*source.within, *source.rising):
        if name not in fields:
            raise SettingError(
                f"a bound on a field '{name}' that the rule does not give",
                place=placed.place,
                todo=did_you_mean(name, fields),
            )
    return Rule(
        source.name,
        placed.place,
        source.label,
        source.part,
        source.keep or source.part,
        text,
        fields,
        source.within,
        source.rising,
    )


def _as_field(reference: Reference) -> Reference:
    return reference if reference.field else Reference(reference.slot, "value")


def _check_reference(
    reference: Reference,
    placed: Placed,
    slots: Mapping[str, str],
    labels: Mapping[str, set[str]],
    own: set[str],
) -> None:
    """`own` are fields of the rule itself, which a text may show as well."""
    if reference.slot in own and not reference.field:
        return
    if reference.slot not in slots:
        raise SettingError(
            f"no slot is called '{reference.slot}'",
            place=placed.place,
            todo=did_you_mean(reference.slot, (*slots, *own)),
        )
    label = slots[reference.slot]
    if reference.field and reference.field not in labels[label]:
        raise SettingError(
            f"'{label}' has no field '{reference.field}' in every rule that makes it",
            place=placed.place,
            todo=did_you_mean(reference.field, labels[label]),
        )


def _layer(
    name: str,
    rules: Sequence[Placed],
    number: Mapping[str, int],
    lexicon: Lexicon,
    written: Mapping[str, Sequence[Variant]],
) -> Layer:
    layer = Layer(name, Trie(), Trie(), [])
    for symbols, tree in lexicon.items():
        _add(layer.units, symbols, layer, Match(number[tree.placed.place], tree.root))
    for placed in rules:
        at = number[placed.place]
        if placed.rule.keep or placed.rule.part:
            for symbols, root in leaves(placed):
                _add(layer.units, symbols, layer, Match(at, root))
        for variant in written.get(placed.place, ()):
            items, slots = _positions(variant)
            _add(layer.units, items, layer, Match(at, None, slots))
        for root, parts in placed.rule.letters.items():
            for letters in (root, *parts):
                _add(layer.letters, letters.lower(), layer, Match(at, root.strip("^$")))
    return layer


def _positions(variant: Variant) -> tuple[list[str], tuple[tuple[str, str, int], ...]]:
    """The symbols of a variant, and where its slots are among them."""
    symbols: list[str] = []
    slots: list[tuple[str, str, int]] = []
    for item in variant:
        if isinstance(item, Slot):
            slots.append((item.name, item.label, len(symbols)))
            symbols.append(labelled(item.label))
        else:
            symbols += literal(item)
    return symbols, tuple(slots)


def _add(trie: Trie, symbols: Sequence[str], layer: Layer, match: Match) -> None:
    trie.add(symbols, len(layer.matches))
    layer.matches.append(match)


def _wakes(rules: Sequence[Rule], layers: Sequence[Layer]) -> set[str]:
    """The symbols without which nothing happens to a text.

    A part that no pattern begins with does nothing by itself: of "5 mg" it is the number that
    wakes the rules, and a text with the word "mg" alone costs nothing.
    """
    firsts = {symbol for layer in layers for symbol in layer.units.edges[0]}
    found: set[str] = set()
    for layer in layers:
        for symbol, node in layer.units.edges[0].items():
            for number in layer.units.below(node):
                rule = rules[layer.matches[number].rule]
                if not rule.part or labelled(rule.label) in firsts:
                    found.add(symbol)
                    break
    return found
