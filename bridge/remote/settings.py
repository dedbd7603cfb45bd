"""The settings of the remote control. This module imports pydantic."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Literal

from pydantic import Field, field_validator

from bridge.section import Port, Section


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


class Remote(Section):
    """Obey controllers of the Live Link Face app, by OSC over UDP."""

    enabled: bool = False
    """Listen for commands."""
    host: Annotated[str, Field(min_length=1, max_length=253)] = "127.0.0.1"
    """Address of this machine to listen on; "0.0.0.0" is every address. The commands
    carry no key: whoever reaches the port can give them."""
    port: Port = 8000
    """UDP port that controllers send to."""
    target: str = ""
    """IP:PORT that gets answers until a controller names its own address; empty is
    nobody."""
    reach: Literal["sender", "anywhere"] = "sender"
    """Which addresses a controller may name for answers, streams and files: sender is
    only its own machine, anywhere is every address."""
    controllers: Annotated[tuple[str, ...], Field(max_length=32)] = ()
    """IP addresses of the controllers; the commands of others are ignored. An empty
    list is every address."""

    @field_validator("target")
    @classmethod
    def _is_address(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        sound = port.isascii() and port.isdecimal() and 0 < int(port[:6]) < 65536
        if value and not (sound and _is_ip(host)):
            raise ValueError(f"{value!r}, expected IP:PORT, as in 192.168.1.20:8000")
        return value

    @field_validator("controllers")
    @classmethod
    def _are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if not _is_ip(one):
                raise ValueError(f"{one!r}, expected an IP address, as 192.168.1.20")
        return tuple(str(ipaddress.ip_address(one)) for one in value)

    def first_target(self) -> tuple[str, int] | None:
        """Return the address of `target`, or None."""
        if not self.target:
            return None
        host, _, port = self.target.rpartition(":")
        return host.removeprefix("[").removesuffix("]"), int(port)
