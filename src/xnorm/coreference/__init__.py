"""Co-reference normalization: the names of one thing in a document, and one form for all."""

from xnorm.coreference.clusters import Cluster, cluster_names
from xnorm.coreference.names import find_names
from xnorm.coreference.resolvers import Resolver
from xnorm.coreference.rewrite import Replacement, Rewritten, rewrite
from xnorm.coreference.sharing import ShareEvidence
from xnorm.coreference.stage import NormalizeCoreference, rewrite_names

__all__ = [
    "Cluster",
    "NormalizeCoreference",
    "Replacement",
    "Resolver",
    "Rewritten",
    "ShareEvidence",
    "cluster_names",
    "find_names",
    "rewrite",
    "rewrite_names",
]
