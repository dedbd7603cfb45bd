from __future__ import annotations

import numpy as np

from engines.character.character import Posture, character, rest
from engines.character.keyframes import keyframes
from protocols.gltf.append import append
from protocols.gltf.glb import parse
from protocols.gltf.read import read_scene
from tests.characters import scene, tiny
from tests.glb_writer import head

TIMES = np.array([0.0, 0.5, 1.0])


def test_weights_are_sorted_by_node_and_bones_are_filled_with_rest() -> None:
    made = character("two", scene(tiny(meshes={"A": ["x", "y"], "B": ["z"]})))
    still = rest(made)
    turn = np.array([0.0, 1.0, 0.0, 0.0], dtype=np.float32)
    postures = [
        still,
        Posture(np.array([0.1, 0.2, 0.3], dtype=np.float32), {1: turn}, {}),
        Posture(still.weights, {}, {0: np.array([1, 2, 3], dtype=np.float32)}),
    ]
    found = keyframes(made, postures, TIMES, "x", stepped=True)
    first, second = (node for node in sorted(found.weights))
    np.testing.assert_allclose(found.weights[first][1], [0.1, 0.2])
    np.testing.assert_allclose(found.weights[second][:, 0], [0.0, 0.3, 0.0])
    np.testing.assert_allclose(
        found.turns[1], [[0, 0, 0, 1], [0, 1, 0, 0], [0, 0, 0, 1]]
    )
    np.testing.assert_allclose(found.places[0][2], [1, 2, 3])
    assert found.stepped and found.name == "x"


def test_the_animated_file_is_the_same_character() -> None:
    data = head()
    made = character("head", read_scene(parse(data)))
    postures = [rest(made)] * len(TIMES)
    animated = append(data, keyframes(made, postures, TIMES, "still")).data
    again = read_scene(parse(animated))
    before = made.scene
    assert [node.name for node in again.nodes] == [node.name for node in before.nodes]
    for old, new in zip(before.meshes, again.meshes, strict=True):
        assert old.targets == new.targets
        for a, b in zip(old.primitives, new.primitives, strict=True):
            np.testing.assert_array_equal(a.vertices, b.vertices)
            np.testing.assert_array_equal(a.moves, b.moves)
