"""Imports takes: words are a .mcap, a .csv, and a file that is none."""

from __future__ import annotations

from itertools import pairwise

import bpy  # type: ignore[import-not-found]

from . import stage

NAMES = ["jawOpen", "eyeBlinkLeft", "mouthSmileLeft"]


def values(one: object, name: str) -> list[list[float]]:
    for curve in stage.curves_of(one.data.shape_keys):  # type: ignore[attr-defined]
        if curve.data_path == f'key_blocks["{name}"].value':
            return [list(point.co) for point in curve.keyframe_points]
    raise AssertionError(name)


def refused(**words: object) -> str:
    try:
        bpy.ops.facewire.import_take(**words)
    except RuntimeError as error:
        return str(error)
    raise AssertionError(f"{words} was imported")


def scene() -> None:
    mcap, csv, none = stage.WORDS
    one, rig = stage.mesh("Face", NAMES), stage.armature("Rig")
    one.parent = rig
    character = stage.character(one)
    character.expressions = True
    rig.pose.bones["Head"].rotation_mode = "XYZ"
    scene, settings = bpy.context.scene, bpy.context.scene.facewire
    scene.render.fps, scene.frame_current, scene.frame_end = 60, 100, 110
    assert bpy.ops.facewire.import_take(filepath=mcap) == {"FINISHED"}
    stage.say(first=stage.keyed(one.data.shape_keys), jaw=values(one, "jawOpen"))
    stage.say(zero=settings.zero, end=scene.frame_end, rig=stage.keyed(rig)["paths"])
    scene.frame_set(130)
    stage.say(shown=stage.shapes_of(one), head=stage.ahead(rig, "Head"))
    turns = [c for c in stage.curves_of(rig) if "Head" in c.data_path]
    steps = [
        max(abs(b.co[1] - a.co[1]) for a, b in pairwise(curve.keyframe_points))
        for curve in turns
    ]
    stage.say(euler=[len(turns), max(steps)], happy=rig["facewire_happiness"])
    own = one.data.shape_keys.animation_data.action
    # The second actor lies where its timecode says, and the first action is kept.
    character.subject = "bert"
    assert bpy.ops.facewire.import_take(filepath=mcap) == {"FINISHED"}
    stage.say(second=stage.keyed(one.data.shape_keys)["frames"], kept=own.use_fake_user)
    settings.placing = "CURRENT"
    scene.frame_current = 500
    assert bpy.ops.facewire.import_take(filepath=csv) == {"FINISHED"}
    stage.say(csv=stage.keyed(one.data.shape_keys), csv_jaw=values(one, "jawOpen"))
    settings.placing, settings.zero = "TIMECODE", "oops"
    stage.say(
        errors=[
            refused(filepath=mcap),
            refused(filepath=none),
            refused(filepath=mcap, subject="carl"),
        ]
    )
    settings.zero = "12:00:00:00"
    scene.render.fps = 120
    stage.say(far=refused(filepath=mcap))
    character.shapes.clear()
    character.bones.clear()
    stage.say(empty=refused(filepath=mcap))


stage.play(scene)
