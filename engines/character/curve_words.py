"""What each source of a mapping does, in a few words for people."""

from __future__ import annotations

from typing import Final

_SIDED: Final = {
    "eyeBlink": "closes the {} eye",
    "eyeLookDown": "{} eye looks down",
    "eyeLookIn": "{} eye looks to the nose",
    "eyeLookOut": "{} eye looks outward",
    "eyeLookUp": "{} eye looks up",
    "eyeSquint": "narrows the {} eye",
    "eyeWide": "opens the {} eye wide",
    "mouthSmile": "{} corner up and out",
    "mouthFrown": "{} corner down",
    "mouthDimple": "{} corner back, as for a dimple",
    "mouthStretch": "{} corner out and down",
    "mouthPress": "lips together, {} side",
    "mouthLowerDown": "lower lip down, {} side",
    "mouthUpperUp": "upper lip up, {} side",
    "browDown": "{} brow down",
    "browOuterUp": "outer {} brow up",
    "cheekSquint": "{} cheek up under the eye",
    "noseSneer": "wrinkles the {} side of the nose",
}
_OTHERS: Final = {
    "jawForward": "chin forward",
    "jawLeft": "chin to the character's left",
    "jawRight": "chin to the character's right",
    "jawOpen": "opens the mouth",
    "mouthClose": "lips together while the jaw is open",
    "mouthFunnel": "round, open lips",
    "mouthPucker": "lips as for a kiss",
    "mouthLeft": "mouth to the character's left",
    "mouthRight": "mouth to the character's right",
    "mouthRollLower": "lower lip over the teeth",
    "mouthRollUpper": "upper lip over the teeth",
    "mouthShrugLower": "chin and lower lip up",
    "mouthShrugUpper": "upper lip up, pushed by the lower",
    "browInnerUp": "inner brows up",
    "cheekPuff": "both cheeks out",
    "tongueOut": "tongue out",
    "blink": "closes both eyes",
    "aa": "mouth as in father",
    "ih": "mouth as in bit",
    "ou": "mouth as in boot",
    "ee": "mouth as in bed",
    "oh": "mouth as in go",
    "happy": "the whole face happy",
    "angry": "the whole face angry",
    "sad": "the whole face sad",
    "relaxed": "the whole face relaxed, or amused",
    "surprised": "the whole face surprised",
    "jaw": "the jaw bone, degrees",
}

WORDS: Final = {
    **{
        f"{name}{side}": words.format(side.lower())
        for name, words in _SIDED.items()
        for side in ("Left", "Right")
    },
    **_OTHERS,
}
"""By source."""

PARTS: Final = {
    "Eyes": ("eye", "blink"),
    "Brows": ("brow",),
    "Jaw": ("jaw",),
    "Cheeks, nose, tongue": ("cheek", "nose", "tongue"),
    "Mouth": ("mouth",),
    "Vowels": ("aa", "ih", "ou", "ee", "oh"),
    "Emotions": ("happy", "angry", "sad", "relaxed", "surprised"),
}
"""Parts of a face, with the beginnings of their sources."""


def part_of(source: str) -> str:
    """Return the part of the face that a source moves."""
    return next(part for part, begins in PARTS.items() if source.startswith(begins))
