"""Two descriptions of one concept made into one."""

from __future__ import annotations

import msgspec

from xnorm.kb.model import Concept


def unite(one: Concept, other: Concept) -> Concept:
    """The concept `one` with what `other` knows besides.

    Names of `one` come first; a second preferred name of a language becomes a synonym. Equal names
    are left to the build, which keeps the first.

    >>> from xnorm.kb.model import Name
    >>> ague = Concept("X:9", (Name("Ague", "en", "preferred"),), types=("Sign",))
    >>> fever = Concept("T:1", (Name("Fever", "en", "preferred"),), definition="Too hot.")
    >>> united = unite(fever, ague)
    >>> united.id, [(name.text, name.kind) for name in united.names], united.types
    ('T:1', [('Fever', 'preferred'), ('Ague', 'synonym')], ('Sign',))
    """
    preferred = {name.language for name in one.names if name.kind == "preferred"}
    names = tuple(
        msgspec.structs.replace(name, kind="synonym")
        if name.kind == "preferred" and name.language in preferred
        else name
        for name in other.names
    )
    return Concept(
        one.id,
        names=one.names + names,
        types=_both(one.types, other.types),
        definition=one.definition or other.definition,
        parents=_both(one.parents, other.parents),
        xrefs=_both(one.xrefs, other.xrefs),
        retired=_both(one.retired, other.retired),
    )


def _both(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return one if one == other else tuple(dict.fromkeys(one + other))
