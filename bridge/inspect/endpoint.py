"""Parses the argument of `facewire inspect`.

The result is the settings of a sink that would send to that address.
"""

from __future__ import annotations

from pydantic import ValidationError

from bridge.errors import ConfigError
from bridge.mistakes import mistakes
from bridge.wires.settings import Target
from bridge.wires.table import WIRES


def parse_endpoint(text: str) -> Target:
    """Parse KIND, KIND:PORT, KIND=HOST:PORT or zmq=tcp://HOST:PORT.

    Raises:
        ConfigError: the kind is unknown or the port is not a number.
    """
    kind, equals, where = text.partition("=")
    if not equals:
        kind, _, port = text.partition(":")
        where = f"127.0.0.1:{port}" if port else ""
    wire = WIRES.get(kind)
    if wire is None:
        raise ConfigError(
            f"inspect {text}: {kind!r} is not one of {', '.join(WIRES)}; write "
            "KIND:PORT, or KIND=HOST:PORT to listen on another address"
        )
    said = f"inspect {text}"
    try:
        place = wire.settings.at(where, said) if where else {}
        target: Target = wire.settings.model_validate(place)
    except ValidationError as error:
        raise ConfigError(f"{said}: {'; '.join(mistakes(error))}") from None
    return target
