"""What a glTF scene holds, as plain values, in the file's own frame and units.

Left and right in names are the file's; nothing is turned or scaled here.
"""

from __future__ import annotations

from dataclasses import dataclass

from protocols.arrays import Floats, Ints, Numbers

from .vrm import Vrm


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A place in the scene; bones are nodes."""

    name: str
    """As the file has it; may be empty, and two nodes may share it."""
    parent: int
    """Index of the node above, -1 for a root."""
    translation: Numbers
    """(3,) from the parent."""
    rotation: Numbers
    """(4,) unit quaternion x y z w, from the parent."""
    scale: Numbers
    """(3,)"""
    mesh: int
    """Index of its mesh, -1 without one."""
    skin: int
    """Index of its skin, -1 without one."""


@dataclass(frozen=True, slots=True, eq=False)
class Primitive:
    """Triangles with one material."""

    vertices: Floats
    """(V, 3) in the frame of the mesh's node, or of the skin."""
    triangles: Ints
    """(T, 3) anticlockwise from outside."""
    moves: Floats
    """(K, V, 3) what each of the mesh's K targets adds at weight 1."""
    joints: Ints | None
    """(V, 4) indices into the skin's joints; None without a skin."""
    weights: Floats | None
    """(V, 4) shares of the joints; sum to 1."""
    colours: Floats
    """(V, 3) linear light, 0 to 1; ones where the file has none."""
    uv: Floats
    """(V, 2) v down, for the material's texture; zeros without one."""
    material: int
    """Index into the materials, -1 for the plain one."""


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Primitives that share a list of morph targets."""

    name: str
    targets: tuple[str, ...]
    """Names of the K morph targets; `target 3` where the file names none."""
    primitives: tuple[Primitive, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Skin:
    """Bones that carry a mesh."""

    joints: tuple[int, ...]
    """J nodes."""
    back: Numbers
    """(J, 4, 4) inverse bind matrices."""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """How a surface looks."""

    colour: Floats
    """(3,) linear light, 0 to 1."""
    image: int
    """Index into the images of what the colour is multiplied with, -1 without one."""
    double: bool
    """True for a surface that is seen from behind as well."""
    cutoff: float
    """Where the image's alpha is below this, nothing is drawn. 0 draws everything;
    above 1, nothing is drawn at all."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A file's content."""

    nodes: tuple[Node, ...]
    meshes: tuple[Mesh, ...]
    skins: tuple[Skin, ...]
    materials: tuple[Material, ...]
    images: tuple[bytes, ...]
    """Each a whole PNG, JPEG or WebP file, still encoded; empty if it cannot be had."""
    world: Numbers
    """(N, 4, 4) each node's own frame in the scene's, at rest."""
    generator: str
    """The program that wrote the file, as it says."""
    copyright: str
    """Of `asset.copyright`; empty without one."""
    vrm: Vrm | None
    """What the VRM extension says; None in a plain glTF file."""
