"""xnorm links messy words in running text to clean identifiers, across languages.

>>> import xnorm
>>> linker = xnorm.load()                                            # doctest: +SKIP
>>> document = linker("Paciente con cefalea intensa.", language="es")  # doctest: +SKIP
>>> [(m.surface, m.link.concept, m.link.name) for m in document.mentions]  # doctest: +SKIP
[('cefalea intensa', 'HP:0002315', 'Headache')]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xnorm.document import Candidate, Document, Evidence, Link, Mention
from xnorm.errors import XnormError
from xnorm.version import VERSION

if TYPE_CHECKING:
    from xnorm.pipeline import Linker, load

__version__ = VERSION

__all__ = [
    "Candidate",
    "Document",
    "Evidence",
    "Link",
    "Linker",
    "Mention",
    "XnormError",
    "load",
]


def __getattr__(name: str) -> Any:
    """Brings the pipeline in only when it is asked for, so that `import xnorm` stays light."""
    if name in {"Linker", "load"}:
        from xnorm import pipeline

        return getattr(pipeline, name)
    raise AttributeError(f"module 'xnorm' has no attribute '{name}'")
