"""Key phrases: what a document is about, in its own words, ranked by a model of a corpus."""

from xnorm.keyphrases.corpus import Annotated, read_annotated
from xnorm.keyphrases.entities import Categories, IndexCategories
from xnorm.keyphrases.extractor import ExtractKeyPhrases, KeyPhrase
from xnorm.keyphrases.features import GROUPS, Reading
from xnorm.keyphrases.model import Model
from xnorm.keyphrases.phrases import phrase_key

__all__ = [
    "GROUPS",
    "Annotated",
    "Categories",
    "ExtractKeyPhrases",
    "IndexCategories",
    "KeyPhrase",
    "Model",
    "Reading",
    "phrase_key",
    "read_annotated",
]
