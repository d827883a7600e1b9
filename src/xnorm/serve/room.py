"""How much may wait: what goes beyond is refused at once, rather than answered too late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from xnorm.serve.problems import busy


class Room:
    """Characters of the texts that wait to be linked or are being linked.

    Args:
        characters: of all requests.
        share: 0 to 1, of them, for the requests of one client.
    """

    def __init__(self, characters: int, share: float) -> None:
        self._characters = characters
        self._share = int(characters * share)
        self._taken: Counter[str] = Counter()

    @property
    def taken(self) -> int:
        """Characters that wait or are being linked."""
        return self._taken.total()

    @contextmanager
    def hold(self, client: str, characters: int) -> Iterator[None]:
        """Takes room for the texts of a request until the block ends.

        Args:
            client: the name of its token; empty where there are none, which has no share.
            characters: of its texts.

        Raises:
            Refused: 503 when there is no room, 429 when the client's share is taken.
        """
        if self.taken + characters > self._characters:
            raise busy("Too many texts wait already. Send this again later.")
        if client and self._taken[client] + characters > self._share:
            raise busy("Too many of your texts wait already. Wait for their answers first.", 429)
        self._taken[client] += characters
        try:
            yield
        finally:
            self._taken[client] -= characters
            if not self._taken[client]:
                del self._taken[client]
