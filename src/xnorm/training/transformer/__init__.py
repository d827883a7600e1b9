"""Training of transformer encoders on synonyms, by sentence-transformers' trainer."""
