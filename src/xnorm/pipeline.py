"""A pipeline is a list of stages; a `Linker` is one ready made, over one index."""

from __future__ import annotations

import hashlib
import itertools
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from msgspec.structs import replace

from xnorm.document import Document, Mention
from xnorm.errors import SettingError
from xnorm.languages import language_code
from xnorm.stage import Stage

if TYPE_CHECKING:
    from xnorm.index import Index
    from xnorm.settings import Settings

BATCH = 32


class Linker:
    """Finds mentions, retrieves candidates and decides, over one index.

    Args:
        index: an open index.
        settings: the stages and their settings; the defaults if not given.

    Raises:
        SettingError: when a stage needs what no stage before it gives.
    """

    def __init__(self, index: Index, settings: Settings | None = None) -> None:
        from xnorm.settings import Settings, build_stages

        self.index = index
        self.settings = settings or Settings()
        self._stages = build_stages(self.settings, index)
        _check(self._stages)

    @property
    def fingerprint(self) -> str:
        """Equal for linkers that give equal answers: version, index and settings."""
        from xnorm.config import fingerprint
        from xnorm.version import VERSION

        parts = (VERSION, self.index.fingerprint, fingerprint(self.settings))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    @overload
    def __call__(  # type: ignore[overload-overlap]  # a str is an Iterable of str too
        self, documents: str, *, language: str = ""
    ) -> Document: ...
    @overload
    def __call__(self, documents: Document, *, language: str = "") -> Document: ...
    @overload
    def __call__(
        self, documents: Iterable[str | Document], *, language: str = ""
    ) -> list[Document]: ...
    def __call__(
        self, documents: str | Document | Iterable[str | Document], *, language: str = ""
    ) -> Document | list[Document]:
        """Links one text or document, or a batch of them.

        Args:
            documents: texts, or documents whose mentions are taken where they have any.
            language: ISO 639-1 code for texts, and for documents that do not state one.
        """
        if isinstance(documents, str | Document):
            return self._run([_document(documents, "1", language)])[0]
        prepared = [
            _document(item, str(number), language) for number, item in enumerate(documents, 1)
        ]
        return list(self.stream(prepared))

    def stream(self, documents: Iterable[Document], *, batch: int = BATCH) -> Iterator[Document]:
        """Links documents one batch after another, in order, with bounded memory."""
        rest = iter(documents)
        while chunk := list(itertools.islice(rest, batch)):
            yield from self._run(chunk)

    def frame(self, frame: Any, *, text: str, language: str = "") -> Any:
        """Links the texts in a column of a pandas or polars frame.

        Gives a frame of the same library with a row a mention; `row` says the position of its text.

        Args:
            frame: a data frame.
            text: the column of texts; missing ones have no mentions.
            language: a code, or the name of a column of codes.
        """
        from xnorm.formats import frames

        return frames.links(self.stream(frames.texts(frame, text, language)), frame)

    def on_batch(self, batch: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
        """Links a batch of BigBIO rows, for `dataset.map(linker.on_batch, batched=True)`.

        Links and candidates are JSON in the column `xnorm`, decisions in `normalized`; columns of
        the dataset's own stay. Equal linkers have equal fingerprints, so that `datasets` finds what
        it has done before.

        Args:
            batch: column to values, as `datasets` gives them.
        """
        from xnorm.formats.bigbio_arrow import document_row, row_document

        rows = [
            dict(zip(batch, values, strict=True)) for values in zip(*batch.values(), strict=True)
        ]
        documents = [row_document(row, f"row {number}") for number, row in enumerate(rows)]
        linked = [document_row(document) for document in self.stream(documents)]
        return (
            {name: [row[name] for row in linked] for name in linked[0]} if linked else dict(batch)
        )

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process opens the same index; what is mapped into memory does not travel.
        return _reopened, (self.index.path, self.settings)

    def mention(self, text: str, *, language: str = "") -> Mention:
        """Links a bare mention; its `candidates` say why."""
        whole = Mention(id="T1", type="", spans=((0, max(len(text), 1)),), text=(text,))
        document = replace(_document(text, "1", language), mentions=(whole,))
        return self._run([document])[0].mentions[0]

    def _run(self, documents: list[Document]) -> list[Document]:
        for stage in self._stages:
            documents = stage(documents)
        return documents


def load(
    index: str | Path | None = None,
    *,
    config: str | Path | None = None,
    overrides: Iterable[str] = (),
    notify: Callable[[str], None] | None = None,
) -> Linker:
    """Opens a linker: the default terminology (HPO), or an index or knowledge base of one's own.

    Args:
        index: an index folder; or a `.kb`, whose index is built beside it, once; `default` and
            None mean what the configuration names, and without one the default terminology.
        config: a YAML file or the name of a ready configuration.
        overrides: `key.path=value` settings.
        notify: is told what takes long, such as building an index.

    Raises:
        XnormError: when the index or the configuration is not usable.
    """
    from xnorm.config import load_settings
    from xnorm.settings import Settings
    from xnorm.stores import open_index

    settings = load_settings(Settings, config, overrides)
    opened = open_index(str(index or settings.index), encoders=settings.encoder, notify=notify)
    _show_in_notebooks()
    return Linker(opened, settings)


def _reopened(index: Path, settings: Settings) -> Linker:
    from xnorm.index import Index

    return Linker(Index.open(index), settings)


def _document(item: str | Document, id: str, language: str) -> Document:
    code = language_code(language) if language else ""
    if isinstance(item, str):
        return Document.from_text(item, id=id, language=code)
    return item if item.language or not code else replace(item, language=code)


def _check(stages: Sequence[Stage]) -> None:
    known: set[str] = {"mentions"}
    for stage in stages:
        lacking = stage.needs - known
        if lacking:
            raise SettingError(
                f"{type(stage).__name__} needs {', '.join(sorted(lacking))}, "
                "which no stage before it gives",
                place="stages",
                todo="Put the stage that gives it before",
            )
        known |= stage.gives


def _show_in_notebooks() -> None:
    """Documents appear as highlighted text where IPython runs."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        from xnorm.formats.html import fragment

        shell.display_formatter.formatters["text/html"].for_type(Document, fragment)
