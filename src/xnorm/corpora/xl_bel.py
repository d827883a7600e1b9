"""XL-BEL: sentences of Wikipedia in ten languages, one marked mention each, with UMLS concepts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from xnorm.corpora.building import document, id_parts, mention
from xnorm.corpora.model import Wanted
from xnorm.corpora.packs import stem, texts
from xnorm.document import ConceptId, Document
from xnorm.errors import DataError

_MARKED = re.compile("(.*?)<tgt>(.*?)</tgt>(.*)")


def read(path: Path, wanted: Wanted) -> Iterator[Document]:
    """A document for each line `CUI||mention||sentence`, the marks taken out of the sentence.

    A line with several CUIs, parted by `|`, means any of them.
    """
    for name, text in texts(path, "*_1k_test_query_with_context.txt").items():
        language = stem(name).partition("_")[0]
        if not wanted.has_language(language):
            continue
        for number, line in enumerate(text.replace("\r\n", "\n").strip("\n").split("\n"), 1):
            place = f"{path}, {name} line {number:,}"
            cuis, _, rest = line.partition("||")
            stated, _, sentence = rest.partition("||")
            marked = _MARKED.fullmatch(sentence)
            if marked is None:
                raise DataError(
                    "no marked mention",
                    place=place,
                    todo="Expected CUI||mention||sentence with <tgt>mention</tgt>",
                )
            before, target, after = marked.groups()
            # In one German sentence nothing stands between the marks.
            target = target or stated
            id = f"{language}-{number}"
            spans = [(len(before), len(before) + len(target))]
            sentence = f"{before}{target}{after}"
            gold = [ConceptId("UMLS", cui) for cui in id_parts(cuis, "|")]
            found = mention(sentence, spans, stated, id="T1", type="", place=place, gold=gold)
            yield document(id, sentence, language, [found])
