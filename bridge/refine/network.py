"""The refiner's weights: an offline tool works with them or not at all."""

from __future__ import annotations

from pathlib import Path

from bridge.errors import ModelError
from engines.engine import GraphError
from engines.graphs import REFINER
from engines.onnx_runtime import OnnxRuntimeEngine
from engines.refine.refiner import Refiner
from engines.weights import find_weights


def open_refiner(folder: Path) -> tuple[Refiner, str]:
    """Return a refiner, and the SHA-256 of its weights.

    Raises:
        ModelError: the weights are missing, damaged or of another shape.
    """
    try:
        weights = find_weights(REFINER.name, folder)
        engine = OnnxRuntimeEngine(REFINER, weights.read(), str(weights.path))
    except GraphError as error:
        raise ModelError(f"refine: {error}") from None
    return Refiner(engine), weights.sha256
