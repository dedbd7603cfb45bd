"""Adds an animation to a GLB and leaves everything else in the file as it is.

    header      12 bytes, with the new length
    JSON chunk  the old members; `bufferViews` and `accessors` get new ends, and
                `animations` a new beginning: many programs play only the first one
    BIN chunk   the old bytes, padding to 4, the keys
    others      as they were

Every morph node gets one channel `weights`, whose numbers are frame by frame, K to a
frame. Keys that interpolation meets anyway are left out, so channels may have lists of
times of their own. An accessor of times states its least and largest number, as glTF
requires.

A VRM extension is taken out: programs for VRM set all morphs and bones in every frame
and would not play the animation. The springs go with it, because they need it.

Sources: Khronos, glTF 2.0 Specification, sections 3.6, 3.11 and 4.4.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from protocols.arrays import Numbers
from protocols.errors import DecodeError

from .animation import Animation, float_times
from .chunks import Chunks, join, padded, split
from .json_text import as_array, as_object, elements, members
from .keys import Keys
from .transform import taken_apart

VRM: Final = ("VRM", "VRMC_vrm", "VRMC_springBone", "VRMC_springBone_extended_collider")
"""Extensions that are taken out."""


@dataclass(frozen=True, slots=True)
class Appended:
    """A new file, and what a user should know about it."""

    data: bytes
    notes: tuple[str, ...]


def append(data: bytes, animation: Animation) -> Appended:
    """Return the file with one animation more.

    Args:
        data: a GLB.
        animation: its nodes and numbers of targets are those of the file.

    Raises:
        DecodeError: the bytes are not a GLB that can get an animation; the sentence
            says why.
        ValueError: the animation does not fit the file.
    """
    chunks = split(data)
    document = members(chunks.text, "the JSON chunk")
    notes = _without_vrm(document)
    nodes = _array(document, "nodes")
    _check(document, nodes, animation)
    binary = padded(chunks.binary)
    old = {name: _array(document, name) for name in ("bufferViews", "accessors")}
    keys = Keys(
        float_times(animation.times),
        stepped=animation.stepped,
        size=len(binary),
        views=len(old["bufferViews"]),
        accessors=len(old["accessors"]),
    )
    for node, weights in animation.weights.items():
        keys.weights(node, weights)
    for node, turns in animation.turns.items():
        keys.turns(node, turns)
    for node, places in animation.places.items():
        keys.places(node, places)
    before = _array(document, "animations")
    if before:
        one = len(before) == 1
        notes.append(
            f"the file has {'an animation' if one else f'{len(before)} animations'} "
            f"already; the new one is the first, {animation.name!r}"
        )
    document["animations"] = as_array([_text(keys.animation(animation.name)), *before])
    for name, added in (("bufferViews", keys.views), ("accessors", keys.accessors)):
        document[name] = as_array([*old[name], *map(_text, added)])
    binary += keys.data
    document["buffers"] = _buffers(document, len(binary))
    _without_matrices(document, nodes, {*animation.turns, *animation.places})
    new = join(Chunks(as_object(document), binary, chunks.others))
    return Appended(new, tuple(notes))


def _array(document: dict[str, str], name: str) -> list[str]:
    return elements(document[name], name) if name in document else []


def _buffers(document: dict[str, str], size: int) -> str:
    buffers = _array(document, "buffers")
    if not buffers:
        return _text([{"byteLength": size}])
    first = members(buffers[0], "buffers[0]")
    if "uri" in first:
        raise DecodeError(
            "glb: buffers[0] is in another file; expected it in this file, as programs "
            "that write .glb do"
        )
    first["byteLength"] = str(size)
    return as_array([as_object(first), *buffers[1:]])


def _without_vrm(document: dict[str, str]) -> list[str]:
    """Take the VRM extensions out of a document; return what to say about it."""
    extensions = members(document.get("extensions", "{}"), "extensions")
    found = [name for name in VRM if name in extensions]
    if not found:
        return []
    kept = {name: text for name, text in extensions.items() if name not in found}
    _put(document, "extensions", as_object(kept) if kept else "")
    for name in ("extensionsUsed", "extensionsRequired"):
        words = [word for word in _array(document, name) if json.loads(word) not in VRM]
        _put(document, name, as_array(words) if words else "")
    return [
        "VRM's part of the file is left out, with its expressions and springs, because "
        "programs for VRM do not play an animation inside a character; for those write "
        "a .vrma"
    ]


def _put(document: dict[str, str], name: str, text: str) -> None:
    """Set a member that is there, or remove it if the text is empty."""
    if not text:
        document.pop(name, None)
    elif name in document:
        document[name] = text


def _check(document: dict[str, str], nodes: list[str], animation: Animation) -> None:
    frames, meshes = len(animation.times), _array(document, "meshes")
    tables = (
        ("weights", animation.weights, None),
        ("rotation", animation.turns, 4),
        ("translation", animation.places, 3),
    )
    for what, channels, width in tables:
        for node, values in channels.items():
            if not 0 <= node < len(nodes):
                raise ValueError(f"animation: {what} of node {node} of {len(nodes)}")
            wanted = _targets(nodes[node], meshes) if width is None else width
            if values.shape != (frames, wanted) or not np.isfinite(values).all():
                raise ValueError(
                    f"animation: {what} of node {node} is {values.shape}, expected "
                    f"({frames}, {wanted}) finite numbers"
                )


def _targets(node: str, meshes: list[str]) -> int:
    """Return how many morph targets a node's mesh has: as many as its primitive with
    the most, as `meshes.py` counts them."""
    try:
        mesh = json.loads(meshes[json.loads(node)["mesh"]])
        return max(len(entry.get("targets") or []) for entry in mesh["primitives"])
    except (KeyError, IndexError, TypeError, ValueError):
        return 0


def _without_matrices(
    document: dict[str, str], nodes: list[str], moved: set[int]
) -> None:
    """Write moved nodes by parts, because a matrix cannot be animated."""
    changed = False
    for at in moved:
        node = members(nodes[at], f"nodes[{at}]")
        if "matrix" in node:
            place, turn, scale = taken_apart(
                _numbers(node.pop("matrix"), f"nodes[{at}]")
            )
            node["translation"] = _text(place.tolist())
            node["rotation"] = _text(turn.tolist())
            node["scale"] = _text(scale.tolist())
            nodes[at], changed = as_object(node), True
    if changed:
        document["nodes"] = as_array(nodes)


def _numbers(text: str, what: str) -> Numbers:
    try:
        return np.array(json.loads(text), dtype=np.float64).reshape(4, 4).T
    except (ValueError, TypeError):
        raise DecodeError(f"glb: the matrix of {what} is not 16 numbers") from None


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
