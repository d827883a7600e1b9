"""UMLS: the META folder of a release or subset (MRCONSO, MRSTY, MRDEF, MRSAB, MRCUI).

Concepts are CUIs with the names of all vocabularies, or the codes of one vocabulary (`ids`).
MRREL is not read: hierarchies differ between its vocabularies and run in circles together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from xnorm.kb.model import Concept
from xnorm.kb.semantic_types import types_called, types_in_groups
from xnorm.kb.sources.options import Options
from xnorm.kb.sources.rrf import Beside, concepts, member, meta_folder, needed_member
from xnorm.kb.sources.umls_atoms import Choice, codes, cross_references, names
from xnorm.kb.sources.umls_codes import Entry, by_code
from xnorm.kb.sources.umls_vocabularies import newest, term_ranks, vocabularies

NAME = "UMLS"
USES = frozenset({"sources", "types", "groups", "suppressed", "ids"})

_READ = ("MRCONSO", "MRSTY", "MRDEF", "MRSAB", "MRRANK", "MRCUI")


def read(source: Path, options: Options) -> Iterator[Concept]:
    """The concepts of a META folder; every file is read once, side by side.

    Names are those of the wanted vocabularies and languages that are not suppressed. A concept's
    first name in a language is the preferred one: by TS, STT and ISPREF, then in the order of
    `sources`. Cross-references are the codes in all vocabularies, also in those whose names are
    not wanted. The definition is the first of a wanted vocabulary, else of any.

    With `ids`, the concepts are the codes of that vocabulary or family. A code has the names that
    the vocabulary gives it, its term types in the order of MRRANK, and then as synonyms those that
    others give the same CUIs; what several CUIs say of one code is put together, in memory.

    Retired CUIs stand for the one that they were merged into, else for a related one (MRCUI).

    Raises:
        DataError: naming the line that is broken or out of order.
        SettingError: for unknown vocabularies, types or groups.
    """
    folder = meta_folder(source)
    kept = vocabularies(folder, options.sources, "--sources")
    if not options.ids:
        choice = Choice(kept, options.languages, options.suppressed)
        for entry in _entries(folder, options, choice):
            yield _concept(entry, choice)
        yield from _retired(folder)
        return
    own = vocabularies(folder, [options.ids], "--ids")
    choice = Choice({**own, **kept} if kept else {}, options.languages, options.suppressed)
    yield from by_code(_entries(folder, options, choice), choice, own, term_ranks(folder))


def release(source: Path) -> str:
    """The newest release in which one of the vocabularies changed, such as 2025AB."""
    return newest(meta_folder(source))


def files(source: Path, options: Options) -> Sequence[Path]:
    """The files that `read` reads."""
    folder = meta_folder(source)
    needed_member(folder, "MRCONSO", "the names")
    return [path for name in _READ if (path := member(folder, name)) is not None]


def _entries(folder: Path, options: Options, choice: Choice) -> Iterator[Entry]:
    """What the files say about each CUI, of those with a wanted type."""
    wanted = [types_called(options.types)] if options.types else []
    wanted += [types_in_groups(options.groups)] if options.groups else []
    if wanted:
        needed_member(folder, "MRSTY", "choosing types")
    types, definitions = _beside(folder, "MRSTY"), _beside(folder, "MRDEF")
    path = needed_member(folder, "MRCONSO", "the names")
    for cui, atoms in concepts(path, "MRCONSO"):
        tuis = tuple(row[1] for row in types.rows(cui))
        if all(not one.isdisjoint(tuis) for one in wanted):
            yield Entry(cui, choice.valid(atoms), tuis, choice.definition(definitions.rows(cui)))


def _beside(folder: Path, name: str) -> Beside:
    path = member(folder, name)
    return Beside(concepts(path, name) if path is not None else iter(()))


def _concept(entry: Entry, choice: Choice) -> Concept:
    return Concept(
        entry.cui,
        names(choice.atoms(entry.rows)),
        types=entry.types,
        definition=entry.definition,
        xrefs=cross_references(codes(entry.rows)),
    )


def _retired(folder: Path) -> Iterator[Concept]:
    """Concepts that only stand for others; of deleted ones (DEL) nothing is left."""
    path = member(folder, "MRCUI")
    if path is None:
        return
    for old, changes in concepts(path, "MRCUI"):
        # A merge (SY) says more than a relation (RO).
        for relation in ("SY", "RO"):
            new = next((row[5] for row in changes if row[2] == relation), "")
            if new:
                yield Concept(old, replaced_by=new)
                break
