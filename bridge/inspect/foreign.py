"""Recognises and describes packets of other wires than the inspected one."""

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
    "native": "facewire",
    "metahuman": "MetaHuman Animator",
    "ifacialmocap": "iFacialMocap",
    "fmv3": "Face Motion v3",
    "vts_phone": "VTube Studio",
    "openseeface": "OpenSeeFace",
}

_ADVICE: Final[dict[Kind, str]] = {
    "other_osc": "`facewire inspect {at}` shows their addresses",
    "metahuman": "choose Live Link (ARKit) in the app",
    "vts_phone": "`facewire inspect vts_phone=PHONE` asks the phone and shows them",
}


def is_foreign(kind: Kind | None, wire: str) -> bool:
    """Return True for a packet that this wire's reader should not try to decode."""
    if kind == "other_osc":
        # A reader of OSC reports the addresses that it ignores.
        return WIRES[wire].packets != "osc"
    return kind is not None and kind != wire


def sentence(kind: Kind, count: int, where: str) -> str:
    """Return a sentence with the packets' number and kind, and what to do.

    Args:
        kind: the kind of the packets.
        count: the number of packets.
        where: the address where they arrive, HOST:PORT or udp://HOST:PORT.
    """
    wire = "osc" if kind == "other_osc" else kind
    place = where.removeprefix("udp://")
    host, _, port = place.rpartition(":")
    at = f"{wire}:{port}" if host == "127.0.0.1" else f"{wire}={place}"
    shows = "`facewire inspect {at}` shows them"
    otherwise = shows if kind in WIRES else "facewire does not read them"
    advice = _ADVICE.get(kind, otherwise).format(at=at)
    return f"{counted(count, f'{NAMES[kind]} packet')} arrived: {advice}"
