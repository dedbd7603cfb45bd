from __future__ import annotations

import numpy as np
import pytest

from protocols.gltf.checks import GltfError
from tests.characters import scene
from tests.glb_writer import GlbWriter


def test_nodes_add_up_and_loops_get_a_sentence() -> None:
    out = GlbWriter()
    turn = [0.0, np.sin(np.pi / 4), 0.0, np.cos(np.pi / 4)]
    out.document["nodes"] = [
        {"children": [1], "rotation": turn, "translation": [1, 0, 0]},
        {"translation": [0, 0, 2], "scale": [2, 2, 2]},
    ]
    world = scene(out.content()).world
    # A quarter turn about +Y brings +Z to +X.
    assert world[1, :3, 3] == pytest.approx([3, 0, 0])
    assert world[1, :3, :3] @ [0, 0, 1] == pytest.approx([2, 0, 0])
    out.document["nodes"][1]["children"] = [0]
    with pytest.raises(GltfError, match="among its own children"):
        scene(out.content())


def test_scales_that_multiply_without_bound_get_a_sentence() -> None:
    out = GlbWriter()
    out.document["nodes"] = [
        {"scale": [1e5, 1e5, 1e5], "children": [i + 1]} for i in range(70)
    ]
    out.document["nodes"].append({})
    with pytest.raises(GltfError, match=r"nodes.1. is placed beyond"):
        scene(out.content())
