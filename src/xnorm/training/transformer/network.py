"""The encoder that training starts from."""

from __future__ import annotations

from typing import Any

import torch

from xnorm.encoders.transformer import read_small_letters
from xnorm.training.adapters import Adapted
from xnorm.training.networks import cut, freeze, not_a_transformer, quiet
from xnorm.training.transformer.recipe import TransformerSettings


def start(settings: TransformerSettings) -> tuple[Any, Adapted]:
    """A `SentenceTransformer` as the recipe wants it, and its adapters.

    Raises:
        DataError: when the base cannot be opened.
        SettingError: when it has fewer layers than are asked for.
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
    from transformers import set_seed

    quiet()
    set_seed(settings.seed)  # adapters start at random
    try:
        model = SentenceTransformer(
            settings.base,
            model_kwargs={"dtype": torch.float32},
            device=None if torch.cuda.is_available() else "cpu",
        )
    except (OSError, ValueError) as error:
        raise not_a_transformer(settings.base, error) from error
    if settings.pooling:
        word = model[0]
        pooling = Pooling(word.get_embedding_dimension(), pooling_mode=settings.pooling)
        model = SentenceTransformer(modules=[word, pooling, Normalize()])
    if settings.case == "lower":
        read_small_letters(model)
    model.max_seq_length = settings.tokens
    network = model[0].auto_model
    cut(network, settings.layers, place="encoder")
    freeze(network, settings.frozen)
    return model, Adapted(network, settings.adapters)
