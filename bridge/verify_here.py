"""Verifies the NVIDIA runtimes of this machine, and times the others beside them."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib import metadata
from typing import Final

from engines.runtime.cache import PlanCache
from engines.runtime.graphs import SOLVER
from engines.runtime.nvidia.platform import Platform, platform
from engines.runtime.plan_key import Flavour
from engines.runtime.runtimes import RUNTIMES, DeviceError

from .plans import FLAVOURS, Timed, shipped, time_all
from .verification import Tell, card, soak, verify
from .verification_report import Report

PACKAGES: Final = (
    *("facewire", "onnxruntime", "onnxruntime-gpu", "tensorrt", "tensorrt-rtx"),
    *("pycuda", "cuda-bindings", "numpy"),
)
"""Packages whose versions are reported, if they are installed."""


def verify_here(
    soak_s: float,
    calls: int,
    tell: Tell,
    *,
    names: tuple[str, ...] = (),
    flavours: tuple[Flavour, ...] | None = None,
    on: Callable[[Flavour], Platform] = platform,
    cache: PlanCache | None = None,
) -> Report:
    """Try everything that is installed.

    Args:
        soak_s: seconds of the long run; 0 leaves it out.
        calls: of each timing.
        tell: shows what is being tried.
        names: of the networks; all by default.
        flavours: the compilers; None means those that are installed.
        on: opens a compiler and its card.
        cache: where plans are kept; None means the user's folder.

    Raises:
        GraphError: a network that ships is missing or damaged.
        ModelError: a named network does not exist.
    """
    lacks = tuple(filter(None, (RUNTIMES[one].missing() for one in FLAVOURS)))
    if flavours is None:
        flavours = tuple(one for one in FLAVOURS if not RUNTIMES[one].missing())
    kept, graphs = cache or PlanCache(), shipped(names)
    gpu, soaked = None, None
    rows = []
    try:
        if flavours:
            gpu = card(flavours[0], on)
        rows = list(verify(graphs, flavours, kept, calls=calls, tell=tell, on=on))
        if flavours and soak_s > 0.0:
            tell(f"{flavours[0]}: {SOLVER.name} for {soak_s:g} s")
            (solver,) = shipped((SOLVER.name,))
            soaked = soak(*solver, on(flavours[0]), kept, soak_s)
    except DeviceError as error:
        lacks += (str(error),)
    tell("ONNX Runtime")
    others = [
        row
        for row in time_all(
            graphs,
            ("cpu", "cuda"),
            "auto",
            calls=calls,
            paced=max(calls // 3, 20),
            clock_ns=time.perf_counter_ns,
        )
        if isinstance(row, Timed)
    ]
    return Report(lacks, gpu, _versions(), tuple(rows), tuple(others), soaked)


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
