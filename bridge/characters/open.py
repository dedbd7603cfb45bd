"""Opens a character's file: .glb, .gltf, .vrm."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bridge.errors import CharacterError
from engines.character.character import Character, character
from protocols.gltf.beside import Fetch
from protocols.gltf.checks import LARGEST, GltfError
from protocols.gltf.glb import parse
from protocols.gltf.pack import pack
from protocols.gltf.read import read_scene
from protocols.wording import shown

SUFFIXES: Final = (".glb", ".gltf", ".vrm")

_ANIMATION: Final = ".vrma"


def open_character(path: Path) -> Character:
    """Read a character, with the files beside it that a .gltf names.

    Raises:
        CharacterError: it cannot be read, is damaged, or is no character; the message
            names the path.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        told = "holds an animation; " if suffix == _ANIMATION else "is no character; "
        raise CharacterError(f"{path}: {told}expected a file {', '.join(SUFFIXES)}")
    with _told(path):
        scene = read_scene(parse(_read(path)), _beside(path))
    if not any(node.mesh >= 0 for node in scene.nodes):
        raise CharacterError(f"{path}: shows nothing; expected a node with a mesh")
    return character(path.stem, scene)


def packed_file(path: Path) -> bytes:
    """Return a character's file as one GLB, with the files beside it that it names.

    Raises:
        CharacterError: it cannot be read; the message names the path.
    """
    with _told(path):
        return pack(_read(path), _beside(path))


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CharacterError(
            f"{path}: cannot be read ({error.strerror or error})"
        ) from None
    except GltfError as error:
        raise CharacterError(f"{path}: {error}") from None


def _read(path: Path) -> bytes:
    """Return a file's content; one that grows meanwhile is not read on."""
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise GltfError(f"it has over {LARGEST} bytes")
    return data


def _beside(path: Path) -> Fetch:
    """Return what reads files beside or beneath a path, and nowhere else."""
    folder = path.parent.resolve()

    def fetch(name: str) -> bytes:
        try:
            # A link may lead out of the folder.
            place = (folder / name).resolve()
            if not (place.is_relative_to(folder) and place.is_file()):
                raise GltfError(f"the file {shown(name)} is not beside it")
            return _read(place)
        except (OSError, RuntimeError) as error:
            raise GltfError(
                f"the file {shown(name)} cannot be read ({error})"
            ) from None

    return fetch
