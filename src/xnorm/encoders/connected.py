"""Small trainable modules in a transformer whose own weights stay as they are (extra `neural`).

Every layer gets two adapters, one beside it and one after it, as inside and aside modules in
"Scattered or Connected?" (Ma et al., 2022): alone, adapters that are spread over the layers train
unstably, so each also reads what the one before it found. They are not linear and cannot be merged
into the weights; a folder keeps them in files of their own, beside an ordinary model.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import torch
from safetensors.torch import load_file, save
from torch import Tensor, nn
from torch.nn import functional

from xnorm.errors import DataError, SettingError

FILE = "adapters.json"
WEIGHTS = "adapters.safetensors"
_NAME = "connected"
"""The attribute of a network that holds its adapters."""


class Size(msgspec.Struct, frozen=True):
    """What `FILE` says: the width of an adapter."""

    rank: int
    format: int = 1


class Adapter(nn.Module):  # type: ignore[misc]  # torch has no types here
    """A narrow two-layer network that adds nothing at first."""

    def __init__(self, hidden: int, rank: int) -> None:
        super().__init__()
        self.down = nn.Linear(hidden, rank)
        self.link = nn.Linear(rank, rank, bias=False)
        self.up = nn.Linear(rank, hidden)
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.up.bias)

    def forward(self, hidden: Tensor, before: Tensor | None) -> tuple[Tensor, Tensor]:
        """What to add, [..., hidden], and what the next adapter reads, [..., rank]."""
        found = self.down(hidden)
        if before is not None:
            found = found + self.link(before)
        found = functional.gelu(found)
        return self.up(found), found


class Connected(nn.Module):  # type: ignore[misc]  # torch has no types here
    """The adapters of all layers, and what the last one that ran has found."""

    def __init__(self, layers: int, hidden: int, rank: int) -> None:
        super().__init__()
        self.rank = rank
        self.beside = nn.ModuleList(Adapter(hidden, rank) for _ in range(layers))
        self.after = nn.ModuleList(Adapter(hidden, rank) for _ in range(layers))
        self._found: Tensor | None = None

    def around(self, layer: int, given: Tensor, made: Tensor) -> Tensor:
        """A layer's output with its adapters'.

        Args:
            layer: its number.
            given: the layer's input, [texts, tokens, hidden].
            made: its output, likewise.
        """
        before = self._found if layer else None
        added, found = self.beside[layer](given, before)
        made = made + added
        added, self._found = self.after[layer](made, found)
        return made + added


def attach(network: Any, rank: int) -> Connected:
    """Puts adapters around all layers of a network of transformers; nothing else is trained.

    Raises:
        SettingError: when the network has no list of layers.
    """
    layers = layers_of(network)
    adapters = Connected(len(layers), network.config.hidden_size, rank)
    for parameter in network.parameters():
        parameter.requires_grad = False
    for number, layer in enumerate(layers):
        layer.register_forward_hook(_hook(adapters, number), with_kwargs=True)
    setattr(network, _NAME, adapters.to(network.device))
    return adapters


def _hook(adapters: Connected, number: int) -> Any:
    def hook(layer: Any, given: tuple[Any, ...], named: dict[str, Any], made: Any) -> Any:
        hidden = given[0] if given else named["hidden_states"]
        if isinstance(made, tuple):
            return (adapters.around(number, hidden, made[0]), *made[1:])
        return adapters.around(number, hidden, made)

    return hook


def split_off(network: Any, folder: Path) -> None:
    """Writes a network's adapters into a folder and takes them off, so that the rest is ordinary.

    The network is of no use after that.
    """
    adapters: Connected = getattr(network, _NAME)
    delattr(network, _NAME)
    (folder / WEIGHTS).write_bytes(save(adapters.state_dict()))
    (folder / FILE).write_bytes(msgspec.json.encode(Size(adapters.rank)) + b"\n")


def restore(network: Any, folder: Path) -> None:
    """Puts the adapters of a folder around a network's layers; nothing if the folder has none.

    Raises:
        DataError: when they are damaged or belong to another network.
    """
    if not (folder / FILE).is_file():
        return
    try:
        size = msgspec.json.decode((folder / FILE).read_bytes(), type=Size)
        attach(network, size.rank).load_state_dict(load_file(folder / WEIGHTS))
    except (OSError, RuntimeError, msgspec.DecodeError) as error:
        raise DataError(
            f"adapters that do not fit the model ({str(error).splitlines()[0][:120]})",
            place=str(folder),
            todo="Copy the folder again as training wrote it",
        ) from error


def layers_of(network: Any) -> Any:
    """The list of a transformer's layers, whatever family it is of.

    Raises:
        SettingError: when there is none.
    """
    for module in network.modules():
        if isinstance(module, torch.nn.ModuleList):
            return module
    raise SettingError(
        "no list of layers in this base",
        place=type(network).__name__,
        todo="Take it as it is: without `layers`, `frozen` and `adapters`",
    )
