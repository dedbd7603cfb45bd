"""Checks the springs of a VRM 1.0, which facewire does not move.

A spring that names colliders that are not there is a sign of a damaged file, and
programs that move springs refuse it. So does facewire, rather than write an animation
for a character that cannot be opened elsewhere.

Source: vrm-c/vrm-specification, VRMC_springBone-1.0.
"""

from __future__ import annotations

from typing import Final

from .checks import Table, as_index, as_list, part, tables

SPRINGS: Final = 1 << 14
"""Springs of a file, and colliders of a spring."""


def check_springs(document: Table) -> None:
    """Refuse springs that name colliders that are not there.

    Raises:
        GltfError: one does, or the list of springs is damaged.
    """
    extension = part(part(document, "extensions"), "VRMC_springBone")
    groups = len(tables(extension, "colliderGroups", SPRINGS))
    for i, spring in enumerate(tables(extension, "springs", SPRINGS)):
        what = f"a collider group of springs[{i}]"
        for group in as_list(spring.get("colliderGroups"), what, SPRINGS):
            as_index(group, groups, what)
