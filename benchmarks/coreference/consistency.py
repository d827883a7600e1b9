"""Linking with the mentions of one thing sharing evidence, on and off.

    python benchmarks/coreference/consistency.py --work FOLDER [--out .../results/consistency.json]

Gold spans with their types, abbreviations expanded, 64 candidates with the default fusion;
recall@1 in listed order among mentions with a gold id. `share` is the stage with its defaults,
`coreference` has coreferences of the names given to it too, `share NEAR` has another `near`.
"consistent" is the share of coreferences whose linked mentions all have one best concept, "gold"
the same for gold concepts: what perfect linking would have. Differences to `off` have 95 %
bootstrap intervals over documents (1,000 samples, seed 0). The rules were chosen on the training
and development parts of BC5CDR, NCBI Disease and CodiEsp; DisTEMIST is for measuring only.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parents[1]))

import bench
import corpora
from xnorm.candidates.stage import Retrieve
from xnorm.coreference import NormalizeCoreference, ShareEvidence
from xnorm.corpora import default_path, read_corpus
from xnorm.corpora.prepare import keep_types
from xnorm.document import Document, Mention
from xnorm.evaluation.intervals import interval, paired
from xnorm.index import Index
from xnorm.mentions.long_forms import ExpandAbbreviations

NEAR = (0.9, 0.8, 0.6, 0.5)


def best(mention: Mention) -> str:
    """The concept of the best candidate."""
    return mention.candidates[0].concept if mention.candidates else ""


def gold(mention: Mention, source: str) -> frozenset[str]:
    """The gold ids of the terminology."""
    return frozenset(one.db_id for one in mention.gold if one.db_name == source)


def consistency(documents: Sequence[Document], source: str, *, of_gold: bool) -> float:
    """The share of coreferences whose linked mentions agree."""
    agreed = []
    for document in documents:
        by_id = {mention.id: mention for mention in document.mentions}
        for coreference in document.coreferences:
            members = [m for id in coreference.mentions if gold(m := by_id[id], source)]
            if len(members) > 1:
                said = {gold(m, source) if of_gold else best(m) for m in members}
                agreed.append(len(said) == 1)
    return round(sum(agreed) / max(1, len(agreed)), 4)


def with_coreferences(
    documents: Sequence[Document], clustered: Sequence[Document]
) -> list[Document]:
    """The documents with the coreferences of others, to measure consistency by."""
    pairs = zip(documents, clustered, strict=True)
    return [replace(document, coreferences=other.coreferences) for document, other in pairs]


def measure(name: str, documents: Sequence[Document], index: Index) -> list[dict[str, object]]:
    """A row a setting."""
    source = index.kb.source
    documents = Retrieve(index)(ExpandAbbreviations()(documents))
    clustered = NormalizeCoreference()(documents)
    counted = [(d.id, m) for d in documents for m in d.mentions if gold(m, source)]
    ids = [document for document, _ in counted]
    settings = {
        "off": clustered,
        "share": with_coreferences(ShareEvidence()(documents), clustered),
        "coreference": ShareEvidence()(clustered),
    }
    settings |= {f"share {near}": ShareEvidence(near=near)(clustered) for near in NEAR}
    rows: list[dict[str, object]] = []
    off: list[bool] = []
    for setting, shared in settings.items():
        mentions = [m for d in shared for m in d.mentions if gold(m, source)]
        right = [best(mention) in gold(mention, source) for mention in mentions]
        off = off or right
        changed = sum(best(a) != best(b) for a, (_, b) in zip(mentions, counted, strict=True))
        difference = paired(right, off, ids)
        at = interval(right, ids)
        rows.append(
            {
                "set": name,
                "setting": setting,
                "mentions": len(mentions),
                "coreferences": sum(len(d.coreferences) for d in clustered),
                "recall@1": [round(v, 4) for v in (at.value, at.low, at.high)],
                "difference": [
                    round(v, 4) for v in (difference.value, difference.low, difference.high)
                ],
                "changed": changed,
                "consistent": consistency(shared, source, of_gold=False),
                "gold": consistency(shared, source, of_gold=True),
            }
        )
        print(json.dumps(rows[-1]), flush=True)
    return rows


def sets(folder: Path) -> Iterator[tuple[str, str, Iterable[Document]]]:
    """Name, terminology and documents of what is measured."""
    for part in ("train", "dev"):
        for type in ("Disease", "Chemical"):
            documents = read_corpus("bc5cdr", folder / default_path("bc5cdr"), split=part)
            yield f"BC5CDR {part} {type}", "mesh-all", keep_types(documents, [type])
    for part in ("train", "develop"):
        yield f"NCBI Disease {part}", "medic", corpora.ncbi_disease(part)
    for part in ("train", "dev"):
        yield f"CodiEsp {part}", "icd10cm", corpora.codiesp(part, without_distemist=True)
    yield "DisTEMIST", "hpo-es-en", corpora.distemist()


def main() -> None:
    """Prints the figures, and writes them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="where indexes are kept")
    parser.add_argument("--encoder", default="default")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    folder = corpora.data_folder()
    rows = []
    for name, terminology, documents in sets(folder):
        index = bench.index(terminology, options.encoder, options.work)
        rows += measure(name, list(documents), index)
    if options.out:
        text = json.dumps({"protocol": __doc__, "rows": rows}, indent=1)
        options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
