"""The refiner's weights: an offline tool works with them or not at all.

On the processor unless told otherwise, so that a take is refined alike everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bridge.config import Engines
from bridge.errors import ModelError
from bridge.inference import open_network
from engines.refine.refiner import Refiner
from engines.runtime.engine import GraphError
from engines.runtime.graphs import REFINER
from engines.runtime.weights import find_weights

PROCESSOR: Final = Engines(device="cpu")


@dataclass(frozen=True, slots=True)
class OpenedRefiner:
    """A refiner and what it is."""

    refiner: Refiner
    sha256: str
    """Of its weights, as they ship."""
    told: str
    """What runs the network, and in what precision."""


def open_refiner(folder: Path, engines: Engines = PROCESSOR) -> OpenedRefiner:
    """Return a refiner.

    Args:
        folder: where its weights are.
        engines: what must run the network.

    Raises:
        EngineError: what was asked for by name does not run the network.
        ModelError: the weights are missing, damaged or of another shape.
    """
    try:
        weights = find_weights(REFINER.name, folder)
        network = open_network(REFINER, weights, engines)
    except GraphError as error:
        raise ModelError(f"refine: {error}") from None
    return OpenedRefiner(Refiner(network.engine), weights.sha256, network.told)
