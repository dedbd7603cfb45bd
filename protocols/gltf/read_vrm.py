"""Reads what a glTF file says as a VRM, of version 0.x or 1.0."""

from __future__ import annotations

from .checks import Table, as_table, part
from .scene import Mesh, Node
from .vrm import Vrm
from .vrm0 import read_vrm0
from .vrm1 import read_vrm1


def read_vrm(
    document: Table, nodes: tuple[Node, ...], meshes: tuple[Mesh, ...]
) -> Vrm | None:
    """Return what the extension says, None in a plain glTF file.

    A file with both extensions is read as VRM 1.0.

    Raises:
        GltfError: what it says is damaged, or names a node or morph target that is
            not there.
    """
    extensions = part(document, "extensions")
    if "VRMC_vrm" in extensions:
        table = as_table(extensions["VRMC_vrm"], "the extension VRMC_vrm")
        return read_vrm1(table, nodes, meshes)
    if "VRM" in extensions:
        table = as_table(extensions["VRM"], "the extension VRM")
        return read_vrm0(table, nodes, meshes)
    return None
