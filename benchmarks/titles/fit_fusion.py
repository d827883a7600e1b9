"""Fits the fusion of scores for job titles, `src/xnorm/titles/calibrated.json`.

    python benchmarks/titles/fit_fusion.py --index esco-en.index

The index holds ESCO 1.0's occupations with English names. Read is the validation half of the
JobBERT evaluation set alone: its distinct roles, as the cleaner gives them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import jobbert

from xnorm.candidates import Query
from xnorm.index import Index
from xnorm.titles import clean
from xnorm.training.fusion import Labelled, fit_fusion, write_parameters

OUTPUT = Path(__file__).parents[2] / "src/xnorm/titles/calibrated.json"


def main() -> None:
    """Fits and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    given = parser.parse_args()
    index = Index.open(given.index)
    roles = ((clean(title, "en").role.text, gold) for title, gold in jobbert.titles("dev"))
    labelled = list(
        dict.fromkeys(
            Labelled(Query(role, language="en"), frozenset([gold]))
            for role, gold in roles
            if role and index.kb.concept_row(gold) is not None
        )
    )
    card = (
        f"JobBERT evaluation set, validation half: {len(labelled)} distinct roles and occupations"
    )
    parameters = fit_fusion(
        [(index, labelled)], fitted_on=[card], note="python benchmarks/titles/fit_fusion.py"
    )
    write_parameters(parameters, given.output)
    print(given.output.read_text())


if __name__ == "__main__":
    main()
