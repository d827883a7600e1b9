"""Adapters around the layers of a tiny network: what each of them does, and how they are kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.tiny import tiny_transformer

pytest.importorskip("transformers", reason="adapters lie around a transformer's layers")

import torch

from xnorm.encoders.connected import FILE, WEIGHTS, Connected, attach, layers_of, restore, split_off
from xnorm.errors import DataError, SettingError

WORDS = ["head", "pain", "neck", "injury"]
IDS = torch.tensor([[2, 7, 9, 3], [2, 11, 8, 3]])


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_transformer(tmp_path_factory.mktemp("base"), WORDS)


@pytest.fixture
def network(base: Path) -> Any:
    from transformers import AutoModel

    return AutoModel.from_pretrained(base).eval()


def answer(network: Any, ids: Any = IDS) -> Any:
    return network(input_ids=ids).last_hidden_state


def every(adapters: Connected) -> Iterator[Any]:
    yield from (*adapters.beside, *adapters.after)


def awake(network: Any, rank: int = 4) -> Connected:
    """Adapters that add something."""
    adapters = attach(network, rank)
    torch.manual_seed(0)
    for adapter in every(adapters):
        torch.nn.init.normal_(adapter.up.weight, std=0.5)
    return adapters


def test_adapters_add_nothing_at_first_and_are_all_that_is_trained(network: Any) -> None:
    before = answer(network)
    adapters = attach(network, 4)
    assert torch.equal(answer(network), before)
    trained = [p for p in network.parameters() if p.requires_grad]
    assert {id(p) for p in trained} == {id(p) for p in adapters.parameters()}


def test_each_adapter_changes_the_answer(network: Any) -> None:
    adapters = awake(network)
    with torch.no_grad():
        whole = answer(network)
        for adapter in every(adapters):
            kept = adapter.up.weight.clone()
            adapter.up.weight.zero_()
            assert not torch.allclose(answer(network), whole, atol=1e-4)
            adapter.up.weight.copy_(kept)
        assert torch.equal(answer(network), whole)


def test_each_weight_learns_from_the_answer(network: Any) -> None:
    adapters = awake(network)
    answer(network).square().sum().backward()
    still = [
        name
        for name, weight in adapters.named_parameters()
        if weight.grad is None or not weight.grad.abs().max() > 0
    ]
    assert still == ["beside.0.link.weight"]  # nothing comes before the first


@pytest.mark.parametrize(
    ("first", "then"),
    [("beside.0", "after.0"), ("after.0", "beside.1"), ("beside.1", "after.1")],
)
def test_an_adapter_reads_what_the_one_before_it_found(first: str, then: str, network: Any) -> None:
    adapters = awake(network)
    found = dict(adapters.named_modules())
    with torch.no_grad():
        for adapter in every(adapters):
            if adapter is not found[then]:
                adapter.up.weight.zero_()  # so that nothing reaches it through the layers
        whole = answer(network)
        found[first].down.bias += 1
        assert not torch.allclose(answer(network), whole, atol=1e-4)
        found[then].link.weight.zero_()
        alone = answer(network)
        found[first].down.bias -= 1
        assert torch.equal(answer(network), alone)


def test_texts_do_not_meet_those_that_came_before(network: Any) -> None:
    awake(network)
    with torch.no_grad():
        alone = answer(network)
        answer(network, IDS[:1, :3])
        assert torch.equal(answer(network), alone)


def test_adapters_come_back_from_a_folder(network: Any, base: Path, tmp_path: Path) -> None:
    from transformers import AutoModel

    plain = answer(network)
    awake(network)
    adapted = answer(network)
    split_off(network, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {FILE, WEIGHTS}
    again = AutoModel.from_pretrained(base).eval()
    restore(again, base)  # a folder without any
    assert torch.equal(answer(again), plain)
    restore(again, tmp_path)
    assert torch.equal(answer(again), adapted)


def test_adapters_of_another_network_are_refused(base: Path, network: Any, tmp_path: Path) -> None:
    from transformers import AutoModel

    awake(network, rank=4)
    split_off(network, tmp_path)
    (tmp_path / FILE).write_text('{"rank":8}')
    with pytest.raises(DataError, match="adapters that do not fit the model"):
        restore(AutoModel.from_pretrained(base), tmp_path)


def test_what_has_no_layers_cannot_be_adapted() -> None:
    with pytest.raises(SettingError, match="no list of layers in this base"):
        layers_of(torch.nn.Linear(2, 2))
