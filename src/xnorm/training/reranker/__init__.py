"""Training of cross-encoders that re-rank candidates."""
