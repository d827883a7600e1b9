"""Corpora of the field in the publishers' own layouts, as documents with gold."""

from xnorm.corpora.model import Corpus
from xnorm.corpora.reading import default_path, find_corpus, read_corpus
from xnorm.corpora.table import CORPORA

__all__ = ["CORPORA", "Corpus", "default_path", "find_corpus", "read_corpus"]
