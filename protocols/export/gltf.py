"""glTF 2.0 binary (GLB): a face with 52 morph targets on ten bones, and its motion.

    12 bytes  "glTF", version 2, total length; everything is little-endian
    chunk     length, "JSON", text padded with spaces to a multiple of 4
    chunk     length, "BIN\\0", the numbers that the text's accessors refer to

    scene     face, spine
    face      mesh and skin; `extras.targetNames` has the targets' ARKit names
    spine     the root of the bones; its translation places the head where it was seen
    animation one sampler each for the weights, the ten rotations and the root's
              translation, all on one list of times; linear

Metres, quaternions x y z w; +Y up, +Z out of the face, as glTF requires. Frames keep
the times at which they were seen. `extras` of the animation contains the subject, the
nominal frame rate, and in `untracked` the [from, to) seconds in which no face was seen
and the pose was held (null means the end).

Source: Khronos, glTF 2.0 Specification, sections 3 and 4 (ISO/IEC 12113:2022).
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import numpy.typing as npt

from protocols.channels import ARKIT, BONES, CHANNELS, WEIGHTS_SLICE
from protocols.gltf.chunks import Chunks, join

from .gltf_numbers import GlbNumbers
from .performance import Performance, Rig, linear
from .skeleton import JOINTS, PARENTS, REST, joint_turns, rest_places, root_positions
from .turns import continuous

_VERTICES, _INDICES = 34962, 34963


def encode(performance: Performance, rig: Rig, software: str) -> bytes:
    """Return the file.

    Raises:
        ValueError: two times are equal in float32, or the file exceeds 4 GiB.
    """
    times = performance.seconds.astype("<f4")
    if (np.diff(times) <= 0.0).any():
        raise ValueError("gltf: two frames at one time, expected rising float32")
    root, turns = root_positions(performance.vectors), joint_turns(performance.vectors)
    turns = continuous(turns)
    numbers = GlbNumbers()
    document = _face(performance.subject, rig, software, root[0], turns[0], numbers)
    document["animations"] = [_animation(performance, times, turns, root, numbers)]
    return _file(document, numbers)


def encode_rest(rig: Rig, software: str) -> bytes:
    """Return a file with the face at rest and no animation."""
    still = np.zeros((1, len(CHANNELS)), dtype=np.float32)
    root, turns = root_positions(still), joint_turns(still)
    numbers = GlbNumbers()
    document = _face("face", rig, software, root[0], turns[0], numbers)
    return _file(document, numbers)


def _face(
    subject: str,
    rig: Rig,
    software: str,
    root: npt.NDArray[np.float64],
    turns: npt.NDArray[np.float64],
    numbers: GlbNumbers,
) -> dict[str, Any]:
    """Return the document of a face on its bones, in a pose.

    Args:
        subject: name of the scene.
        rig: the face.
        software: the program that writes.
        root: (3,) place of the spine.
        turns: (10, 4) of the joints.
        numbers: gets the arrays.
    """
    bones = [_bone(joint, root, turns[k]) for k, joint in enumerate(JOINTS)]
    spine = 1 + JOINTS.index("spine")
    skin = {
        "joints": list(range(1, 1 + len(JOINTS))),
        "skeleton": spine,
        "inverseBindMatrices": numbers.add(_inverse_binds()),
    }
    # Node 0 is the face; the joints follow.
    face = {"name": "face", "mesh": 0, "skin": 0}
    return {
        "asset": {"version": "2.0", "generator": software},
        "scene": 0,
        "scenes": [{"name": subject, "nodes": [0, spine]}],
        "nodes": [face, *bones],
        "meshes": [_mesh(rig, numbers)],
        "skins": [skin],
        "materials": [
            {
                "name": "face",
                "doubleSided": True,
                "pbrMetallicRoughness": {"metallicFactor": 0.0, "roughnessFactor": 0.7},
            }
        ],
    }


def _file(document: dict[str, Any], numbers: GlbNumbers) -> bytes:
    document = {**document, **numbers.tables()}
    text = json.dumps(document, separators=(",", ":"), allow_nan=False)
    return join(Chunks(text, b"".join(numbers.parts)))


def normals(points: npt.NDArray[Any], triangles: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return (v, 3) float64 unit normals, each the mean of its triangles' by area."""
    a, b, c = (points[triangles[:, k]].astype(np.float64) for k in range(3))
    across = np.cross(b - a, c - a)
    out = np.zeros((len(points), 3))
    for k in range(3):
        np.add.at(out, triangles[:, k], across)
    length = np.linalg.norm(out, axis=1, keepdims=True)
    # If triangles have no area, any direction is valid.
    return np.where(length > 0.0, out / np.where(length > 0.0, length, 1.0), [0, 0, 1])


def _bone(
    joint: str, root: npt.NDArray[np.float64], turn: npt.NDArray[np.float64]
) -> dict[str, Any]:
    """Return a node in the pose of the first frame."""
    place = root.tolist() if PARENTS[joint] is None else list(REST[joint])
    node = {"name": joint, "translation": place, "rotation": turn.tolist()}
    under = [1 + k for k, name in enumerate(JOINTS) if PARENTS[name] == joint]
    return {**node, "children": under} if under else node


def _inverse_binds() -> npt.NDArray[Any]:
    """Return (10, 16) matrices, column by column: the rest pose only has
    translations."""
    out = np.tile(np.eye(4), (len(JOINTS), 1, 1))
    out[:, 3, :3] = [[-x for x in place] for place in _places()]
    return out.reshape(-1, 16).astype("<f4")


def _places() -> list[tuple[float, float, float]]:
    places = rest_places()
    return [places[joint] for joint in JOINTS]


def _mesh(rig: Rig, numbers: GlbNumbers) -> dict[str, Any]:
    still = normals(rig.points, rig.triangles)
    joints = np.zeros((len(rig.points), 4), dtype="u1")
    joints[:, 0] = np.array([JOINTS.index(bone) for bone in BONES])[rig.bones]
    shares = np.zeros((len(rig.points), 4), dtype="<f4")
    shares[:, 0] = 1.0
    # glTF's colours are linear factors of light, not sRGB.
    colours = np.column_stack([linear(rig.colours), np.ones(len(rig.colours))])
    attributes = {
        "POSITION": numbers.add(rig.points.astype("<f4"), _VERTICES, bounds=True),
        "NORMAL": numbers.add(still.astype("<f4"), _VERTICES),
        "COLOR_0": numbers.add(colours.astype("<f4"), _VERTICES),
        "JOINTS_0": numbers.add(joints, _VERTICES),
        "WEIGHTS_0": numbers.add(shares, _VERTICES),
    }
    targets = []
    for morph in rig.morphs:
        moved = normals(rig.points + morph, rig.triangles) - still
        targets.append(
            {
                "POSITION": numbers.add(morph.astype("<f4"), _VERTICES, bounds=True),
                "NORMAL": numbers.add(moved.astype("<f4"), _VERTICES),
            }
        )
    indices = rig.triangles.ravel().astype("<u2")
    primitive = {
        "attributes": attributes,
        "indices": numbers.add(indices, _INDICES),
        "material": 0,
        "targets": targets,
    }
    return {
        "name": "face",
        "primitives": [primitive],
        "weights": [0.0] * len(ARKIT),
        "extras": {"targetNames": list(ARKIT)},
    }


def _animation(
    performance: Performance,
    times: npt.NDArray[Any],
    turns: npt.NDArray[np.float64],
    root: npt.NDArray[np.float64],
    numbers: GlbNumbers,
) -> dict[str, Any]:
    when = numbers.add(times, bounds=True)
    weights = performance.vectors[:, WEIGHTS_SLICE].astype("<f4").ravel()
    spine = 1 + JOINTS.index("spine")
    moved = [
        (0, "weights", weights),
        (spine, "translation", root.astype("<f4")),
        *(
            (1 + k, "rotation", np.ascontiguousarray(turns[:, k]).astype("<f4"))
            for k in range(len(JOINTS))
        ),
    ]
    samplers = [
        {"input": when, "interpolation": "LINEAR", "output": numbers.add(values)}
        for _, _, values in moved
    ]
    channels = [
        {"sampler": k, "target": {"node": node, "path": path}}
        for k, (node, path, _) in enumerate(moved)
    ]
    untracked = [
        [start, None if math.isinf(end) else end] for start, end in performance.spans()
    ]
    return {
        "name": performance.subject,
        "channels": channels,
        "samplers": samplers,
        "extras": {
            "subject": performance.subject,
            "fps": float(performance.rate),
            "untracked": untracked,
        },
    }
