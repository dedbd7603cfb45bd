"""Names of VRM's humanoid bones and presets, in VRM 1.0's spelling."""

from __future__ import annotations

from typing import Final

_SIDED: Final = (
    *("Eye", "Shoulder", "UpperArm", "LowerArm", "Hand"),
    *("UpperLeg", "LowerLeg", "Foot", "Toes"),
    *("ThumbMetacarpal", "ThumbProximal", "ThumbDistal"),
    *(
        finger + joint
        for finger in ("Index", "Middle", "Ring", "Little")
        for joint in ("Proximal", "Intermediate", "Distal")
    ),
)
BONES: Final = frozenset(
    (
        *("hips", "spine", "chest", "upperChest", "neck", "head", "jaw"),
        *(side + bone for side in ("left", "right") for bone in _SIDED),
    )
)
"""The 55 bones."""

OLD_BONES: Final = {
    side + old: side + new
    for side in ("left", "right")
    for old, new in (
        ("ThumbProximal", "ThumbMetacarpal"),
        ("ThumbIntermediate", "ThumbProximal"),
    )
}
"""Bones that VRM 0.x calls otherwise."""

PRESETS: Final = (
    *("happy", "angry", "sad", "relaxed", "surprised"),
    *("aa", "ih", "ou", "ee", "oh"),
    *("blink", "blinkLeft", "blinkRight"),
    *("lookUp", "lookDown", "lookLeft", "lookRight", "neutral"),
)

OLD_PRESETS: Final = {
    "neutral": ("Neutral", "neutral"),
    "a": ("A", "aa"),
    "i": ("I", "ih"),
    "u": ("U", "ou"),
    "e": ("E", "ee"),
    "o": ("O", "oh"),
    "blink": ("Blink", "blink"),
    "blink_l": ("Blink_L", "blinkLeft"),
    "blink_r": ("Blink_R", "blinkRight"),
    "joy": ("Joy", "happy"),
    "angry": ("Angry", "angry"),
    "sorrow": ("Sorrow", "sad"),
    "fun": ("Fun", "relaxed"),
    "lookup": ("LookUp", "lookUp"),
    "lookdown": ("LookDown", "lookDown"),
    "lookleft": ("LookLeft", "lookLeft"),
    "lookright": ("LookRight", "lookRight"),
}
"""VRM 0.x's `presetName` in small letters: as VMC spells it, and VRM 1.0's name."""
