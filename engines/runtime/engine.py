"""What runs a graph, whatever it runs on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Tensors = Mapping[str, npt.NDArray[np.float32]]
"""float32 arrays by the names that the graph gives its inputs or outputs."""


class GraphError(Exception):
    """A graph's file is missing, corrupt, or not what its contract says."""


class FeedError(ValueError):
    """An input is missing, of another shape or type, or not finite."""


@dataclass(frozen=True, slots=True)
class Spec:
    """One input or output of a graph; always float32, always of this shape."""

    name: str
    shape: tuple[int, ...]


class Engine(Protocol):
    """A loaded graph. Not thread-safe: one engine, one thread.

    Recurrent graphs carry their state as ordinary inputs and outputs, so an engine
    holds none, and `run` is a pure function of its feeds.
    """

    device: str
    """What it runs on, for people: "ONNX Runtime 1.31.1, CPU, one thread"."""
    inputs: tuple[Spec, ...]
    outputs: tuple[Spec, ...]

    def run(self, feeds: Tensors) -> Tensors:
        """Execute once. Returned arrays are valid until the next call.

        Raises:
            FeedError: a feed does not fit `inputs`, or holds NaN or infinity.
        """

    def close(self) -> None:
        """Free what it holds. Safe to call twice."""


def check_feeds(graph: str, inputs: tuple[Spec, ...], feeds: Tensors) -> None:
    """Raise FeedError, naming graph and input, unless every input is fed as declared.

    A NaN that goes in comes out in every number, and recurrent state would keep it
    for good; so it is stopped here, before the graph sees it.
    """
    if len(feeds) != len(inputs):
        unknown = ", ".join(sorted(feeds.keys() - {spec.name for spec in inputs}))
        if unknown:
            raise FeedError(f"{graph}: no such input: {unknown}")
    for spec in inputs:
        array = feeds.get(spec.name)
        if array is None:
            raise FeedError(f"{graph}: {spec.name} is missing")
        if array.shape != spec.shape or array.dtype != np.float32:
            raise FeedError(
                f"{graph}: {spec.name} is {array.dtype} {array.shape}, "
                f"expected float32 {spec.shape}"
            )
        # Their squares' sum is finite if all are; isfinite on each costs three times
        # as much. It may overflow for numbers above 1e18, and those are refused too.
        flat = array.ravel()
        if not math.isfinite(np.dot(flat, flat)):
            raise FeedError(f"{graph}: {spec.name} holds NaN or infinity")
