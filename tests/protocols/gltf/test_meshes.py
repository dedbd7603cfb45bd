from __future__ import annotations

from typing import Any

import pytest

from protocols.gltf.checks import GltfError
from tests.characters import scene
from tests.glb_writer import GlbWriter

CORNERS = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]


def triangle(out: GlbWriter, **attributes: int) -> dict[str, Any]:
    """Return a primitive of one triangle."""
    return {"attributes": {"POSITION": out.floats(CORNERS), **attributes}}


def test_a_joint_out_of_range_gets_a_sentence() -> None:
    out = GlbWriter()
    joints = out.accessor([[7, 0, 0, 0]] * 3, "u1", 5121)
    primitive = triangle(out, JOINTS_0=joints, WEIGHTS_0=out.floats([[1, 0, 0, 0]] * 3))
    out.document["meshes"] = [{"primitives": [primitive]}]
    out.document["nodes"] = [{"mesh": 0, "skin": 0}]
    out.document["skins"] = [{"joints": [0]}]
    with pytest.raises(GltfError, match="names joint 7, its skin has 1"):
        scene(out.content())
