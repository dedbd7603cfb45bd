"""The interface of everything that runs a graph."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Tensors = Mapping[str, npt.NDArray[np.float32]]
"""float32 arrays by the graph's names of its inputs or outputs."""


class GraphError(Exception):
    """A graph's file is missing, corrupt, or does not follow its contract."""


class FeedError(ValueError):
    """An input is missing, of another shape or type, or not finite."""


@dataclass(frozen=True, slots=True)
class Spec:
    """One input or output of a graph; always float32, always of this shape."""

    name: str
    shape: tuple[int, ...]


class Engine(Protocol):
    """A loaded graph. Not thread-safe: use one engine in one thread.

    Recurrent graphs take and return their state as ordinary inputs and outputs. So an
    engine keeps no state, and `run` is a pure function of its inputs.
    """

    device: str
    """Description for users: "ONNX Runtime 1.31.1, CPU, one thread"."""
    inputs: tuple[Spec, ...]
    outputs: tuple[Spec, ...]

    def run(self, feeds: Tensors) -> Tensors:
        """Run the graph once. Returned arrays are valid until the next call.

        Raises:
            FeedError: an input does not fit `inputs`, or holds NaN or infinity.
        """

    def close(self) -> None:
        """Free its resources. Safe to call twice."""


def check_feeds(graph: str, inputs: tuple[Spec, ...], feeds: Tensors) -> None:
    """Raise FeedError, naming graph and input, unless every input is as declared.

    A NaN in an input would spread to every output, and recurrent state would keep it.
    So it is refused before the graph runs.
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
        # The sum of squares is finite only if all numbers are; isfinite on each takes
        # three times as long. The sum may overflow for numbers above 1e18, which are
        # refused too.
        flat = array.ravel()
        if not math.isfinite(np.dot(flat, flat)):
            raise FeedError(f"{graph}: {spec.name} holds NaN or infinity")
