"""Fits the parameters of the calibrated fusion that ship, on development data only.

    python benchmarks/candidates/fit_fusion.py --encoder TWIN --work FOLDER

`TWIN` is an encoder trained without the held-out HPO concepts, so that protocol 3 is new to it. No
DisTEMIST text and no test part of any corpus is read; CodiEsp documents that DisTEMIST has too are
left out.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import bench
import corpora
import terminologies
from xnorm.candidates import Query
from xnorm.document import Document
from xnorm.training.fusion import Labelled, fit_fusion, write_parameters

OUTPUT = Path(bench.__file__).parents[1] / "src/xnorm/candidates/calibrated.json"


def main() -> None:
    """Fits and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", required=True, help="what xnorm.encoders.load_encoder opens")
    parser.add_argument("--work", type=Path, required=True, help="where indexes are kept")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    given = parser.parse_args()
    sets, card = [], []
    for name, what, mentions in development_sets():
        index = bench.index(name, given.encoder, given.work)
        known = [m for m in mentions if any(index.kb.concept_row(id) is not None for id in m[1])]
        sets.append((index, known))
        card.append(f"{what}: {len(known)} distinct mentions")
    parameters = fit_fusion(sets, fitted_on=card, note="python benchmarks/candidates/fit_fusion.py")
    write_parameters(parameters, given.output)
    print(given.output.read_text())


def development_sets() -> Iterator[tuple[str, str, list[Labelled]]]:
    """The terminology, what the mentions are, and the distinct mentions, of every set."""
    codiesp = [d for s in ("train", "dev") for d in corpora.codiesp(s, without_distemist=True)]
    yield "icd10cm", "CodiEsp train+dev without DisTEMIST, diagnoses", labelled(codiesp, "ICD10CM")
    ncbi = [d for s in ("train", "develop") for d in corpora.ncbi_disease(s)]
    yield "medic", "NCBI Disease train+develop", labelled(ncbi, "MEDIC")
    cdr = [d for s in ("Training", "Development") for d in corpora.bc5cdr(s, "Disease")]
    yield "mesh", "BC5CDR train+development, diseases", labelled(cdr, "MEDIC")
    yield "hpo-en", "HPO translations of held-out concepts (protocol 3)", list(held_out())


def labelled(documents: Iterable[Document], source: str) -> list[Labelled]:
    """Distinct mentions with the long forms that their documents define."""
    return list(
        dict.fromkeys(
            Labelled(query, ids)
            for query, ids in bench.queries(documents, source, abbreviations=True)
        )
    )


def held_out() -> Iterator[Labelled]:
    """Protocol 3's queries, against all English names."""
    for language in ("es", "de", "fr", "nl"):
        found: dict[str, set[str]] = {}
        for concept in terminologies.hpo(language):
            if zlib.crc32(concept.id.encode()) % 10 == 0:
                for name in concept.names:
                    found.setdefault(name.text, set()).add(concept.id)
        for text, ids in found.items():
            yield Labelled(Query(text, language=language), frozenset(ids))


if __name__ == "__main__":
    main()
