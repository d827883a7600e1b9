"""The network that training starts from."""

from __future__ import annotations

from typing import Any

import torch

from xnorm.reranking.texts import MARKERS
from xnorm.training.adapters import Adapted
from xnorm.training.networks import cut, freeze, not_a_transformer, quiet
from xnorm.training.reranker.recipe import RerankerSettings


def start(settings: RerankerSettings) -> tuple[Any, Adapted]:
    """A `CrossEncoder` with one output and a token for each marker, and its adapters.

    Raises:
        DataError: when the base cannot be opened.
        SettingError: when it has fewer layers than are asked for.
    """
    from sentence_transformers import CrossEncoder
    from transformers import set_seed

    quiet()
    set_seed(settings.seed)  # the new head, the markers' vectors and adapters start at random
    try:
        model = CrossEncoder(
            settings.base,
            num_labels=1,
            max_length=settings.tokens,
            activation_fn=torch.nn.Identity(),
            model_kwargs={"dtype": torch.float32},
        )
    except (OSError, ValueError) as error:
        raise not_a_transformer(settings.base, error) from error
    network = model.model
    cut(network, settings.layers, place="re-ranker")
    if model.tokenizer.add_tokens(list(MARKERS), special_tokens=True):
        network.resize_token_embeddings(len(model.tokenizer))
    freeze(network, settings.frozen)
    return model, Adapted(network, settings.adapters)
