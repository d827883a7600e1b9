"""From candidates to a decision: linked, or NIL with its reason."""

from xnorm.decision.threshold import Decide

__all__ = ["Decide"]
