# A copy of engines/character/mapping.py, made by plugins/blender/copies.py.
"""What moves a character: a plain value that recognition writes and hands may change.

A drive says that a source moves some targets. Sources are the 52 curves by ARKit's
names and these, which are made of the curves and probabilities (`sources.py`):

    blink                 both eyes at once
    aa ih ou ee oh        mouth shapes for characters that have only those
    happy angry sad relaxed surprised     emotions, with hysteresis
    jaw                   the angle of the jaw bone, degrees

Targets are morph targets by their name (every mesh that has one of that name moves),
or `clip:NAME` for an expression of a VRM, or `bone:NAME` for a bone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from .channels import ARKIT

VISEMES = ("aa", "ih", "ou", "ee", "oh")
EMOTIONS = ("happy", "angry", "sad", "relaxed", "surprised")
SOURCES: Final = (*ARKIT, "blink", *VISEMES, *EMOTIONS)
"""All sources but the jaw's angle."""

CLIP: Final = "clip:"
BONE: Final = "bone:"
"""What a target begins with that is no morph target."""

WHOLE: Final = 40
"""A character with so many of the 52 curves needs no vowels, presets or emotions."""
OPENS: Final = frozenset({"jawOpen", "jaw", "aa", "oh"})
"""Sources by which a character opens its mouth."""


@dataclass(frozen=True, slots=True)
class Drive:
    """One source and what it moves: value = clip(gain * source, low, high)."""

    source: str
    to: tuple[str, ...]
    gain: float = 1.0
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True, slots=True)
class Gaze:
    """How far the eyes turn for a gaze of 1 degree or more, and by what."""

    by: str = "bones"
    """`bones`, `curves` (the eyeLook curves) or `none`. Never two at once."""
    inner: float = 30.0
    """Degrees at eyeLookIn = 1; likewise below."""
    outer: float = 30.0
    up: float = 20.0
    down: float = 20.0


@dataclass(frozen=True, slots=True)
class Lids:
    """Share of the lid gap that each curve closes at weight 1, left and right."""

    blink: tuple[float, float] = (1.0, 1.0)
    squint: tuple[float, float] = (0.25, 0.25)
    down: tuple[float, float] = (0.35, 0.35)
    """Of eyeLookDown."""
    cheek: tuple[float, float] = (0.15, 0.15)
    """Of cheekSquint, which lifts the lower lid."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """All that moves one character."""

    drives: tuple[Drive, ...] = ()
    """At most one for a source."""
    bones: dict[str, str] = field(default_factory=dict)
    """Node of the character for each of `protocols.channels.BONES` that it has: the
    node's name, or `#12` for a node without a name of its own."""
    gaze: Gaze = Gaze()
    lids: Lids = Lids()
    facing: int = 1
    """1 if the character looks along +Z at rest, -1 if along -Z."""
    emotions: str = "auto"
    """`auto`, `on` or `off`: whether the eight probabilities play emotions."""
