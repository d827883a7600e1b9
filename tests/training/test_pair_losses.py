"""The losses of encoders on vectors whose answers can be worked out by hand."""

from __future__ import annotations

import math

import msgspec
import pytest

pytest.importorskip("torch", reason="training needs torch (extra neural)")
pytest.importorskip("pytorch_metric_learning", reason="the loss comes with the extra neural")

import torch

from xnorm.training.contrast import info_nce
from xnorm.training.transformer.losses import InfoNce, MultiSimilarity, loss_of, mixtures
from xnorm.training.transformer.recipe import TransformerSettings


def at(*degrees: float) -> torch.Tensor:
    """Unit vectors of two dimensions at these angles."""
    angles = torch.tensor(degrees) * math.pi / 180
    return torch.stack([angles.cos(), angles.sin()], dim=1)


RECIPE = TransformerSettings(base="b", temperature=0.1)

FREE = torch.zeros(2, 2, dtype=torch.bool)
"""No two names mean the same."""


def test_multi_similarity_is_what_the_paper_says_on_four_names() -> None:
    # Two concepts, at 0 and 60 and at 90 and 150 degrees: names of one are a distance of 1 apart,
    # their cosine is 0.5. The miner keeps negatives nearer than 1.2: only those at 60 and 90
    # degrees, 0.518 apart, whose cosine is cos 30. The other two names take no part.
    vectors, concepts = at(0, 60, 90, 150), torch.tensor([7, 7, 8, 8])
    pull = math.log(1 + math.exp(-1 * (0.5 - 0.5))) / 1
    push = math.log(1 + math.exp(60 * (math.cos(math.radians(30)) - 0.5))) / 60
    by_hand = 2 * (pull + push) / 4
    loss = MultiSimilarity(None)
    assert float(loss.of(vectors, concepts, torch.arange(4))) == pytest.approx(by_hand, abs=1e-6)


def test_multi_similarity_agrees_with_the_library_where_texts_differ() -> None:
    from pytorch_metric_learning.losses import MultiSimilarityLoss
    from pytorch_metric_learning.miners import TripletMarginMiner

    torch.manual_seed(0)
    vectors = torch.nn.functional.normalize(torch.randn(20, 8), dim=1)
    concepts = torch.arange(10).repeat(2)
    mined = TripletMarginMiner(0.2, "all")(vectors, concepts)
    library = MultiSimilarityLoss(1, 60, 0.5)(vectors, concepts, mined)
    ours = MultiSimilarity(None).of(vectors, concepts, torch.arange(20))
    assert float(ours) == pytest.approx(float(library))
    assert float(library) > 0


def test_equal_texts_of_two_concepts_do_not_push_each_other() -> None:
    vectors, concepts = at(0, 10, 0, 10), torch.tensor([0, 0, 1, 1])
    loss = MultiSimilarity(None)
    pushed = loss.of(vectors, concepts, torch.tensor([0, 1, 2, 3]))
    kept = loss.of(vectors, concepts, torch.tensor([0, 1, 0, 1]))
    assert float(kept) < float(pushed)


def test_info_nce_on_two_pairs() -> None:
    left, right = at(0, 90), at(0, 120)
    # cosines: left 0 with right 1, 0; with the other, cos 120 = -0.5; left 90: 0 and cos 30.
    own = math.sqrt(3) / 2

    def loss(right: float, wrong: float) -> float:
        return -math.log(math.exp(right) / (math.exp(right) + math.exp(wrong)))

    by_hand = (loss(1, -0.5) + loss(own, 0) + loss(1, 0) + loss(own, -0.5)) / 4
    assert float(InfoNce(None, 1.0).of(left, right, FREE)) == pytest.approx(by_hand)


def test_both_encoders_learn_from_the_same_info_nce() -> None:
    torch.manual_seed(0)
    left, right = (torch.nn.functional.normalize(torch.randn(6, 16), dim=1) for _ in range(2))
    rows, columns = torch.tensor([0, 1]), torch.tensor([1, 0])
    same = torch.zeros(6, 6, dtype=torch.bool)
    same[rows, columns] = True
    static = info_nce(left, right, 0.5, (rows.numpy(), columns.numpy())).loss
    # the static one's matrix is in bfloat16
    assert float(InfoNce(None, 0.5).of(left, right, same)) == pytest.approx(static, rel=1e-2)


def test_a_masked_name_is_no_negative() -> None:
    left, right = at(0, 90), at(0, 90)
    masked = InfoNce(None, 0.1, mixed=1).of(left, right, torch.ones(2, 2, dtype=torch.bool))
    assert float(masked) == pytest.approx(0, abs=1e-6)


def test_the_recipe_names_the_loss() -> None:
    told = msgspec.structs.replace(RECIPE, focal=0.5, mixed=4)
    assert loss_of(None, told).get_config_dict() == {"temperature": 0.1, "focal": 0.5, "mixed": 4}
    sapbert = msgspec.structs.replace(RECIPE, loss="multi-similarity")
    assert isinstance(loss_of(None, sapbert), MultiSimilarity)


def test_focal_weights_count_the_hard_pair_more() -> None:
    left, right = at(0, 90), at(0, 150)
    plain = float(InfoNce(None, 0.5).of(left, right, FREE))
    focal = float(InfoNce(None, 0.5, focal=2).of(left, right, FREE))
    assert focal > plain


def test_mixed_negatives_lie_between_the_two_that_they_are_made_of() -> None:
    torch.manual_seed(0)
    names, others = at(0), at(20, 60, 100)
    negatives = names @ others.T
    found = mixtures(negatives, names, others, 2)[0]
    assert len(found) == 2
    assert math.cos(math.radians(60)) < float(found[0]) < math.cos(math.radians(20))
    assert math.cos(math.radians(100)) < float(found[1]) < math.cos(math.radians(60))
    negatives[0, 0] = -torch.inf  # a name of the same concept
    assert mixtures(negatives, names, others, 2)[0].tolist()[1] == -math.inf
