"""Opens a network with the runtime that `[engines]` names, for all commands.

device     opened
auto       the best runtime that is ready; those that cannot be used are skipped
a name     that runtime, or EngineError; there is no fallback
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from engines.runtime.engine import Engine, GraphError
from engines.runtime.graphs import Graph
from engines.runtime.runtimes import Device, DeviceError
from engines.runtime.select import Nvidia, Opened, open_engine
from engines.runtime.switching import SwitchingEngine
from engines.runtime.weights import Weights

from .config import Engines
from .errors import EngineError
from .interruptible import interruptible

logger = logging.getLogger(__name__)

COMPILED: Final = ("tensorrt", "tensorrt_rtx")
"""Runtimes that may compile the network first if they are named."""

_COMPILING: Final = threading.Lock()
"""Held while a network is compiled, because a compiler uses all cores."""


@dataclass(frozen=True, slots=True)
class OpenedNetwork:
    """An engine and its description."""

    engine: Engine
    told: str
    """Runtime and precision, and the reason if there was a choice."""


def open_network(
    graph: Graph,
    weights: Weights,
    engines: Engines,
    *,
    background: bool = False,
    nvidia: Nvidia | None = None,
) -> OpenedNetwork:
    """Return a network's engine, and log once why it was chosen.

    Args:
        graph: the inputs and outputs that the weights must have.
        weights: the shipped weights.
        engines: the runtime and precision to use.
        background: if "auto" finds a card but no plan for it, compile a plan on another
            thread, and use it as soon as it is ready.
        nvidia: options for TensorRT.

    Raises:
        EngineError: the named runtime is missing or cannot run the network.
        GraphError: the weights are missing, damaged or of another shape.
    """
    content = weights.read()
    name = weights.path.name
    nvidia = nvidia or Nvidia()

    def opened(device: Device, stop: threading.Event) -> Opened:
        return open_engine(
            graph,
            content,
            device,
            precision=engines.precision,
            source=str(weights.path),
            nvidia=replace(
                nvidia,
                progress=_watch(name, stop),
                stopped=stop.is_set,
                int8=weights.read_nvidia_int8,
            ),
        )

    try:
        if engines.device in COMPILED:
            first = interruptible(
                lambda stop: opened(engines.device, stop),
                lambda one: one.engine.close(),
            )
        else:
            first = opened(engines.device, threading.Event())
    except DeviceError as error:
        raise EngineError(str(error)) from error
    except GraphError as error:
        if engines.device in ("auto", "cpu") and engines.precision == "auto":
            raise
        # The shipped weights are valid, so the requested runtime or precision is not.
        raise EngineError(str(error)) from error
    usual = engines.device == "auto" and first.device == "cpu" and not first.passed
    level = logging.DEBUG if usual else logging.INFO
    logger.log(level, "- %s on %s", name, first.reason)
    engine, told = first.engine, first.title if usual else first.reason
    if background and first.uncompiled is not None:
        engine = _meanwhile(name, first.engine, first.uncompiled, opened)
        told = f"{told}; compiling"
    return OpenedNetwork(engine, told)


def _meanwhile(
    name: str,
    first: Engine,
    device: Device,
    opened: Callable[[Device, threading.Event], Opened],
) -> Engine:
    def better(stop: threading.Event) -> Engine:
        while not _COMPILING.acquire(timeout=0.1):
            if stop.is_set():
                raise DeviceError(f"{device}: stopped")
        try:
            return opened(device, stop).engine
        finally:
            _COMPILING.release()

    def told(sentence: str) -> None:
        logger.info("- %s: %s", name, sentence)

    return SwitchingEngine(first, better, told)


def _watch(name: str, stop: threading.Event) -> Callable[[str, float], bool]:
    """Return a progress callback that logs the start of a build and can stop it."""
    begun = threading.Event()

    def progress(phase: str, done: float) -> bool:
        if not begun.is_set():
            begun.set()
            logger.info("- %s: compiling for this card", name)
        return not stop.is_set()

    return progress
