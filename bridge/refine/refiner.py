"""Opens the refiner network. Unlike the live stages, refinement has no fallback.

It runs on the processor by default, so that every machine gives the same result.
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
    """A refiner, its weights and its runtime."""

    refiner: Refiner
    sha256: str
    """SHA-256 of the shipped weights file, in hex."""
    told: str
    """The runtime and the precision, for people."""


def open_refiner(folder: Path, engines: Engines = PROCESSOR) -> OpenedRefiner:
    """Return a refiner.

    Args:
        folder: the folder with the weights.
        engines: the runtime and precision to use.

    Raises:
        EngineError: the named runtime cannot run the network.
        ModelError: the weights are missing, damaged or of another shape.
    """
    try:
        weights = find_weights(REFINER.name, folder)
        network = open_network(REFINER, weights, engines)
    except GraphError as error:
        raise ModelError(f"refine: {error}") from None
    return OpenedRefiner(Refiner(network.engine), weights.sha256, network.told)
