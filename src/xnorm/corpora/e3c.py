"""E3C: clinical cases in five languages; clinical entities and body parts have UMLS concepts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from xnorm.corpora.model import Wanted
from xnorm.corpora.packs import open_files
from xnorm.document import Document
from xnorm.formats import uima_xmi
from xnorm.formats.reading import Reading

_LANGUAGES = {"English": "en", "French": "fr", "Italian": "it", "Spanish": "es", "Basque": "eu"}
_LAYERS = ("layer1", "layer2", "layer3")


def read(path: Path, wanted: Wanted) -> Iterator[Document]:
    """The annotated texts; the elements' names (CLINENTITY, EVENT ...) are the mentions' types.

    Source: https://github.com/hltfbk/E3C-Corpus, folder `data_annotation`.
    """
    for name, stream in open_files(path, *(f"{layer}/*.xml" for layer in _LAYERS)):
        language, part, _ = PurePosixPath(path.name, name).parts[-3:]
        code = _LANGUAGES.get(language, "")
        if wanted.has_language(code) and wanted.has_part(part):
            for document in uima_xmi.read(stream, Reading(name)):
                mentions = (
                    replace(mention, gold=tuple(id for id in mention.gold if id.db_name == "UMLS"))
                    for mention in document.mentions
                )
                # The file itself waits in `extra`; it would double the size of what is written.
                extra = {"part": part}
                yield replace(document, language=code, mentions=tuple(mentions), extra=extra)
