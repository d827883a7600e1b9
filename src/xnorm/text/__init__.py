"""Text without documents: normal forms, tokens, sentences, abbreviations."""

from xnorm.text.normal import fold, fold_with_map
from xnorm.text.tokens import Token, tokenize

__all__ = ["Token", "fold", "fold_with_map", "tokenize"]
