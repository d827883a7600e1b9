"""An index: a folder with a knowledge base and the retrievers over its names."""

from xnorm.index.folder import Index
from xnorm.index.hits import Hits, Retriever

__all__ = ["Hits", "Index", "Retriever"]
