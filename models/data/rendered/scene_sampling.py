"""Who is rendered, in which light, before what wall: drawn at random.

Two stages, so that a judgement is made where nothing was learned: people and light of
the `TEST` stage come from other ranges than those of `TRAIN`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from engines.drawing.camera import Camera
from protocols.arrays import Floats

from .appearance import Colour, Lighting, Look
from .glasses import Frames

Rng = np.random.Generator
Range = tuple[float, float]

SKIN: Final[tuple[Colour, ...]] = (
    (0.95, 0.82, 0.75),
    (0.88, 0.70, 0.60),
    (0.80, 0.61, 0.51),
    (0.69, 0.49, 0.37),
    (0.53, 0.36, 0.26),
    (0.37, 0.25, 0.18),
    (0.26, 0.18, 0.14),
)
"""From light to dark; drawn between neighbours."""
HAIR: Final[tuple[Colour, ...]] = (
    *((0.06, 0.05, 0.05), (0.13, 0.09, 0.07), (0.25, 0.16, 0.10), (0.45, 0.30, 0.17)),
    *((0.68, 0.52, 0.32), (0.50, 0.22, 0.12), (0.55, 0.55, 0.55), (0.80, 0.78, 0.75)),
)
IRIS: Final[tuple[Colour, ...]] = (
    *((0.16, 0.09, 0.05), (0.26, 0.16, 0.09), (0.20, 0.33, 0.40), (0.30, 0.42, 0.50)),
    *((0.25, 0.34, 0.22), (0.35, 0.30, 0.18), (0.10, 0.07, 0.05)),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """Ranges that people and scenes are drawn from."""

    identity: float
    """Standard deviation of the 100 identity modes."""
    brow_height: Range
    brow_thickness: Range
    brow_density: Range
    stubble: Range
    glasses: float
    """Share of people who wear them."""
    key_azimuth: Range
    """Degrees."""
    key_elevation: Range
    key_strength: Range
    fill_strength: Range
    ambient: Range
    shadows: float
    """Share of scenes with hard shadows."""
    face_px: Range
    """Width of a face in the picture, pixels."""
    stripes: bool
    """Striped walls instead of cloudy ones."""


TRAIN: Final = Stage(
    identity=0.95,
    brow_height=(-0.0035, 0.0030),
    brow_thickness=(0.4, 1.7),
    brow_density=(0.25, 1.0),
    stubble=(0.0, 1.3),
    glasses=0.18,
    key_azimuth=(-75.0, 75.0),
    key_elevation=(-15.0, 70.0),
    key_strength=(0.6, 3.0),
    fill_strength=(0.0, 1.2),
    ambient=(0.25, 1.1),
    shadows=0.5,
    face_px=(105.0, 205.0),
    stripes=False,
)
TEST: Final = Stage(
    identity=0.85,
    brow_height=(-0.0045, 0.0040),
    brow_thickness=(0.6, 1.4),
    brow_density=(0.4, 0.95),
    stubble=(0.0, 0.9),
    glasses=0.25,
    key_azimuth=(-90.0, 90.0),
    key_elevation=(-30.0, 55.0),
    key_strength=(1.0, 3.5),
    fill_strength=(0.0, 0.5),
    ambient=(0.15, 0.6),
    shadows=1.0,
    face_px=(120.0, 190.0),
    stripes=True,
)


def draw_identity(stage: Stage, rng: Rng) -> Floats:
    """Return (100,) standard deviations."""
    spread = np.clip(rng.standard_normal(100), -2.5, 2.5)
    return np.asarray(stage.identity * spread, dtype=np.float32)


def draw_look(stage: Stage, rng: Rng) -> Look:
    """Return a person's colours, hair, beard and glasses."""
    skin = _between(SKIN, rng)
    hair = _jitter(HAIR[rng.integers(len(HAIR))], 0.03, rng)
    brow = _jitter(tuple(0.65 * c for c in hair), 0.03, rng)
    if rng.random() < 0.2:
        lips = (rng.uniform(0.45, 0.8), rng.uniform(0.08, 0.3), rng.uniform(0.1, 0.35))
    else:
        red = rng.uniform(0.1, 0.5)
        lips = (skin[0] * (0.95 - 0.1 * red), skin[1] * (1 - 0.55 * red), skin[2] * 0.8)
    bearded = rng.random() < 0.35
    frames = None
    if rng.random() < stage.glasses:
        dark = rng.random() < 0.6
        tone = (0.04, 0.04, 0.05) if dark else tuple(rng.uniform(0.1, 0.7, 3))
        frames = Frames(
            width=rng.uniform(0.022, 0.029),
            height=rng.uniform(0.015, 0.024),
            square=rng.uniform(2.0, 5.0),
            band=rng.uniform(0.0012, 0.0045),
            drop=rng.uniform(0.0, 0.006),
            ahead=rng.uniform(0.010, 0.020),
            colour=_colour(tone),
        )
    bald = rng.random() < 0.15
    return Look(
        skin=skin,
        blush=rng.uniform(0.2, 1.2),
        lips=_colour(lips),
        iris=_jitter(IRIS[rng.integers(len(IRIS))], 0.03, rng),
        pupil=rng.uniform(0.3, 0.55),
        hair=hair,
        hair_length=0.0 if bald else rng.uniform(0.004, 0.03),
        hair_layers=3,
        brow=brow,
        brow_thickness=rng.uniform(*stage.brow_thickness),
        brow_height=rng.uniform(*stage.brow_height),
        brow_density=rng.uniform(*stage.brow_density),
        stubble=rng.uniform(*stage.stubble) if bearded else rng.uniform(0, 0.15),
        freckles=max(0.0, rng.normal(0, 0.35)),
        shirt=_colour(rng.uniform(0.05, 0.9, 3)),
        creases=rng.uniform(0.0, 2.0),
        glasses=frames,
        seed=int(rng.integers(1 << 30)),
    )


def draw_lighting(stage: Stage, rng: Rng) -> Lighting:
    """Return lamps of any strength, colour and direction before the face."""
    azimuth = np.radians(rng.uniform(*stage.key_azimuth))
    elevation = np.radians(rng.uniform(*stage.key_elevation))
    key = (
        float(np.sin(azimuth) * np.cos(elevation)),
        float(np.sin(elevation)),
        float(np.cos(azimuth) * np.cos(elevation)) + 0.15,
    )
    warm = rng.uniform(-0.14, 0.14)
    colour = _colour((1.0 + min(warm, 0), 0.96, 1.0 - max(warm, 0)))
    grey = rng.uniform(0.6, 0.8)
    ambient = _colour((grey + 0.5 * rng.uniform(-0.14, 0.14), grey, grey))
    return Lighting(
        key=key,
        key_colour=colour,
        key_strength=rng.uniform(*stage.key_strength),
        fill=(-key[0] + rng.normal(0, 0.4), rng.normal(0.1, 0.4), 0.6),
        fill_strength=rng.uniform(*stage.fill_strength),
        rim=(rng.uniform(-1, 1), rng.uniform(0, 0.8), -0.7),
        rim_strength=rng.uniform(0.0, 1.2),
        ambient=ambient,
        ambient_strength=rng.uniform(*stage.ambient),
        shadows=bool(rng.random() < stage.shadows),
    )


def draw_wall(stage: Stage, camera: Camera, rng: Rng) -> Floats:
    """Return (H, W, 3) linear light: clouds and boxes, or stripes."""
    h, w = camera.height, camera.width
    base = rng.uniform(0.0, 0.6, 3)
    if stage.stripes:
        y, x = np.mgrid[:h, :w] / w
        turn, waves = rng.uniform(0, np.pi), rng.uniform(1, 12)
        wave = np.sin(2 * np.pi * waves * (np.cos(turn) * x + np.sin(turn) * y))
        wall = base + 0.5 * base * wave[..., None] * rng.uniform(0, 1)
        return np.ascontiguousarray(np.clip(wall, 0, 2), dtype=np.float32)
    cells = int(rng.integers(2, 7))
    coarse = base + rng.normal(0, 0.15, (cells, cells, 3))
    wall = cv2.resize(coarse, (w, h), interpolation=cv2.INTER_CUBIC)
    for _ in range(int(rng.integers(0, 5))):
        x, y = (int(v) for v in rng.integers(-20, w - 20, 2))
        side, high = (int(v) for v in rng.integers(10, w, 2))
        shade = rng.uniform(0, 0.8, 3).tolist()
        cv2.rectangle(wall, (x, y), (x + side, y + high), shade, -1)
    return np.ascontiguousarray(np.clip(wall, 0, 2), dtype=np.float32)


def _between(ramp: tuple[Colour, ...], rng: Rng) -> Colour:
    at = rng.uniform(0, len(ramp) - 1)
    low = min(int(at), len(ramp) - 2)
    a, b = np.array(ramp[low]), np.array(ramp[low + 1])
    return _jitter(_colour(a + (at - low) * (b - a)), 0.02, rng)


def _jitter(colour: tuple[float, ...], by: float, rng: Rng) -> Colour:
    return _colour(np.asarray(colour) + rng.normal(0, by, 3))


def _colour(values: object) -> Colour:
    r, g, b = np.clip(np.asarray(values, dtype=float), 0.01, 1.0).tolist()
    return r, g, b
