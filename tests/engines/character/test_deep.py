"""Files of strangers that a walk from each node to its root would take hours for."""

from __future__ import annotations

import numpy as np

from engines.character.bones import find_bones
from engines.character.character import character, downward
from engines.character.mapping import Mapping
from engines.character.retarget import Retarget
from protocols.channels import CHANNELS, EXPRESSIONS, bone_slice
from protocols.gltf.nodes import NODES
from tests.characters import scene, tiny


def test_a_chain_of_all_nodes_is_read_and_turned() -> None:
    nodes = [{"name": "Head", "children": [at + 1]} for at in range(NODES - 1)]
    made = character("deep", scene(tiny(nodes=[*nodes, {"name": "Face", "mesh": 0}])))
    assert downward(made.scene) == list(range(NODES))
    assert find_bones(made.scene) == {"head": 0}
    vector = np.zeros(len(CHANNELS), dtype=np.float32)
    vector[bone_slice("head")] = (0.0, 0.3, 0.0)
    unknown = np.zeros(len(EXPRESSIONS), dtype=np.float32)
    turned = Retarget(made, Mapping()).perform(vector, unknown, 0)
    assert list(turned.turns) == [0]
