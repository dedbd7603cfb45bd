"""Write a motion into actions, as keys at every frame of the scene; the held expression
has keys only where it changes.

Blender 4.4 gave actions slots, and 5.0 took the older way of making curves out. Both
are used here, each where it exists. An action is made for each set of shape keys and
for the armature; the ones that were there before are kept with a fake user.
"""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np

from ..core.drives import values
from ..core.face import NO_MOOD
from ..core.motion import Keys, Motion, keys
from ..core.placing import LAST_FRAME, frame_of, zero_seconds, zero_text
from ..shared.channels import EXPRESSIONS
from .properties import FROM_TIMECODE
from .rig import MOOD, PREFIX, Rig, channels_of, rig_of, rotation_path

KINDS = bpy.types.Keyframe.bl_rna.properties["interpolation"].enum_items


class CannotWrite(Exception):
    """A motion cannot be written; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Curve:
    """The numbers of one property over time."""

    path: str
    index: int
    values: np.ndarray
    """(k,)"""
    group: str
    stepped: bool = False
    """True for numbers that stand for names: keys only where they change, and each
    counts unchanged until the next."""


def write(scene: bpy.types.Scene, character, motion: Motion, name: str) -> str:
    """Write a motion into actions of a character; return in words what was written.

    Raises:
        CannotWrite: nothing of the character can be keyed, or the timecode lies beyond
            Blender's timeline.
    """
    fps = scene.render.fps / scene.render.fps_base
    rig = rig_of(character)
    if not rig.shapes and not rig.bones:
        raise CannotWrite(
            "the character has no shapes and bones in its lists; press Find first"
        )
    found = keys(motion, _first(scene, motion, fps), fps)
    first, last = int(found.frames[0]), int(found.frames[-1])
    if max(abs(first), abs(last)) > LAST_FRAME:
        raise CannotWrite(
            f"frames {first} to {last} are beyond Blender's last one, {LAST_FRAME}: "
            "empty the field Frame 0, or let the take start at the current frame"
        )
    made = [
        _action(data, curves, found.frames, f"{name} {data.name}")
        for data, curves in _curves(rig, found)
    ]
    for action in made:
        action["facewire_subject"] = motion.subject
        action["facewire_timecode"] = str(motion.start)
        action["facewire_rate"] = f"{motion.start.rate_num}/{motion.start.rate_den}"
    scene.frame_end = max(scene.frame_end, last)
    scene.frame_start = min(scene.frame_start, max(first, 0))
    scene.frame_set(scene.frame_current)
    return f"{motion.subject}: frames {first} to {last}, from {motion.start}"


def _first(scene: bpy.types.Scene, motion: Motion, fps: float) -> float:
    """Return the frame of a motion's timecode, also a part of one.

    Raises:
        CannotWrite: the field of frame 0 is no timecode.
    """
    settings = scene.facewire
    if settings.placing != FROM_TIMECODE:
        return float(scene.frame_current)
    if not settings.zero.strip():
        # The first take starts here, and all others keep their distance from it.
        settings.zero = zero_text(motion.start.seconds, scene.frame_current, fps)
    try:
        zero_s = zero_seconds(settings.zero, fps)
    except ValueError as error:
        raise CannotWrite(f"Frame 0: {error}; or empty the field") from None
    return frame_of(motion.start.seconds, zero_s, fps)


def _curves(rig: Rig, found: Keys) -> list[tuple[bpy.types.ID, list[Curve]]]:
    """Return the curves of each data-block."""
    sources = [
        values(vector, expression)
        for vector, expression in zip(
            found.vectors.tolist(), found.expressions.tolist(), strict=True
        )
    ]
    weights = np.array([rig.weights(row, 1.0) for row in sources])
    curves: dict[str, tuple[bpy.types.ID, list[Curve]]] = {}
    for at, shape in enumerate(rig.shapes):
        path = shape.block.path_from_id("value")
        _, own = curves.setdefault(shape.keys.name_full, (shape.keys, []))
        own.append(Curve(path, 0, weights[:, at], ""))
    objects: dict[str, tuple[bpy.types.ID, list[Curve]]] = {}
    if rig.bones:
        armature = rig.bones[0].pose.id_data
        objects[armature.name_full] = (armature, _bone_curves(rig, found))
    if rig.expressions is not None:
        root = rig.expressions
        _, own = objects.setdefault(root.name_full, (root, []))
        for at, expression in enumerate(EXPRESSIONS):
            # A property can be keyed only where there is one.
            root[PREFIX + expression] = root.get(PREFIX + expression, 0.0)
            path = f'["{PREFIX}{expression}"]'
            own.append(Curve(path, 0, found.expressions[:, at], "facewire"))
        if np.any(found.moods != NO_MOOD):
            root[MOOD] = root.get(MOOD, NO_MOOD)
            own.append(Curve(f'["{MOOD}"]', 0, found.moods, "facewire", True))
    return [*curves.values(), *objects.values()]


def _bone_curves(rig: Rig, found: Keys) -> list[Curve]:
    columns: list[list[tuple[float, ...]]] = [[] for _ in rig.bones]
    for vector in found.vectors.tolist():
        for own, one, turn in zip(
            columns, rig.bones, rig.rotations(vector, 1.0), strict=True
        ):
            own.append(channels_of(one.pose, turn, own[-1] if own else None))
    curves = []
    for own, one in zip(columns, rig.bones, strict=True):
        path = one.pose.path_from_id(rotation_path(one.pose))
        for index, column in enumerate(np.array(own).T):
            curves.append(Curve(path, index, column, one.pose.name))
    return curves


def _action(
    data: bpy.types.ID, curves: list[Curve], frames: np.ndarray, name: str
) -> bpy.types.Action:
    """Make an action of these curves, and let the data-block play it.

    Raises:
        CannotWrite: the data-block's animation is being tweaked, or is not its own.
    """
    animation = data.animation_data or data.animation_data_create()
    if animation is None or animation.use_tweak_mode:
        raise CannotWrite(
            f"{data.name}: its animation cannot be changed now; leave the tweak mode "
            "of the NLA editor, and make linked data local"
        )
    if animation.action is not None:
        animation.action.use_fake_user = True
    action = bpy.data.actions.new(name)
    action.use_fake_user = True
    animation.action = action
    for curve in curves:
        made = _fcurve(action, data, curve)
        places = np.stack([frames.astype(np.float64), curve.values], axis=1)
        if curve.stepped:
            changes = np.diff(curve.values) != 0
            places = places[np.concatenate([[True], changes])]
        kind = KINDS["CONSTANT" if curve.stepped else "LINEAR"].value
        made.keyframe_points.add(len(places))
        made.keyframe_points.foreach_set("co", places.astype(np.float32).ravel())
        made.keyframe_points.foreach_set(
            "interpolation", np.full(len(places), kind, dtype=np.int32)
        )
        made.update()
    return action


def _fcurve(
    action: bpy.types.Action, data: bpy.types.ID, curve: Curve
) -> bpy.types.FCurve:
    if bpy.app.version >= (5, 0, 0):
        return action.fcurve_ensure_for_datablock(
            data, curve.path, index=curve.index, group_name=curve.group
        )
    if bpy.app.version >= (4, 4, 0):
        # These versions know no groups here.
        return action.fcurve_ensure_for_datablock(data, curve.path, index=curve.index)
    return action.fcurves.new(curve.path, index=curve.index, action_group=curve.group)
