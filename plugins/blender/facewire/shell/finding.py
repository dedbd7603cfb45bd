"""Fill a character's lists with the shapes and bones that its names say."""

from __future__ import annotations

import bpy
import numpy as np

from ..core.drives import by_names
from ..core.skeleton import Joint, find_bones
from ..shared.channels import ARKIT, BONES
from .meshes import driven_names, keys_of, objects_of, shape_names

OPENS = frozenset({"jawOpen", "aa", "oh"})
"""Sources by which a character opens its mouth: its jaw bone then stays."""
EYES = ("leftEye", "rightEye")
MOVES = 0.5
"""Share of an eyeball's vertices: shapes of gaze that move more turn the eye."""
OWNED = 0.5
"""A vertex belongs to a bone from this weight on."""


def find(character) -> str:
    """Fill both lists anew; return in words what was found."""
    if character.armature is None:
        character.armature = _armature(character.root)
    names = shape_names(character)
    drives = by_names(names)
    character.shapes.clear()
    for drive in drives:
        row = character.shapes.add()
        row.source, row.shape = drive.source, drive.shape
        row.gain, row.low, row.high = drive.gain, drive.low, drive.high
    _open_ranges(character)
    sources = {drive.source for drive in drives}
    bones = _bones(character, sources)
    curves = len(sources & set(ARKIT))
    told = [f"{curves} of 52 curves move {len({d.shape for d in drives})} shapes"]
    if names and not drives:
        told = ["no shape has a name that is known: add lines to the mapping"]
    if not names:
        told = ["no shape keys"]
    own = driven_names(character) & {drive.shape for drive in drives}
    if own:
        told.append(f"{len(own)} have drivers of their own, which win")
    told.append(f"bones: {', '.join(bones) or 'none'}")
    return "; ".join(told)


def _armature(root: bpy.types.Object | None) -> bpy.types.Object | None:
    """Return the armature of a character: the root, or what deforms or is below it."""
    if root is None or root.type == "ARMATURE":
        return root
    for one in (root, *root.children_recursive):
        if one.type == "ARMATURE":
            return one
        for modifier in one.modifiers:
            if modifier.type == "ARMATURE" and modifier.object is not None:
                return modifier.object
    parent = root.parent
    return parent if parent is not None and parent.type == "ARMATURE" else None


def _open_ranges(character) -> None:
    """Let shapes go below 0 where a line wants it; Blender would cut them."""
    lowest: dict[str, float] = {}
    for row in character.shapes:
        lowest[row.shape] = min(lowest.get(row.shape, 0.0), row.low)
    for keys in keys_of(character):
        for name, low in lowest.items():
            block = keys.key_blocks.get(name)
            if block is not None and low < block.slider_min:
                block.slider_min = low


def _bones(character, sources: set[str]) -> list[str]:
    character.bones.clear()
    if character.armature is None:
        return []
    bones = list(character.armature.data.bones)
    place = {bone.name: at for at, bone in enumerate(bones)}
    joints = [
        Joint(bone.name, place[bone.parent.name] if bone.parent else -1)
        for bone in bones
    ]
    found = find_bones(joints)
    by_shapes = _move_eyeballs(character, [found[eye] for eye in EYES if eye in found])
    for bone in BONES:
        if bone in found:
            row = character.bones.add()
            row.bone, row.target = bone, found[bone]
            # What shapes do already is not done a second time.
            row.use = not (
                (bone == "jaw" and sources & OPENS) or (bone in EYES and by_shapes)
            )
    return [row.bone for row in character.bones if row.use]


def _move_eyeballs(character, eyes: list[str]) -> bool:
    """Return True if shapes of gaze move the vertices that eye bones carry."""
    looks = {row.shape for row in character.shapes if row.source.startswith("eyeLook")}
    carried = moved = 0
    for one in objects_of(character):
        if one.type != "MESH" or one.data.shape_keys is None:
            continue
        ball = _owned(one, eyes)
        if not len(ball):
            continue
        away = np.zeros(len(ball))
        rest = _points(one.data.shape_keys.reference_key)
        for name in looks:
            block = one.data.shape_keys.key_blocks.get(name)
            if block is not None:
                step = np.abs(_points(block) - rest).max(axis=1)[ball]
                away = np.maximum(away, step)
        carried += len(ball)
        moved += int((away > 1e-6).sum())
    return carried > 0 and moved > MOVES * carried


def _owned(one: bpy.types.Object, bones: list[str]) -> np.ndarray:
    """Return the vertices of a mesh that belong to some bones."""
    groups = {group.index for group in one.vertex_groups if group.name in bones}
    if not groups:
        return np.zeros(0, dtype=np.int64)
    found = [
        vertex.index
        for vertex in one.data.vertices
        if any(g.group in groups and g.weight >= OWNED for g in vertex.groups)
    ]
    return np.array(found, dtype=np.int64)


def _points(block: bpy.types.ShapeKey) -> np.ndarray:
    """Return (V, 3) where a shape puts the vertices."""
    flat = np.empty(3 * len(block.data), dtype=np.float32)
    block.data.foreach_get("co", flat)
    return flat.reshape(-1, 3)
