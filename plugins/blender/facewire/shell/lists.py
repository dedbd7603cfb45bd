"""How the lists of shapes and bones are drawn."""

from __future__ import annotations

import bpy


class FACEWIRE_UL_shapes(bpy.types.UIList):
    """Lines of a mapping: source, shape, gain and limits."""

    def draw_item(self, context, layout, data, item, icon, active, name, index=0):
        row = layout.row(align=True)
        row.prop(item, "use", text="")
        parts = row.split(factor=0.4, align=True)
        parts.prop(item, "source", text="")
        parts = parts.split(factor=0.6, align=True)
        parts.prop(item, "shape", text="")
        parts.prop(item, "gain", text="")

    def filter_items(self, context, data, name):
        rows = getattr(data, name)
        wanted = self.filter_name.lower()
        shown = [
            self.bitflag_filter_item
            if wanted in f"{row.source} {row.shape}".lower()
            else 0
            for row in rows
        ]
        return shown if wanted else [], []


class FACEWIRE_UL_bones(bpy.types.UIList):
    """Lines of bones: which one, the armature's own, gain and limit."""

    def draw_item(self, context, layout, data, item, icon, active, name, index=0):
        row = layout.row(align=True)
        row.prop(item, "use", text="")
        parts = row.split(factor=0.35, align=True)
        parts.prop(item, "bone", text="")
        parts = parts.split(factor=0.65, align=True)
        if data.armature is not None:
            parts.prop_search(item, "target", data.armature.data, "bones", text="")
        else:
            parts.prop(item, "target", text="")
        parts.prop(item, "gain", text="")


CLASSES = (FACEWIRE_UL_shapes, FACEWIRE_UL_bones)
