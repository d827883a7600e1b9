"""Re-ranking candidates: by a cross-encoder that reads the mention in its context, or by rules."""
