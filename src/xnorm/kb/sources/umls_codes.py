"""Concepts of UMLS under the codes of one of its vocabularies instead of CUIs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from xnorm.kb.model import Concept
from xnorm.kb.sources.umls_atoms import Atom, Choice, codes, cross_references, names


class Entry(NamedTuple):
    """A CUI with its valid rows of MRCONSO, its types (TUI) and a definition."""

    cui: str
    rows: list[list[str]]
    types: tuple[str, ...]
    definition: str


class _Gathered:
    """What the CUIs of one code say; there are hundreds of thousands, so it is kept small."""

    __slots__ = ("definition", "others", "own", "types", "xrefs")

    def __init__(self) -> None:
        self.own: tuple[Atom, ...] = ()
        self.others: tuple[Atom, ...] = ()
        self.types: tuple[str, ...] = ()
        self.xrefs: tuple[str, ...] = ()
        self.definition = ""


def by_code(
    entries: Iterable[Entry],
    choice: Choice,
    own: Collection[str],
    ranks: Mapping[tuple[str, str], int],
) -> Iterator[Concept]:
    """The codes of the vocabularies `own`, in the order of the CUIs where they first appear.

    Args:
        entries: in the order of their CUIs.
        choice: which names are wanted.
        own: root abbreviations of the vocabulary or family whose codes become the ids.
        ranks: smaller for preferred term types (vocabulary, TTY) of these.
    """
    gathered: dict[str, _Gathered] = {}
    for entry in entries:
        pairs = codes(entry.rows)
        here = dict.fromkeys(code for sab, code in pairs if sab in own)
        if not here:
            continue
        atoms = choice.atoms(entry.rows)
        others = tuple(atom for atom in atoms if atom.sab not in own)
        itself = set(cross_references(pair for pair in pairs if pair[0] in own))
        xrefs = [to for to in cross_references(pairs) if to not in itself]
        for code in here:
            of_code = gathered.setdefault(code, _Gathered())
            of_code.own += tuple(atom for atom in atoms if atom.sab in own and atom.code == code)
            of_code.others += others
            of_code.types = tuple(dict.fromkeys(of_code.types + entry.types))
            of_code.xrefs = tuple(dict.fromkeys((*of_code.xrefs, f"UMLS:{entry.cui}", *xrefs)))
            of_code.definition = of_code.definition or entry.definition
    for code, found in gathered.items():
        own_names = sorted(
            found.own, key=lambda atom: (ranks.get((atom.sab, atom.tty), 0), atom.order)
        )
        yield Concept(
            code,
            names((*own_names, *found.others)),
            types=found.types,
            definition=found.definition,
            xrefs=found.xrefs,
        )
