"""What a person and a scene look like, apart from geometry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .glasses import Frames

Colour = tuple[float, float, float]
"""sRGB red, green, blue, 0 to 1."""

Direction = tuple[float, float, float]
"""Camera frame, from the face toward the light; any length."""


@dataclass(frozen=True, slots=True)
class Look:
    """A person's colours and hair. Baked into textures once by `paint.paint`."""

    skin: Colour = (0.80, 0.61, 0.51)
    blush: float = 0.7
    """0 to 1: how much redder cheeks, nose, ears and lids are."""
    lips: Colour = (0.70, 0.40, 0.37)
    iris: Colour = (0.20, 0.33, 0.40)
    pupil: float = 0.42
    """Of the iris radius."""
    hair: Colour = (0.20, 0.13, 0.09)
    hair_length: float = 0.012
    """Metres that the hair stands off the scalp; 0 is a shaven head."""
    hair_layers: int = 12
    """Shells that make up the hair: 4 for speed, 12 for a close look."""
    brow: Colour = (0.13, 0.08, 0.06)
    brow_thickness: float = 1.0
    """1 is about 9 mm at the widest."""
    brow_height: float = 0.0
    """Metres above the usual place."""
    brow_density: float = 0.9
    """0 to 1."""
    stubble: float = 0.15
    """0 to 1."""
    freckles: float = 0.1
    """0 to 1."""
    shirt: Colour = (0.23, 0.33, 0.40)
    creases: float = 1.0
    """How deep the folds are that expressions make: 0 smooth, 2 an old face."""
    glasses: Frames | None = None
    seed: int = 1
    """Of every speckle and hair."""


@dataclass(frozen=True, slots=True)
class Lighting:
    """The scene around the head."""

    key: Direction = (-0.55, 0.55, 0.75)
    key_colour: Colour = (1.0, 0.96, 0.90)
    key_strength: float = 2.0
    fill: Direction = (0.8, 0.1, 0.6)
    fill_colour: Colour = (0.98, 0.95, 0.95)
    fill_strength: float = 0.55
    rim: Direction = (0.75, 0.5, -0.7)
    rim_strength: float = 0.9
    ambient: Colour = (0.70, 0.68, 0.68)
    """From above; from below comes a warmer half of it."""
    ambient_strength: float = 0.55
    shadows: bool = True
    background: Colour = (0.36, 0.43, 0.49)
    background_edge: Colour = (0.12, 0.15, 0.19)


DAYLIGHT: Final = Lighting()
