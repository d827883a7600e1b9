"""Running a review: the corpus into its state, then the page beside the service's own routes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from xnorm.document import Document
from xnorm.pipeline import Linker
from xnorm.review.desk import Desk
from xnorm.review.loading import load_corpus, state_path
from xnorm.review.routes import review_routers
from xnorm.serve.app import application
from xnorm.serve.indexes import warmed
from xnorm.serve.run import address, listening, run
from xnorm.serve.service import Service
from xnorm.serve.settings import ServeSettings
from xnorm.stores import open_index


def review(
    corpus: Path,
    settings: ServeSettings,
    *,
    index: str | None = None,
    state: Path | None = None,
    reviewer: str = "reviewer",
    language: str = "",
    host: str = "127.0.0.1",
    port: int = 8080,
    tokens: Path | None = None,
    watch: Callable[[Iterable[Document]], Iterator[Document]] = iter,
    notify: Callable[[str], None] | None = None,
) -> None:
    """Serves the review page of a corpus until the process is told to end.

    Args:
        corpus: only read.
        settings: of the linker, and the service's limits.
        index: what `open_index` takes; the settings' if not given.
        state: the SQLite file; `state_path(corpus)` if not given.
        reviewer: the name of who says none.
        language: of documents that do not say theirs.
        host, port, tokens: as for `xnorm.serve.run.serve`.
        watch: sees the documents that come into the state go by.
        notify: is told what takes long at the start, and then the address.

    Raises:
        XnormError: when the corpus, the state, the index, the tokens or the address cannot be used.
    """
    path = state or state_path(corpus)
    with listening(host, port, tokens) as listener:
        opened = open_index(index or settings.index, encoders=settings.encoder, notify=notify)
        linker = warmed(Linker(opened, settings.linker))
        loading = load_corpus(corpus, path, linker, language=language)
        with closing(loading.connection) as connection, ThreadPoolExecutor(1) as thread:
            for _ in watch(loading.documents):
                pass
            service = Service({opened.path.stem: linker}, settings.serve, tokens)
            desk = Desk(connection, thread, reviewer)
            del linker  # a rebuilt index takes the place of one, which must be free to go
            if notify:
                notify(f"reviewing {corpus.name}, kept in {path}: {address(listener)}/")
            run(application(service, review_routers(service, desk)), service, listener)
