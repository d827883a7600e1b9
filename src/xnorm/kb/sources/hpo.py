"""The terminology that ships with xnorm: the Human Phenotype Ontology with its translations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from xnorm.kb.model import Concept
from xnorm.kb.sources import obo
from xnorm.kb.sources.options import Options
from xnorm.resources import resource_path

NAME = "HPO"
USES = obo.USES - {"sources"}


def default() -> Path:
    """The OBO file inside the package."""
    return resource_path("hpo", "hp.obo.xz")


def read(source: Path, options: Options) -> Iterator[Concept]:
    """The terms of HPO with the translations that lie beside it."""
    return obo.read(source, _beside(source, options))


def release(source: Path) -> str:
    """The release of the ontology; the translations have their own (see NOTICE)."""
    return obo.release(source)


def files(source: Path, options: Options) -> Sequence[Path]:
    """The files that `read` reads."""
    return obo.files(source, _beside(source, options))


def _beside(source: Path, options: Options) -> Options:
    if options.translations is None:
        return msgspec.structs.replace(options, translations=source.parent)
    return options
