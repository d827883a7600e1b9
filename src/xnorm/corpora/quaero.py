"""QUAERO: French drug leaflets (EMEA) and Medline titles, with UMLS concepts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from xnorm.corpora.model import Wanted
from xnorm.corpora.standoff import read_pairs, take_notes
from xnorm.document import ConceptId, Document, Mention

_CUI = re.compile(r"C\d{7}")


def read(path: Path, wanted: Wanted) -> Iterator[Document]:
    """The texts; the semantic group is a mention's type.

    Source: Névéol et al., BioTxtM 2014; layout of QUAERO_FrenchMed_brat.zip.
    """
    for split in filter(wanted.has_split, ("train", "dev", "test")):
        for name, document in read_pairs(path, f"{split}/EMEA", f"{split}/MEDLINE"):
            part = PurePosixPath(name).parts[-2].lower()
            if wanted.has_part(part):
                yield replace(
                    document,
                    language="fr",
                    mentions=tuple(map(_with_concepts, document.mentions)),
                    extra={"split": split, "part": part},
                )


def _with_concepts(mention: Mention) -> Mention:
    """The note lists CUIs; of several, the mention may mean any."""
    mention, notes = take_notes(mention)
    cuis = dict.fromkeys(_CUI.findall(" ".join(notes)))
    return replace(mention, gold=tuple(ConceptId("UMLS", cui) for cui in cuis))
