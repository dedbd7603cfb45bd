"""VRM Animation 1.0 (.vrma): what a VRM character does, without the character.

A GLB without meshes: nodes, one animation, and the extension `VRMC_vrm_animation`:

    humanoid     nodes of bones in T-pose, facing +Z; the animation turns them. All 15
                 bones that VRM requires must be there, leftEye and rightEye must not.
                 Only the hips may move from their place.
    expressions  one node each; the x of its translation is the weight, 0 to 1.
                 `preset` by VRM's names, `custom` by the character's own names, which a
                 reader compares letter by letter.
    lookAt       a node whose rotation is the gaze of both eyes: yaw, then pitch

Metres, quaternions x y z w, linear interpolation. Keys that interpolation meets anyway
are left out. A character faces +Z here, whichever version of VRM it has; readers turn
the motion for VRM 0.x.

Source: vrm-c/vrm-specification, `VRMC_vrm_animation-1.0`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from protocols.arrays import Floats, Numbers
from protocols.channels import unit
from protocols.rotation import Triple

from .animation import NEAR_WEIGHT, float_times
from .chunks import Chunks, join
from .keys import Keys

EXTENSION: Final = "VRMC_vrm_animation"
PRESETS: Final = (
    *("happy", "angry", "sad", "relaxed", "surprised", "neutral"),
    *("aa", "ih", "ou", "ee", "oh", "blink", "blinkLeft", "blinkRight"),
)
"""Presets that a file may drive. Those of the gaze are not allowed here."""
NOT_CUSTOM: Final = (*PRESETS, "lookUp", "lookDown", "lookLeft", "lookRight")
"""Names that an expression of a character's own must not have."""

PARENTS: Final[dict[str, str]] = {
    "spine": "hips",
    "chest": "spine",
    "upperChest": "chest",
    "neck": "upperChest",
    "head": "neck",
    "jaw": "head",
    **{
        f"{side}{bone}": f"{side}{above}" if above[0].isupper() else above
        for side in ("left", "right")
        for bone, above in (
            ("Shoulder", "upperChest"),
            ("UpperArm", "Shoulder"),
            ("LowerArm", "UpperArm"),
            ("Hand", "LowerArm"),
            ("UpperLeg", "hips"),
            ("LowerLeg", "UpperLeg"),
            ("Foot", "LowerLeg"),
        )
    },
}
"""The bones below the hips, parents first."""

BONES: Final = ("hips", *PARENTS)
HEIGHT: Final = 0.86
"""Metres from the ground to the hips."""

_SIDED: Final[dict[str, Triple]] = {
    "Shoulder": (0.025, 0.090, 0.0),
    "UpperArm": (0.085, 0.0, 0.0),
    "LowerArm": (0.235, 0.0, 0.0),
    "Hand": (0.225, 0.0, 0.0),
    "UpperLeg": (0.080, -0.035, 0.0),
    "LowerLeg": (0.0, -0.370, 0.0),
    "Foot": (0.0, -0.390, 0.0),
}
PLACES: Final[dict[str, Triple]] = {
    "hips": (0.0, HEIGHT, 0.0),
    "spine": (0.0, 0.060, 0.0),
    "chest": (0.0, 0.120, 0.0),
    "upperChest": (0.0, 0.110, 0.0),
    "neck": (0.0, 0.130, 0.0),
    "head": (0.0, 0.085, 0.010),
    "jaw": (0.0, 0.010, 0.020),
    **{f"left{bone}": place for bone, place in _SIDED.items()},
    **{f"right{bone}": (-x, y, z) for bone, (x, y, z) in _SIDED.items()},
}
"""Metres from the parent: a T-pose of a VRM adult of 1.5 m. Programs use the rotations,
and the hips' height to scale their movement."""
LOOK_FROM: Final[Triple] = (0.0, 0.06, 0.0)
"""Metres from the head to the point between the eyes."""


@dataclass(frozen=True, slots=True, eq=False)
class VrmAnimation:
    """What a file holds; F frames, at least 1."""

    name: str
    times: Numbers
    """(F,) seconds, rising, the first at least 0."""
    presets: Mapping[str, Floats] = field(default_factory=dict)
    """(F,) weights of expressions by VRM 1.0's names, those in `PRESETS`."""
    custom: Mapping[str, Floats] = field(default_factory=dict)
    """(F,) weights of expressions by the character's own names."""
    turns: Mapping[str, Numbers] = field(default_factory=dict)
    """(F, 4) rotation of bones in `BONES` from the T-pose, in its parent's frame."""
    look: Numbers | None = None
    """(F, 4) rotation of the gaze: yaw (to the character's left), then pitch (down)."""
    hips: Numbers | None = None
    """(F, 3) place of the hips, metres; None leaves them where they are."""
    stepped: bool = False


def encode(animation: VrmAnimation, software: str) -> bytes:
    """Return the file.

    Args:
        animation: what it holds. Weights are clamped to 0 to 1.
        software: the name of the program that writes it.

    Raises:
        ValueError: a preset or bone is unknown, a custom name is that of a preset, or
            an array does not have one row for each frame.
    """
    _check(animation)
    keys = Keys(float_times(animation.times), stepped=animation.stepped)
    nodes, bones = _skeleton()
    extension: dict[str, Any] = {
        "specVersion": "1.0",
        "humanoid": {"humanBones": {name: {"node": at} for name, at in bones.items()}},
    }
    roots = [bones["hips"]]
    for name, turns in animation.turns.items():
        keys.turns(bones[name], turns)
    if animation.hips is not None:
        keys.places(bones["hips"], animation.hips)
    expressions: dict[str, dict[str, Any]] = {}
    for group, weights in (
        ("preset", animation.presets),
        ("custom", animation.custom),
    ):
        for name, values in weights.items():
            places = np.zeros((len(values), 3), dtype=np.float32)
            places[:, 0] = unit(np.asarray(values, dtype=np.float32))
            keys.places(len(nodes), places, NEAR_WEIGHT)
            expressions.setdefault(group, {})[name] = {"node": len(nodes)}
            roots.append(len(nodes))
            nodes.append({"name": name})
    if expressions:
        extension["expressions"] = expressions
    if animation.look is not None:
        keys.turns(len(nodes), animation.look)
        extension["lookAt"] = {
            "node": len(nodes),
            "offsetFromHeadBone": list(LOOK_FROM),
        }
        roots.append(len(nodes))
        nodes.append({"name": "lookAt"})
    document: dict[str, Any] = {
        "asset": {"version": "2.0", "generator": software},
        "extensionsUsed": [EXTENSION],
        "extensions": {EXTENSION: extension},
        "scene": 0,
        "scenes": [{"name": animation.name, "nodes": roots}],
        "nodes": nodes,
    }
    if keys.views:
        document["animations"] = [keys.animation(animation.name)]
        document["accessors"], document["bufferViews"] = keys.accessors, keys.views
        document["buffers"] = [{"byteLength": len(keys.data)}]
    text = json.dumps(
        document, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return join(Chunks(text, keys.data))


def _check(animation: VrmAnimation) -> None:
    frames = len(animation.times)
    for name in animation.presets:
        if name not in PRESETS:
            raise ValueError(f"vrma: no preset {name!r}; expected one of {PRESETS}")
    for name in animation.custom:
        if name in NOT_CUSTOM:
            raise ValueError(f"vrma: {name!r} is the name of a preset, not of a custom")
    for name in animation.turns:
        if name not in BONES:
            raise ValueError(f"vrma: no bone {name!r}; expected one of {BONES}")
    shapes: list[tuple[str, Any, tuple[int, ...]]] = [
        *((name, values, (frames,)) for name, values in animation.presets.items()),
        *((name, values, (frames,)) for name, values in animation.custom.items()),
        *((name, values, (frames, 4)) for name, values in animation.turns.items()),
        ("look", animation.look, (frames, 4)),
        ("hips", animation.hips, (frames, 3)),
    ]
    for name, values, shape in shapes:
        if values is not None and (
            values.shape != shape or not np.isfinite(values).all()
        ):
            raise ValueError(
                f"vrma: {name} is {values.shape}, expected finite numbers {shape}"
            )


def _skeleton() -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Return nodes in T-pose, and the node of each bone."""
    at = {name: k for k, name in enumerate(BONES)}
    nodes: list[dict[str, Any]] = []
    for name in BONES:
        node: dict[str, Any] = {"name": name, "translation": list(PLACES[name])}
        below = [at[child] for child, parent in PARENTS.items() if parent == name]
        nodes.append({**node, "children": below} if below else node)
    return nodes, at
