"""`xnorm link --lang es` on the 750 texts of DisTEMIST, with given mentions and without.

    python benchmarks/linking/distemist.py [--out benchmarks/results/linking.json]

Times are of whole commands, with the start of Python and the opening of the index; peak memory is
the process's. With given mentions the gold spans are given, without their ids. Without, protocol 5
is measured on what the command wrote (529 documents with an HPO id, 2,173 mentions; a found mention
is one that was linked). Nothing was fitted on DisTEMIST.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parents[1]))

import bench
import corpora
from xnorm.document import Document
from xnorm.formats import open_documents, write_documents
from xnorm.kb import KnowledgeBase
from xnorm.version import VERSION

MEASURED = """
import atexit, re, sys
from xnorm.cli import main
peak = lambda: print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
atexit.register(peak)
main(sys.argv[1:])
"""
"""The command line, which says at its end how much memory it took at most (Linux, in kB)."""


def linked(source: Path, index: Path, output: Path) -> dict[str, float]:
    """Runs the command on a file, and says how long it took and how much memory."""
    arguments = ["link", "--lang", "es", "--index", str(index), str(source), "-o", str(output)]
    start = time.perf_counter()
    command = [sys.executable, "-c", MEASURED, *arguments, "--quiet"]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    documents = list(open_documents(output))
    mentions = [mention for document in documents for mention in document.mentions]
    nil = sum(mention.link is None or mention.link.concept is None for mention in mentions)
    return {
        "documents": len(documents),
        "mentions": len(mentions),
        "NIL": nil,
        "seconds": round(seconds, 1),
        "mentions a second": round(len(mentions) / seconds),
        "documents a second": round(len(documents) / seconds, 1),
        "peak MB": round(int(ran.stdout) / 1024),
    }


def protocol_5(output: Path, gold: Sequence[Document], kb: KnowledgeBase) -> dict[str, Any]:
    """Found a document, overlapped and right, by the links that the command wrote."""
    answers = {document.id: document for document in open_documents(output)}
    rows = []
    for document in gold:
        wanted = list(corpora.gold_mentions([document], "HPO"))
        if not wanted:
            continue
        found = [m for m in answers[document.id].mentions if m.link and m.link.concept]
        overlapped = right = 0
        for _, mention, ids in wanted:
            over = [m for m in found if m.start < mention.end and mention.start < m.end]
            accepted = {kb.resolve(id) for id in ids}
            overlapped += bool(over)
            right += any(m.link is not None and m.link.concept in accepted for m in over)
        rows.append((len(found), len(wanted), overlapped, right))
    found, total, overlapped, right = (sum(column) for column in zip(*rows, strict=True))
    return {
        "found a document": round(found / len(rows), 2),
        "overlapped": round(overlapped / total, 3),
        "right": round(right / total, 3),
    }


def main() -> None:
    """Prints the figures, and writes them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    gold = corpora.distemist()
    results: dict[str, Any] = {"xnorm": VERSION, "cpus": os.cpu_count()}
    results["python"] = platform.python_version()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, documents in (
            ("texts.json", [replace(document, mentions=()) for document in gold]),
            ("mentions.json", [without_ids(document) for document in gold if document.mentions]),
        ):
            with open(folder / file, "wb") as stream:
                write_documents(documents, stream, "bigbio")
        for terminology in ("hpo-en", "hpo-es-en"):
            index = bench.index(terminology, "default", folder)
            for file in ("mentions.json", "texts.json"):
                output = folder / "out.json"
                row: dict[str, Any] = linked(folder / file, index.path, output)
                if file == "texts.json":
                    row |= protocol_5(output, gold, index.kb)
                results[f"{terminology}, {file}"] = row
                print(f"{terminology}, {file}", json.dumps(row), flush=True)
    if options.out:
        options.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def without_ids(document: Document) -> Document:
    """The document with its mentions' spans alone."""
    return replace(document, mentions=tuple(replace(m, gold=()) for m in document.mentions))


if __name__ == "__main__":
    main()
