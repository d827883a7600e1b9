"""On GUM's development part the rules find most variants, and hardly join what is apart."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from xnorm.coreference import cluster_names, find_names
from xnorm.document import Document
from xnorm.evaluation.clustering import Agreement, b_cubed


@pytest.fixture(scope="module")
def chains() -> ModuleType:
    """The benchmark's reader of gold chains."""
    path = Path(__file__).parents[2] / "benchmarks/coreference/chains.py"
    spec = importlib.util.spec_from_file_location("chains", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_clusters_agree_with_the_chains_better_than_equal_texts_do(
    data: Path, chains: ModuleType
) -> None:
    stories = list(chains.gum(data))
    assert (len(stories), sum(len(story.names) for story in stories)) == (30, 570)
    totals = {}
    for system in ("rules", "exact"):
        agreements = []
        for story in stories:
            gold: dict[str, set[int]] = {}
            found: dict[object, set[int]] = {}
            for at, name in enumerate(story.names):
                gold.setdefault(name.chain, set()).add(at)
                if system == "exact":
                    found.setdefault((name.type, name.text), set()).add(at)
            for type in {name.type for name in story.names} if system == "rules" else ():
                places = [at for at, name in enumerate(story.names) if name.type == type]
                texts = [story.names[at].text for at in places]
                for cluster in cluster_names(texts, type=type, language="en"):
                    members = {places[at] for at in cluster.names}
                    found[type, cluster.names] = members
            agreements.append(b_cubed(list(gold.values()), list(found.values())))
        totals[system] = Agreement(*map(sum, zip(*agreements, strict=True)))
    assert totals["exact"].f1 == pytest.approx(0.905, abs=0.002)
    assert totals["rules"].f1 >= 0.95
    assert totals["rules"].precision >= 0.975


def test_most_names_are_found_by_their_capitals(data: Path, chains: ModuleType) -> None:
    gold = right = 0
    for story in chains.gum(data):
        names = {(name.start, name.end) for name in story.names}
        found = find_names(Document.from_text(story.text, language="en"))
        gold += len(names)
        right += len(names & {name.spans[0] for name in found})
    assert right / gold >= 0.7
