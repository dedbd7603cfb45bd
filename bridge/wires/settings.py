"""What the settings of all wires have in common. A config-like module: it has pydantic.

A wire's own settings stand in its own file, as a subclass of `Target` or `UdpTarget`.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from bridge.errors import ConfigError
from bridge.section import Port, Section


class Target(Section):
    """What every sink has."""

    WHERE: ClassVar[str]
    """How a place on this wire is written on the command line, as HOST:PORT."""

    kind: str
    """Chooses the wire; a subclass gives the one word it takes."""
    face: Annotated[int, Field(ge=0, le=8)] = 0
    """Send only this face, counted from 1; 0 sends every face."""
    rate: Annotated[float, Field(ge=0.0, le=240.0)] = 0.0
    """At most so many frames a second; 0 sends every frame."""
    mirror: bool = False
    """Mirror this sink only (on top of shape.mirror)."""

    @classmethod
    def at(cls, text: str, said: str) -> dict[str, Any]:
        """Return the settings that a place on the command line stands for.

        Args:
            text: the place, written as `WHERE` says; not empty.
            said: the option and its text, to begin an error's sentence with.

        Raises:
            ConfigError: the text is no such place.
        """
        raise NotImplementedError

    @property
    def where(self) -> str:
        """The place, as it stands on the command line."""
        raise NotImplementedError


class UdpTarget(Target):
    """What every UDP sink has; a subclass gives `port` the wire's default port."""

    WHERE = "HOST:PORT"

    host: str = "127.0.0.1"
    """Address or name of the machine that receives."""
    port: Port
    """The port that the receiver listens on."""

    @classmethod
    def at(cls, text: str, said: str) -> dict[str, Any]:
        """Return host and port; ConfigError where the port is no number."""
        host, port = split_host_port(text, said)
        return {"host": host} if port is None else {"host": host, "port": port}

    @property
    def where(self) -> str:
        """The place, as HOST:PORT."""
        return f"{self.host}:{self.port}"


def split_host_port(text: str, said: str) -> tuple[str, int | None]:
    """Split HOST:PORT, HOST or [IPV6]:PORT; `said` begins the error's sentence."""
    host, bracket, rest = text.rpartition("]")
    if bracket:
        host, port = host.removeprefix("["), rest.removeprefix(":")
    else:
        host, _, port = text.partition(":")
    if not port:
        return host, None
    if not port.isdecimal() or not 0 < int(port) < 65536 or not host:
        raise ConfigError(f"{said}: expected HOST:PORT with a port from 1 to 65535")
    return host, int(port)
