from __future__ import annotations

import numpy as np
import pytest

from tests.characters import scene, tiny


@pytest.mark.parametrize("names_on", ["mesh", "primitive", "accessor"])
@pytest.mark.parametrize("sparse", [False, True])
def test_morphs_have_their_names_wherever_these_stand(
    names_on: str, sparse: bool
) -> None:
    found = scene(tiny(["jawOpen", "あ"], names_on=names_on, sparse=sparse))
    (mesh,) = found.meshes
    assert mesh.targets == ("jawOpen", "あ")
    (primitive,) = mesh.primitives
    assert primitive.vertices.shape == (25, 3)
    assert primitive.triangles.shape == (32, 3)
    moved = np.argwhere(primitive.moves)
    assert moved.tolist() == [[0, 0, 1], [1, 12, 1]]
    assert primitive.moves[0, 0, 1] == pytest.approx(0.01)


def test_morphs_without_a_name_are_counted() -> None:
    assert scene(tiny(["a", ""])).meshes[0].targets == ("a", "target 1")


def test_a_skin_names_its_joints() -> None:
    found = scene(tiny(skinned=True))
    assert found.skins[0].joints == (1,)
    assert found.skins[0].back.tolist() == [np.eye(4).tolist()]
    (primitive,) = found.meshes[0].primitives
    assert primitive.joints is not None and primitive.weights is not None
    assert primitive.weights[7].tolist() == [1, 0, 0, 0]
    assert found.world[1, :3, 3].tolist() == [0, 1.5, 0]
    assert [node.skin for node in found.nodes] == [0, -1]


def test_the_file_says_who_wrote_it() -> None:
    asset = {"version": "2.0", "generator": "Blender", "copyright": "me"}
    found = scene(tiny(asset=asset))
    assert (found.generator, found.copyright) == ("Blender", "me")
    assert found.vrm is None
