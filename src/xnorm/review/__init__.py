"""Reviewing links by hand: a page, its state in one file, and exports to learn from."""
