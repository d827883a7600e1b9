"""Opening an index by what the user names: a folder, a knowledge base, or the default."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xnorm.errors import DataError, IndexProblem, SettingError

if TYPE_CHECKING:
    from xnorm.index import Index

Notify = Callable[[str], None] | None


def open_index(name: str, *, encoders: Sequence[str] = (), notify: Notify = None) -> Index:
    """Opens the index of that name; `default` is built into the user's cache the first time.

    Args:
        name: `default`, an index folder, or a `.kb` folder (its index is built beside it, once).
        encoders: that the index beside a `.kb` shall have, each for a dense retriever; none: those
            that it has, and the default one where there is no index yet.
        notify: is told before something takes long.

    Raises:
        IndexProblem: when it is missing, damaged, or made by something else.
        SettingError: when an index that is not built here has other encoders.
    """
    from xnorm.index import Index

    path = Path(name)
    if path.suffix == ".kb":
        return _beside(path, encoders, notify)
    index = _default(notify) if name == "default" else Index.open(path)
    if not _has(index, encoders):
        has = ", ".join(made.spec for made in index.manifest.encoders.values())
        raise SettingError(
            f"the index has other encoders than the configuration names: {has or 'none'}",
            place=str(index.path),
            todo="Name a .kb, whose index is then built with them",
        )
    return index


def _has(index: Index, encoders: Sequence[str]) -> bool:
    from xnorm.index.encoders import spec_of

    made_by = [made.spec for made in index.manifest.encoders.values()]
    return not encoders or made_by == [spec_of(encoder) for encoder in encoders]


def cache_folder() -> Path:
    """Where the default index lives: `XNORM_CACHE`, or the platform's cache folder."""
    from platformdirs import user_cache_path

    named = os.environ.get("XNORM_CACHE")
    return Path(named) if named else user_cache_path("xnorm", appauthor=False)


def _default(notify: Notify) -> Index:
    from filelock import FileLock

    from xnorm.version import VERSION

    folder = cache_folder()
    path = folder / f"hpo-{VERSION}.index"
    opened = _if_usable(path)
    if opened is not None:
        return opened
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f"{path.name}.lock"):
            return _if_usable(path) or _build_default(path, notify)
    except OSError as error:
        raise DataError(
            f"the default index cannot be kept here ({error.strerror or error})",
            place=str(folder),
            todo="Set XNORM_CACHE to a folder that can be written",
        ) from error


def _if_usable(path: Path) -> Index | None:
    """The index, unless it is absent or was made from other names, weights or versions."""
    from xnorm.index import Index

    try:
        return Index.open(path)
    except IndexProblem:
        return None


def _build_default(path: Path, notify: Notify) -> Index:
    from xnorm.index import Index
    from xnorm.kb import build_from_files

    if notify:
        notify(f"building the default index (HPO), once, in {path}")
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        kb = build_from_files("hpo", [], Path(folder) / "hpo.kb")
        return Index.build(kb, path)


def _beside(path: Path, encoders: Sequence[str], notify: Notify) -> Index:
    """The index beside a knowledge base, built when there is none that fits."""
    from xnorm.index import Index
    from xnorm.kb import KnowledgeBase

    kb = KnowledgeBase.open(path)
    target = path.with_suffix(".index")
    opened = _if_usable(target)
    if opened is not None and opened.kb.fingerprint == kb.fingerprint and _has(opened, encoders):
        return opened
    if notify:
        notify(f"building an index of {path}, once, in {target}")
    return Index.build(kb, target, encoder=encoders or "default")
