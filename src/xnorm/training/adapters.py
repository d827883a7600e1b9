"""Parameter-efficient tuning of encoders and re-rankers: few new weights, the base's stay."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, Literal

import msgspec

from xnorm.errors import SettingError, require


class Adapters(msgspec.Struct, frozen=True, kw_only=True):
    """Which weights are added and trained.

    Attributes:
        kind: `none` trains the base's own weights; `lora` (Hu et al., 2022) is merged into them in
            the end; `connected` are the inside and aside modules of Ma et al. (2022), which stay
            beside them.
        rank: width of an adapter.
        scale: of what `lora` adds, times the rank.
    """

    kind: Literal["none", "lora", "connected"] = "none"
    rank: int = 16
    scale: float = 2.0

    def __post_init__(self) -> None:
        if self.rank < 1:
            raise SettingError(f"rank is {self.rank}", place="adapters", todo="Give 1 or more")


class Adapted:
    """A network of transformers with adapters, until they are settled.

    Args:
        network: it is changed in place.
        adapters: which ones.

    Raises:
        MissingExtra: when `lora` is asked for without peft.
        SettingError: when `connected` finds no layers.
    """

    def __init__(self, network: Any, adapters: Adapters) -> None:
        self._network = network
        self._kind = adapters.kind
        if adapters.kind == "lora":
            peft = require("peft", "neural")
            config = peft.LoraConfig(
                r=adapters.rank,
                lora_alpha=adapters.scale * adapters.rank,
                target_modules="all-linear",
            )
            with warnings.catch_warnings():  # peft calls transformers by names of yesterday
                warnings.simplefilter("ignore", FutureWarning)
                self._wrapper = peft.get_peft_model(network, config)
        elif adapters.kind == "connected":
            from xnorm.encoders.connected import attach

            attach(network, adapters.rank)
        if adapters.kind != "none":
            _train_the_head(network)

    def settle(self, folder: Path) -> None:
        """Makes the network an ordinary one again, to be saved into the folder."""
        if self._kind == "lora":
            self._wrapper.merge_and_unload()
        elif self._kind == "connected":
            from xnorm.encoders.connected import split_off

            split_off(self._network, folder)


def _train_the_head(network: Any) -> None:
    """What stands on the base, as a classifier does, is new and has to be learned in full."""
    inside = {id(parameter) for parameter in network.base_model.parameters()}
    for parameter in network.parameters():
        if id(parameter) not in inside:
            parameter.requires_grad = True
