"""Splits by document: of one's own making, or taken over from another corpus."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from xnorm.corpora.tally import Tally
from xnorm.document import Document
from xnorm.errors import SettingError

SPLIT = "split"
"""The key in a document's `extra`."""

SHARES = {"train": 0.8, "dev": 0.1, "test": 0.1}


def split_of(id: str, *, seed: int, shares: Mapping[str, float] = SHARES) -> str:
    """The split of a document, by a hash of its id: other documents do not matter.

    Args:
        id: the document's.
        seed: another seed gives another split.
        shares: split to expected share; they sum up to 1.

    >>> split_of("l", seed=1), split_of("m", seed=1)
    ('dev', 'train')
    """
    digest = hashlib.sha256(f"{seed}:{id}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    for split, share in shares.items():
        if place < share:
            return split
        place -= share
    return list(shares)[-1]


def split_by_document(
    documents: Iterable[Document],
    *,
    seed: int,
    shares: Mapping[str, float] = SHARES,
    tally: Tally | None = None,
) -> Iterator[Document]:
    """Gives every document a split of its own id's (see `split_of`), instead of the publisher's.

    Raises:
        SettingError: when the shares do not sum up to 1.
    """
    if abs(sum(shares.values()) - 1) > 1e-6 or min(shares.values()) < 0:
        raise SettingError(
            f"the shares sum up to {sum(shares.values()):g}", todo="They are parts of 1"
        )
    return (_with_split(d, split_of(d.id, seed=seed, shares=shares), tally) for d in documents)


def inherit_split(
    documents: Iterable[Document], splits: Mapping[str, str], *, tally: Tally | None = None
) -> Iterator[Document]:
    """Gives every document the split of the same text elsewhere; others are left out.

    Args:
        splits: document to split; `codiesp.document_splits` has those of the Spanish clinical
            cases, which DisTEMIST, MedProcNER and SympTEMIST name with `es-` before.
    """
    for document in documents:
        split = splits.get(document.id) or splits.get(document.id.removeprefix("es-"))
        if split is not None:
            yield _with_split(document, split, tally)
        elif tally is not None:
            tally.add(kept=False, note="of no split")


def keep_split(
    documents: Iterable[Document], split: str, *, tally: Tally | None = None
) -> Iterator[Document]:
    """Keeps the documents of one split.

    Raises:
        SettingError: when not one document is of it.
    """
    found: set[str] = set()
    for document in documents:
        own = str(document.extra.get(SPLIT, ""))
        found.add(own)
        if tally is not None:
            tally.add(own == split)
        if own == split:
            yield document
    if split not in found:
        raise SettingError(
            f"no document is of the split '{split}'",
            todo=f"There are: {', '.join(sorted(found - {''})) or 'none'}",
        )


def _with_split(document: Document, split: str, tally: Tally | None) -> Document:
    if tally is not None:
        tally.add(kept=True, note=split)
    return replace(document, extra={**document.extra, SPLIT: split})
