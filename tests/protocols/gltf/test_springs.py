from __future__ import annotations

import pytest

from protocols.gltf.checks import GltfError
from tests.characters import scene, tiny


def springs(*groups: object) -> dict[str, object]:
    return {
        "colliderGroups": [{"colliders": []}],
        "springs": [{"joints": [{"node": 0}]}, {"colliderGroups": list(groups)}],
    }


def test_springs_that_are_whole_are_left_alone() -> None:
    for whole in (springs(0), springs(), {"springs": None}):
        found = scene(tiny(extensions={"VRMC_springBone": whole}))
        assert found.nodes


@pytest.mark.parametrize("group", [1, -1, 0.5, "a", None])
def test_colliders_that_are_not_there_get_a_sentence(group: object) -> None:
    with pytest.raises(GltfError, match=r"collider group of springs.1. is"):
        scene(tiny(extensions={"VRMC_springBone": springs(group)}))
