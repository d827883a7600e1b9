"""The trees of a layer as one lexicon: from the symbols of a variant to its representative."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xnorm.errors import SettingError
from xnorm.text.forest.source import ForestFile, Placed, RuleSource
from xnorm.text.forest.templates import root_value
from xnorm.text.forest.words import literal
from xnorm.text.normal import fold

Symbols = tuple[str, ...]


class Tree:
    """A representative and the rule that says so."""

    __slots__ = ("placed", "root")

    def __init__(self, placed: Placed, root: str) -> None:
        self.placed = placed
        self.root = root


Lexicon = dict[Symbols, Tree]


def lexicons(files: Iterable[ForestFile]) -> dict[str, Lexicon]:
    """For each layer the trees that change texts; those of later files go before others.

    A representative that is itself a variant gives way to that one's.

    Raises:
        SettingError: when one file gives a variant two representatives, or trees go in a circle.
    """
    found: dict[str, Lexicon] = {}
    for file in files:
        own: dict[str, Lexicon] = {}
        for placed in file.rules:
            rule = placed.rule
            if rule.trees and not (rule.keep or rule.part):
                _grow(own.setdefault(rule.layer, {}), placed)
        for layer, lexicon in own.items():
            found.setdefault(layer, {}).update(lexicon)
    _refuse_circles(found)
    for lexicon in found.values():
        for tree in lexicon.values():
            tree.root = _last(tree, lexicon).root
    return found


def leaves(placed: Placed) -> Iterable[tuple[Symbols, str]]:
    """The variants of a rule's trees with their representative, which may be one of its own.

    A number never is: that "ten" stands for 10 does not make every 10 a word.

    Raises:
        SettingError: for a variant without a letter, digit or mark.
    """
    for root, variants in placed.rule.trees.items():
        for leaf in (*([root] if _is_own(str(root), placed.rule) else ()), *variants):
            symbols = tuple(literal(str(leaf), case=placed.rule.case))
            if not symbols:
                raise SettingError(
                    f"a variant of '{root}' is empty", place=placed.place, todo="Take it away"
                )
            yield symbols, str(root)


def _is_own(root: str, rule: RuleSource) -> bool:
    """Whether a representative as a variant does anything: it labels, or brings accents back."""
    if rule.table or isinstance(root_value(root), int | float):
        return False
    return bool(rule.label) or not (rule.case or fold(root) == root.lower())


def _grow(lexicon: Lexicon, placed: Placed) -> None:
    for symbols, root in leaves(placed):
        known = lexicon.get(symbols)
        if known is None:
            lexicon[symbols] = Tree(placed, root)
        elif known.root != root:
            raise SettingError(
                f"'{' '.join(symbols)}' stands for '{root}' here and for '{known.root}' in rule "
                f"'{known.placed.rule.name}'",
                place=placed.place,
                todo="Take one of them away",
            )


def _refuse_circles(found: Mapping[str, Lexicon]) -> None:
    every = {id(tree): tree for lexicon in found.values() for tree in lexicon.values()}
    for tree in every.values():
        way = [tree]
        for _ in every:
            following = next(
                (n for lexicon in found.values() if (n := _next(way[-1], lexicon))), None
            )
            if following is None:
                break
            way.append(following)
            if following.root == tree.root:
                roots = " -> ".join(f"'{t.root}' (rule '{t.placed.rule.name}')" for t in way)
                raise SettingError(
                    f"trees that go in a circle: {roots}",
                    place=tree.placed.place,
                    todo="Decide for one representative",
                )


def _next(tree: Tree, lexicon: Lexicon) -> Tree | None:
    """The tree of which a tree's representative is a variant, if it is another's."""
    for case in (True, False):
        following = lexicon.get(tuple(literal(tree.root, case=case)))
        if following is not None and following.root != tree.root:
            return following
    return None


def _last(tree: Tree, lexicon: Lexicon) -> Tree:
    while following := _next(tree, lexicon):
        tree = following
    return tree
