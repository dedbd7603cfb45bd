"""Poses shapes and bones of a character that is made here."""

from __future__ import annotations

import bpy  # type: ignore[import-not-found]

from . import stage

CASES = {
    "left": {"head__y": 0.5},
    "down": {"head__x": 0.5},
    "tilt": {"head__z": 0.5},
    "spread": {"spine__y": 0.1, "upperChest__y": 0.2, "neck__y": 0.1, "head__y": 0.1},
    "eyes": {"leftEye__y": 0.3, "rightEye__y": 0.3},
}


def shapes() -> None:
    names = ["jawOpen", "EyeBlink_L", "eyeBlink_R", "mouthSmile", "own"]
    one = stage.mesh("Face", names)
    teeth = stage.mesh("Teeth", ["shapes.jawOpen", "jawOpen"])
    teeth.parent = one
    character = stage.character(one)
    stage.say(rows=[[row.source, row.shape] for row in character.shapes])
    rig = stage.part("shell.rig")
    face = stage.face(0, jawOpen=0.5, eyeBlinkLeft=1.0, mouthSmileLeft=1.0)
    rig.rig_of(character).pose(face.vector, face.expression, 1.0)
    stage.say(face=stage.shapes_of(one), teeth=stage.shapes_of(teeth))
    rig.rig_of(character).pose(face.vector, face.expression, 0.5)
    stage.say(half=stage.shapes_of(one))
    jaw = character.shapes[[row.source for row in character.shapes].index("jawOpen")]
    jaw.gain, jaw.high = 3.0, 0.75
    bpy.ops.facewire.add_line(to="shapes")
    line = character.shapes[character.active_shape]
    line.source, line.shape = "happiness", "own"
    character.expressions = True
    rig.rig_of(character).pose(face.vector, face.expression, 1.0)
    stage.say(edited=stage.shapes_of(one), property=one["facewire_happiness"])
    bpy.ops.facewire.remove_line(of="shapes")
    assert len(character.shapes) == 6
    both = stage.mesh("Both", ["eCTRLJawSide-Side"])
    character = stage.character(both)
    face = stage.face(0, jawRight=0.5)
    rig.rig_of(character).pose(face.vector, face.expression, 1.0)
    stage.say(below=stage.shapes_of(both))


def bones() -> None:
    found: dict[str, dict[str, list[float]]] = {}
    for roll, mode in ((0.0, "QUATERNION"), (1.1, "XYZ"), (2.5, "AXIS_ANGLE")):
        one = stage.armature(f"Rig {roll}", roll)
        for pose in one.pose.bones:
            pose.rotation_mode = mode
        character = stage.character(one)
        names = {row.bone: row.target for row in character.bones}
        stage.say(bones=names)
        own: dict[str, list[float]] = {}
        for case, channels in CASES.items():
            face = stage.face(0, **channels)
            rig = stage.part("shell.rig").rig_of(character)
            rig.pose(face.vector, face.expression, 1.0)
            own[case] = stage.ahead(one, "LeftEye" if case == "eyes" else "Head")
        found[mode] = own
    stage.say(ahead=found)


def turned() -> None:
    """The same character with other axes: as glTF has them, and looking backward."""
    one = stage.armature("Rig")
    matrix = bpy.data.objects["Rig"].matrix_world
    found = {}
    for name, turn in (
        ("gltf", (-stage.QUARTER, 0, 0)),
        ("back", (0, 0, 2 * stage.QUARTER)),
    ):
        data = one.data.copy()
        other = bpy.data.objects.new(name, data)
        bpy.context.scene.collection.objects.link(other)
        euler = __import__("mathutils").Euler(turn)
        data.transform(euler.to_matrix().to_4x4())
        # It looks as before in the world, by the turn of its object.
        other.matrix_world = matrix @ euler.to_matrix().to_4x4().inverted()
        bpy.context.view_layer.update()
        character = stage.character(other)
        face = stage.face(0, head__y=0.5)
        stage.part("shell.rig").rig_of(character).pose(
            face.vector, face.expression, 1.0
        )
        bpy.context.view_layer.update()
        pose = other.pose.bones["Head"]
        delta = pose.matrix.to_3x3() @ pose.bone.matrix_local.to_3x3().inverted()
        world = other.matrix_world.to_3x3()
        way = world @ delta @ world.inverted() @ stage.AHEAD
        found[name] = [round(part, 4) for part in way]
    stage.say(turned=found)


def resting() -> None:
    one = stage.armature("Rig", 0.4)
    character = stage.character(one)
    head = one.pose.bones["Head"]
    head.rotation_quaternion = (0.9689, 0.2474, 0.0, 0.0)
    rest = stage.ahead(one, "Head")
    bpy.ops.facewire.take_rest()
    face = stage.face(0)
    stage.part("shell.rig").rig_of(character).pose(face.vector, face.expression, 1.0)
    stage.say(rest=[rest, stage.ahead(one, "Head")])


def scene() -> None:
    shapes()
    bones()
    turned()
    resting()


stage.play(scene)
