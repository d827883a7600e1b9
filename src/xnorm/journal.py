"""A run that can be killed and continued: finished documents are kept beside the output.

`NAME.partial` holds a header line that says what the run is, then one line a finished document. The
output is written meanwhile in a hidden folder; a finished run moves it to `NAME` and removes both.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from xnorm.document import Document
from xnorm.errors import DataError, SettingError
from xnorm.files import unwritable
from xnorm.formats import write_output

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Document).decode


class Journal:
    """The finished documents of one run, on disk.

    Args:
        output: the file or folder that the run will write in the end.
        run: what makes the same output (input, configuration, index), as one comparable string.
        resume: continue what an earlier run left; otherwise begin anew.

    Raises:
        SettingError: when the earlier run was another one.
        DataError: when the folder cannot be written.
    """

    def __init__(self, output: Path, run: str, *, resume: bool) -> None:
        self.path = output.with_name(f"{output.name}.partial")
        self._unfinished = output.with_name(f".{output.name}.unfinished")
        self._output = output
        self._header = _encode({"run": run}) + b"\n"
        self.finished = self._continue() if resume and self.path.exists() else self._begin()

    def _begin(self) -> int:
        try:
            self.path.write_bytes(self._header)
        except OSError as error:
            raise unwritable(str(self.path), error) from error
        return 0

    def _continue(self) -> int:
        """Drops a half-written last line and counts the finished documents."""
        with open(self.path, "rb+") as stream:
            if stream.readline() != self._header:
                raise SettingError(
                    "was begun with another input, index or configuration",
                    place=str(self.path),
                    todo="Repeat that command exactly, or remove the file to begin anew",
                )
            finished, complete = 0, stream.tell()
            for line in stream:
                if not line.endswith(b"\n"):
                    break
                finished, complete = finished + 1, complete + len(line)
            stream.truncate(complete)
        return finished

    def documents(self) -> Iterator[Document]:
        """The finished documents, in order."""
        with open(self.path, "rb") as stream:
            stream.readline()
            for line in stream:
                yield _decode(line)

    def skip_finished(self, documents: Iterable[Document]) -> Iterator[Document]:
        """The documents of the input that are still to do.

        Raises:
            DataError: when the input does not begin with the finished documents.
        """
        rest = iter(documents)
        for done in self.documents():
            again = next(rest, None)
            if again is None or again.id != done.id:
                raise DataError(
                    f"the input has changed: '{done.id}' was finished, "
                    f"now {'nothing' if again is None else repr(again.id)} stands in its place",
                    place=str(self.path),
                    todo="Remove the file to begin anew",
                )
        yield from rest

    def record(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Passes documents on after each is on disk."""
        try:
            with open(self.path, "ab") as stream:
                for document in documents:
                    stream.write(_encode(document) + b"\n")
                    stream.flush()
                    yield document
        except OSError as error:
            raise unwritable(str(self.path), error) from error

    def publish(self, rest: Iterable[Document], format: str) -> None:
        """Writes the finished documents and the rest, which are recorded as they come.

        Raises:
            DataError: when it cannot be written; what is finished stays on record.
        """
        half = self._unfinished / self._output.name
        try:
            # What a run that was killed has left is of no use.
            shutil.rmtree(self._unfinished, ignore_errors=True)
            self._unfinished.mkdir()
            write_output(itertools.chain(self.documents(), self.record(rest)), half, format)
            if self._output.is_dir():  # an empty one, as `check_output` has seen
                self._output.rmdir()
            os.replace(half, self._output)
        except OSError as error:
            raise unwritable(str(self._output), error) from error
        finally:
            shutil.rmtree(self._unfinished, ignore_errors=True)
        self.remove()

    def remove(self) -> None:
        """Forgets the run."""
        if self.path.exists():
            os.unlink(self.path)
