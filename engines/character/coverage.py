"""Which of the 52 curves show on a character."""

from __future__ import annotations

from typing import Final

from protocols.channels import ARKIT

from .mapping import OPENS, Mapping


def curves_driven(mapping: Mapping) -> tuple[str, ...]:
    """Return which of the 52 curves move anything.

    By a drive of their own, through a mix (`sources.py`), or because another curve does
    their work (`folding.py`).
    """
    sources = {drive.source for drive in mapping.drives}
    found = sources & set(ARKIT)
    for source, parts in _THROUGH.items():
        if source in sources:
            found |= parts
    if sources & OPENS:
        found.add("mouthClose")
    for side in ("Left", "Right"):
        if f"eyeBlink{side}" in found:
            found.add(f"eyeSquint{side}")
    if "mouthPucker" in found:
        found.add("mouthFunnel")
    if "mouthClose" in sources:
        found |= {"mouthPressLeft", "mouthPressRight"}
        found |= {"mouthRollLower", "mouthRollUpper"}
    if mapping.gaze.by == "bones" and {"leftEye", "rightEye"} <= mapping.bones.keys():
        found |= {name for name in ARKIT if name.startswith("eyeLook")}
    return tuple(name for name in ARKIT if name in found)


_BROAD: Final = {"mouthStretchLeft", "mouthStretchRight"} | {
    *("mouthSmileLeft", "mouthSmileRight")
}
_THROUGH: Final[dict[str, set[str]]] = {
    "blink": {"eyeBlinkLeft", "eyeBlinkRight"},
    "aa": {"jawOpen"},
    "ih": _BROAD,
    "ee": _BROAD,
    "ou": {"mouthPucker", "mouthFunnel"},
    "oh": {"jawOpen", "mouthPucker", "mouthFunnel"},
    "jaw": {"jawOpen", "jawLeft", "jawRight", "jawForward"},
}
"""Curves that a mix is made of (`sources.py`)."""
