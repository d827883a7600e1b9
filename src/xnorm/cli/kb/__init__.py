"""`xnorm kb`: one file a sub-command."""

from __future__ import annotations

from importlib import import_module

import click


@click.group(name="kb")
def command() -> None:
    """Build knowledge bases, combine them, and look into them."""


for name in ("build", "merge", "filter", "info", "show", "diff"):
    command.add_command(import_module(f"xnorm.cli.kb.{name}").command)
