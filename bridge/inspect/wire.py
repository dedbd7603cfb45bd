"""What to listen to, from `facewire inspect`'s argument."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.config import SINK_KINDS, LiveLink, Osc, Vmc, Zmq
from bridge.config_file import split_address
from bridge.errors import ConfigError

PORTS = {"livelink": LiveLink().port, "vmc": Vmc().port, "osc": Osc().port}
"""Where each UDP wire arrives unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Wire:
    """What to listen to."""

    kind: str
    host: str
    """To bind for UDP."""
    port: int
    address: str
    """To connect to for ZeroMQ."""


def parse_wire(text: str) -> Wire:
    """Return what KIND, KIND:PORT, KIND=HOST:PORT or zmq=tcp://HOST:PORT means.

    Raises:
        ConfigError: the kind is unknown or the port is no number.
    """
    kind, equals, where = text.partition("=")
    if not equals:
        kind, _, port = text.partition(":")
        where = f"127.0.0.1:{port}" if port else ""
    if kind not in SINK_KINDS:
        raise ConfigError(
            f"inspect {text}: {kind!r} is none of {', '.join(SINK_KINDS)}; write "
            "KIND:PORT, or KIND=HOST:PORT to listen on another address"
        )
    if kind == "zmq" and "://" in where:
        return Wire(kind, "", 0, where)
    host, number = split_address(where, f"inspect {text}") if where else ("", None)
    if kind == "zmq":
        address = f"tcp://{host or '127.0.0.1'}:{number}" if number else Zmq().address
        return Wire(kind, "", 0, address)
    return Wire(kind, host or "127.0.0.1", number or PORTS[kind], "")
