"""Solves a single image, with the tracker, solver and networks of the daemon."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bridge.capture.images import load
from bridge.capture.source import Image, Pixels
from bridge.config import Config
from bridge.errors import CaptureError
from bridge.solve.actor import Actor
from bridge.solve.expression import ExpressionReader, expression_reader
from bridge.solve.open import make_actor, open_solver, open_tracker
from bridge.solve.tracker import Landmarks, Tracker
from protocols.channels import ARKIT, WEIGHTS_SLICE, Vector
from protocols.frame import NO_EXPRESSION, FaceFrame

from .facing import as_seen

RATE: Final = 30.0
"""The image is shown to the solver at this rate."""
SETTLE_S: Final = 0.7
"""The image is shown for so long, for tracking and smoothing to come to rest."""
REST_S: Final = 1.5
"""A neutral image is shown for so long, and then for `SETTLE_S` once more."""

_CHANGES: Final = np.array([not name.startswith("eyeLook") for name in ARKIT])
"""(52,) curves that a neutral face has none of; a gaze is no part of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """What an image shows."""

    vector: Vector
    """(85,) the face: weights, bones, and the head's position."""
    expression: Vector
    """(8,) probabilities; zeros if expressions are off."""
    confidence: float
    """0 to 1."""


Progress = Callable[[float], object]
"""Called with the share of the work that was done since the last call."""


def solve_still(
    path: Path, config: Config, neutral: Path | None, progress: Progress
) -> Still:
    """Return the face of an image.

    Without a neutral image of the same person, the face is compared with the average
    person's, as for the first frame of a stream.

    Args:
        path: of the image.
        config: the settings.
        neutral: an image of the same person with a neutral face.
        progress: called while it works.

    Raises:
        CaptureError: a file is no image, or shows no face.
        BridgeError: a network cannot be opened.
    """
    pixels = _pixels(path)
    calm = None if neutral is None else _pixels(neutral)
    shows, learns = round(SETTLE_S * RATE), round(REST_S * RATE)
    step = 1.0 / (shows if calm is None else learns + 2 * shows)
    with ExitStack() as stack:
        tracker = open_tracker(config)
        stack.callback(tracker.close)
        solver = open_solver(config)
        stack.callback(solver.close)
        read = expression_reader(config)
        if read is not None:
            stack.callback(read.close)
        actor = make_actor(config, path.stem, solver)
        shown = _Shown(tracker, actor, read, lambda: progress(step))
        left = np.zeros(len(ARKIT), dtype=np.float32)
        if neutral is not None and calm is not None:
            actor.calibrate(REST_S - 1.5 / RATE)
            shown.show(neutral, calm, learns)
        actor.keep_neutral()
        if neutral is not None and calm is not None:
            # What the solver still sees in the neutral face is no part of the
            # expression.
            left = shown.show(neutral, calm, shows).vector[WEIGHTS_SLICE] * _CHANGES
        frame = shown.show(path, pixels, shows)
    vector = as_seen(frame.vector)
    vector[WEIGHTS_SLICE] = np.maximum(vector[WEIGHTS_SLICE] - left, 0.0)
    return Still(vector, frame.expression, frame.confidence)


@dataclass(slots=True)
class _Shown:
    """Shows images to one actor, one after the other, each for some frames."""

    tracker: Tracker
    actor: Actor
    read: ExpressionReader | None
    done: Callable[[], object]
    """Called after each frame."""
    at: int = 0
    """Frames shown so far."""

    def show(self, path: Path, picture: Pixels, frames: int) -> FaceFrame:
        """Return the last frame of an image.

        Raises:
            CaptureError: no face was found in it.
        """
        frame: FaceFrame | None = None
        for left in reversed(range(frames)):
            at_ns = round(self.at * 1e9 / RATE)
            found = self.tracker.track(picture, at_ns)
            if found:
                expression = NO_EXPRESSION
                if self.read is not None and left == 0:
                    expression = _read(self.read, picture, found[0])
                image = Image(self.at, at_ns, at_ns, picture)
                frame = self.actor.solve(image, found[0], expression)
            self.at += 1
            self.done()
        if frame is None or not frame.tracked:
            raise CaptureError(_no_face(path))
        return frame


def _pixels(path: Path) -> Pixels:
    if not path.is_file():
        raise CaptureError(f"{path}: no such file; check the spelling")
    pixels = load(path)
    if pixels is None:
        raise CaptureError(
            f"{path}: cannot be read as an image; expected JPEG, PNG, BMP, WebP or TIFF"
        )
    return pixels


def _read(read: ExpressionReader, pixels: Pixels, face: Landmarks) -> Vector:
    try:
        return read(pixels, face)
    except ValueError:
        # The landmarks are not a face; the solver detects that too.
        return NO_EXPRESSION


def _no_face(path: Path) -> str:
    return (
        f"{path}: no face was found in this image; expected one face, at least 100 "
        "pixels large and not turned far away"
    )
