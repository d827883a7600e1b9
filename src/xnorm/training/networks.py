"""A transformer made ready for training: cut, partly frozen, and without the library's chatter."""

from __future__ import annotations

from typing import Any

from xnorm.encoders.connected import layers_of
from xnorm.errors import DataError, SettingError


def quiet() -> None:
    """Silences the messages and bars of transformers, which go to standard output and error."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()


def not_a_transformer(base: str, error: Exception) -> DataError:
    """The error for a base that cannot be opened."""
    return DataError(
        f"cannot be opened as a transformer ({str(error).splitlines()[0][:120]})",
        place=f"base '{base}'",
        todo="Give the folder of one",
    )


def cut(network: Any, layers: int, *, place: str) -> None:
    """Keeps only the first layers of a network; 0 keeps all.

    Args:
        network: a model of transformers.
        layers: how many.
        place: for errors.

    Raises:
        SettingError: when it has fewer.
    """
    if not layers:
        return
    found = layers_of(network)
    if layers > len(found):
        raise SettingError(
            f"layers is {layers}, and the base has {len(found)}",
            place=place,
            todo="Give at most that, or 0 for all",
        )
    del found[layers:]
    network.config.num_hidden_layers = layers


def freeze(network: Any, count: int) -> None:
    """Keeps the embeddings and the first `count` layers as they are; 0 trains all."""
    if not count:
        return
    embeddings = getattr(network.base_model, "embeddings", network.get_input_embeddings())
    for module in (embeddings, *list(layers_of(network))[:count]):
        for parameter in module.parameters():
            parameter.requires_grad = False
