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
from bridge.errors import CaptureError, ModelError
from bridge.solve.expression import ExpressionReader, open_expression
from bridge.solve.open import make_actor, open_solver, open_tracker
from bridge.solve.tracker import Landmarks
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
    shows = round(SETTLE_S * RATE)
    learns = 0 if calm is None else round(REST_S * RATE)
    rests = 0 if calm is None else learns + shows
    step = 1.0 / (shows + rests)
    with ExitStack() as stack:
        tracker = open_tracker(config)
        stack.callback(tracker.close)
        solver = open_solver(config)
        stack.callback(solver.close)
        read = _reader(config)
        if read is not None:
            stack.callback(read.close)
        actor = make_actor(config, path.stem, solver)
        if calm is not None:
            actor.calibrate(REST_S - 1.5 / RATE)
        frame: FaceFrame | None = None
        left = np.zeros(len(ARKIT), dtype=np.float32)
        for at in range(rests + shows):
            picture = pixels if at >= rests or calm is None else calm
            if at == learns:
                actor.keep_neutral()
            if at == rests and frame is not None:
                left = frame.vector[WEIGHTS_SLICE] * _CHANGES
            at_ns = round(at * 1e9 / RATE)
            found = tracker.track(picture, at_ns)
            if found:
                expression = NO_EXPRESSION
                if read is not None and at == rests + shows - 1:
                    expression = _read(read, picture, found[0])
                image = Image(at, at_ns, at_ns, picture)
                frame = actor.solve(image, found[0], expression)
            elif picture is calm and neutral is not None:
                raise CaptureError(_no_face(neutral))
            progress(step)
    if frame is None or not frame.tracked:
        raise CaptureError(_no_face(path))
    vector = as_seen(frame.vector)
    # What the solver still sees in the neutral face is no part of the expression.
    vector[WEIGHTS_SLICE] = np.maximum(vector[WEIGHTS_SLICE] - left, 0.0)
    return Still(vector, frame.expression, frame.confidence)


def _pixels(path: Path) -> Pixels:
    if not path.is_file():
        raise CaptureError(f"{path}: no such file; check the spelling")
    pixels = load(path)
    if pixels is None:
        raise CaptureError(
            f"{path}: cannot be read as an image; expected JPEG, PNG, BMP, WebP or TIFF"
        )
    return pixels


def _reader(config: Config) -> ExpressionReader | None:
    """Open the expression network if the settings ask for it and it can be used."""
    if config.expression == "off":
        return None
    try:
        return open_expression(engines=config.engines)
    except ModelError:
        if config.expression == "on":
            raise
        return None


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
