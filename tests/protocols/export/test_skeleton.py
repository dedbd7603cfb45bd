from __future__ import annotations

import numpy as np
import pytest

from protocols.bones import HEAD_CHAIN
from protocols.channels import BONES, INDEX, POSITION_SLICE, bone_slice
from protocols.export.skeleton import (
    EYES,
    JOINTS,
    PARENTS,
    REST,
    joint_turns,
    rest_places,
    root_positions,
)
from protocols.export.turns import multiply, quaternions, turned

from .made import moving, still


def test_the_tree_has_the_ten_bones_parents_first() -> None:
    assert sorted(JOINTS) == sorted(BONES)
    seen: list[str | None] = [None]
    for joint, parent in PARENTS.items():
        assert parent in seen
        seen.append(joint)
    at, chain = "head", ["head"]
    while (parent := PARENTS[at]) is not None:
        chain.insert(0, at := parent)
    assert tuple(chain) == HEAD_CHAIN


def test_a_joint_turns_as_its_bone_does() -> None:
    vectors = moving().vectors
    turns = joint_turns(vectors)
    for joint in JOINTS:
        told = quaternions(vectors[:, bone_slice(joint)])
        assert turns[:, JOINTS.index(joint)] == pytest.approx(told)


def test_the_eyes_are_where_the_head_was_seen() -> None:
    vectors = moving().vectors
    place, turn = root_positions(vectors), None
    for joint in HEAD_CHAIN:
        own = quaternions(vectors[:, bone_slice(joint)])
        if turn is not None:
            place = place + turned(turn, REST[joint])
        turn = own if turn is None else multiply(turn, own)
    assert turn is not None
    eyes = place + turned(turn, EYES)
    assert eyes == pytest.approx(vectors[:, POSITION_SLICE], abs=1e-6)


def test_without_positions_the_root_stands_still_below_the_eyes() -> None:
    vectors = still(3).vectors.copy()
    vectors[:, INDEX["head.y"]] = [0.0, 0.5, 1.0]
    places = root_positions(vectors)
    assert np.ptp(places, axis=0).max() == 0.0
    rest = rest_places()
    assert places[0] == pytest.approx(rest["spine"])
    middle = (np.array(rest["leftEye"]) + rest["rightEye"]) / 2
    assert middle == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)
    assert rest["leftEye"][0] > 0 > rest["rightEye"][0]
