"""Our own export, read back by our own reader."""

from __future__ import annotations

import numpy as np
import pytest

from protocols.channels import ARKIT
from protocols.export.gltf import encode
from protocols.export.performance import linear
from protocols.export.skeleton import JOINTS, PARENTS, rest_places
from tests.characters import scene
from tests.protocols.export.made import moving, pyramid


def test_an_exported_take_reads_back() -> None:
    rig = pyramid()
    found = scene(encode(moving(), rig, "facewire test"))
    assert found.generator == "facewire test"
    (mesh,) = found.meshes
    assert mesh.targets == ARKIT
    (primitive,) = mesh.primitives
    assert primitive.vertices == pytest.approx(rig.points, abs=1e-6)
    assert primitive.triangles.tolist() == rig.triangles.tolist()
    assert primitive.moves == pytest.approx(rig.morphs, abs=1e-6)
    assert primitive.colours == pytest.approx(linear(rig.colours), abs=1e-6)
    assert found.materials[primitive.material].double


def test_its_bones_hang_where_the_rig_has_them() -> None:
    found = scene(encode(moving(), pyramid(), "facewire test"))
    (skin,) = found.skins
    assert [found.nodes[joint].name for joint in skin.joints] == list(JOINTS)
    for joint, back in zip(skin.joints, skin.back, strict=True):
        name = found.nodes[joint].name
        assert back[:3, 3] == pytest.approx(-np.array(rest_places()[name]), abs=1e-6)
        above = found.nodes[joint].parent
        parent = PARENTS[name]
        assert (above < 0) == (parent is None)
        assert parent is None or found.nodes[above].name == parent
