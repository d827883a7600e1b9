"""Work on many machines: the same linker and the same encoders, on Ray."""

from __future__ import annotations

from xnorm.distributed.linking import link_parts

__all__ = ["link_parts"]
