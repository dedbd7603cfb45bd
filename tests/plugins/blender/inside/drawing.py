"""Draws every panel onto a layout that only looks whether all names exist."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import bpy  # type: ignore[import-not-found]

from . import stage


class Layout:
    """Answers as Blender's UILayout, and notes what is drawn."""

    def __init__(self, drawn: list[str]) -> None:
        self.drawn = drawn
        self.use_property_split = False

    def row(self, **words: object) -> Layout:
        return self

    column = split = row

    def label(self, *, text: str, icon: str = "NONE") -> None:
        self.drawn.append(text)
        self._icon(icon)

    def prop(self, data: Any, name: str, text: str | None = None) -> None:
        shown = data.bl_rna.properties[name].name if text is None else text
        self.drawn.append(f"{shown} {getattr(data, name)}")

    def prop_search(
        self, data: Any, name: str, where: Any, items: str, text: str = ""
    ) -> None:
        getattr(where, items)
        self.prop(data, name, text)

    def operator(self, name: str, text: str | None = None, icon: str = "NONE") -> Any:
        group, _, verb = name.partition(".")
        rna = getattr(getattr(bpy.ops, group), verb).get_rna_type()
        self._icon(icon)
        self.drawn.append(rna.name if text is None else text)
        return SimpleNamespace()

    def progress(self, *, factor: float, type: str, text: str) -> None:
        assert 0.0 <= factor <= 1.0
        self.drawn.append(text)

    def template_list(
        self,
        kind: str,
        of: str,
        data: Any,
        name: str,
        at: Any,
        active: str,
        **_: object,
    ) -> None:
        assert hasattr(bpy.types, kind), kind
        listed = getattr(bpy.types, kind)
        getattr(at, active)
        for item in getattr(data, name):
            if kind != "UI_UL_list":
                listed.draw_item(None, bpy.context, self, data, item, 0, at, active)

    def _icon(self, icon: str) -> None:
        icons = bpy.types.UILayout.bl_rna.functions["label"].parameters["icon"]
        assert icon in icons.enum_items, icon


def draw() -> dict[str, list[str]]:
    found = {}
    for name in sorted(dir(bpy.types)):
        if name.startswith("FACEWIRE_PT_"):
            drawn: list[str] = []
            kind = getattr(bpy.types, name)
            kind.draw(SimpleNamespace(layout=Layout(drawn)), bpy.context)
            found[name.removeprefix("FACEWIRE_PT_")] = drawn
    return found


def scene() -> None:
    stage.say(closed=draw())
    one, rig = stage.mesh("Face", ["jawOpen", "eyeBlinkLeft"]), stage.armature("Rig")
    one.parent = rig
    stage.character(one)
    settings = bpy.context.scene.facewire
    settings.port = stage.free_port()
    bpy.ops.facewire.connect()
    stage.say(waiting=draw())
    opened = stage.part("shell.session").current()
    face = replace(stage.face(0, jawOpen=0.5), mood="happiness")
    opened.receiver.subjects.take(face, 1)
    opened.step(2)
    bpy.ops.facewire.record()
    opened.receiver._take(b"garbage", 3, None)
    stage.say(open=draw(), searched=shapes())
    bpy.ops.facewire.disconnect()


def shapes() -> list[str]:
    settings = bpy.context.scene.facewire
    properties = stage.part("shell.properties")
    row = settings.character().shapes[0]
    return list(properties._shapes(row, bpy.context, ""))


stage.play(scene)
