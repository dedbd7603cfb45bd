"""What a character gets, in one line for people."""

from __future__ import annotations

from protocols.bones import HEAD_CHAIN

from .mapping import EMOTIONS, VISEMES, WHOLE
from .retarget import Retarget


def told(retarget: Retarget) -> str:
    """Return a line such as "52 of 52 curves, Perfect Sync clips, gaze by bones"."""
    drives = retarget.driven.drives
    parts = [f"{retarget.driven.of_52} of 52 curves"]
    if retarget.by_clip >= WHOLE:
        parts.append("Perfect Sync clips")
    if "blink" in drives:
        parts.append("one blink for both eyes")
    if vowels := [name for name in VISEMES if name in drives]:
        parts.append("vowels " + " ".join(vowels))
    if emotions := [name for name in EMOTIONS if name in drives]:
        parts.append("emotions " + " ".join(emotions))
    if "jaw" in retarget.bones:
        parts.append("jaw by a bone")
    turning = [bone for bone in reversed(HEAD_CHAIN) if bone in retarget.bones]
    parts.append("turns " + " ".join(turning) if turning else "turns as a whole")
    parts.append(_gaze(retarget))
    return ", ".join(parts)


def _gaze(retarget: Retarget) -> str:
    by = retarget.mapping.gaze.by
    looks = any(name.startswith("eyeLook") for name in retarget.driven.drives)
    if by == "bones" and "leftEye" in retarget.bones:
        return "gaze by bones"
    return "gaze by curves" if by == "curves" and looks else "no gaze"
