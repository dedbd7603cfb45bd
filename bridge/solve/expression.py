"""Reads the expression of a tracked face with the expression network."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

from bridge.capture.source import Pixels
from bridge.config import Config, Engines
from bridge.errors import ModelError
from bridge.inference import open_network
from engines.face.crop import face_input
from engines.runtime.engine import Engine, GraphError
from engines.runtime.graphs import EXPRESSION
from engines.runtime.weights import FOLDER, find_weights
from protocols.channels import Vector

from .tracker import Landmarks

logger = logging.getLogger(__name__)

_FACE = EXPRESSION.inputs[0].name
_PROBABILITIES = EXPRESSION.outputs[0].name


class ExpressionReader:
    """Reads the expression of one face in one image. Keeps nothing between images.

    Not thread-safe: it owns its engine, and closes it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __call__(self, pixels: Pixels, landmarks: Landmarks) -> Vector:
        """Return (8,) float32 probabilities in `EXPRESSIONS` order, summing to 1.

        Args:
            pixels: (h, w, 3) uint8 BGR, the image that the landmarks were found in.
            landmarks: where the face is.

        Raises:
            ValueError: the landmarks are not finite, or all in one place.
        """
        face = face_input(pixels, landmarks.points)
        found = self._engine.run({_FACE: face})[_PROBABILITIES]
        out: Vector = found[0].astype(np.float32)  # a copy: the engine reuses its own
        return out

    def close(self) -> None:
        """Free the engine. Safe to call twice."""
        self._engine.close()


def expression_reader(
    config: Config, *, background: bool = False
) -> ExpressionReader | None:
    """Open the network if the settings ask for it and it can be used.

    Args:
        config: `expression` and `[engines]` count.
        background: see `open_network`.

    Raises:
        EngineError: what was asked for by name does not run the network.
        ModelError: `expression = "on"`, and the weights cannot be used.
    """
    if config.expression == "off":
        return None
    try:
        return open_expression(engines=config.engines, background=background)
    except ModelError as error:
        if config.expression == "on":
            raise
        logger.warning("x expressions are off: %s", error)
        return None


def open_expression(
    folder: Path = FOLDER,
    *,
    engines: Engines | None = None,
    background: bool = False,
) -> ExpressionReader:
    """Return a reader over the shipped weights.

    Args:
        folder: where they are.
        engines: what must run the network; unset, "auto".
        background: see `open_network`.

    Raises:
        EngineError: what was asked for by name does not run the network.
        ModelError: the weights cannot be used.
    """
    engines = (engines or Engines()).for_expression()
    try:
        weights = find_weights(EXPRESSION.name, folder)
        network = open_network(EXPRESSION, weights, engines, background=background)
    except GraphError as error:
        raise ModelError(f"{error}; or switch `expression` off") from error
    return ExpressionReader(network.engine)
