"""Reads a scene from a glTF file; what the file gets wrong is one `GltfError`."""

from __future__ import annotations

from .accessors import Accessors
from .beside import Fetch, nothing_beside
from .checks import as_text, part
from .glb import Glb
from .materials import read_images, read_surfaces
from .meshes import MeshReader
from .nodes import read_nodes, read_skins, world_matrices
from .read_vrm import read_vrm
from .scene import Scene
from .springs import check_springs
from .standing import check_standing


def read_scene(glb: Glb, fetch: Fetch = nothing_beside) -> Scene:
    """Return all that a file holds of a character.

    Args:
        glb: the opened file.
        fetch: reads files beside it, which a .gltf may need.

    Raises:
        GltfError: it is damaged, too large, or packed in a way that is not read.
    """
    document = glb.document
    accessors = Accessors(glb, fetch)
    surfaces = read_surfaces(document)
    nodes = read_nodes(document)
    skins = read_skins(document, accessors)
    meshes = MeshReader(accessors, surfaces).read(document, nodes, skins)
    check_standing(nodes, meshes)
    check_springs(document)
    asset = part(document, "asset")
    return Scene(
        nodes=nodes,
        meshes=meshes,
        skins=skins,
        materials=tuple(surface.material for surface in surfaces),
        images=read_images(document, accessors),
        world=world_matrices(document, nodes),
        generator=as_text(asset.get("generator")),
        copyright=as_text(asset.get("copyright")),
        vrm=read_vrm(document, nodes, meshes),
    )
