"""Candidates: the concepts that a mention may mean, from all retrievers, fused."""

from xnorm.candidates.evidence import generate
from xnorm.candidates.fuse import Fuse
from xnorm.candidates.query import Query
from xnorm.candidates.ranking import Ranking, rank
from xnorm.candidates.stage import Retrieve

__all__ = ["Fuse", "Query", "Ranking", "Retrieve", "generate", "rank"]
