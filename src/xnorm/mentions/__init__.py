"""Finders of mentions, and what is done to mentions before candidates are looked for."""

from xnorm.mentions.cross_lingual import CrossLingualFinder
from xnorm.mentions.default import FindMentions
from xnorm.mentions.dictionary import DictionaryFinder
from xnorm.mentions.long_forms import ExpandAbbreviations
from xnorm.mentions.spacy import SpacyFinder

__all__ = [
    "CrossLingualFinder",
    "DictionaryFinder",
    "ExpandAbbreviations",
    "FindMentions",
    "SpacyFinder",
]
