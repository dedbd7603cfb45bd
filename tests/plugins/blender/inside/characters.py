"""Imports the characters that words name, and moves them."""

from __future__ import annotations

import time
from pathlib import Path

import bpy  # type: ignore[import-not-found]

from . import stage

POSES = 100


def moved(path: str) -> dict[str, object]:
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.ops.import_scene.gltf(filepath=path)
    rigs = [one for one in bpy.data.objects if one.type == "ARMATURE"]
    meshes = [
        one
        for one in bpy.data.objects
        if one.type == "MESH" and one.data.shape_keys is not None
    ]
    root = (rigs or meshes)[0]
    while root.parent is not None:
        root = root.parent
    character = stage.character(root)
    sources = {row.source for row in character.shapes}
    rig = stage.part("shell.rig")
    made = rig.rig_of(character)
    face = stage.face(0, jawOpen=0.5, eyeBlinkLeft=1.0, head__y=0.4, neck__y=0.1)
    best_s = 1.0
    for at in range(POSES):
        other = stage.face(at, jawOpen=at / POSES, eyeBlinkLeft=1.0 - at / POSES)
        began = time.perf_counter()
        rig.rig_of(character).pose(other.vector, other.expression, 1.0)
        best_s = min(best_s, time.perf_counter() - began)
    rig.rig_of(character).pose(face.vector, face.expression, 1.0)
    head = {row.bone: row.target for row in character.bones}.get("head")
    way = None
    if head is not None:
        bpy.context.view_layer.update()
        armature = character.armature
        pose = armature.pose.bones[head]
        turn = pose.matrix.to_3x3() @ pose.bone.matrix_local.to_3x3().inverted()
        world = armature.matrix_world.to_3x3().normalized()
        way = [round(x, 3) for x in world @ turn @ world.inverted() @ stage.AHEAD]
    blocks = {
        block.name: round(block.value, 3)
        for keys in bpy.data.shape_keys
        for block in keys.key_blocks[1:]
        if block.value
    }
    return {
        "sources": len(sources),
        "shapes": len(made.shapes),
        "bones": [row.bone for row in character.bones if row.use],
        "head": way,
        "blocks": blocks,
        "ms": round(best_s * 1e3, 3),
    }


def scene() -> None:
    for word in stage.WORDS:
        stage.say(**{Path(word).stem: moved(word)})


stage.play(scene)
