"""Receives the real daemon: words are the port and the seconds to wait at most."""

from __future__ import annotations

import time

import bpy  # type: ignore[import-not-found]

from . import stage

NAMES = ["jawOpen", "eyeBlinkLeft", "eyeBlinkRight", "mouthSmileLeft", "browInnerUp"]
ENOUGH, DIFFERENT = 120, 20


def until(ready: object, patience_s: float) -> None:
    """Do what Blender's timer does, until something is true."""
    session = stage.part("shell.session")
    end = time.perf_counter() + patience_s
    while not ready() and time.perf_counter() < end:  # type: ignore[operator]
        assert session.tick() == session.INTERVAL_S, session.problem
        time.sleep(session.INTERVAL_S)
    assert ready(), stage.part("core.words").counted(session.current().receiver)  # type: ignore[operator]


def scene() -> None:
    port, patience_s = int(stage.WORDS[0]), float(stage.WORDS[1])
    one, rig = stage.mesh("Face", NAMES), stage.armature("Rig")
    one.parent = rig
    stage.character(one)
    settings = bpy.context.scene.facewire
    settings.port = port
    session = stage.part("shell.session")
    bpy.context.scene.render.fps = 30
    bpy.context.scene.frame_current = 10
    assert bpy.ops.facewire.connect() == {"FINISHED"}
    stage.say(registered=bpy.app.timers.is_registered(session.tick))
    opened = session.current()
    stage.say(listening=opened.receiver.is_open)
    until(lambda: opened.receiver.statistics.frames > 0, patience_s)
    assert bpy.ops.facewire.record() == {"FINISHED"}
    seen: dict[str, set[float]] = {name: set() for name in NAMES}
    heads = set()

    def enough() -> bool:
        for name, value in stage.shapes_of(one).items():
            seen[name].add(value)
        heads.add(tuple(rig.pose.bones["Head"].rotation_quaternion))
        different = min(len(heads), *(len(values) for values in seen.values()))
        return len(opened.recorders[0]) >= ENOUGH and different > DIFFERENT

    until(enough, patience_s)
    face = opened.shown[0]
    index = stage.part("shared.channels").INDEX
    told = {name: face.vector[index[name]] for name in NAMES}
    stage.say(
        subject=face.subject,
        timecode=str(face.timecode),
        doubt=face.doubt is not None,
        different={name: len(values) for name, values in seen.items()},
        heads=len(heads),
        last={name: stage.shapes_of(one).get(name, 0.0) for name in NAMES},
        told=told,
        statistics=[
            opened.receiver.statistics.frames,
            opened.receiver.statistics.refused,
        ],
    )
    assert bpy.ops.facewire.stop() == {"FINISHED"}
    stage.say(**stage.keyed(one.data.shape_keys), zero=settings.zero)
    stage.say(bones=stage.keyed(rig)["paths"], move=settings.move)
    assert bpy.ops.facewire.disconnect() == {"FINISHED"}
    stage.say(closed=session.current() is None and session.tick() is None)


stage.play(scene)
