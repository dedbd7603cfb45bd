"""The name of a source of packets: KIND:PLACE?option=value&option=value."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from bridge.address import masked
from bridge.errors import ConfigError
from protocols.wording import either

LOOPBACK: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Spec:
    """The parts of a source's name."""

    text: str
    """The name as written, for error messages."""
    word: str
    """The kind of packets, in lower case."""
    place: str
    """What follows the first colon, up to the question mark."""
    query: str = ""
    """What follows the question mark."""

    @classmethod
    def of(cls, text: str) -> Spec:
        """Split a name. Any text has these parts; they may be empty."""
        named, _, query = text.strip().partition("?")
        word, _, place = named.partition(":")
        return cls(text, word.strip().lower(), place.strip(), query)

    def options(self, known: Collection[str]) -> dict[str, str]:
        """Return the options. The last known one may be `key`, whose value may contain
        any character.

        Raises:
            ConfigError: an option is not known, or has no value.
        """
        found = {}
        query, mark, key = self.query, "", ""
        if "key" in known:
            query, mark, key = f"&{query}".partition("&key=")
        parts = [*filter(None, query.split("&")), *([f"key={key}"] if mark else [])]
        for part in parts:
            name, _, value = part.partition("=")
            if name not in known or not value:
                expected = either([f"{each}=..." for each in known] or ["none"])
                raise ConfigError(
                    f"source {masked(self.text)!r}: got the option {name!r}, expected "
                    f"{expected}"
                )
            found[name] = value
        return found

    def host_and_port(self, default: int | None = None) -> tuple[str, int]:
        """Return host and port of PORT or HOST:PORT.

        The default host is loopback: only programs on this machine can send.

        Args:
            default: the port if the name has none; None if it must be named.

        Raises:
            ConfigError: the text has another form.
        """
        host, _, port = self.place.rpartition(":")
        if not self.place and default is not None:
            port = str(default)
        host = host.removeprefix("[").removesuffix("]") or LOOPBACK
        if not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
            word, example = self.word, default or 11112
            raise ConfigError(
                f"source {self.text!r}: expected {word}:PORT or {word}:HOST:PORT with "
                f"a port from 1 to 65535, as in {word}:{example} or "
                f"{word}:0.0.0.0:{example}"
            )
        return host, int(port)
