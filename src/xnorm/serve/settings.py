"""What the service can be told: a linker's settings, and a section `serve` of limits."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from pathlib import Path

import msgspec

from xnorm.errors import SettingError
from xnorm.settings import Settings


class Limits(msgspec.Struct, frozen=True):
    """How much the service takes on.

    Attributes:
        body: bytes of a request.
        documents: and bare mentions, of a request.
        text: characters of a document.
        mention: characters of a bare mention, of a span, or of what is searched.
        mentions: that a document may bring.
        requests: in work at a time, whatever they wait for.
        waiting: characters of texts that wait to be linked or are being linked.
        share: 0 to 1, of `waiting`, for the requests of one token.
        seconds: for a request, from its first byte to its answer's last.
        window: seconds that an idle service waits for more texts to link with the first.

    Raises:
        SettingError: for a value out of range.
    """

    body: int = 4_000_000
    documents: int = 256
    text: int = 100_000
    mention: int = 500
    mentions: int = 2_000
    requests: int = 128
    waiting: int = 8_000_000
    share: float = 0.5
    seconds: float = 60.0
    window: float = 0.002

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            if getattr(self, name) <= 0 and name != "window":
                raise _wrong(name, getattr(self, name), "is not above 0")
        if not 0 <= self.window < self.seconds:
            raise _wrong("window", self.window, f"is not from 0 to {self.seconds:g}")
        if self.share > 1:
            raise _wrong("share", self.share, "is above 1")
        if self.waiting * self.share < self.body:
            raise _wrong(
                "waiting",
                self.waiting,
                f"with a share of {self.share:g} takes no body of {self.body:,}",
            )


class ServeSettings(Settings, frozen=True):
    """A linker's settings, which hold for all indexes, and the service's own."""

    serve: Limits = Limits()

    @property
    def linker(self) -> Settings:
        """The settings of the linkers alone, so that their fingerprint is that of `xnorm link`."""
        return Settings(**{name: getattr(self, name) for name in Settings.__struct_fields__})


def index_names(paths: Iterable[str]) -> dict[str, str]:
    """Name to path: `my.index` is asked for as `my`.

    Raises:
        SettingError: for two of one name.

    >>> index_names(["data/hpo.index", "default"])
    {'hpo': 'data/hpo.index', 'default': 'default'}
    """
    named: dict[str, str] = {}
    for path in paths:
        name = Path(path).absolute().stem
        if name in named:
            raise SettingError(
                f"two indexes are named '{name}'", place=path, todo="Rename the folder of one"
            )
        named[name] = path
    return named


def check_host(host: str, *, tokens: bool) -> None:
    """Makes sure that only this machine can reach a service without tokens.

    Raises:
        SettingError: when others could.
    """
    if not tokens and not is_loopback(host):
        raise SettingError(
            "others could reach the service, and it has no tokens",
            place=f"--host {host}",
            todo="Give a file of tokens with --tokens, or keep to 127.0.0.1",
        )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself.

    >>> [is_loopback(host) for host in ("localhost", "127.0.0.1", "::1", "0.0.0.0", "a.org")]
    [True, True, True, False, False]
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _wrong(name: str, value: object, what: str) -> SettingError:
    return SettingError(f"{value} {what}", place=f"serve.{name}", todo="Give another number")
