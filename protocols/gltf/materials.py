"""Base colours of a glTF file: materials and pictures, which stay encoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from protocols.arrays import Numbers

from .accessors import Accessors
from .checks import (
    LARGEST,
    GltfError,
    Table,
    as_index,
    as_numbers,
    as_table,
    tables,
)
from .scene import Material

IMAGES: Final = 1024
"""Pictures of a file; an avatar has some tens."""
MATERIALS: Final = 4096

MASKED: Final = 0.5
"""Alpha below this is not drawn where the file says MASK or BLEND and no number."""
INVISIBLE: Final = 2.0
"""Cutoff of a material whose own alpha is 0."""

_SIGNS: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")


@dataclass(frozen=True, slots=True)
class Surface:
    """A material, and which texture coordinates it uses."""

    material: Material
    coordinates: int = 0


def read_surfaces(document: Table) -> tuple[Surface, ...]:
    """Return the materials of a file.

    The base colour of glTF counts. Where a VRM 0.x file has none, the colour and
    texture of its Unity material do.

    Raises:
        GltfError: one is damaged.
    """
    items = tables(document, "materials", MATERIALS)
    unity = _unity(document, len(items))
    textures = tables(document, "textures")
    images = len(tables(document, "images"))
    found = []
    for i, item in enumerate(items):
        found.append(_surface(item, unity[i], (textures, images), f"materials[{i}]"))
    return tuple(found)


def _surface(
    item: Table, unity: Table, pictures: tuple[list[Table], int], what: str
) -> Surface:
    looks = as_table(item.get("pbrMetallicRoughness", {}), what)
    factor = as_numbers(looks.get("baseColorFactor", [1, 1, 1, 1]), 4, what)
    image, coordinates = -1, 0
    chosen = looks.get("baseColorTexture")
    if chosen is not None:
        image, coordinates = _texture(chosen, pictures, what)
    elif "baseColorFactor" not in looks and unity:
        factor = _light(unity.get("vectorProperties"), factor, what)
        main = as_table(unity.get("textureProperties", {}), what).get("_MainTex")
        if main is not None:
            image, coordinates = _texture({"index": main}, pictures, what)
    colour = np.clip(factor[:3], 0.0, 1.0).astype(np.float32)
    double = item.get("doubleSided") is True
    cutoff = _cutoff(item, float(factor[3]), what)
    return Surface(Material(colour, image, double, cutoff), coordinates)


def _cutoff(item: Table, alpha: float, what: str) -> float:
    """Return the alpha of the texture below which nothing is drawn."""
    mode = item.get("alphaMode", "OPAQUE")
    if mode not in ("MASK", "BLEND"):
        return 0.0
    least = MASKED
    if mode == "MASK" and "alphaCutoff" in item:
        least = float(as_numbers([item["alphaCutoff"]], 1, f"{what}, alphaCutoff")[0])
    if least <= 0.0:
        return 0.0
    return min(least / alpha, INVISIBLE) if alpha > 0.0 else INVISIBLE


def _texture(
    chosen: object, pictures: tuple[list[Table], int], what: str
) -> tuple[int, int]:
    """Return the image of a texture, -1 without one, and its coordinates."""
    textures, images = pictures
    what = f"the texture of {what}"
    table = as_table(chosen, what)
    at = as_index(table.get("index"), len(textures), what)
    coordinates = as_index(table.get("texCoord", 0), 8, what)
    texture, what = textures[at], f"textures[{at}]"
    others = as_table(texture.get("extensions", {}), what)
    webp = as_table(others.get("EXT_texture_webp", {}), what)
    source = webp.get("source", texture.get("source"))
    if source is None:
        return -1, coordinates
    return as_index(source, images, what), coordinates


def _unity(document: Table, count: int) -> list[Table]:
    """Return the Unity material of each material; empty outside of VRM 0.x."""
    extensions = document.get("extensions")
    vrm = extensions.get("VRM") if isinstance(extensions, dict) else None
    items = vrm.get("materialProperties") if isinstance(vrm, dict) else None
    listed = items if isinstance(items, list) else []
    found = [item if isinstance(item, dict) else {} for item in listed[:count]]
    return found + [{}] * (count - len(found))


def _light(vectors: object, factor: Numbers, what: str) -> Numbers:
    colour = as_table({} if vectors is None else vectors, what).get("_Color")
    if colour is None:
        return factor
    found = as_numbers(colour, 4, f"{what}, _Color")
    # Unity writes colours as a screen has them, glTF as linear light.
    found[:3] = np.clip(found[:3], 0.0, 1.0) ** 2.2
    return found


def read_images(document: Table, accessors: Accessors) -> tuple[bytes, ...]:
    """Return the pictures of a file, still encoded.

    One that is absent or of a kind other than PNG, JPEG and WebP is empty: a character
    without its picture can be moved all the same.

    Raises:
        GltfError: one is damaged, or lies at a name that may not be read.
    """
    found, room = [], LARGEST
    for i, item in enumerate(tables(document, "images", IMAGES)):
        what = f"images[{i}]"
        if "bufferView" in item:
            view, _ = accessors.view_bytes(item["bufferView"], what)
            room -= len(view)
            if room < 0:
                raise GltfError(f"its images have over {LARGEST} bytes")
            content = bytes(view)
        elif "uri" in item:
            content = accessors.picture(item["uri"], what)
        else:
            content = b""
        found.append(content if content.startswith(_SIGNS) else b"")
    return tuple(found)
