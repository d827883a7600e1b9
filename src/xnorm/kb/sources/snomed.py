"""SNOMED CT: the snapshot of one or several RF2 releases.

Relationships other than is-a and the maps to other terminologies are not read.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from xnorm.errors import SettingError, did_you_mean
from xnorm.kb.model import Concept, Name
from xnorm.kb.sources.options import Options
from xnorm.kb.sources.rf2 import component_rows, newest, newest_date, snapshot_files
from xnorm.kb.sources.values import language_of

NAME = "SNOMEDCT"
USES = frozenset({"types"})

_IS_A = "116680003"
_FULLY_SPECIFIED = "900000000000003001"
_PREFERRED = "900000000000548007"
_US_ENGLISH = "900000000000509007"
_REPLACEMENTS = ("900000000000527005", "900000000000526001")
"""The association reference sets SAME AS and REPLACED BY."""

_TAG = re.compile(r"\(([^()]+)\)\s*$")
_CONCEPT_ID = re.compile(r"\d+[01]0\d")
"""The two digits before the last say what an id is of: 00 and 10 are concepts."""


class _Description(NamedTuple):
    id: str
    concept: str
    language: str
    full: bool
    text: str


def read(source: Path, options: Options) -> Iterator[Concept]:
    """The active concepts, in the order of the files, then inactive ones with what replaces them.

    Names are the active synonyms that are preferred or acceptable in a language reference set; all
    of them in a language without one. The first in a language is the preferred one: where sets
    differ, US English goes first, then the set with the smaller id. The fully specified name gives
    the type (`disorder`) and is a name only where there is no other. Further folders are extensions
    or other editions: of what they share the newest state counts.

    Raises:
        DataError: naming the line that is broken.
        SettingError: for a type (semantic tag) that no concept has.
    """
    files = snapshot_files([source, *options.more])
    active = newest(files["Concept"], "Concept", lambda row: row[0])
    described = _by_concept(files, active, options.languages)
    parents = _parents(files["Relationship"], active)
    definitions = _definitions(files["TextDefinition"], active, options.languages)
    tags: set[str] = set()
    for id in active:
        concept = _concept(id, described.pop(id, []), parents.get(id, ()), definitions.get(id, ""))
        tags.update(concept.types)
        if not options.types or set(concept.types) & set(options.types):
            yield concept
    for type in options.types:
        if type not in tags:
            raise SettingError(
                f"no concept of the type '{type}'", place="--types", todo=did_you_mean(type, tags)
            )
    yield from _retired(files["Association"], active)


def release(source: Path) -> str:
    """The newest date in the files' names, such as 20250101."""
    return newest_date(files(source, Options()))


def files(source: Path, options: Options) -> Sequence[Path]:
    """The files that `read` reads."""
    found = snapshot_files([source, *options.more])
    return [path for paths in found.values() for path in paths]


def _by_concept(
    files: Mapping[str, list[Path]], active: Container[str], languages: Sequence[str]
) -> dict[str, list[_Description]]:
    """The usable descriptions of each concept, best first, then in the order of the files."""

    def pick(row: list[str]) -> _Description:
        language = sys.intern(language_of(row[5], "", f"description {row[0]}"))
        return _Description(row[0], row[4], language, row[6] == _FULLY_SPECIFIED, row[7])

    def wanted(row: list[str]) -> bool:
        return row[4] in active and (
            not languages or row[6] == _FULLY_SPECIFIED or row[5][:2] in languages
        )

    described = newest(files["Description"], "Description", pick, wanted=wanted)
    ranks = _ranks(files["Language"], described)
    ranked = {described[id].language for id in ranks}
    found: defaultdict[str, list[_Description]] = defaultdict(list)
    for id in sorted(described, key=lambda id: ranks.get(id, sys.maxsize)):
        description = described[id]
        if description.full or id in ranks or description.language not in ranked:
            found[description.concept].append(description)
    return found


def _ranks(paths: Iterable[Path], described: Mapping[str, _Description]) -> dict[str, int]:
    """How good each acceptable description is: the place of the set that prefers it, or last."""
    # One dictionary a reference set, with shared keys and values, is a third of one by member.
    states: defaultdict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    shared: dict[tuple[str, str], tuple[str, str]] = {}
    for path in paths:
        for _, time, is_active, _, refset, id, acceptability in component_rows(path, "Language"):
            if (description := described.get(id)) is None:
                continue
            state = (time, acceptability if is_active == "1" else "")
            before = states[refset].get(id)
            if before is None or time > before[0]:
                states[refset][description.id] = shared.setdefault(state, state)
    ranks: dict[str, int] = {}
    order = sorted(states, key=lambda refset: (refset != _US_ENGLISH, len(refset), refset))
    for place, refset in enumerate(order):
        for id, (_, acceptability) in states[refset].items():
            if acceptability:
                rank = place if acceptability == _PREFERRED else len(order)
                ranks[id] = min(rank, ranks.get(id, rank))
    return ranks


def _parents(paths: Sequence[Path], active: Container[str]) -> dict[str, tuple[str, ...]]:
    relations = newest(
        paths,
        "Relationship",
        lambda row: (row[4], row[5]),
        wanted=lambda row: row[7] == _IS_A and row[4] in active,
    )
    found: dict[str, tuple[str, ...]] = {}
    for child, parent in relations.values():
        found[child] = (*found.get(child, ()), parent)
    return found


def _definitions(
    paths: Sequence[Path], active: Container[str], languages: Sequence[str]
) -> dict[str, str]:
    """A definition of each concept, in a wanted language or English rather than another."""
    found = newest(
        paths,
        "TextDefinition",
        lambda row: (row[5] not in languages, row[5] != "en", row[4], row[7]),
        wanted=lambda row: row[4] in active,
    )
    best: dict[str, str] = {}
    for _, _, concept, text in sorted(found.values(), key=lambda one: one[:2]):
        best.setdefault(concept, text)
    return best


def _concept(
    id: str, descriptions: list[_Description], parents: tuple[str, ...], definition: str
) -> Concept:
    synonyms = [description for description in descriptions if not description.full]
    full = [description for description in descriptions if description.full]
    full.sort(key=lambda description: description.language != "en")
    tag = _TAG.search(full[0].text) if full else None
    named: set[str] = set()
    names = []
    for description in synonyms or full:
        kind = "synonym" if description.language in named else "preferred"
        named.add(description.language)
        names.append(Name(description.text, description.language, kind))
    types = (tag[1],) if tag is not None else ()
    return Concept(id, tuple(names), types=types, definition=definition, parents=parents)


def _retired(paths: Sequence[Path], active: Container[str]) -> Iterator[Concept]:
    """Inactive concepts that stand for another; those of SAME AS first."""
    found = newest(
        paths,
        "Association",
        lambda row: (row[4], row[5], row[6]),
        wanted=lambda row: (
            row[4] in _REPLACEMENTS and row[5] not in active and bool(_CONCEPT_ID.fullmatch(row[5]))
        ),
    )
    for refset in _REPLACEMENTS:
        for here, old, new in found.values():
            if here == refset:
                yield Concept(old, replaced_by=new)
