"""The options of commands that can do their work on a Ray cluster."""

from __future__ import annotations

from collections.abc import Callable

import click

Command = Callable[..., None]


def engine_options(on_ray: str) -> Callable[[Command], Command]:
    """Adds `--engine` and `--ray-address` to a command.

    Args:
        on_ray: what Ray does for it.
    """
    engine = click.option(
        "--engine",
        type=click.Choice(["local", "ray"]),
        default="local",
        show_default=True,
        help=f"ray: {on_ray} (extra ray).",
    )
    address = click.option(
        "--ray-address", metavar="A", help="Of the cluster.  [default: as Ray finds it]"
    )
    return lambda command: engine(address(command))


def is_ray(engine: str, address: str | None) -> bool:
    """Whether the options name Ray.

    Raises:
        SettingError: for an address without the engine.
    """
    from xnorm.errors import SettingError

    if address is not None and engine != "ray":
        raise SettingError("needs --engine ray", place="--ray-address", todo="Add it")
    return engine == "ray"
