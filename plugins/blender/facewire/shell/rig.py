"""The shapes and bones of one character, ready to be posed.

A rig is made anew for each pose: Blender's undo replaces all data, and a reference that
was kept would then crash Blender.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import bpy
import mathutils

from ..core.drives import ShapeDrive, by_shape, shape_value, values
from ..core.face import NO_MOOD
from ..core.skeleton import pairs
from ..core.turns import USUAL, Matrix, axes_of, local, turns
from ..shared.channels import EXPRESSIONS
from ..shared.rotation import Quaternion, multiply
from .meshes import keys_of

PREFIX = "facewire_"
"""What the custom properties of expressions begin with."""

MOOD = f"{PREFIX}mood"
"""The custom property of the held expression: its place in `EXPRESSIONS`, or -1."""

RESTING: dict[str, float] = {
    **{PREFIX + name: 0.0 for name in EXPRESSIONS},
    MOOD: NO_MOOD,
}
"""The custom properties of expressions, and their values while there is no face."""

SMALL = 1e-6
"""A change of a shape that nobody sees is not written; Blender updates for each."""

AXES: dict[str, Matrix] = {
    "USUAL": USUAL,
    "GLTF": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "BACK": ((-1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.0, 1.0, 0.0)),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape key and what moves it."""

    keys: bpy.types.Key
    block: bpy.types.ShapeKey
    drives: tuple[ShapeDrive, ...]


@dataclass(frozen=True, slots=True)
class Turning:
    """One pose bone and how it turns."""

    bone: str
    pose: bpy.types.PoseBone
    frame: Matrix
    """Its rest rotation in the armature's axes."""
    gain: float
    limit: float
    rest: Quaternion


@dataclass(frozen=True, slots=True)
class Rig:
    """What a character's settings name, found in the file as it is now."""

    shapes: tuple[Shape, ...]
    bones: tuple[Turning, ...]
    axes: Matrix
    gain: float
    expressions: bpy.types.Object | None
    """Gets the probabilities and the mood as custom properties."""

    def weights(self, sources: Sequence[float], share: float) -> list[float]:
        """Return the value of each of `shapes`.

        Args:
            sources: (66,) as `drives.values` gives them.
            share: 0 for neutral, 1 for the face.
        """
        return [
            share * shape_value(shape.drives, sources, self.gain)
            for shape in self.shapes
        ]

    def rotations(self, vector: Sequence[float], share: float) -> list[Quaternion]:
        """Return the rotation of each of `bones`, about its own axes."""
        found = turns(vector, {one.bone for one in self.bones})
        return [
            multiply(
                local(
                    found[one.bone],
                    self.axes,
                    one.frame,
                    one.gain * share,
                    one.limit,
                ),
                one.rest,
            )
            for one in self.bones
        ]

    def pose(
        self,
        vector: Sequence[float],
        expression: Sequence[float],
        share: float,
        mood: int = NO_MOOD,
    ) -> None:
        """Pose the character.

        Args:
            vector: (85,) as of a face.
            expression: (8,) as of a face.
            share: 0 for neutral, 1 for the face.
            mood: as `Face.mood_place`. A number that stands for a name has no halves:
                it holds until the face is gone.
        """
        sources = values(vector, expression)
        weights = self.weights(sources, share)
        for shape, value in zip(self.shapes, weights, strict=True):
            if abs(shape.block.value - value) > SMALL:
                shape.block.value = value
        for one, turn in zip(self.bones, self.rotations(vector, share), strict=True):
            set_rotation(one.pose, turn)
        if self.expressions is not None:
            for name, chance in zip(EXPRESSIONS, expression, strict=True):
                self.expressions[PREFIX + name] = share * chance
            self.expressions[MOOD] = mood if share > 0.0 else NO_MOOD
            self.expressions.update_tag()


def rig_of(character) -> Rig:
    """Return the rig of a character."""
    armature = character.armature
    bones = [] if armature is None or armature.pose is None else _bones(character)
    return Rig(
        tuple(_shapes(character)),
        tuple(bones),
        axes_of_armature(character) if bones else USUAL,
        character.gain,
        character.root if character.expressions else None,
    )


def _shapes(character) -> list[Shape]:
    rows = (row.drive() for row in character.shapes if row.use and row.shape)
    drives = by_shape(tuple(rows))
    # One walk over the blocks of a mesh is quicker than a search for each.
    return [
        Shape(keys, block, drives[name])
        for keys in keys_of(character)
        for name, block in keys.key_blocks.items()
        if name in drives
    ]


def _bones(character) -> list[Turning]:
    found = []
    for row in character.bones:
        pose = character.armature.pose.bones.get(row.target) if row.use else None
        if pose is not None:
            w, x, y, z = row.rest
            found.append(
                Turning(
                    row.bone,
                    pose,
                    _rows(pose.bone.matrix_local),
                    row.gain,
                    row.limit,
                    (x, y, z, w),
                )
            )
    return found


def _rows(matrix: mathutils.Matrix) -> Matrix:
    a, b, c = (tuple(row) for row in matrix.to_3x3().normalized())
    return (a, b, c)


def axes_of_armature(character) -> Matrix:
    """Return the character's left, up and ahead in its armature's axes."""
    if character.axes != "AUTO":
        return AXES[character.axes]
    bones = character.armature.data.bones
    points = {
        row.bone: tuple(bones[row.target].head_local)
        for row in character.bones
        if row.target in bones
    }
    sides = [
        tuple(bones[left].head_local - bones[right].head_local)
        for right, left in pairs(tuple(bones.keys()))
    ]
    return axes_of(points, sides)


def rotation_path(pose: bpy.types.PoseBone) -> str:
    """Return the property by which a bone turns in its rotation mode."""
    if pose.rotation_mode == "QUATERNION":
        return "rotation_quaternion"
    if pose.rotation_mode == "AXIS_ANGLE":
        return "rotation_axis_angle"
    return "rotation_euler"


def channels_of(
    pose: bpy.types.PoseBone, turn: Quaternion, before: Sequence[float] | None
) -> tuple[float, ...]:
    """Return the numbers of a rotation in a bone's rotation mode.

    Args:
        pose: the bone.
        turn: its rotation.
        before: the numbers of the frame before, so that no Euler angle leaps.
    """
    x, y, z, w = turn
    found = mathutils.Quaternion((w, x, y, z))
    if pose.rotation_mode == "QUATERNION":
        return tuple(found)
    if pose.rotation_mode == "AXIS_ANGLE":
        axis, angle = found.to_axis_angle()
        return (angle, *axis)
    if before is None:
        return tuple(found.to_euler(pose.rotation_mode))
    last = mathutils.Euler(before, pose.rotation_mode)
    return tuple(found.to_euler(pose.rotation_mode, last))


def set_rotation(pose: bpy.types.PoseBone, turn: Quaternion) -> None:
    """Turn a bone, in its own rotation mode."""
    path = rotation_path(pose)
    before = tuple(getattr(pose, path)) if path == "rotation_euler" else None
    setattr(pose, path, channels_of(pose, turn, before))
