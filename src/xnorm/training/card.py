"""The README of an encoder's folder: what made it, from what, and how good it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from xnorm.training.held_out import Found
from xnorm.training.material import Source
from xnorm.training.record import RUN
from xnorm.version import VERSION

if TYPE_CHECKING:
    from xnorm.training.encoder import EncoderSettings, TrainingReport


def card(settings: EncoderSettings, report: TrainingReport, *, command: str = "encoder") -> str:
    """The text.

    Args:
        settings: the recipe.
        report: what came out.
        command: of `xnorm train`.
    """
    one, last = settings.seed, settings.seed + settings.seeds - 1
    seeds = f"seed {one}" if one == last else f"the mean of seeds {one} to {last}"
    start = "a transformer's view of each" if settings.teacher else "random directions"
    return f"""# Static encoder of names

Trained by xnorm {VERSION} on {report.names:,} names of {report.concepts:,} concepts:
{report.steps:,} steps of {settings.batch:,} pairs, {report.cpu_minutes:.1f} CPU minutes,
{seeds}; subwords started from {start}. `{RUN}` has every setting, version and checksum:
with its `settings` as `recipe.yaml`, `xnorm train {command} recipe.yaml -o FOLDER` trains it again.

Give this folder's path as an index's encoder.

## Data
{data(report.sources, settings.licences)}

## Figures
{figures(report.held_out)}{BESIDE.get(command, "")}
"""


BESIDE = {
    "titles": "\n\nThe language `skills` is that of texts of an occupation's skills, and of its "
    "definition, which\nfind its English names."
}
"""What figures need to be understood, by the command that trained."""


def data(sources: Mapping[str, Source], licences: Mapping[str, str]) -> str:
    """What an encoder learned from: sources with their terms."""
    rows = [
        (
            name or "(not said)",
            f"{source.names:,}",
            f"{source.concepts:,}",
            " ".join(language or "?" for language in source.languages),
            licences.get(name, "ask the publisher"),
        )
        for name, source in sources.items()
    ]
    return f"""{_table(("source", "names", "concepts", "languages", "terms"), rows)}

The terms of the sources decide what may be done with the weights."""


def figures(held_out: Mapping[str, Found], before: Mapping[str, Found] | None = None) -> str:
    """What an encoder finds of held-out concepts; `before` is what it found before training."""
    if not held_out:
        return "None: no concepts were held out (`hold_out`)."
    header = ["language", "names", "@1", "@5", "@64", "@1 by name", "@5 by name", "@64 by name"]
    rows = [
        [language, f"{found.queries:,}", *(f"{share:.3f}" for share in found.by_id + found.by_name)]
        for language, found in held_out.items()
    ]
    if before:
        header.append("@1 before")
        rows = [[*row, f"{before[row[0]].by_id[0]:.3f}"] for row in rows]
    return f"""Names in another language find an English name of their concept, among those of
concepts that training has not seen, neither by id nor by a name: shares with the concept among the
first 1, 5 and 64. "By name" also takes a concept that shares a name after folding.

{_table(header, rows)}"""


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
