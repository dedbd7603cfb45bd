"""NVIDIA's functions as the engine uses them: a builder, a card, a loader, and their
keys."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engines.runtime.graphs import Graph
from engines.runtime.kernel_timings import KernelTimings
from engines.runtime.plan_key import Flavour, Gpu, PlanKey, Recipe, TimingsKey
from engines.runtime.precision import Form
from engines.runtime.runtimes import need

from .bindings import Bindings, load_bindings
from .builder import Built, Progress, build
from .cuda import Cuda
from .plan import OpenPlan
from .py_cuda import PyCuda
from .runner import Plan
from .timings import Timings


@dataclass(frozen=True, slots=True)
class Platform:
    """How to build a plan, open a card, and load a plan."""

    flavour: Flavour
    version: str
    build: Callable[[Graph, bytes, Recipe, Progress, str, Timings | None], Built]
    enter: Callable[[], Cuda]
    load: Callable[[bytes, Graph], Plan]


def platform(flavour: Flavour) -> Platform:
    """Return the real platform.

    Raises:
        DeviceError: something is not installed; the message has the install command.
    """
    runtime = need(flavour)
    bindings = load_bindings(flavour)
    return Platform(
        flavour,
        bindings.version,
        lambda graph, content, recipe, progress, source, timings: build(
            bindings, graph, content, recipe, progress, source, timings
        ),
        lambda: PyCuda(runtime),
        lambda content, graph: OpenPlan(bindings, content, graph),
    )


def plan_key(
    bindings: Bindings | Platform, graph: Graph, made: Form, recipe: Recipe, gpu: Gpu
) -> PlanKey:
    """Return the key of a plan of this graph."""
    return PlanKey(
        flavour=bindings.flavour,
        version=bindings.version,
        graph=graph.name,
        onnx_sha256=hashlib.sha256(made.content).hexdigest(),
        precision=made.precision,
        tensors=tuple((s.name, s.shape) for s in (*graph.inputs, *graph.outputs)),
        recipe=recipe,
        gpu_name=gpu.name,
        gpu_capability=gpu.capability,
        gpu_multiprocessors=gpu.multiprocessors,
    )


def kernel_timings(on: Platform, folder: Path, gpu: Gpu) -> KernelTimings | None:
    """Return a card's kept timings; None for TensorRT-RTX, which has none."""
    if on.flavour != "tensorrt":
        return None
    key = TimingsKey(
        version=on.version,
        gpu_name=gpu.name,
        gpu_capability=gpu.capability,
        gpu_multiprocessors=gpu.multiprocessors,
        driver=gpu.driver,
    )
    return KernelTimings(folder, key)
