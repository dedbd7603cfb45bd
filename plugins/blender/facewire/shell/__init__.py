"""What Blender sees: properties, operators, panels, and the timer that moves faces."""

from __future__ import annotations

import bpy

from . import (
    character_operators,
    lists,
    operators,
    panels,
    properties,
    session,
    take_operators,
)

CLASSES = (
    *properties.CLASSES,
    *operators.CLASSES,
    *character_operators.CLASSES,
    *take_operators.CLASSES,
    *lists.CLASSES,
    *panels.CLASSES,
)


def register() -> None:
    """Make everything known to Blender."""
    for one in CLASSES:
        bpy.utils.register_class(one)
    bpy.types.Scene.facewire = bpy.props.PointerProperty(type=properties.FacewireScene)
    bpy.app.handlers.load_pre.append(session.close_before_load)
    bpy.app.handlers.save_pre.append(session.restore_before_save)


def unregister() -> None:
    """Close the port, and take everything out of Blender again."""
    session.disconnect()
    bpy.app.handlers.save_pre.remove(session.restore_before_save)
    bpy.app.handlers.load_pre.remove(session.close_before_load)
    del bpy.types.Scene.facewire
    for one in reversed(CLASSES):
        bpy.utils.unregister_class(one)
