"""BVH (Biovision hierarchy): the ten bones and their rotations, as text.

    HIERARCHY
    ROOT spine
    {
      OFFSET 0 0 0
      CHANNELS 6 Xposition Yposition Zposition Yrotation Xrotation Zrotation
      JOINT chest
      {
        OFFSET 0 12 0
        CHANNELS 3 Yrotation Xrotation Zrotation
        ...
          End Site
          {
            OFFSET 0 0 2
          }
    MOTION
    Frames: 2
    Frame Time: 0.0166666667
    0 -50.5 -3.5 0 0 0 ...

One line of numbers per frame, in the order in which the joints are declared.
Centimetres and degrees; +X the actor's left, +Y up, +Z out of the face. Rotations apply
in the order of the channels: R = Ry Rx Rz. Only the root has a position, which places
the head where it was seen. BVH has one frame time, no weights, and no mark for lost
frames.

Source: M. Meredith and S. Maddock, "Motion Capture File Formats Explained", 2001.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from .performance import Performance
from .skeleton import JOINTS, REST, children, joint_turns, root_positions
from .turns import yaw_pitch_roll

CENTIMETRES: Final = 100.0
TURNS: Final = "Yrotation Xrotation Zrotation"
ENDS: Final = {
    "leftEye": (0.0, 0.0, 0.02),
    "rightEye": (0.0, 0.0, 0.02),
    "jaw": (0.0, -0.03, 0.06),
    "leftShoulder": (0.12, 0.0, 0.0),
    "rightShoulder": (-0.12, 0.0, 0.0),
}
"""Metres from the outermost joints to their ends; they are only for display."""


def encode(performance: Performance) -> Iterator[str]:
    """Yield the file's text. Frames are treated as evenly spaced at the rate."""
    yield "HIERARCHY\n"
    yield from _joint("spine", 0)
    n = len(performance.seconds)
    yield f"MOTION\nFrames: {n}\nFrame Time: {float(1 / performance.rate):.10f}\n"
    vectors = performance.vectors
    turns = yaw_pitch_roll(joint_turns(vectors))
    # A rotation past 180 degrees continues beyond it instead of jumping to -180.
    degrees = np.rad2deg(np.unwrap(turns, axis=0)).reshape(n, 3 * len(JOINTS))
    rows = np.hstack([root_positions(vectors) * CENTIMETRES, degrees])
    line = " ".join(["%.6f"] * rows.shape[1]) + "\n"
    for row in rows + 0.0:  # -0.0 + 0.0 is 0.0
        yield line % tuple(row)


def _joint(name: str, depth: int) -> Iterator[str]:
    indent = "  " * depth
    root = depth == 0
    offset = (0.0, 0.0, 0.0) if root else REST[name]
    yield f"{indent}{'ROOT' if root else 'JOINT'} {name}\n{indent}{{\n"
    yield f"{indent}  OFFSET {_place(offset)}\n"
    if root:
        yield f"{indent}  CHANNELS 6 Xposition Yposition Zposition {TURNS}\n"
    else:
        yield f"{indent}  CHANNELS 3 {TURNS}\n"
    for child in children(name):
        yield from _joint(child, depth + 1)
    if name in ENDS:
        yield f"{indent}  End Site\n{indent}  {{\n"
        yield f"{indent}    OFFSET {_place(ENDS[name])}\n{indent}  }}\n"
    yield f"{indent}}}\n"


def _place(metres: tuple[float, float, float]) -> str:
    return " ".join(f"{CENTIMETRES * value:g}" for value in metres)
