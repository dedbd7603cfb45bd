"""The table of wires. To add a wire, write its file and add its row to `WIRES`.

Settings, `--sink`, `take play --to`, `inspect`, `doctor` and the file that
`facewire init` writes all use this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Union

from pydantic import Field

from protocols.wording import either

from .fmv3 import FMV3
from .ifacialmocap import IFACIALMOCAP
from .livelink import LIVELINK
from .native import NATIVE
from .openseeface import OPENSEEFACE
from .opentrack import OPENTRACK
from .osc import OSC
from .resonite import RESONITE
from .settings import Target
from .vmc import VMC
from .vrchat import VRCHAT
from .vts import VTS
from .vts_phone import VTS_PHONE
from .wire import Wire
from .zmq import ZMQ

WIRES: Final[Mapping[str, Wire[Any]]] = {
    wire.kind: wire
    for wire in (
        LIVELINK,
        VMC,
        OSC,
        ZMQ,
        NATIVE,
        VTS,
        VRCHAT,
        IFACIALMOCAP,
        FMV3,
        VTS_PHONE,
        RESONITE,
        OPENTRACK,
        OPENSEEFACE,
    )
}
"""Every wire by its kind, in the order of the help texts."""


def any_target() -> Any:
    """Return the type of a sink in the settings: a union, selected by `kind`."""
    settings = tuple(wire.settings for wire in WIRES.values())
    return Annotated[Union[settings], Field(discriminator="kind")]  # noqa: UP007


def default_targets() -> list[Target]:
    """Return the sinks that are used without any settings."""
    return [wire.settings() for wire in WIRES.values() if wire.default]


def places() -> str:
    """Return the form of each wire's address on the command line, for help texts."""
    return either(
        f"{kind}={wire.settings.WHERE} ({wire.help})" for kind, wire in WIRES.items()
    )


def kinds() -> str:
    """Return every kind, for help texts."""
    return either(WIRES)


def sample() -> str:
    """Return the settings file's part for all wires, as TOML.

    Wires that are off by default are commented out.
    """
    return "\n".join(
        wire.sample if wire.default else _commented(wire.sample)
        for wire in WIRES.values()
    )


def _commented(text: str) -> str:
    return "".join(f"# {line}" for line in text.splitlines(keepends=True))
