"""Symbolic forests: rules in YAML that digest texts layer by layer, with a way back."""

from xnorm.text.forest.digest import Forest
from xnorm.text.forest.files import open_forest
from xnorm.text.forest.result import Digested, Piece, Step, Structure

__all__ = ["Digested", "Forest", "Piece", "Step", "Structure", "open_forest"]
