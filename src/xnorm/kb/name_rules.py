"""Rules that give a concept a further name, written as people write it.

A rule is a function from a name to its variant, or to nothing where it does not apply. Variants are
added as synonyms beside the name; rules in `DROPPING` drop a name instead, where the concept has
its variant as well: repetitions crowd out other concepts. What each is worth is measured by
`benchmarks/candidates/name_rules.py`; `DEFAULT` is set by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import msgspec

from xnorm.errors import SettingError, did_you_mean
from xnorm.kb.model import Concept, Name

_TAGS = (
    "disorder|finding|situation|procedure|regime/therapy|body structure|morphologic abnormality|"
    "cell|cell structure|substance|product|medicinal product|medicinal product form|clinical drug|"
    "organism|event|observable entity|qualifier value|physical object|occupation|person|"
    "attribute|environment|specimen|social concept|navigational concept|record artifact|"
    "trastorno|hallazgo|procedimiento|estructura corporal|sustancia|organismo|producto"
)
_TAG = re.compile(rf"\s*\((?:{_TAGS})\)$")
_BRACKETS = re.compile(r"\s+(?:\([^()]*\)|\[[^][]*\])$")
_MARK = re.compile(r"^\[[A-Z]{1,3}\]\s*")
_UNSPECIFIED = re.compile(
    r"""
    (?: ,? \s+ (?: NOS | N\.O\.S\. ) | ,? \s+ [(\[] NOS [)\]]
      | ,? \s+ (?i: \(? not \s+ otherwise \s+ specified \)? ) | , \s+ (?i: unspecified ) )$
    """,
    re.VERBOSE,
)
_RETIRED = re.compile(r"\s*-\s*RETIRED\s*-\s*$")
_NO_ADJECTIVE = re.compile(
    r"(?:with|without|due|and|or|not|in|of|by|to|for|from|at|on|other|unspecified|nos)\b"
    r"|.*\b(?:and|or)\b|.*[&/]",
    re.IGNORECASE,
)
_ADJECTIVE_FIRST = {"", "de", "en", "nl"}
"""Languages in which a comma may stand for an inversion; unknown ones are taken for English."""


def prefix(text: str) -> str:
    """Without the mark of a Read code.

    >>> prefix("[X]Depressive episode"), prefix("[11C]methionine")
    ('Depressive episode', '')
    """
    return _MARK.sub("", text) if text.startswith("[") and _MARK.match(text) else ""


def retired(text: str) -> str:
    """Without the mark of a retired name.

    >>> retired("Gastric ulcer - RETIRED -")
    'Gastric ulcer'
    """
    return _without(_RETIRED, text) if "RETIRED" in text else ""


def tag(text: str) -> str:
    """Without the semantic tag of a fully specified name.

    >>> tag("Asthma (disorder)"), tag("Cell (biology)")
    ('Asthma', '')
    """
    return _without(_TAG, text) if text.endswith(")") else ""


def brackets(text: str) -> str:
    """Without anything in brackets at the end.

    >>> brackets("Cold (illness)"), brackets("Poly(I:C)")
    ('Cold', '')
    """
    return _without(_BRACKETS, text) if text.endswith((")", "]")) else ""


def unspecified(text: str) -> str:
    """Without words that say that nothing more is said.

    >>> unspecified("Asthma NOS"), unspecified("Asthma, unspecified"), unspecified("Rhinos")
    ('Asthma', 'Asthma', '')
    """
    return _without(_UNSPECIFIED, text)


def inversion(text: str) -> str:
    """With the adjective before its noun: one comma, and neither a list nor a clause.

    >>> inversion("Asthma, Exercise-Induced"), inversion("Burns, with infection")
    ('Exercise-Induced Asthma', '')
    """
    if text.count(",") != 1:
        return ""
    noun, comma, adjective = text.partition(", ")
    if not comma or not noun or not adjective or _NO_ADJECTIVE.match(adjective):
        return ""
    return f"{adjective} {noun}"


def punctuation(text: str) -> str:
    """Without a full stop, comma, colon or semicolon at the end.

    >>> punctuation("Fever."), punctuation("St.")
    ('Fever', '')
    """
    end = text.rstrip(".,;: ")
    return end if end != text and len(end) > 3 and "." not in end else ""


def inverted(text: str) -> str:
    """Leaves out a name whose natural order, as by inversion, the concept has as well."""
    return inversion(text)


Rule = Callable[[str], str]

RULES: dict[str, Rule] = {
    "prefix": prefix,
    "retired": retired,
    "tag": tag,
    "brackets": brackets,
    "unspecified": unspecified,
    "inversion": inversion,
    "punctuation": punctuation,
    "inverted": inverted,
}
"""Name to rule, in the order in which they apply; a later one sees what an earlier one made."""

_BY_LANGUAGE = (inversion, inverted)

DROPPING = frozenset({"inverted"})
"""Rules that add nothing; they drop a name, unless preferred, that the concept has as a variant."""

DEFAULT = ("prefix", "retired", "tag", "inverted")
"""The rules of a build where nothing else is said."""


def choose(add: Iterable[str] = (), leave: Iterable[str] = ()) -> tuple[str, ...]:
    """The default rules with some more and without others, in the order of `RULES`.

    Args:
        add: rules, or `all`.
        leave: rules, or `all`; what is added stays then.

    Raises:
        SettingError: for an unknown rule.
    """
    more, less = _known(add), _known(leave)
    chosen = {*DEFAULT, *more} - (less - more)
    return tuple(rule for rule in RULES if rule in chosen)


def _known(rules: Iterable[str]) -> set[str]:
    known: set[str] = set()
    for rule in rules:
        if rule != "all" and rule not in RULES:
            raise SettingError(
                f"unknown rule '{rule}'", place="--clean", todo=did_you_mean(rule, [*RULES, "all"])
            )
        known.update(RULES if rule == "all" else (rule,))
    return known


def apply_rules(
    concepts: Iterable[Concept], rules: Sequence[str], *, dropping: Collection[str] = DROPPING
) -> Iterator[Concept]:
    """Concepts with what some rules make of their names; variants come behind all other names.

    Args:
        concepts: as they come from a source.
        rules: keys of `RULES`.
        dropping: those that drop names rather than add variants.

    >>> names = (Name("Asthma", kind="preferred"), Name("Asthma NOS"), Name("Cold NOS"))
    >>> asthma = Concept("J45", names)
    >>> [name.text for name in next(apply_rules([asthma], ["unspecified"])).names]
    ['Asthma', 'Asthma NOS', 'Cold NOS', 'Cold']
    >>> [name.text for name in next(apply_rules([asthma], ["unspecified"], dropping=RULES)).names]
    ['Asthma', 'Cold NOS']
    """
    adding = [RULES[rule] for rule in rules if rule not in dropping]
    leaving = [RULES[rule] for rule in rules if rule in dropping]
    for concept in concepts:
        names = _left(concept.names, leaving) if leaving else concept.names
        variants = [(name, text) for name in names for text in _variants(name, adding)]
        more = _new(variants, names) if variants else []
        if more or names is not concept.names:
            concept = msgspec.structs.replace(concept, names=(*names, *more))
        yield concept


def _new(variants: Iterable[tuple[Name, str]], names: Sequence[Name]) -> list[Name]:
    """Variants as names, without those that the concept has."""
    known = {(name.text, name.language) for name in names}
    return [
        msgspec.structs.replace(
            name, text=text, kind="synonym" if name.kind == "preferred" else name.kind
        )
        for name, text in variants
        if (text, name.language) not in known
    ]


def _left(names: tuple[Name, ...], rules: Sequence[Rule]) -> tuple[Name, ...]:
    """The names, without those of which a rule makes another one of them."""
    if len(names) == 1:
        return names
    known = {(name.text, name.language) for name in names}
    left = tuple(
        name
        for name in names
        if name.kind == "preferred"
        or not any((_variant(name, rule), name.language) in known for rule in rules)
    )
    return left if len(left) < len(names) else names


def _variants(name: Name, rules: Sequence[Rule]) -> list[str]:
    """What is left of a name rule by rule; each takes what the one before it gave."""
    found: list[str] = []
    for rule in rules:
        if variant := _variant(name, rule, found[-1] if found else ""):
            found.append(variant)
    return found


def _variant(name: Name, rule: Rule, text: str = "") -> str:
    if rule in _BY_LANGUAGE and name.language not in _ADJECTIVE_FIRST:
        return ""
    return rule(text or name.text)


def _without(part: re.Pattern[str], text: str) -> str:
    """The text without a part, or nothing when it has no such part or is nothing else."""
    rest = part.sub("", text)
    return rest if rest != text else ""
