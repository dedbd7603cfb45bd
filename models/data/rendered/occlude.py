"""What comes between a face and the camera: hair, hands, things; drawn flat."""

from __future__ import annotations

import cv2
import numpy as np

from engines.drawing.develop import Picture
from protocols.arrays import Floats

Rng = np.random.Generator
Bgr = tuple[float, float, float]

FRINGE, CURTAINS, HAND, THING = 0.14, 0.16, 0.05, 0.04
"""How often each is there. Hair belongs to a person, the others to a picture."""


def hang_hair(picture: Picture, marks: Floats, colour: Bgr, seed: int) -> None:
    """Draw a fringe, hair down the sides, both or neither, in place.

    Args:
        picture: (H, W, 3) BGR.
        marks: (68, 2) the iBUG points in it, pixels.
        colour: BGR of the hair, 0 to 255.
        seed: the same for every picture of a person: so is their hair.
    """
    rng = np.random.default_rng(seed)
    fringe, curtains = rng.random() < FRINGE, rng.random() < CURTAINS
    width = float(np.linalg.norm(marks[16] - marks[0]))
    up = marks[27] - marks[8]
    up = up / (np.linalg.norm(up) + 1e-6)
    if fringe:
        reach = rng.uniform(0.35, 0.95)
        part = rng.uniform(-0.2, 1.2)
        for _ in range(int(rng.integers(30, 120))):
            s = rng.uniform(0.02, 0.98)
            brow = marks[0] + s * (marks[16] - marks[0]) + 0.16 * width * up
            root = brow + 0.42 * width * up
            lean = 0.12 * width * np.sign(s - part) * rng.uniform(0.2, 1)
            tip = root + reach * (brow - root) * rng.uniform(0.7, 1.15)
            tip = tip + np.array([lean, 0.0])
            _strand(picture, root, tip, colour, width, rng)
    if curtains:
        cover = rng.uniform(0.0, 0.10)
        for edge, inward in ((0, 1.0), (16, -1.0)):
            across = (marks[16] - marks[0]) / max(width, 1.0) * inward
            for _ in range(int(rng.integers(40, 120))):
                off = rng.uniform(-0.22, cover) * width
                root = marks[edge] + off * across + 0.55 * width * up
                tip = marks[edge] + off * across - rng.uniform(0.4, 1.1) * width * up
                _strand(picture, root, tip, colour, width, rng)


def hide(picture: Picture, marks: Floats, skin: Bgr, rng: Rng) -> None:
    """Now and then put a hand or a thing before the face, in place."""
    width = float(np.linalg.norm(marks[16] - marks[0]))
    if rng.random() < HAND:
        _hand(picture, marks, skin, width, rng)
    if rng.random() < THING:
        at = marks[rng.integers(68)] + rng.normal(0, 0.1 * width, 2)
        long, short = (rng.uniform(0.06, 0.3, 2) * width).astype(int).tolist()
        colour = rng.uniform(0, 255, 3).tolist()
        centre = (int(at[0]), int(at[1]))
        turn = float(rng.uniform(0, 180))
        cv2.ellipse(
            picture, centre, (long, short), turn, 0, 360, colour, -1, cv2.LINE_AA
        )


def _strand(
    picture: Picture, root: Floats, tip: Floats, colour: Bgr, width: float, rng: Rng
) -> None:
    tone = np.clip(np.array(colour) * rng.uniform(0.5, 1.4), 0, 255).tolist()
    bow = rng.normal(0, 0.03 * width, 2)
    s = np.linspace(0, 1, 6)[:, None]
    path = root + s * (tip - root) + (4 * s * (1 - s)) * bow
    points = np.round(path * 8).astype(np.int32)
    thick = max(1, round(width * rng.uniform(0.006, 0.022)))
    cv2.polylines(picture, [points], False, tone, thick, cv2.LINE_AA, 3)


def _hand(picture: Picture, marks: Floats, skin: Bgr, width: float, rng: Rng) -> None:
    """Four fingers, each a rounded stroke with a lighter middle, and a palm."""
    goal = marks[rng.choice([30, 33, 51, 57, 62, 48, 54, 8, 3, 13])]
    turn = rng.uniform(0, 2 * np.pi)
    way = np.array([np.cos(turn), np.sin(turn)])
    across = np.array([-way[1], way[0]])
    wide = width * rng.uniform(0.09, 0.13)
    tone = np.clip(np.array(skin) * rng.uniform(0.75, 1.15), 0, 255)
    for k in range(int(rng.integers(2, 5))):
        tip = (
            goal + across * (k - 1.5) * 1.08 * wide + way * rng.normal(0, 0.06) * width
        )
        end = tip + way * width * rng.uniform(0.5, 0.9)
        for share, light in ((1.0, 0.72), (0.82, 0.9), (0.5, 1.0)):
            cv2.line(
                picture,
                _pixel(tip),
                _pixel(end),
                np.clip(tone * light, 0, 255).tolist(),
                max(1, int(wide * share)),
                cv2.LINE_AA,
            )
    palm = goal + way * width * 0.95
    axes = (int(0.4 * width), int(0.3 * width))
    degrees = float(np.degrees(turn))
    shade = (tone * 0.85).tolist()
    cv2.ellipse(picture, _pixel(palm), axes, degrees, 0, 360, shade, -1, cv2.LINE_AA)


def _pixel(point: Floats) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))
