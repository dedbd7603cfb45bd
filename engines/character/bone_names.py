"""What the name of a bone says, in the spellings of every family of characters."""

from __future__ import annotations

from typing import Final

from .names import plain, side, words

_NOISE: Final = {
    *("joint", "jnt", "bone", "armature", "bip", "base", "adj", "def", "org", "rig"),
    *("grp", "facial", "b", "c", "cc", "j", "m", "mixamorig"),
}
"""Words that say nothing about which bone it is."""

_NOT_EYE: Final = {
    *("brow", "brows", "lid", "lids", "lash", "lashes", "eyebrow", "eyelid", "eyelids"),
    *("end", "eff", "target", "aim", "look", "corner", "bag", "socket", "blink"),
    *("upper", "lower", "top", "bottom", "inner", "outer", "in", "out", "master"),
}
_NOT_JAW: Final = {"upper", "end", "eff", "teeth", "tongue", "tip", "ctrl", "corner"}
_SHOULDERS: Final = {"shoulder", "clavicle", "collar"}
TRUNK: Final = {"chest", "waist", "abdomen", "torso", "tummy"}

HEADS: Final = ("head", "頭", "spine006")
NECKS: Final = (
    *("neck", "neck01", "neck1", "necktwist01", "necklower", "首"),
    *("spine004", "spine005"),
)
HIPS: Final = {"hips", "hip", "pelvis", "下半身", "センター"}
_JAPANESE: Final = {
    "左目": "leftEye",
    "右目": "rightEye",
    "左肩": "leftShoulder",
    "右肩": "rightShoulder",
    "あご": "jaw",
    "顎": "jaw",
}


def named_bone(name: str) -> str | None:
    """Return the eye, shoulder or jaw that a name says."""
    text = plain(name)
    if text in _JAPANESE:
        return _JAPANESE[text]
    found, where = set(words(name)), side(name)
    if where is not None:
        if "eye" in found and not found & _NOT_EYE:
            return f"{where}Eye"
        if found & _SHOULDERS and not found & {"end", "eff", "twist", "pad"}:
            return f"{where}Shoulder"
    elif found & {"jaw", "lowerjaw"} and not found & _NOT_JAW:
        return "jaw"
    return None


def name_core(name: str) -> str:
    """Return a name without the words that say nothing."""
    text = plain(name)
    if not text.isascii():
        return text
    return "".join(word for word in words(name) if word not in _NOISE)
