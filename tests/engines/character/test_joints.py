import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.character.character import Character
from engines.character.mapping import Mapping
from engines.character.retarget import Retarget
from protocols.arrays import Numbers
from protocols.bones import bone_quaternions, head_turn
from protocols.channels import Vector
from protocols.rotation import (
    Quaternion,
    from_yaw_pitch_roll,
    rotation_vector,
    to_matrix,
)
from tests.bridge.faces import vector
from tests.engines.character.rigs import (
    CHAIN,
    NEUTRAL,
    face_mesh,
    node,
    scene,
    straight,
    worlds,
)

TWISTED = from_yaw_pitch_roll(0.7, -1.1, 2.0)
HALF_TURN = from_yaw_pitch_roll(math.pi, 0.0, 0.0)
ROOT = from_yaw_pitch_roll(0.3, 0.2, -0.4)

RIGS: dict[str, tuple[Character, int]] = {
    "plain": (straight(), 1),
    "bones along their limbs": (straight(turn=TWISTED), 1),
    "a turned root": (straight(root=ROOT, turn=TWISTED), 1),
    "centimetres": (straight(size=0.01, turn=TWISTED), 1),
    "looks along -Z": (straight(facing=-1, turn=HALF_TURN), -1),
}
"""Each with the way that it looks."""


def mapped(facing: int, bones: tuple[str, ...] = CHAIN[1:]) -> Mapping:
    eyes = {"leftEye": "leftEye", "rightEye": "rightEye"}
    return Mapping(bones={bone: bone for bone in bones} | eyes, facing=facing)


def world(character: Character, mapping: Mapping, frame: Vector) -> Numbers:
    """(N, 4, 4) of the posed nodes."""
    posture = Retarget(character, mapping).perform(frame, NEUTRAL, 0)
    turns = {at: np.asarray(turn, np.float64) for at, turn in posture.turns.items()}
    return worlds(character.scene.nodes, turns, dict(posture.places))  # type: ignore[arg-type]


def turned(character: Character, mapping: Mapping, frame: Vector, name: str) -> Numbers:
    """(3, 3) by which a node turned in the world, in the frame in which it looks at
    +Z."""
    at = next(i for i, n in enumerate(character.scene.nodes) if n.name == name)
    posed, rest = world(character, mapping, frame)[at], character.scene.world[at]
    there = posed[:3, :3] @ np.linalg.inv(rest[:3, :3])
    face = np.diag([mapping.facing, 1.0, mapping.facing])
    out: Numbers = face @ there @ face
    return out


TURNS = vector(
    **{"head__y": 0.3, "head__x": 0.1, "neck__y": 0.15, "neck__z": -0.1},
    **{"chest__x": 0.05, "spine__y": -0.1, "upperChest__z": 0.04},
)


def whole(frame: Vector) -> Numbers:
    return to_matrix(np.array(head_turn(bone_quaternions(frame))))


@pytest.mark.parametrize("rig", RIGS)
def test_the_head_turns_alike_on_every_rig(rig: str) -> None:
    character, facing = RIGS[rig]
    there = turned(character, mapped(facing), TURNS, "head")
    np.testing.assert_allclose(there, whole(TURNS), atol=1e-6)


@pytest.mark.parametrize("rig", RIGS)
@pytest.mark.parametrize("axis", ["x", "y", "z"])
def test_twenty_degrees_move_the_nose_alike(rig: str, axis: str) -> None:
    frame = vector(**{f"head__{axis}": math.radians(20.0)})
    ways = []
    for character, facing in (RIGS["plain"], RIGS[rig]):
        at = next(i for i, n in enumerate(character.scene.nodes) if n.name == "nose")
        posed = world(character, mapped(facing), frame)[at, :3, 3]
        way = posed - character.scene.world[at, :3, 3]
        ways.append(way * np.array([facing, 1.0, facing]))
    np.testing.assert_allclose(ways[1], ways[0], atol=1e-6)


@pytest.mark.parametrize(
    "bones",
    [
        ("neck", "head"),
        ("spine", "head"),
        ("head",),
        ("neck",),
        ("chest", "upperChest"),
        (),
    ],
)
def test_missing_bones_do_not_change_where_the_head_looks(
    bones: tuple[str, ...],
) -> None:
    # The nose hangs on the last bone of the rig, so the rig is cut after it.
    last = bones[-1] if bones else "head"
    character = straight(CHAIN[: CHAIN.index(last) + 1])
    there = turned(character, mapped(1, bones), TURNS, "nose")
    np.testing.assert_allclose(there, whole(TURNS), atol=1e-6)


def test_a_head_alone_turns_about_a_point_below_the_skull() -> None:
    character = straight(())
    frame = vector(head__y=math.radians(20.0))
    posed = world(character, mapped(1, ()), frame)
    rest = character.scene.world
    names = [one.name for one in character.scene.nodes]
    eyes = [names.index("leftEye"), names.index("rightEye")]
    gap = np.linalg.norm(rest[eyes[0], :3, 3] - rest[eyes[1], :3, 3])
    pivot = rest[eyes, :3, 3].mean(axis=0) - [0.0, 0.8 * gap, 1.2 * gap]
    for at in range(len(names)):
        before, after = rest[at, :3, 3] - pivot, posed[at, :3, 3] - pivot
        np.testing.assert_allclose(after, whole(frame) @ before, atol=1e-6)


def test_a_head_alone_without_eyes_turns_about_its_own_middle() -> None:
    nodes = [node("Head", mesh=0, at=(0.0, 1.0, 0.0))]
    bare = Character("head", scene(nodes, [face_mesh(["a"])]), ())
    posed = world(bare, Mapping(), vector(head__y=0.5))
    np.testing.assert_allclose(posed[0, :3, 3], [0.0, 1.0, 0.0], atol=1e-6)
    np.testing.assert_allclose(posed[0, :3, :3], whole(vector(head__y=0.5)), atol=1e-6)


def test_a_bone_that_does_not_carry_the_head_is_left_to_the_next_one() -> None:
    nodes = [node("spine"), node("neck"), node("head", 0), node("nose", 2)]
    rig = Character("rig", scene(nodes), ())
    mapping = mapped(1, ("spine", "neck", "head"))
    frame = vector(neck__y=0.2, head__y=0.1)
    np.testing.assert_allclose(
        turned(rig, mapping, frame, "nose"), whole(frame), atol=1e-6
    )
    assert 1 not in Retarget(rig, mapping).perform(frame, NEUTRAL, 0).turns


def test_at_rest_nothing_is_posed() -> None:
    posture = Retarget(straight(), mapped(1)).perform(vector(), NEUTRAL, 0)
    assert posture.turns == {}
    assert posture.places == {}


def test_two_nodes_of_one_name_are_told_apart_by_number() -> None:
    nodes = [node("", at=(0.0, 1.0, 0.0)), node("", 0, at=(0.0, 0.1, 0.0))]
    rig = Character("rig", scene(nodes), ())
    mapping = Mapping(bones={"neck": "#0", "head": "#1", "jaw": "#7"})
    retarget = Retarget(rig, mapping)
    assert retarget.bones == {"neck": 0, "head": 1}
    assert retarget.unknown == ("#7",)


angles = st.floats(-0.6, 0.6)


@given(st.tuples(angles, angles, angles), st.sampled_from(list(RIGS)))
def test_a_turn_about_any_axis_is_the_same_on_any_rig(
    turn: tuple[float, float, float], rig: str
) -> None:
    character, facing = RIGS[rig]
    x, y, z = turn
    frame = vector(head__x=x, head__y=y, head__z=z)
    there = turned(character, mapped(facing), frame, "head")
    np.testing.assert_allclose(there, whole(frame), atol=1e-5)


def test_the_helper_agrees_with_the_protocols() -> None:
    q: Quaternion = from_yaw_pitch_roll(0.1, 0.2, 0.3)
    x, y, z = rotation_vector(q)
    frame = vector(head__x=x, head__y=y, head__z=z)
    np.testing.assert_allclose(whole(frame), to_matrix(np.array(q)), atol=1e-6)
