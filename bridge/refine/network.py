"""The refiner's weights: an offline tool works with them or not at all."""

from __future__ import annotations

from pathlib import Path

from bridge.config import Engines
from bridge.errors import ModelError
from bridge.network import open_network
from engines.engine import GraphError
from engines.graphs import REFINER
from engines.refine.refiner import Refiner
from engines.weights import find_weights


def open_refiner(folder: Path, engines: Engines | None = None) -> tuple[Refiner, str]:
    """Return a refiner, and the SHA-256 of its weights.

    Args:
        folder: where they are.
        engines: what must run the network; unset, "auto".

    Raises:
        EngineError: what was asked for by name does not run the network.
        ModelError: the weights are missing, damaged or of another shape.
    """
    try:
        weights = find_weights(REFINER.name, folder)
        network = open_network(REFINER, weights, engines or Engines())
    except GraphError as error:
        raise ModelError(f"refine: {error}") from None
    return Refiner(network.engine), weights.sha256
