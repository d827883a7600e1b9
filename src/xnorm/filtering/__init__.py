"""Light filtering: sentences that are peripheral to their document are told apart."""

from xnorm.filtering.centrality import peripherality
from xnorm.filtering.stage import FilterSentences, Sentence, kept_spans

__all__ = ["FilterSentences", "Sentence", "kept_spans", "peripherality"]
