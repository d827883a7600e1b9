"""Documents of brat's pairs of files, with what annotators noted beside each mention."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from xnorm.corpora.packs import texts
from xnorm.document import Document, Mention
from xnorm.errors import DataError
from xnorm.formats.brat_records import annotated
from xnorm.formats.reading import Reading

_NOTES = "notes"


def read_pairs(path: Path, *folders: str) -> Iterator[tuple[str, Document]]:
    """The documents of all .txt files with an .ann beside them, in the order of their paths.

    Args:
        path: an archive or a folder.
        folders: patterns of the folders that are wanted, such as `train/*`.

    Yields:
        (path within the pack without the suffix, document with the file's name as id)

    Raises:
        DataError: when an .ann file is not as brat has it.
    """
    patterns = [f"{folder}/*{suffix}" for folder in folders for suffix in (".txt", ".ann")]
    files = texts(path, *patterns)
    for name, text in files.items():
        where = PurePosixPath(name)
        annotations = files.get(str(where.with_suffix(".ann")))
        if where.suffix == ".txt" and annotations is not None:
            if not text:
                raise DataError("no text", place=f"{path}, {name}", todo="Leave it out")
            place = f"{path}, {where.with_suffix('.ann')}"
            bare = Document.from_text(text, id=where.stem)
            document = annotated(bare, annotations, place, Reading(str(path)))
            yield str(where.with_suffix("")), replace(document, extra={})


def take_notes(mention: Mention) -> tuple[Mention, Sequence[str]]:
    """The mention without its notes, and their texts."""
    extra = {key: value for key, value in mention.extra.items() if key != _NOTES}
    return replace(mention, extra=extra), [
        note["text"].strip() for note in mention.extra.get(_NOTES, ())
    ]
