"""USD text (.usda): UsdSkel joints, blend shapes and their motion as time samples.

    /Face                     SkelRoot
    /Face/Skeleton            Skeleton, ten joints; binds the animation
    /Face/Skeleton/Animation  SkelAnimation: rotations, translations, scales and
                              blendShapeWeights; `facewire:tracked` is false where no
                              face was seen and the pose was held
    /Face/Mesh                Mesh, skinned rigidly, 52 blend shapes bound to it
    /Face/Mesh/jawOpen ...    BlendShape: offsets of the points that it moves

Metres, +Y up, +Z out of the face; quaternions are written w x y z, matrices row by row
for row vectors. Time codes count frames at `timeCodesPerSecond`. Frames keep the times
at which they were seen, so a time code need not be whole. The root's translation places
the head where it was seen.

Source: OpenUSD 26, "UsdSkel Schemas In-Depth" and the schemas' own documentation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from protocols.channels import ARKIT, BONES, WEIGHTS_SLICE

from .performance import Performance, Rig, linear
from .skeleton import JOINTS, PARENTS, REST, joint_turns, rest_places, root_positions
from .turns import continuous

_SKEL: Final = 'prepend apiSchemas = ["SkelBindingAPI"]'


def joint_path(joint: str) -> str:
    """Return a joint's name in UsdSkel: its path from the root, with slashes."""
    parent = PARENTS[joint]
    return joint if parent is None else f"{joint_path(parent)}/{joint}"


def encode(performance: Performance, rig: Rig, software: str) -> Iterator[str]:
    """Yield the file's text. All times differ by more than a millionth of a frame."""
    rate = float(performance.rate)
    # Time codes are rounded to a millionth of a frame, so that 33,333,333 ns at 30 fps
    # is frame 1.
    codes = [f"{at:.6f}".rstrip("0").rstrip(".") for at in performance.seconds * rate]
    yield f"""#usda 1.0
(
    customLayerData = {{
        string generator = {_quoted(software)}
        string subject = {_quoted(performance.subject)}
    }}
    defaultPrim = "Face"
    startTimeCode = {codes[0]}
    endTimeCode = {codes[-1]}
    timeCodesPerSecond = {rate:.12g}
    framesPerSecond = {rate:.12g}
    metersPerUnit = 1
    upAxis = "Y"
)

def SkelRoot "Face"
{{
"""
    yield from _skeleton(performance, codes)
    yield from _mesh(rig)
    yield "}\n"


def _skeleton(performance: Performance, codes: list[str]) -> Iterator[str]:
    joints = _tokens(joint_path(joint) for joint in JOINTS)
    rest = [(*_rest(joint),) for joint in JOINTS]
    places = rest_places()
    yield f"""    def Skeleton "Skeleton" (
        {_SKEL}
    )
    {{
        uniform token[] joints = {joints}
        uniform matrix4d[] bindTransforms = {_matrices(places[j] for j in JOINTS)}
        uniform matrix4d[] restTransforms = {_matrices(rest)}
        rel skel:animationSource = </Face/Skeleton/Animation>

        def SkelAnimation "Animation"
        {{
            uniform token[] joints = {joints}
            uniform token[] blendShapes = {_tokens(ARKIT)}
            half3[] scales = [{", ".join(["(1, 1, 1)"] * len(JOINTS))}]
"""
    vectors = performance.vectors
    turns = continuous(joint_turns(vectors))[..., [3, 0, 1, 2]]
    yield from _samples("quatf[] rotations", codes, map(_tuples, turns))
    roots = root_positions(vectors)
    others = ", ".join(_tuple(place) for place in rest[1:])
    moved = (f"[{_tuple(root)}, {others}]" for root in roots.tolist())
    yield from _samples("float3[] translations", codes, moved)
    weights = (f"[{_list(row)}]" for row in vectors[:, WEIGHTS_SLICE].tolist())
    yield from _samples("float[] blendShapeWeights", codes, weights)
    seen = ("1" if seen else "0" for seen in performance.tracked.tolist())
    yield from _samples("custom bool facewire:tracked", codes, seen)
    yield "        }\n    }\n\n"


def _mesh(rig: Rig) -> Iterator[str]:
    count = len(rig.points)
    low, high = rig.points.min(axis=0).tolist(), rig.points.max(axis=0).tolist()
    joints = np.array([JOINTS.index(bone) for bone in BONES])[rig.bones].tolist()
    targets = ", ".join(f"</Face/Mesh/{name}>" for name in ARKIT)
    one = "elementSize = 1\n            interpolation = "
    yield f"""    def Mesh "Mesh" (
        {_SKEL}
    )
    {{
        uniform bool doubleSided = 1
        uniform token subdivisionScheme = "none"
        float3[] extent = [{_tuple(low)}, {_tuple(high)}]
        int[] faceVertexCounts = [{", ".join(["3"] * len(rig.triangles))}]
        int[] faceVertexIndices = {rig.triangles.ravel().tolist()}
        point3f[] points = {_tuples(rig.points)}
        color3f[] primvars:displayColor = {_tuples(linear(rig.colours))} (
            interpolation = "vertex"
        )
        matrix4d primvars:skel:geomBindTransform = {_matrix((0.0, 0.0, 0.0))}
        int[] primvars:skel:jointIndices = {joints} (
            {one}"vertex"
        )
        float[] primvars:skel:jointWeights = [{", ".join(["1"] * count)}] (
            {one}"vertex"
        )
        rel skel:skeleton = </Face/Skeleton>
        uniform token[] skel:blendShapes = {_tokens(ARKIT)}
        rel skel:blendShapeTargets = [{targets}]
"""
    for name, morph in zip(ARKIT, rig.morphs, strict=True):
        moved = np.flatnonzero(morph.any(axis=1))
        yield f"""
        def BlendShape "{name}"
        {{
            uniform vector3f[] offsets = {_tuples(morph[moved])}
            uniform int[] pointIndices = {moved.tolist()}
        }}
"""
    yield "    }\n"


def _samples(name: str, codes: list[str], values: Iterable[str]) -> Iterator[str]:
    yield f"            {name}.timeSamples = {{\n"
    for code, value in zip(codes, values, strict=True):
        yield f"                {code}: {value},\n"
    yield "            }\n"


def _rest(joint: str) -> tuple[float, float, float]:
    return rest_places()[joint] if PARENTS[joint] is None else REST[joint]


def _tuple(values: Iterable[float]) -> str:
    return f"({_list(values)})"


def _list(values: Iterable[float]) -> str:
    return ", ".join([f"{value:.7g}" for value in values])


def _tuples(rows: npt.NDArray[Any]) -> str:
    return f"[{', '.join([_tuple(row) for row in rows.tolist()])}]"


def _tokens(names: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


def _matrices(places: Iterable[Iterable[float]]) -> str:
    return f"[{', '.join(map(_matrix, places))}]"


def _matrix(place: Iterable[float]) -> str:
    """Return a translation as a 4 x 4 matrix for row vectors: it is in the last row."""
    rows = ("(1, 0, 0, 0)", "(0, 1, 0, 0)", "(0, 0, 1, 0)", f"({_list(place)}, 1)")
    return f"( {', '.join(rows)} )"


def _quoted(text: str) -> str:
    """Return a string literal that USD reads back, whatever characters it has."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    plain = plain.replace("\n", "\\n").replace("\r", "\\r")
    return f'"{plain}"'
