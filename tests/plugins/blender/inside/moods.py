"""Shows, records and plays the held expression."""

from __future__ import annotations

from dataclasses import replace

import bpy  # type: ignore[import-not-found]

from . import stage

S = 1_000_000_000
FRAME_NS = 20_000_000
MOODS = ["", "neutral", "neutral", "anger", "anger", "anger", "happiness", "neutral"]
"""One for each face; a second has 50 of them, as the scene has frames."""


def scene() -> None:
    one = stage.mesh("Face", ["jawOpen"])
    character = stage.character(one)
    settings = bpy.context.scene.facewire
    settings.port, settings.fade = stage.free_port(), 0.0
    bpy.context.scene.render.fps, bpy.context.scene.frame_current = 50, 10
    assert bpy.ops.facewire.connect() == {"FINISHED"}
    opened = stage.part("shell.session").current()
    opened.receiver.subjects.take(stage.face(0), S)
    opened.step(S)
    stage.say(off=list(one.keys()))
    character.expressions = True
    face = replace(stage.face(1), mood="fear")
    opened.receiver.subjects.take(face, S + 1)
    opened.step(S + 1)
    shown = properties(one)
    opened.rest()
    stage.say(shown=shown, rest=properties(one))
    assert bpy.ops.facewire.record() == {"FINISHED"}
    live = []
    for at, face in enumerate(faces(), 1):
        now_ns = S + at * FRAME_NS
        opened.receiver.subjects.take(face, now_ns)
        opened._hear(face)
        opened.step(now_ns)
        live.append(one["facewire_mood"])
    opened.step(now_ns + 9 * S)
    stage.say(live=live, away=one["facewire_mood"])
    assert bpy.ops.facewire.stop() == {"FINISHED"}
    (curve,) = [c for c in stage.curves_of(one) if c.data_path == '["facewire_mood"]']
    played = []
    for frame in range(10, 10 + len(MOODS)):
        bpy.context.scene.frame_set(frame, subframe=0.5)
        played.append(one["facewire_mood"])
    stage.say(
        keys=[list(point.co) for point in curve.keyframe_points],
        kinds=sorted({point.interpolation for point in curve.keyframe_points}),
        played=played,
        whole=isinstance(one["facewire_mood"], int),
    )
    bpy.ops.facewire.disconnect()


def properties(one: object) -> list[float]:
    return [one["facewire_mood"], one["facewire_happiness"]]  # type: ignore[index]


def faces() -> list[object]:
    return [replace(stage.face(at + 2), mood=mood) for at, mood in enumerate(MOODS)]


stage.play(scene)
