"""The settings that all wires have in common. This module imports pydantic.

Each wire's file has its other settings, in a subclass of `Target` or `UdpTarget`.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from bridge.errors import ConfigError
from bridge.section import Port, Section


class Target(Section):
    """The settings of every sink."""

    WHERE: ClassVar[str]
    """Form of an address of this wire on the command line, such as HOST:PORT."""

    kind: str
    """Selects the wire; each subclass has one word for it."""
    face: Annotated[int, Field(ge=0, le=8)] = 0
    """Send only this face, counted from 1; 0 sends every face."""
    rate: Annotated[float, Field(ge=0.0, le=240.0)] = 0.0
    """Maximum frames per second; 0 sends every frame."""
    mirror: bool = False
    """Mirror this sink only (in addition to shape.mirror)."""

    @classmethod
    def at(cls, text: str, said: str) -> dict[str, Any]:
        """Return the settings for an address on the command line.

        Args:
            text: the address, in the form of `WHERE`; not empty.
            said: the option and its text; error messages begin with it.

        Raises:
            ConfigError: the text is not a valid address.
        """
        raise NotImplementedError

    @property
    def where(self) -> str:
        """The address, as on the command line."""
        raise NotImplementedError


class UdpTarget(Target):
    """The settings of every UDP sink; a subclass sets the default of `port`."""

    WHERE = "HOST:PORT"

    host: str = "127.0.0.1"
    """Address or name of the receiving machine."""
    port: Port
    """The port that the receiver listens on."""

    @classmethod
    def at(cls, text: str, said: str) -> dict[str, Any]:
        """Return host and port; raise ConfigError if the port is not a number."""
        host, port = split_host_port(text, said)
        return {"host": host} if port is None else {"host": host, "port": port}

    @property
    def where(self) -> str:
        """The address, as HOST:PORT."""
        return f"{self.host}:{self.port}"


def split_host_port(text: str, said: str) -> tuple[str, int | None]:
    """Split HOST:PORT, HOST or [IPV6]:PORT; the error message begins with `said`."""
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
