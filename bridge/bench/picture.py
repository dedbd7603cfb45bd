"""Draws pictures of the bundled clip with landmarks, and its curves over time."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from bridge.errors import BridgeError
from protocols.channels import INDEX

from .accuracy import Performance

Canvas = npt.NDArray[np.uint8]

SHOWN: Final = (
    *("eyeBlinkLeft", "jawOpen", "mouthSmileLeft"),
    *("browInnerUp", "mouthPucker", "eyeLookInLeft"),
)
WIDTH: Final = 1200
PLOT: Final = (400, 130)
"""Width and height of one curve's plot in pixels."""
INK: Final = (60, 50, 40)
TRUE: Final = (170, 170, 170)
SOLVED: Final = (60, 140, 20)


def draw(performance: Performance) -> Canvas:
    """Return (H, 1200, 3) uint8 BGR: pictures on top, plots of `SHOWN` below."""
    plots = [_plot(performance, name) for name in SHOWN]
    rows = [np.hstack(plots[i : i + 3]) for i in range(0, len(plots), 3)]
    canvas: Canvas = np.vstack([_strip(performance), *rows, _legend()])
    return canvas


def write(performance: Performance, path: Path) -> None:
    """Write the picture as PNG or JPEG, depending on the path's suffix.

    Raises:
        BridgeError: the file cannot be written.
    """
    try:
        written = cv2.imwrite(str(path), draw(performance))
    except cv2.error:
        written = False
    if not written:
        raise BridgeError(
            f"{path}: cannot be written, expected an existing folder and a name that "
            "ends in .png or .jpg"
        )


def _strip(performance: Performance) -> Canvas:
    count = len(performance.pictures)
    width = WIDTH // count
    tiles = []
    for pixels, points in zip(performance.pictures, performance.points, strict=True):
        shown = pixels.copy()
        for x, y in () if points is None else points[:, :2]:
            cv2.circle(shown, (int(x), int(y)), 1, (120, 255, 120), -1, cv2.LINE_AA)
        height, full = shown.shape[:2]
        # Crop to the middle of the picture, where the face is.
        part = min(full, height)
        left = (full - part) // 2
        square = shown[:, left : left + part]
        tiles.append(cv2.resize(square, (width, width), interpolation=cv2.INTER_AREA))
    strip: Canvas = np.hstack(tiles).astype(np.uint8)
    return strip


def _plot(performance: Performance, name: str) -> Canvas:
    width, height = PLOT
    canvas: Canvas = np.full((height, width, 3), 255, dtype=np.uint8)
    left, top, bottom = 12, 26, height - 12
    cv2.line(canvas, (left, bottom), (width - 12, bottom), TRUE, 1)
    cv2.putText(
        canvas, name, (left, 17), cv2.FONT_HERSHEY_SIMPLEX, 0.45, INK, 1, cv2.LINE_AA
    )
    times = performance.times_s
    x = left + (width - 12 - left) * times / max(float(times[-1]), 1e-6)
    for values, colour in ((performance.truth, TRUE), (performance.solved, SOLVED)):
        curve = np.nan_to_num(values[:, INDEX[name]])
        y = bottom - (bottom - top) * np.clip(curve, 0.0, 1.0)
        line = np.stack([x, y], axis=1).round().astype(np.int32)
        thick = 3 if colour is TRUE else 1
        cv2.polylines(canvas, [line], False, colour, thick, cv2.LINE_AA)
    return canvas


def _legend() -> Canvas:
    canvas: Canvas = np.full((30, WIDTH, 3), 255, dtype=np.uint8)
    for x, text, colour in (
        (12, "what the clip was rendered with", TRUE),
        (330, "what facewire sends (0 to 1)", SOLVED),
    ):
        cv2.line(canvas, (x, 14), (x + 30, 14), colour, 3, cv2.LINE_AA)
        cv2.putText(
            canvas,
            text,
            (x + 38, 18),
            cv2.FONT_HERSHEY_SIMPLEX,
            0.45,
            INK,
            1,
            cv2.LINE_AA,
        )
    return canvas
