"""A run of the static encoder's training: it goes on after a kill, averages, and stops early."""

from __future__ import annotations

import itertools
import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from xnorm.encoders import StaticEncoder
from xnorm.errors import DataError, SettingError
from xnorm.training.pairs import SYNONYMS, NameRow, Pairing

pytest.importorskip("torch", reason="training needs torch (extra neural)")
from xnorm.training.encoder import EncoderSettings, train_static
from xnorm.training.fitting import Fit, Progress
from xnorm.training.material import first_vectors, prepared

PARTS = ("head", "neck", "knee", "foot", "hand", "skin", "bone", "lung", "nose", "hip")
PARTES = ("cabeza", "cuello", "rodilla", "pie", "mano", "piel", "hueso", "pulmon", "nariz", "codo")
FINDINGS = {"pain": "dolor", "injury": "herida", "tumour": "tumor", "cyst": "quiste"}
ROWS = [
    row
    for (part, parte), (finding, hallazgo) in itertools.product(
        zip(PARTS, PARTES, strict=True), FINDINGS.items()
    )
    for row in (
        NameRow(f"X:{part}-{finding}", "en", "made up", f"{part} {finding}"),
        NameRow(f"X:{part}-{finding}", "en", "made up", f"{finding} of the {part}"),
        NameRow(f"X:{part}-{finding}", "es", "made up", f"{hallazgo} de {parte}"),
    )
]


def recipe(**changed: object) -> EncoderSettings:
    small = {"vocabulary": 150, "dimension": 16, "batch": 16, "epochs": 6.0}
    return EncoderSettings(**{**small, **changed})


def vectors(**changed: object) -> np.ndarray:
    settings = recipe(**changed)
    return Fit(prepared(ROWS, settings, TOKENIZER), settings).run()


TOKENIZER = prepared(ROWS, recipe()).tokenizer.to_str()


class Killed(Exception):
    """What stands for a kill."""


@pytest.mark.parametrize("pairing", [SYNONYMS, Pairing(apart="es", projection=True)])
@pytest.mark.parametrize(
    "changed",
    [
        {"mixed": 2, "focal": 0.5},
        {"soup": 3},
        {"hold_out": 5, "patience": 9},
        {"seeds": 2, "epochs": 3.0},
    ],
    ids=["plain", "soup", "patience", "seeds"],
)
def test_a_killed_run_goes_on_and_ends_as_if_it_had_not_been(
    tmp_path: Path, changed: dict[str, object], pairing: Pairing
) -> None:
    settings = recipe(**changed)
    kept = tmp_path / "state"
    train = partial(train_static, ROWS, pairing=pairing)
    whole = train(settings, checkpoints=kept)[0]
    # the vocabulary is trained, and so would differ without the state
    tokenizer = tmp_path / "tokenizer.json"
    tokenizer.write_text(whole.tokenizer.to_str(), encoding="utf-8")
    shutil.rmtree(kept)
    settings = recipe(tokenizer=str(tokenizer), **changed)
    expected = train(settings)[0].fingerprint

    steps: list[int] = []

    def kill_late(progress: Progress) -> None:
        steps.append(progress.step)
        if len(steps) == 4:
            raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xnorm.training.fitting.TOLD_EVERY", 5)
        with pytest.raises(Killed):
            train(settings, checkpoints=kept, progress=kill_late)
    assert len(list(kept.iterdir())) == settings.seeds
    encoder, report = train(settings, checkpoints=kept, progress=kill_late)
    assert encoder.fingerprint == expected
    assert steps[-1] == report.steps


def test_another_file_in_place_of_the_state_is_told(tmp_path: Path) -> None:
    (tmp_path / "seed-0.safetensors").write_bytes(b"{}")
    with pytest.raises(DataError, match=r"seed-0.safetensors: not a checkpoint .* Delete it"):
        train_static(ROWS, recipe(), checkpoints=tmp_path)


def test_tables_of_several_seeds_begin_alike_and_are_averaged(tmp_path: Path) -> None:
    tokenizer = tmp_path / "tokenizer.json"
    tokenizer.write_text(TOKENIZER, encoding="utf-8")
    settings = recipe(seeds=2, epochs=3.0)
    material = prepared(ROWS, settings, TOKENIZER)
    first = first_vectors(material.tokenizer, settings, np.random.default_rng(0))
    runs = [Fit(material, recipe(epochs=3.0, seed=seed), first=first).run() for seed in (0, 1)]
    expected = StaticEncoder.from_vectors(material.tokenizer, np.mean(runs, axis=0))
    found, report = train_static(ROWS, recipe(seeds=2, epochs=3.0, tokenizer=str(tokenizer)))
    assert np.array_equal(found.rows, expected.rows)
    assert report.steps == 2 * Fit(material, settings, first=first).steps


@pytest.mark.parametrize(
    "changed",
    [{"focal": 1.0}, {"mixed": 2}, {"optimizer": "adamp"}, {"soup": 3}, {"hard": 0.0}],
    ids=lambda changed: next(iter(changed)),
)
def test_each_technique_changes_the_weights_and_the_seed_decides_them(
    changed: dict[str, object],
) -> None:
    found = vectors(**changed)
    assert np.isfinite(found).all()
    assert not np.array_equal(found, vectors())
    assert np.array_equal(found, vectors(**changed))


def test_a_soup_is_the_mean_of_the_tables_at_the_ends_of_the_last_epochs() -> None:
    settings = recipe(soup=2)
    kept = []
    fit = Fit(prepared(ROWS, settings, TOKENIZER), settings)
    soup = fit.run(keep=lambda facts, tensors: kept.append((facts.averaged, tensors)))
    averaged, tensors = kept[-1]
    assert averaged == 2
    assert np.allclose(soup, tensors["soup"].numpy() / 2)
    # only the last epochs' ends are in it, and one alone is the table itself
    assert not any("soup" in tensors for _, tensors in kept[:4])
    assert np.array_equal(vectors(soup=1), vectors())


def test_patience_stops_early_and_takes_the_best_epoch() -> None:
    long = recipe(epochs=40.0, hold_out=4, patience=2, rate=0.05)
    report = train_static(ROWS, long)[1]
    fit = Fit(prepared(ROWS, long, TOKENIZER), long)
    kept = []
    best = fit.run(keep=lambda facts, tensors: kept.append((facts.waited, tensors)))
    assert report.steps < fit.steps
    assert fit.facts.step < fit.steps
    waited, tensors = kept[-1]
    assert waited == 2
    assert np.array_equal(best, tensors["best"].numpy())
    # the best table is two epochs old
    assert not np.array_equal(kept[-3][1]["best"].numpy(), np.zeros_like(best))


def test_patience_needs_names_in_two_languages() -> None:
    english = [row for row in ROWS if row.language == "en"]
    settings = recipe(patience=1, hold_out=4)
    with pytest.raises(SettingError, match="patience has nothing to choose by"):
        train_static(english, settings)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"patience": 1}, "patience needs held-out concepts"),
        ({"patience": 1, "hold_out": 9, "soup": 2}, "patience takes the best epoch"),
        ({"soup": 3, "epochs": 2.0}, "soup is 3 and there are 2 epochs"),
        ({"mixed": -1}, "mixed is -1"),
    ],
)
def test_techniques_that_do_not_go_together_are_refused(
    changed: dict[str, int], message: str
) -> None:
    with pytest.raises(SettingError, match=message):
        EncoderSettings(**changed)
