"""Scenes for pictures, made by hand: triangles and squares on bones."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from engines.character.character import Character, character
from engines.drawing.pose import local
from protocols.arrays import Floats
from protocols.gltf.scene import Material, Mesh, Node, Primitive, Scene, Skin
from protocols.gltf.vrm import Vrm

SQUARE: Final = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], np.float32)
"""It faces +Z."""
HALVES: Final = np.array([[0, 1, 2], [0, 2, 3]])


def node(name: str = "", parent: int = -1, **more: object) -> Node:
    still = Node(
        name,
        parent,
        np.zeros(3),
        np.array([0.0, 0.0, 0.0, 1.0]),
        np.ones(3),
        mesh=-1,
        skin=-1,
    )
    return replace(still, **more)  # type: ignore[arg-type]


def primitive(vertices: Floats, **more: object) -> Primitive:
    count = len(vertices)
    plain = Primitive(
        vertices=vertices,
        triangles=HALVES,
        moves=np.zeros((0, count, 3), np.float32),
        joints=None,
        weights=None,
        colours=np.ones((count, 3), np.float32),
        uv=np.zeros((count, 2), np.float32),
        material=-1,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def made(
    nodes: tuple[Node, ...],
    meshes: tuple[Mesh, ...],
    skins: tuple[Skin, ...] = (),
    materials: tuple[Material, ...] = (),
    images: tuple[bytes, ...] = (),
    vrm: Vrm | None = None,
) -> Character:
    """Return a character whose nodes stand after their parents."""
    world = np.zeros((len(nodes), 4, 4))
    for at, one in enumerate(nodes):
        above = world[one.parent] if one.parent >= 0 else np.eye(4)
        world[at] = above @ local(one)
    scene = Scene(nodes, meshes, skins, materials, images, world, "", "", vrm)
    return character("hand", scene)


def square(material: Material | None = None, **more: object) -> Character:
    """Return one square of 2 x 2 around the origin, with one material."""
    materials = () if material is None else (material,)
    images = more.pop("images", ())
    vrm = more.pop("vrm", None)
    more.setdefault("material", len(materials) - 1)
    mesh = Mesh("square", (), (primitive(SQUARE, **more),))
    return made(
        (node("square", mesh=0),),
        (mesh,),
        materials=materials,
        images=images,  # type: ignore[arg-type]
        vrm=vrm,  # type: ignore[arg-type]
    )


def png(pixels: object) -> bytes:
    """Return a PNG file of (h, w, 3 or 4) BGR or BGRA."""
    done, content = cv2.imencode(".png", np.array(pixels, dtype=np.uint8))
    assert done
    return content.tobytes()
