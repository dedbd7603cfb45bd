"""The shape keys of a character: those of all its meshes."""

from __future__ import annotations

import bpy


def objects_of(character) -> list[bpy.types.Object]:
    """Return the objects that belong to a character, the root first."""
    root = character.root
    if root is None:
        return []
    found = [root, *root.children_recursive]
    known = {one.name for one in found}
    armature = character.armature
    if armature is not None:
        # Meshes that an armature deforms need not be its children.
        found += [
            one
            for one in bpy.data.objects
            if one.type == "MESH"
            and one.name not in known
            and any(
                m.type == "ARMATURE" and m.object == armature for m in one.modifiers
            )
        ]
    return found


def keys_of(character) -> list[bpy.types.Key]:
    """Return the sets of shape keys of a character, each once."""
    found = {}
    for one in objects_of(character):
        shapes = getattr(one.data, "shape_keys", None)
        if shapes is not None:
            found.setdefault(shapes.name_full, shapes)
    return list(found.values())


def blocks_of(keys: bpy.types.Key) -> list[bpy.types.ShapeKey]:
    """Return the shapes that can be moved: all but the one at rest."""
    rest = keys.reference_key
    return [block for block in keys.key_blocks if block != rest]


def shape_names(character) -> list[str]:
    """Return the names of all shapes of a character, each once."""
    names = [block.name for keys in keys_of(character) for block in blocks_of(keys)]
    return list(dict.fromkeys(names))


def driven_names(character) -> set[str]:
    """Return the names of shapes that have a driver of their own, which wins."""
    found = set()
    for keys in keys_of(character):
        animation = keys.animation_data
        paths = {one.data_path for one in animation.drivers} if animation else set()
        for block in blocks_of(keys):
            if block.path_from_id("value") in paths:
                found.add(block.name)
    return found
