"""What fusion gains by learning from DisTEMIST's train part: reported apart, nothing of it ships.

    PYTHONPATH=benchmarks python benchmarks/candidates/distemist_fusion.py \\
        --encoder TWIN --work FOLDER

DisTEMIST publishes no linked test part; its texts are CodiEsp's, whose split it inherits. `shipped`
is the fusion that comes with the package, fitted on other corpora; `with distemist` is fitted on
these and on DisTEMIST's train part, for both terminologies; `distemist alone` on that part only.
All are fitted with `TWIN`, an encoder trained without the held-out HPO concepts, and measured with
the shipped one on the test part: gold spans, abbreviations as they stand, a hit is one of the gold
ids among the first k concepts; 95 % bootstrap intervals over documents, differences paired.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from fit_fusion import development_sets
from numpy.typing import NDArray
from recall import fused_ranks, mentions

import bench
from reranking.prepare import distemist
from xnorm.candidates import Fuse
from xnorm.evaluation.intervals import interval, paired
from xnorm.index import Index
from xnorm.training.fusion import Labelled, fit_fusion, write_parameters

RESULTS = Path(bench.__file__).parent / "results" / "distemist_fusion.json"
TERMINOLOGIES = {"hpo-en": "HPO", "mesh": "MESH"}
CUTS = (1, 5, 64)
SHIPPED = "shipped"

Sets = list[tuple[Index, list[Labelled]]]


def main() -> None:
    """Measures, prints and writes JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", required=True, help="what xnorm.encoders.load_encoder opens")
    parser.add_argument("--work", type=Path, required=True, help="where indexes are kept")
    given = parser.parse_args()
    fusions = {SHIPPED: Fuse()}
    own = learned(given.encoder, given.work)
    for label, sets in {
        "with distemist": [*usual(given.encoder, given.work), *own],
        "distemist alone": own,
    }.items():
        path = given.work / f"{label}.json"
        write_parameters(fit_fusion(sets), path)
        fusions[label] = Fuse(parameters=str(path))
    told = {
        "what": (__doc__ or "").splitlines()[0],
        "split": "CodiEsp's",
        "learned from": {name: len(m) for name, (_, m) in zip(TERMINOLOGIES, own, strict=True)},
        "test": {name: measured(name, fusions, given.work) for name in TERMINOLOGIES},
    }
    RESULTS.write_text(json.dumps(rounded(msgspec.to_builtins(told)), indent=2) + "\n")


def usual(encoder: str, work: Path) -> Sets:
    """What the shipped fusion is fitted on."""
    return [
        (index := bench.index(name, encoder, work), known(index, found))
        for name, _, found in development_sets()
    ]


def learned(encoder: str, work: Path) -> Sets:
    """DisTEMIST's train part for each terminology."""
    return [
        (index := bench.index(name, encoder, work), known(index, _as_asked(source)))
        for name, source in TERMINOLOGIES.items()
    ]


def _as_asked(source: str) -> list[Labelled]:
    """Every mention, as the test part will be asked."""
    train = distemist(source)[0]
    return [Labelled(*pair) for pair in bench.queries(train, source, abbreviations=False)]


def known(index: Index, found: Sequence[Labelled]) -> list[Labelled]:
    """The mentions with a concept in the terminology."""
    return [m for m in found if any(index.kb.concept_row(id) is not None for id in m.concepts)]


def measured(name: str, fusions: dict[str, Fuse], work: Path) -> dict[str, Any]:
    """Recall of each fusion on the test part, and how far it is from the shipped one."""
    index, source = bench.index(name, "default", work), TERMINOLOGIES[name]
    queries, gold, owners = mentions(index, distemist(source)[2], source, abbreviations=False)
    ranks = {label: fused_ranks(index, queries, gold, fuse) for label, fuse in fusions.items()}
    told: dict[str, Any] = {"mentions": len(queries), "documents": len(set(owners))}
    for label, found in ranks.items():
        told[label] = {
            f"recall@{k}": {"at": interval(found <= k, owners)} | against(ranks, label, k, owners)
            for k in CUTS
        }
        print(name, label, {k: round(float(np.mean(found <= k)), 4) for k in CUTS}, flush=True)
    return told


def against(
    ranks: dict[str, NDArray[np.int64]], label: str, k: int, owners: Sequence[str]
) -> dict[str, Any]:
    """The difference to the shipped fusion."""
    if label == SHIPPED:
        return {}
    return {"against shipped": paired(ranks[label] <= k, ranks[SHIPPED] <= k, owners)}


def rounded(value: Any) -> Any:
    """Numbers with four digits."""
    if isinstance(value, float):
        return round(value, 4)
    return {key: rounded(one) for key, one in value.items()} if isinstance(value, dict) else value


if __name__ == "__main__":
    main()
