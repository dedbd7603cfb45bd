"""What characters were like before a face moved them, to give it back to them.

Only names are kept: Blender's undo replaces all data.
"""

from __future__ import annotations

import bpy

from .rig import RESTING, Rig, rotation_path


class Kept:
    """Values of shapes, rotations of bones and properties of expressions, each as it
    was found first."""

    def __init__(self) -> None:
        self._shapes: dict[tuple[str, str], float] = {}
        self._bones: dict[tuple[str, str], tuple[str, tuple[float, ...]]] = {}
        self._properties: dict[tuple[str, str], float] = {}

    def keep(self, rig: Rig) -> None:
        """Keep what is not yet known of a rig."""
        for shape in rig.shapes:
            place = (shape.keys.name_full, shape.block.name)
            self._shapes.setdefault(place, shape.block.value)
        for one in rig.bones:
            place = (one.pose.id_data.name_full, one.pose.name)
            if place not in self._bones:
                path = rotation_path(one.pose)
                self._bones[place] = (path, tuple(getattr(one.pose, path)))
        root = rig.expressions
        for name, resting in RESTING.items() if root is not None else ():
            place = (root.name_full, name)
            self._properties.setdefault(place, root.get(name, resting))

    def restore(self) -> None:
        """Give all of it back, as far as it is still there."""
        keys = {one.name_full: one for one in bpy.data.shape_keys}
        for (name, block), value in self._shapes.items():
            found = keys[name].key_blocks.get(block) if name in keys else None
            if found is not None:
                found.value = value
        objects = {one.name_full: one for one in bpy.data.objects}
        for (name, bone), (path, numbers) in self._bones.items():
            pose = objects[name].pose if name in objects else None
            found = pose.bones.get(bone) if pose is not None else None
            if found is not None and rotation_path(found) == path:
                setattr(found, path, numbers)
        for (name, key), value in self._properties.items():
            # A property that was not there before stays: drivers may read it by now.
            if name in objects and key in objects[name]:
                objects[name][key] = value
                objects[name].update_tag()
        self._shapes.clear()
        self._bones.clear()
        self._properties.clear()
