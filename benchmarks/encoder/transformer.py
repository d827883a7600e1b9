"""What fine-tuning brings to a transformer encoder, and what it adds to a static one.

    xnorm train encoder encoder-transformer -o tuned/ --set "names=[twin.tsv.gz]" --set base=E5
    python benchmarks/encoder/transformer.py --data DATA --base E5 --tuned tuned/ --static twin/

`twin.tsv.gz` is made by `build_sources.py DATA --hold-out --out twin.tsv.gz`, `twin/` by
`xnorm train encoder encoder --set "names=[twin.tsv.gz]" -o twin/`. Fused is the weighted mean of
both cosines, as an encoder `concat:A+B` gives it at equal weights; its weight is chosen on
protocol 6 and 3a and 4 are told at that weight. Any folder or name that sentence-transformers
opens can be the base: SapBERT's are `cambridgeltl/SapBERT-UMLS-2020AB-all-lang-from-XLMR` with
`--prefix ""`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from xnorm.encoders import Encoder, load_encoder
from xnorm.evaluation.machine import machine
from xnorm.files import atomic_file

sys.path.insert(0, str(Path(__file__).parent))
import protocols
from protocols import Floats, Task

RESULTS = Path(__file__).parents[1] / "results" / "encoder_transformer.json"
WEIGHTS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Of the transformer's cosine that fusion chooses from."""


class Remembered:
    """An encoder that encodes no text twice."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: dict[str, Floats] = {}

    def encode(self, texts: list[str]) -> Floats:
        new = sorted({text for text in texts if text not in self._vectors}, key=len)
        self._vectors.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._vectors[text] for text in texts])


class Fused:
    """Two encoders whose cosines are averaged, the first's with a weight."""

    def __init__(self, first: Remembered, second: Remembered, weight: float) -> None:
        self._parts = ((first, weight), (second, 1 - weight))

    def encode(self, texts: list[str]) -> Floats:
        return np.concatenate(
            [np.sqrt(weight) * part.encode(texts) for part, weight in self._parts], axis=1
        ).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("XNORM_DATA"))
    parser.add_argument("--base", required=True, help="the transformer before training")
    parser.add_argument("--prefix", default="query: ", help="of the base")
    parser.add_argument("--tuned", type=Path, required=True, help="folder of the trained one")
    parser.add_argument("--static", required=True, help="folder of a static twin")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    tasks = protocols.tasks(options.data, mantra=True)
    tasks = {name: tasks[name] for name in ("3a", "6", "4")}
    tasks["4 de+es"] = tasks["4"]._replace(
        queries={language: tasks["4"].queries[language] for language in ("de", "es")}
    )
    specs = {
        "static": options.static,
        "base": f"transformer:{options.base}?prefix={options.prefix}&max_tokens=32",
        "tuned": f"transformer:{options.tuned}?max_tokens=32",
    }
    parts = {name: Remembered(load_encoder(spec)) for name, spec in specs.items()}
    weight, tried = _weight(parts["tuned"], parts["static"], tasks["6"])
    systems = {**parts, "fused": Fused(parts["tuned"], parts["static"], weight)}
    found = {
        task: {name: protocols.hits(system, tasks[task]) for name, system in systems.items()}
        for task in tasks
    }
    told = {
        "what": (__doc__ or "").splitlines()[0],
        "measure": "accuracy@1, mean over languages; 95 % bootstrap intervals over concepts",
        "machine": machine(),
        "run": _run(options.tuned),
        "fusion": {"weight of the transformer": weight, "accuracy on 6": tried},
        "tasks": {task: _told(tasks[task], found[task]) for task in tasks},
    }
    with atomic_file(options.out) as stream:
        data = msgspec.json.encode(protocols.rounded(msgspec.to_builtins(told)))
        stream.write(msgspec.json.format(data) + b"\n")


def _weight(first: Remembered, second: Remembered, task: Task) -> tuple[float, dict[str, float]]:
    """The best weight of the first on a task, and what each gave."""
    tried = {
        weight: protocols.mean_of_shares(protocols.hits(Fused(first, second, weight), task))
        for weight in WEIGHTS
    }
    best = max(tried, key=lambda weight: tried[weight])
    return best, {str(weight): round(share, 4) for weight, share in tried.items()}


def _told(task: Task, found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "queries": {language: len(asked) for language, asked in task.queries.items()},
        "systems": {
            name: {
                "mean": protocols.interval(task, hits),
                **{language: round(float(one.mean()), 4) for language, one in hits.items()},
            }
            for name, hits in found.items()
        },
        "tuned - base": protocols.difference(task, found["tuned"], found["base"]),
        "fused - tuned": protocols.difference(task, found["fused"], found["tuned"]),
        "fused - static": protocols.difference(task, found["fused"], found["static"]),
    }


def _run(folder: Path) -> dict[str, Any]:
    """The recipe and the cost, without the paths of one machine."""
    run = json.loads((folder / "run.json").read_bytes())
    settings = {k: v for k, v in run["settings"].items() if k not in ("names", "base")}
    report = {k: run["report"][k] for k in ("names", "concepts", "steps", "cpu_minutes")}
    return {"settings": settings, **report, "versions": run["versions"]}


if __name__ == "__main__":
    main()
