"""Mantra GSC: units of EMEA, Medline and patents in five languages, with UMLS concepts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from xnorm.corpora.model import Wanted
from xnorm.corpora.standoff import read_pairs, take_notes
from xnorm.document import ConceptId, Document, Mention

_LANGUAGES = {"English": "en", "German": "de", "French": "fr", "Spanish": "es", "Dutch": "nl"}
_FOLDER_END = "_ec22-cui-best_man"
_QUOTED = re.compile('"([^"]*)"')
_GROUP = re.compile("[A-Z]{4}")


def read(path: Path, wanted: Wanted) -> Iterator[Document]:
    """The units as documents; the semantic group is a mention's type."""
    for name, document in read_pairs(path, f"*{_FOLDER_END}"):
        language, folder, unit = PurePosixPath(path.name, name).parts[-3:]
        code = _LANGUAGES.get(language, "")
        source = folder.removesuffix(_FOLDER_END)
        part = source.partition("_")[0].lower()
        if wanted.has_language(code) and wanted.has_part(part):
            # Units that are translations of one another have the same name.
            yield replace(
                document,
                id=f"{code}-{source}-{unit}",
                language=code,
                mentions=tuple(map(_with_concept, document.mentions)),
                extra={"part": part, "unit": unit},
            )


def _with_concept(mention: Mention) -> Mention:
    """The CUI stands where brat has the type; the note has name, types and group, in any order."""
    mention, notes = take_notes(mention)
    cui = mention.type
    fields = [field for field in _QUOTED.findall(" ".join(notes)) if field != cui]
    groups = [field for field in fields if _GROUP.fullmatch(field)]
    name, *types = [field for field in fields if field not in groups] or [""]
    return replace(
        mention,
        type=groups[0] if groups else "",
        gold=(ConceptId("UMLS", cui),),
        extra={
            **mention.extra,
            "preferred_name": name,
            "semantic_types": [part for field in types for part in field.split("|")],
        },
    )
