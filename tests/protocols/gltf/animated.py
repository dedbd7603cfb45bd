"""Reads the numbers of an animation back with pygltflib, an independent reader."""

from __future__ import annotations

import numpy as np
import pygltflib

from protocols.arrays import Floats, Numbers
from protocols.gltf.vrma import VrmAnimation

TIMES: Numbers = np.arange(45) / 30.0


def wave(phase: float, width: int | None = None) -> Floats:
    """Return (F,) or (F, width) weights, 0 to 1."""
    columns = np.arange(width or 1)
    values = 0.5 + 0.5 * np.sin(3.0 * TIMES[:, None] + phase + columns)
    out: Floats = values.astype(np.float32)
    return out if width else out[:, 0]


def nod(size: float = 0.3) -> Numbers:
    """Return (F, 4) rotations about x, up to `size` radians."""
    half = 0.5 * size * np.sin(4.0 * TIMES)
    nothing = np.zeros_like(half)
    return np.stack([np.sin(half), nothing, nothing, np.cos(half)], axis=1)


def performance() -> VrmAnimation:
    """Return an animation with everything that a file may hold but presets."""
    return VrmAnimation(
        "talk",
        TIMES,
        custom={"JawOpen": wave(0.0), "まばたき": wave(1.0)},
        turns={"head": nod(), "spine": nod(0.1)},
        look=nod(0.2),
    )


def numbers(file: pygltflib.GLTF2, accessor: int) -> Floats:
    """Return (n, width) numbers of an accessor of floats."""
    table = file.accessors[accessor]
    view = file.bufferViews[table.bufferView]
    blob = file.binary_blob()
    assert table.componentType == 5126 and blob is not None
    width = {"SCALAR": 1, "VEC3": 3, "VEC4": 4}[table.type]
    begin = view.byteOffset or 0
    values = np.frombuffer(blob[begin : begin + view.byteLength], "<f4")
    assert len(values) == table.count * width
    return values.reshape(-1, width)


def channel(
    file: pygltflib.GLTF2, node: int, path: str, width: int
) -> tuple[Floats, Floats]:
    """Return times (n,) and values (n, width) of the first animation's channel."""
    animation = file.animations[0]
    found = [
        animation.samplers[one.sampler]
        for one in animation.channels
        if one.target.node == node and one.target.path == path
    ]
    assert len(found) == 1
    times = numbers(file, found[0].input)[:, 0]
    bounds = file.accessors[found[0].input]
    assert bounds.min == [times[0]] and bounds.max == [times[-1]]
    return times, numbers(file, found[0].output).reshape(len(times), width)
