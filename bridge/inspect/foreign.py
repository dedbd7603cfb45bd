"""What to say of packets that belong to another wire than the one inspected."""

from __future__ import annotations

from typing import Final

from bridge.wires.table import WIRES
from protocols.recognised import Kind
from protocols.wording import counted

NAMES: Final[dict[Kind, str]] = {
    "livelink": "Live Link Face",
    "vmc": "VMC",
    "osc": "plain OSC",
    "other_osc": "OSC",
    "metahuman": "MetaHuman Animator",
    "ifacialmocap": "iFacialMocap",
    "vtube_studio": "VTube Studio",
    "openseeface": "OpenSeeFace",
}

_ADVICE: Final[dict[Kind, str]] = {
    "other_osc": "`facewire inspect {at}` names their addresses",
    "metahuman": "choose Live Link (ARKit) in the app",
}


def is_foreign(kind: Kind | None, wire: str) -> bool:
    """Return True for a packet that a reader of this wire need not try to read."""
    if kind == "other_osc":
        # A reader of OSC tells which addresses it leaves out.
        return WIRES[wire].packets != "osc"
    return kind is not None and kind != wire


def sentence(kind: Kind, count: int, where: str) -> str:
    """Return how many came, what they are, and what to do.

    Args:
        kind: what they are.
        count: how many.
        where: the place where they arrive, HOST:PORT.
    """
    wire = "osc" if kind == "other_osc" else kind
    host, _, port = where.rpartition(":")
    at = f"{wire}:{port}" if host == "127.0.0.1" else f"{wire}={where}"
    shows = "`facewire inspect {at}` shows them"
    otherwise = shows if kind in WIRES else "facewire does not read them"
    advice = _ADVICE.get(kind, otherwise).format(at=at)
    return f"{counted(count, f'{NAMES[kind]} packet')} came: {advice}"
