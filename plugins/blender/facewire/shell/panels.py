"""The tab `facewire` in the sidebar of the 3D view (key N)."""

from __future__ import annotations

import bpy

from ..core import words
from ..core.face import Face
from ..shared.channels import ARKIT, EXPRESSIONS
from . import session


class _Panel:
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "facewire"


def _shown(settings) -> Face | None:
    opened = session.current()
    return None if opened is None else opened.shown.get(settings.active)


class FACEWIRE_PT_connection(_Panel, bpy.types.Panel):
    """Address, state and statistics."""

    bl_idname = "FACEWIRE_PT_connection"
    bl_label = "facewire"

    def draw(self, context):
        layout, settings = self.layout, context.scene.facewire
        layout.use_property_split = True
        layout.prop(settings, "host")
        layout.prop(settings, "port")
        opened = session.current()
        if opened is None:
            layout.operator("facewire.connect", icon="PLAY")
            layout.label(text=session.problem or words.CLOSED)
            return
        layout.operator("facewire.disconnect", icon="PAUSE")
        receiver, face = opened.receiver, _shown(settings)
        character = settings.character()
        name = "" if character is None else character.subject
        if face is None and character is None:
            face = receiver.subjects.show("", 0, 0)
        here = opened.here.get(settings.active, face is not None)
        layout.label(text=words.state(receiver, name, face, here))
        for line in (receiver.problem, receiver.statistics.refusal):
            if line:
                layout.label(text=line, icon="ERROR")
        for subject in receiver.subjects.all():
            layout.label(text=f"{subject.name}: {subject.rate_hz:.0f} faces a second")
        layout.label(text=words.counted(receiver))
        layout.prop(settings, "move")


class FACEWIRE_PT_playback(_Panel, bpy.types.Panel):
    """Delay and timeout."""

    bl_label = "Delay"
    bl_parent_id = "FACEWIRE_PT_connection"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context):
        layout, settings = self.layout, context.scene.facewire
        layout.use_property_split = True
        for name in ("playback", "delay", "timeout", "fade"):
            layout.prop(settings, name)


class FACEWIRE_PT_live(_Panel, bpy.types.Panel):
    """The face that arrives, as bars."""

    bl_label = "Live Face"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context):
        layout, face = self.layout, _shown(context.scene.facewire)
        if face is None:
            layout.label(text="No face yet")
            return
        layout.label(text=f"{face.subject}, timecode {face.timecode}")
        layout.label(text=f"Confidence {face.confidence:.2f}")
        layout.label(text=words.held(face))
        _bars(layout, zip(EXPRESSIONS, face.expression, [None] * 8, strict=True))
        doubts = face.doubt or [None] * len(ARKIT)
        _bars(layout, zip(ARKIT, face.vector[: len(ARKIT)], doubts, strict=True))


def _bars(layout, rows) -> None:
    column = layout.column(align=True)
    for name, value, doubt in rows:
        more = "" if doubt is None else f" \u00b1 {doubt:.2f}"
        column.progress(
            factor=min(max(value, 0.0), 1.0),
            type="BAR",
            text=f"{name} {value:.2f}{more}",
        )


class FACEWIRE_PT_character(_Panel, bpy.types.Panel):
    """The characters, and what moves the chosen one."""

    bl_idname = "FACEWIRE_PT_character"
    bl_label = "Characters"

    def draw(self, context):
        layout, settings = self.layout, context.scene.facewire
        row = layout.row()
        row.template_list(
            "UI_UL_list", "facewire", settings, "characters", settings, "active", rows=2
        )
        buttons = row.column(align=True)
        buttons.operator("facewire.add_character", text="", icon="ADD")
        buttons.operator("facewire.remove_character", text="", icon="REMOVE")
        character = settings.character()
        if character is None:
            layout.label(text="Select your character, then press +")
            return
        column = layout.column()
        column.use_property_split = True
        for name in ("root", "armature", "subject", "gain", "axes", "expressions"):
            column.prop(character, name)
        layout.operator("facewire.find", icon="VIEWZOOM")


class FACEWIRE_PT_shapes(_Panel, bpy.types.Panel):
    """The mapping of shapes."""

    bl_label = "Shapes"
    bl_parent_id = "FACEWIRE_PT_character"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context):
        character = context.scene.facewire.character()
        if character is not None:
            row = _lines(self.layout, character, "shapes", "active_shape")
            for name in ("low", "high") if row is not None else ():
                self.layout.prop(row, name)


class FACEWIRE_PT_bones(_Panel, bpy.types.Panel):
    """The bones."""

    bl_label = "Bones"
    bl_parent_id = "FACEWIRE_PT_character"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context):
        character = context.scene.facewire.character()
        if character is not None:
            row = _lines(self.layout, character, "bones", "active_bone")
            if row is not None:
                self.layout.prop(row, "limit")
            self.layout.operator("facewire.take_rest")


def _lines(layout, character, name: str, active: str):
    """Draw a list with its buttons; return the chosen line."""
    row = layout.row()
    row.template_list(f"FACEWIRE_UL_{name}", "", character, name, character, active)
    buttons = row.column(align=True)
    buttons.operator("facewire.add_line", text="", icon="ADD").to = name
    buttons.operator("facewire.remove_line", text="", icon="REMOVE").of = name
    lines, at = getattr(character, name), getattr(character, active)
    return lines[at] if 0 <= at < len(lines) else None


class FACEWIRE_PT_takes(_Panel, bpy.types.Panel):
    """Recording, and importing takes."""

    bl_label = "Takes"

    def draw(self, context):
        layout, settings = self.layout, context.scene.facewire
        opened = session.current()
        if opened is not None and opened.recorders:
            longest = max(one.lasted_s for one in opened.recorders.values())
            layout.operator("facewire.stop", icon="SNAP_FACE")
            layout.label(text=f"Recording, {longest:.1f} s")
            if any(one.full for one in opened.recorders.values()):
                layout.label(text="Full: press Stop, and record again", icon="ERROR")
        else:
            layout.operator("facewire.record", icon="REC")
        layout.operator("facewire.import_take", icon="IMPORT")
        column = layout.column()
        column.use_property_split = True
        column.prop(settings, "placing")
        column.prop(settings, "zero")


CLASSES = (
    FACEWIRE_PT_connection,
    FACEWIRE_PT_playback,
    FACEWIRE_PT_live,
    FACEWIRE_PT_character,
    FACEWIRE_PT_shapes,
    FACEWIRE_PT_bones,
    FACEWIRE_PT_takes,
)
