"""What the benchmarks of scale share: DisTEMIST made large, and one file of results."""

from __future__ import annotations

import itertools
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parents[1]))

import corpora
from xnorm.document import Document, Mention, Passage, Span
from xnorm.evaluation.machine import machine, versions

RESULTS = Path(__file__).parents[1] / "results" / "scale.json"

_EVERY = 5
"""One mention of so many is written as nobody wrote it before, so that no cache has seen it."""


def copies() -> Iterator[Document]:
    """The documents of DisTEMIST that have mentions, without ids, again and again, each varied.

    A copy has an id and a first line of its own, and a number behind every fifth mention.
    """
    texts = [document for document in corpora.distemist() if document.mentions]
    for copy in itertools.count():
        for document in texts:
            yield _varied(document, copy)


def _varied(document: Document, copy: int) -> Document:
    text, first = document.text, f"Caso {copy}.\n"
    mentions = sorted(document.mentions, key=lambda mention: mention.spans)
    marks = {mention.end: f" {copy}" for mention in mentions[copy % _EVERY :: _EVERY]}
    pieces, moved, last = [first], {}, 0
    for end in sorted(marks):
        pieces.append(text[last:end] + marks[end])
        last = end
    whole = "".join([*pieces, text[last:]])
    ends = sorted(marks)
    for mention in mentions:
        moved[mention.id] = tuple(
            (_at(start, ends, marks, len(first)), _at(end, ends, marks, len(first)))
            for start, end in mention.spans
        )
    id = f"{document.id}-{copy}"
    passage = Passage(f"{id}-text", "text", (whole,), ((0, len(whole)),))
    return Document(
        id,
        (passage,),
        document.language,
        tuple(_moved(mention, moved[mention.id], whole) for mention in mentions),
    )


def _at(offset: int, ends: list[int], marks: dict[int, str], first: int) -> int:
    """Where an offset of the text before lies now; what is put in at it comes behind it."""
    return first + offset + sum(len(marks[end]) for end in ends if end < offset)


def _moved(mention: Mention, spans: tuple[Span, ...], text: str) -> Mention:
    return replace(
        mention, spans=spans, text=tuple(text[start:end] for start, end in spans), gold=()
    )


def one_thread() -> dict[str, str]:
    """The environment of a process whose libraries have one thread."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return {**os.environ, **dict.fromkeys(names, "1")}


def record(section: str, figures: dict[str, Any]) -> None:
    """Prints figures, and puts them into the file of results under their name."""
    print(json.dumps({section: figures}, indent=1))
    known = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    known[section] = {**machine(), **versions(), **figures}
    RESULTS.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
