"""The head that ships with facewire, as a character."""

from __future__ import annotations

from functools import cache
from typing import Final

from bridge.takes.exported import face_rig
from bridge.takes.write import software
from engines.character.character import Character, character
from engines.character.mapping import Drive, Gaze, Mapping
from protocols.channels import ARKIT, BONES
from protocols.export import gltf
from protocols.gltf.glb import parse
from protocols.gltf.read import read_scene

NAME: Final = "the built-in head"


@cache
def builtin_file() -> bytes:
    """Return the head at rest as a GLB."""
    return gltf.encode_rest(face_rig(), software())


def builtin_character() -> tuple[Character, Mapping]:
    """Return the head and what moves it: a morph target for each of the 52, ten
    bones."""
    made = character(NAME, read_scene(parse(builtin_file())))
    drives = tuple(Drive(name, (name,)) for name in ARKIT)
    return made, Mapping(drives, {bone: bone for bone in BONES}, Gaze())
