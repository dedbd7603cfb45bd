"""What scripts in Blender share: the extension, a character, faces, reports.

These scripts run in Blender's Python, which has bpy and numpy, and nothing of facewire
but the installed extension.
"""

from __future__ import annotations

import importlib
import json
import math
import os
import socket
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import bpy  # type: ignore[import-not-found]

NAME = "bl_ext.user_default.facewire"
PACKAGE, *WORDS = sys.argv[1:]


def part(name: str) -> Any:
    """Return a module of the installed extension."""
    return importlib.import_module(f"{NAME}.{name}")


def say(**facts: object) -> None:
    """Report something to the test."""
    sys.stdout.write(f"json: {json.dumps(facts)}\n")
    sys.stdout.flush()


def play(scene: Callable[[], None]) -> None:
    """Install the extension, run a script, and end."""
    code = 1
    try:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        done = bpy.ops.extensions.package_install_files(
            filepath=PACKAGE, repo="user_default", enable_on_install=True
        )
        assert done == {"FINISHED"}, done
        scene()
        say(done=True)
        code = 0
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    # bpy may wait for ever at a normal end while an extension is switched on.
    os._exit(code)


def mesh(name: str, shapes: Sequence[str]) -> Any:
    """Make a mesh of one triangle; each shape lifts one corner by 1."""
    data = bpy.data.meshes.new(name)
    data.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    made = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(made)
    made.shape_key_add(name="Basis")
    for shape in shapes:
        block = made.shape_key_add(name=shape)
        block.data[0].co.z, block.value = 1.0, 0.0
    return made


BONES = {
    # name: parent, head, tail; a character of 1.7 m that looks along -Y.
    "Hips": (None, (0.0, 0.0, 0.9), (0.0, 0.0, 1.0)),
    "Spine": ("Hips", (0.0, 0.0, 1.0), (0.0, 0.02, 1.2)),
    "Chest": ("Spine", (0.0, 0.02, 1.2), (0.0, 0.03, 1.4)),
    "Neck": ("Chest", (0.0, 0.03, 1.4), (0.0, 0.0, 1.5)),
    "Head": ("Neck", (0.0, 0.0, 1.5), (0.0, 0.0, 1.7)),
    "LeftEye": ("Head", (0.03, -0.08, 1.6), (0.03, -0.12, 1.6)),
    "RightEye": ("Head", (-0.03, -0.08, 1.6), (-0.03, -0.12, 1.6)),
    "LeftShoulder": ("Chest", (0.05, 0.0, 1.4), (0.2, 0.0, 1.4)),
    "RightShoulder": ("Chest", (-0.05, 0.0, 1.4), (-0.2, 0.0, 1.4)),
}


def armature(name: str, roll: float = 0.0) -> Any:
    """Make an armature of `BONES`, each rolled about its own length."""
    made = bpy.data.objects.new(name, bpy.data.armatures.new(name))
    bpy.context.scene.collection.objects.link(made)
    bpy.context.view_layer.objects.active = made
    bpy.ops.object.mode_set(mode="EDIT")
    for bone, (parent, head, tail) in BONES.items():
        edited = made.data.edit_bones.new(bone)
        edited.head, edited.tail, edited.roll = head, tail, roll
        if parent is not None:
            edited.parent = made.data.edit_bones[parent]
    bpy.ops.object.mode_set(mode="OBJECT")
    return made


def character(one: Any) -> Any:
    """Make an object a character, as the button does."""
    bpy.context.view_layer.objects.active = one
    assert bpy.ops.facewire.add_character() == {"FINISHED"}
    return bpy.context.scene.facewire.character()


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.bind(("127.0.0.1", 0))
        return int(end.getsockname()[1])


def face(seq: int, **channels: float) -> Any:
    """Return a face with some channels; a second has 50 of them."""
    faces, shared = part("core.face"), part("shared.channels")
    vector = [0.0] * len(shared.CHANNELS)
    for name, value in channels.items():
        vector[shared.INDEX[name.replace("__", ".")]] = value
    ns = seq * 20_000_000
    return faces.Face(
        "Ann",
        seq,
        seq,
        ns,
        ns,
        ns,
        True,
        1.0,
        faces.Timecode(12 * 3600 * 50 + seq, 0.0, 50, 1),
        tuple(vector),
        (0.25, 0.75, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        None,
    )


def shapes_of(one: Any) -> dict[str, float]:
    """Return the values of an object's shapes that are not 0."""
    blocks = one.data.shape_keys.key_blocks[1:]
    return {block.name: round(block.value, 4) for block in blocks if block.value}


def ahead(one: Any, bone: str) -> list[float]:
    """Return where the front of a posed bone looks in the world; -Y at rest."""
    bpy.context.view_layer.update()
    pose = one.pose.bones[bone]
    turn = pose.matrix.to_3x3() @ pose.bone.matrix_local.to_3x3().inverted()
    return [round(part, 4) for part in one.matrix_world.to_3x3() @ turn @ AHEAD]


def _vector(*numbers: float) -> Any:
    return importlib.import_module("mathutils").Vector(numbers)


AHEAD = _vector(0.0, -1.0, 0.0)
QUARTER = math.pi / 2


def curves_of(data: Any) -> list[Any]:
    """Return the curves that a data-block plays."""
    animation = data.animation_data
    if hasattr(animation.action, "fcurves"):
        return list(animation.action.fcurves)
    (strip,) = animation.action.layers[0].strips
    return list(strip.channelbag(animation.action_slot).fcurves)


def keyed(data: Any) -> dict[str, Any]:
    """Return what a data-block's action holds."""
    curves = curves_of(data)
    first = [point.co[0] for point in curves[0].keyframe_points]
    return {
        "paths": sorted({curve.data_path for curve in curves}),
        "frames": [first[0], first[-1], len(first)],
        "kinds": sorted({p.interpolation for c in curves for p in c.keyframe_points}),
        "action": data.animation_data.action.name,
        "kept": data.animation_data.action.use_fake_user,
        "facts": {
            name: data.animation_data.action[f"facewire_{name}"]
            for name in ("subject", "timecode", "rate")
        },
    }
