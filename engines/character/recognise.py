"""Finds out what moves a character: by names first, then by what its targets do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from protocols.arrays import Numbers
from protocols.channels import ARKIT

from .bones import bone_name, find_bones
from .character import Character, clips_of
from .gains import functions, measured_gains, measured_lids
from .gaze import find_gaze
from .geometry import Seen, geometric_drives, referee
from .mapping import CLIP, OPENS, SOURCES, WHOLE, Drive, Lids, Mapping
from .naming import bound_name, by_names, moved_names
from .sides import crossed_eyes, find_facing, wrong_sides
from .skeleton import eye_distance
from .surface import Surface, surface

FEW: Final = 3
"""Fewer drives by name, and names have said nothing."""
JAW_DEGREES: Final = 25.0
"""A jaw bone turns no further."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """What moves a character, and how that is known."""

    mapping: Mapping
    family: str
    """Whose names most of its targets have; empty where names say nothing."""
    by: dict[str, str]
    """For each source of a drive: `name`, `expression`, `geometry` or `bone`."""
    alarms: tuple[str, ...]
    """Sentences about what is odd in the file and what was done about it."""


def recognise(character: Character, seen: Seen | None = None) -> Recognition:
    """Return what moves a character.

    Args:
        character: from a file.
        seen: where a tracker's points lie on it; names are then checked by what the
            targets do, and geometry finds what names do not say. None trusts names.
    """
    bones = find_bones(character.scene)
    facing = find_facing(character.scene, bones)
    bones, alarms = crossed_eyes(character.scene, bones, facing)
    skin = surface(character, facing)
    named = by_names(character)
    drives, by = named.drives, named.by
    alarms += wrong_sides(skin, drives, field_of(character, skin))
    if seen is not None and len(skin.names):
        told = _told(character, drives)
        if len(drives) < FEW:
            drives = geometric_drives(skin, seen)
            by = dict.fromkeys(drives, "geometry")
        else:
            alarms += referee(skin, seen, told)
    drives, by = _with_jaw_bone(drives, by, bones)
    gaze, drives = find_gaze(character, bones, drives)
    drives, lids = _measured(character, skin, drives, bones)
    alarms += _unreachable(character, drives, by)
    mapping = Mapping(
        drives=tuple(drives[name] for name in (*SOURCES, "jaw") if name in drives),
        bones={bone: bone_name(character.scene, at) for bone, at in bones.items()},
        gaze=gaze,
        lids=lids,
        facing=facing,
    )
    return Recognition(
        mapping,
        named.family,
        {name: by[name] for name in by if name in drives},
        tuple(alarms),
    )


def _told(character: Character, drives: dict[str, Drive]) -> dict[str, str]:
    """Return the morph target of each curve; that of an expression which moves one."""
    clips = clips_of(character)
    found = {}
    for source, drive in drives.items():
        if source not in ARKIT or len(drive.to) != 1:
            continue
        clip = clips.get(drive.to[0])
        names = {drive.to[0]} if clip is None else moved_names(character, clip)
        if len(names) == 1:
            found[source] = names.pop()
    return found


def needs_geometry(recognition: Recognition, character: Character) -> bool:
    """Return True if names say too little of a character that has morph targets."""
    targets = {slot.name for slot in character.slots}
    named = [how for how in recognition.by.values() if how != "bone"]
    return len(named) < FEW <= len(targets)


def _with_jaw_bone(
    drives: dict[str, Drive],
    by: dict[str, str],
    bones: dict[str, int],
) -> tuple[dict[str, Drive], dict[str, str]]:
    """Return the drives with the jaw bone's, where nothing else opens the mouth."""
    if "jaw" not in bones or drives.keys() & OPENS:
        return drives, by
    jaw = Drive("jaw", ("bone:jaw",), 1.0, 0.0, JAW_DEGREES)
    return {**drives, "jaw": jaw}, {**by, "jaw": "bone"}


def field_of(character: Character, skin: Surface) -> Callable[[str], Numbers]:
    """Return what each target of a drive moves: (V, 3) at weight 1."""
    clips = clips_of(character)

    @lru_cache(maxsize=256)
    def of(target: str) -> Numbers:
        if not target.startswith(CLIP):
            return skin.at(target).astype(np.float64)
        moved = np.zeros(skin.points.shape)
        done = set()
        clip = clips.get(target)
        for bind in clip.binds if clip is not None else ():
            name = bound_name(character, bind)
            # The surface has one target for all meshes that share its name.
            if name not in done:
                moved += bind.weight * skin.at(name)
                done.add(name)
        return moved

    return of


def _measured(
    character: Character, skin: Surface, drives: dict[str, Drive], bones: dict[str, int]
) -> tuple[dict[str, Drive], Lids]:
    if not len(skin.points):
        return drives, Lids()
    of = field_of(character, skin)
    apart = eye_distance(character.scene, bones) or float("nan")
    face = functions(skin, drives, of, apart)
    return measured_gains(drives, of, face), measured_lids(drives, of, face)


def _unreachable(
    character: Character, drives: dict[str, Drive], by: dict[str, str]
) -> list[str]:
    """Return an alarm for curves that a receiver of VMC cannot set."""
    own = [name for name in drives if name in ARKIT and by.get(name) == "name"]
    if character.scene.vrm is None or len(own) < WHOLE:
        return []
    return [
        f"{len(own)} curves are morph targets without an expression of the VRM: a "
        "receiver of VMC cannot set them; add Perfect Sync expressions to the file"
    ]
