"""Thirty concepts with two English names and a Spanish one each, for the training of encoders."""

from __future__ import annotations

from xnorm.training.pairs import NameRow

SITES = {
    "head": "cabeza", "neck": "cuello", "chest": "pecho", "back": "espalda", "knee": "rodilla",
    "foot": "pie", "hand": "mano", "eye": "ojo", "ear": "oreja", "skin": "piel",
}  # fmt: skip
FINDINGS = {"pain": "dolor", "injury": "herida", "tumour": "tumor"}
ROWS = [
    row
    for site, lugar in SITES.items()
    for finding, hallazgo in FINDINGS.items()
    for row in (
        NameRow(f"X:{site}-{finding}", "en", "made up", f"{site} {finding}"),
        NameRow(f"X:{site}-{finding}", "en", "made up", f"{finding} of the {site}"),
        NameRow(f"X:{site}-{finding}", "es", "made up", f"{hallazgo} de {lugar}"),
    )
]
