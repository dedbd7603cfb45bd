"""Generates a rig by Rigify, which Blender brings, and moves its head."""

from __future__ import annotations

import bpy  # type: ignore[import-not-found]

from . import stage


def scene() -> None:
    bpy.ops.preferences.addon_enable(module="rigify")
    bpy.ops.object.armature_human_metarig_add()
    meta = bpy.context.object
    names = {row.bone: row.target for row in stage.character(meta).bones}
    stage.say(metarig=names)
    bpy.context.view_layer.objects.active = meta
    bpy.ops.pose.rigify_generate()
    (rig,) = [one for one in bpy.data.objects if one.type == "ARMATURE" and one != meta]
    character = stage.character(rig)
    stage.say(rig={row.bone: row.target for row in character.bones})
    face = stage.face(0, head__y=0.4)
    stage.part("shell.rig").rig_of(character).pose(face.vector, face.expression, 1.0)
    stage.say(ahead=stage.ahead(rig, "DEF-spine.006"))


stage.play(scene)
