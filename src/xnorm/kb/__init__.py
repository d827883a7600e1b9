"""Knowledge bases: the concepts and names of a terminology, on disk and memory-mapped."""

from xnorm.kb.from_files import build_from_files, default_concepts, default_sources
from xnorm.kb.knowledge_base import KnowledgeBase
from xnorm.kb.manifest import Manifest
from xnorm.kb.model import Concept, Name

__all__ = [
    "Concept",
    "KnowledgeBase",
    "Manifest",
    "Name",
    "build_from_files",
    "default_concepts",
    "default_sources",
]
