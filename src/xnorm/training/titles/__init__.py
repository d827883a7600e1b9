"""Training of encoders for job titles: titles beside their synonyms and beside the skills they ask.

In the manner of VacancySBERT (Bocharova et al., 2023): one encoder for both sides, mean-pooled, and
the other pairs of a batch as negatives. The skills of an occupation or ad are one text.
"""
