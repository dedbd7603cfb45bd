"""Switches the extension on and off, saves and loads: words are a folder."""

from __future__ import annotations

import importlib
import socket
from collections.abc import Callable

import bpy  # type: ignore[import-not-found]

from . import stage

# It is found only after bpy was imported.
addon_utils = importlib.import_module("addon_utils")


def twice() -> None:
    for _ in range(2):
        addon_utils.disable(stage.NAME, default_set=True)
        assert not hasattr(bpy.types.Scene, "facewire")
        assert not hasattr(bpy.types, "FACEWIRE_PT_connection")
        assert addon_utils.enable(stage.NAME, default_set=True) is not None
        assert bpy.context.scene.facewire.port == 5561
    ours = [
        one
        for one in bpy.app.handlers.load_pre
        if one.__module__.startswith(stage.NAME)
    ]
    stage.say(handlers=len(ours))


def closes() -> None:
    """The port is free again after each way of ending."""
    ends: dict[str, Callable[[], object]] = {
        "disconnect": lambda: bpy.ops.facewire.disconnect(),
        "disable": lambda: addon_utils.disable(stage.NAME),
        "load": lambda: bpy.ops.wm.read_homefile(use_empty=True),
    }
    found = {}
    for name, end in ends.items():
        addon_utils.enable(stage.NAME)
        port = stage.free_port()
        bpy.context.scene.facewire.port = port
        assert bpy.ops.facewire.connect() == {"FINISHED"}
        session = stage.part("shell.session")
        assert session.current().receiver.is_open
        end()
        found[name] = [session.current() is None, not is_taken(port)]
        addon_utils.enable(stage.NAME)
    stage.say(closes=found)


def is_taken(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        try:
            end.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def restores() -> None:
    one, rig = stage.mesh("Face", ["jawOpen"]), stage.armature("Rig")
    one.parent = rig
    stage.character(one)
    blocks, head = one.data.shape_keys.key_blocks, rig.pose.bones["Head"]
    blocks["jawOpen"].value = 0.125
    head.rotation_quaternion = (0.6, 0.8, 0.0, 0.0)
    settings = bpy.context.scene.facewire
    settings.port, settings.fade = stage.free_port(), 0.0
    bpy.ops.facewire.connect()
    opened = stage.part("shell.session").current()
    now = 1_000_000_000
    opened.receiver.subjects.take(stage.face(0, jawOpen=0.75, head__y=0.5), now)
    opened.step(now)
    moved = [round(blocks["jawOpen"].value, 4), stage.ahead(rig, "Head")]
    opened.step(now + 2_000_000_000)
    silent = [round(blocks["jawOpen"].value, 4), stage.ahead(rig, "Head")]
    bpy.ops.facewire.disconnect()
    before = [round(blocks["jawOpen"].value, 4), list(head.rotation_quaternion)]
    stage.say(moved=moved, silent=silent, before=before)


def undoes() -> None:
    """After an undo all data is new: nothing of before may be touched."""
    bpy.ops.wm.read_homefile(use_empty=True)
    one, rig = stage.mesh("Face", ["jawOpen"]), stage.armature("Rig")
    one.parent = rig
    stage.character(one)
    bpy.context.scene.facewire.port = stage.free_port()
    bpy.context.scene.facewire.fade = 0.0
    bpy.ops.ed.undo_push(message="before")
    bpy.ops.facewire.connect()
    opened = stage.part("shell.session").current()
    for seq in range(4):
        at = 1_000_000_000 + seq
        opened.receiver.subjects.take(stage.face(seq, jawOpen=0.2 * seq), at)
        opened.step(at)
        bpy.ops.mesh.primitive_cube_add()
        bpy.ops.ed.undo_push(message=f"cube {seq}")
        if seq % 2:
            bpy.ops.ed.undo()
    shown = stage.shapes_of(bpy.data.objects["Face"])
    opened.receiver.subjects.take(stage.face(9, jawOpen=0.75), at + 9)
    opened.step(at + 9)
    again = stage.shapes_of(bpy.data.objects["Face"])
    bpy.ops.facewire.disconnect()
    stage.say(undone=[shown, again, stage.shapes_of(bpy.data.objects["Face"])])


def survives() -> None:
    """Objects that vanish while faces arrive do no harm; an error ends it in words."""
    one = stage.mesh("Gone", ["jawOpen"])
    stage.character(one)
    settings = bpy.context.scene.facewire
    settings.port = stage.free_port()
    bpy.ops.facewire.connect()
    session = stage.part("shell.session")
    opened = session.current()
    opened.receiver.subjects.take(stage.face(0, jawOpen=0.5), 1)
    opened.step(2)
    bpy.data.objects.remove(one)
    bpy.data.orphans_purge()
    opened.receiver.subjects.take(stage.face(1, jawOpen=0.75), 3)
    opened.step(4)
    settings.characters.clear()
    opened.step(5)
    opened.receiver.subjects = None
    stage.say(broken=[session.tick(), session.current() is None, session.problem])


def saves(folder: str) -> None:
    bpy.ops.wm.read_homefile(use_empty=True)
    path = f"{folder}/face.blend"
    one, rig = stage.mesh("Face", ["jawOpen", "mouthSmile"]), stage.armature("Rig")
    one.parent = rig
    character = stage.character(one)
    settings = bpy.context.scene.facewire
    settings.port, settings.zero, settings.playback = 5999, "01:02:03:04", "BUFFERED"
    row = character.shapes[0]
    row.source, row.gain, row.low, row.high, row.use = "blink", 0.5, -0.25, 0.75, False
    character.bones[0].limit = 0.25
    settings.fade, settings.playback = 0.0, "NEWEST"
    bpy.ops.facewire.connect()
    opened = stage.part("shell.session").current()
    opened.receiver.subjects.take(stage.face(0, mouthSmileLeft=1.0), 1)
    opened.step(2)
    stage.say(live=stage.shapes_of(one))
    settings.playback = "BUFFERED"
    bpy.ops.wm.save_as_mainfile(filepath=path)
    opened.step(3)
    stage.say(after=stage.shapes_of(one))
    bpy.ops.wm.read_homefile(use_empty=True)
    assert len(bpy.context.scene.facewire.characters) == 0
    bpy.ops.wm.open_mainfile(filepath=path)
    settings = bpy.context.scene.facewire
    character = settings.character()
    row = character.shapes[0]
    stage.say(loaded=stage.shapes_of(bpy.data.objects["Face"]))
    stage.say(
        saved=[
            [settings.port, settings.zero, settings.playback],
            [character.root.name, character.armature.name],
            [row.source, row.shape, row.gain, row.low, row.high, row.use],
            [len(character.shapes), len(character.bones), character.bones[0].limit],
        ]
    )


def refuses() -> None:
    settings = bpy.context.scene.facewire
    settings.host = "0.0.0.0"
    online = bpy.app.online_access
    try:
        bpy.ops.facewire.connect()
        told = ""
    except RuntimeError as error:
        told = str(error)
    stage.say(online=online, other_machines=told)
    settings.host = "127.0.0.1"


def scene() -> None:
    twice()
    closes()
    restores()
    undoes()
    survives()
    saves(stage.WORDS[0])
    refuses()


stage.play(scene)
