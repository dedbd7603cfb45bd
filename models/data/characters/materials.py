"""Base colours of a glTF file: of materials, vertices and textures, as linear light."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from engines.face.mesh import quiet
from protocols.arrays import Floats

from .accessors import view_bytes
from .glb import CharacterError, Glb, Table, as_index, as_numbers, as_table, tables

LARGEST: Final = 1024
"""Texels a side; larger textures are reduced to that, for no picture shows more."""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """How a surface looks."""

    colour: Floats
    """(3,) linear light, 0 to 1."""
    texture: int
    """Index of the image that the colour is multiplied with; -1 without one."""
    coordinates: int
    """Which set of texture coordinates it uses."""
    double: bool
    """True for a surface that is seen from behind as well."""


PLAIN: Final = Material(np.full(3, 0.8, dtype=np.float32), -1, 0, False)
"""What a primitive without a material looks like."""


def read_materials(glb: Glb) -> list[Material]:
    """Return the materials of a file.

    Raises:
        CharacterError: one is damaged.
    """
    return [
        _material(glb, table, f"materials[{i}]")
        for i, table in enumerate(tables(glb.document, "materials"))
    ]


def _material(glb: Glb, table: Table, what: str) -> Material:
    looks = as_table(table.get("pbrMetallicRoughness", {}), what)
    factor = as_numbers(looks.get("baseColorFactor", [1, 1, 1, 1]), 4, what)
    image, coordinates = -1, 0
    if "baseColorTexture" in looks:
        chosen = as_table(looks["baseColorTexture"], f"the texture of {what}")
        textures = tables(glb.document, "textures")
        at = as_index(chosen.get("index"), len(textures), f"the texture of {what}")
        coordinates = as_index(chosen.get("texCoord", 0), 8, f"the texture of {what}")
        image = _image_of(textures[at], glb, f"textures[{at}]")
    colour = np.clip(factor[:3], 0.0, 1.0).astype(np.float32)
    return Material(colour, image, coordinates, table.get("doubleSided") is True)


def _image_of(texture: Table, glb: Glb, what: str) -> int:
    others = as_table(texture.get("extensions", {}), what)
    webp = as_table(others.get("EXT_texture_webp", {}), what)
    source = webp.get("source", texture.get("source"))
    if source is None:
        return -1
    return as_index(source, len(tables(glb.document, "images")), what)


def read_image(glb: Glb, at: int) -> Floats:
    """Return (h, w, 3) linear light of one of the file's images, 0 to 1.

    Raises:
        CharacterError: it lies elsewhere or is damaged.
    """
    image, what = tables(glb.document, "images")[at], f"images[{at}]"
    if "bufferView" not in image:
        raise CharacterError(f"{what} lies in another file; export one GLB file")
    content, _ = view_bytes(glb, image["bufferView"], what)
    try:
        # libpng warns of colour profiles that make no difference here.
        with quiet():
            found = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        found = None
    if found is None:
        raise CharacterError(f"{what} is no PNG, JPEG or WebP picture")
    height, width = found.shape[:2]
    if max(height, width) > LARGEST:
        scale = LARGEST / max(height, width)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        found = cv2.resize(found, size, interpolation=cv2.INTER_AREA)
    light = (found[..., ::-1].astype(np.float32) / 255) ** np.float32(2.2)
    return np.ascontiguousarray(light)
