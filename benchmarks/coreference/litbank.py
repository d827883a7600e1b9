"""Clusters of name variants against gold chains, measured by MUC, B³ and CEAF.

    python benchmarks/coreference/litbank.py [--out benchmarks/results/litbank.json]

Gold: the chains of a document restricted to its proper-name mentions, given as mentions with their
types. Systems: `exact` (equal text), `folded` (equal after folding), `rules` (xnorm.coreference).
Figures are over all mentions, by sums over documents; "variants" keeps the chains alone that have
two or more different forms, the mentions of which a system clusters together with all others.
Intervals: 95 %, bootstrap over documents (1,000 samples, seed 0). LitBank is for measuring only;
the rules were developed on GUM's development part. coreferee and fastcoref need models that no
package registry has, so they are not in the table.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from chains import Story, gum, litbank

import corpora
from xnorm.coreference.clusters import cluster_names
from xnorm.evaluation.clustering import Agreement, b_cubed, entity_ceaf, mention_ceaf, muc
from xnorm.text.abbreviations import find_abbreviations
from xnorm.text.normal import fold

MEASURES = {"muc": muc, "b3": b_cubed, "ceaf_m": mention_ceaf, "ceaf_e": entity_ceaf}
Clusters = list[set[int]]


def grouped(keys: Iterable[object]) -> Clusters:
    """The places of equal keys."""
    clusters: dict[object, set[int]] = defaultdict(set)
    for place, key in enumerate(keys):
        clusters[key].add(place)
    return list(clusters.values())


def rules(story: Story) -> Clusters:
    """The clusters of the product, each type by itself."""
    clusters: Clusters = []
    long_forms = {found.short: found.long for found in find_abbreviations(story.text)}
    for type in sorted({name.type for name in story.names}):
        places = [at for at, name in enumerate(story.names) if name.type == type]
        for cluster in cluster_names(
            [story.names[at].text for at in places], type=type, language="en", long_forms=long_forms
        ):
            clusters.append({places[at] for at in cluster.names})
    return clusters


SYSTEMS: dict[str, Callable[[Story], Clusters]] = {
    "exact": lambda story: grouped((name.type, name.text) for name in story.names),
    "folded": lambda story: grouped((name.type, fold(name.text)) for name in story.names),
    "rules": rules,
}


def variants(story: Story, gold: Clusters, found: Clusters) -> tuple[Clusters, Clusters]:
    """The chains that have several forms, and the found clusters restricted to their mentions."""
    kept = [c for c in gold if len({fold(story.names[at].text) for at in c}) > 1]
    inside = set().union(*kept) if kept else set()
    return kept, [c & inside for c in found if c & inside]


def row(agreements: Sequence[Agreement], samples: np.ndarray) -> dict[str, object]:
    """Precision, recall and F1 of all documents, with the interval of F1."""
    sums = np.array(agreements)
    total = Agreement(*sums.sum(0))
    drawn = [Agreement(*sums[sample].sum(0)).f1 for sample in samples]
    low, high = np.percentile(drawn, [2.5, 97.5])
    figures = {"p": total.precision, "r": total.recall, "f1": total.f1, "low": low, "high": high}
    return {name: round(float(value), 3) for name, value in figures.items()}


def measure(name: str, stories: list[Story], *, errors: bool) -> list[dict[str, object]]:
    """A row a system, of all mentions and of the chains with variants."""
    random = np.random.default_rng(0)
    samples = random.integers(0, len(stories), (1000, len(stories)))
    rows = []
    for system, cluster in SYSTEMS.items():
        began = time.process_time()
        found = [cluster(story) for story in stories]
        seconds = time.process_time() - began
        gold = [grouped(mention.chain for mention in story.names) for story in stories]
        some = [variants(*three) for three in zip(stories, gold, found, strict=True)]
        for part, pairs in (("all", list(zip(gold, found, strict=True))), ("variants", some)):
            figures = {
                measure: row([function(*pair) for pair in pairs], samples)
                for measure, function in MEASURES.items()
            }
            counts = {
                "mentions": sum(len(c) for pair in pairs for c in pair[0]),
                "chains": sum(len(pair[0]) for pair in pairs),
                "found": sum(len(pair[1]) for pair in pairs),
            }
            rows.append(
                {"corpus": name, "part": part, "system": system, **counts, **figures}
                | {"cpu_seconds": round(seconds, 3)}
            )
        if errors and system == "rules":
            _show(stories, gold, found)
    return rows


def _show(stories: list[Story], gold: list[Clusters], found: list[Clusters]) -> None:
    for story, right, ours in zip(stories, gold, found, strict=True):
        owner = {at: number for number, cluster in enumerate(right) for at in cluster}
        for cluster in ours:
            if len({owner[at] for at in cluster}) > 1:
                print("+", story.id, sorted({(owner[at], story.names[at].text) for at in cluster}))
        owner = {at: number for number, cluster in enumerate(ours) for at in cluster}
        for chain in right:
            if len({owner[at] for at in chain}) > 1:
                print("-", story.id, sorted({(owner[at], story.names[at].text) for at in chain}))


def main() -> None:
    """Prints the figures, and writes them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--errors", action="store_true", help="what the rules get wrong on GUM")
    options = parser.parse_args()
    data = corpora.data_folder()
    rows = measure("GUM dev", list(gum(data)), errors=options.errors)
    if not options.errors:
        rows += measure("LitBank", list(litbank(data)), errors=False)
    for each in rows:
        print(json.dumps(each))
    if options.out:
        text = json.dumps({"protocol": __doc__, "rows": rows}, indent=1)
        options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
