"""The ten characters of the data folder, moved: heads, lids, lips, names."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import pytest

from engines.character.character import Character, Posture, character
from engines.character.gains import Functions, functions
from engines.character.recognise import field_of, recognise
from engines.character.retarget import Retarget
from engines.character.surface import Surface, surface
from protocols.arrays import Mask, Numbers
from protocols.bones import bone_quaternions, head_turn
from protocols.channels import Vector
from protocols.gltf.glb import parse
from protocols.gltf.read import read_scene
from protocols.rotation import to_matrix
from tests.bridge.faces import vector
from tests.models.data.dataset import dataset

from .rigs import NEUTRAL, worlds

TEN = (
    *("human_arkit_visemes.glb", "human_perfectsync_vrm1.vrm"),
    *("human_perfectsync_vrm0.vrm", "human_vroid_vrm0.vrm", "human_jaw_bone.glb"),
    *("human_mmd.glb", "facecap_head_generic.glb", "facecap_live_avatar.glb"),
    *("godette_vrm0.vrm", "cryptovoxels_vrm0.vrm"),
)
BLINK = [name for name in TEN if "jaw_bone" not in name and "voxels" not in name]


@lru_cache(maxsize=2)
def opened(name: str) -> tuple[Character, Retarget]:
    path = dataset("characters") / name
    found = character(path.stem, read_scene(parse(path.read_bytes())))
    return found, Retarget(found, recognise(found).mapping)


def head_nodes(name: str) -> set[int]:
    """The head bone and all that hangs on it; every node of a head alone."""
    found, retarget = opened(name)
    nodes = found.scene.nodes
    if "head" not in retarget.bones:
        return set(range(len(nodes)))
    held = {retarget.bones["head"]}
    while more := {at for at, n in enumerate(nodes) if n.parent in held} - held:
        held |= more
    return held


def points(name: str, posture: Posture) -> tuple[Numbers, Mask]:
    """(V, 3) all vertices in the scene, in the frame in which the face looks at +Z, and
    which of them are the head's."""
    found, retarget = opened(name)
    scene, held = found.scene, head_nodes(name)
    turns = {at: np.asarray(turn, np.float64) for at, turn in posture.turns.items()}
    posed = worlds(scene.nodes, turns, dict(posture.places))  # type: ignore[arg-type]
    out, of_head = [], []
    for at, node in enumerate(scene.nodes):
        for primitive in scene.meshes[node.mesh].primitives if node.mesh >= 0 else ():
            here = np.c_[primitive.vertices, np.ones(len(primitive.vertices))]
            if node.skin < 0 or primitive.joints is None or primitive.weights is None:
                out.append(here @ posed[at].T)
                of_head.append(np.full(len(here), at in held))
                continue
            skin = scene.skins[node.skin]
            bones = posed[list(skin.joints)] @ skin.back
            out.append(
                np.einsum(
                    "vk,vkij,vj->vi", primitive.weights, bones[primitive.joints], here
                )
            )
            joints = np.isin(np.array(skin.joints)[primitive.joints], list(held))
            of_head.append((primitive.weights * joints).sum(axis=1) > 0.999)
    facing = retarget.mapping.facing
    turned: Numbers = np.concatenate(out)[:, :3] * [facing, 1.0, facing]
    return turned, np.concatenate(of_head)


def head_moved(name: str, frame: Vector) -> tuple[Numbers, Numbers]:
    """The (3, 3) turn of the head's vertices, and the way of the point of its nose."""
    _, retarget = opened(name)
    before, head = points(name, retarget.perform(vector(), NEUTRAL, 0))
    after, _ = points(name, retarget.perform(frame, NEUTRAL, 0))
    a, b = before[head], after[head]
    u, _, v = np.linalg.svd((a - a.mean(0)).T @ (b - b.mean(0)))
    turn: Numbers = (u @ np.diag([1.0, 1.0, np.linalg.det(u @ v)]) @ v).T
    # In the middle between left and right, as far ahead as the face goes.
    nose = np.array([0.0, a[:, 1].mean(), a[:, 2].max()])
    way: Numbers = b.mean(0) + turn @ (nose - a.mean(0)) - nose
    return turn, way


@pytest.mark.parametrize("name", TEN)
def test_twenty_degrees_of_the_head_move_the_nose_the_same_way(name: str) -> None:
    _, way = head_moved(name, vector(head__y=math.radians(20.0)))
    ahead = math.radians(10.0)
    expected = np.array([math.cos(ahead), 0.0, -math.sin(ahead)])
    cosine = float(way @ expected / np.linalg.norm(way))
    assert math.degrees(math.acos(min(cosine, 1.0))) < 2.0


@pytest.mark.parametrize("name", TEN)
@pytest.mark.parametrize(
    "turn",
    [
        {"head__x": 0.25, "neck__x": 0.1},
        {"head__z": -0.25, "neck__z": -0.1},
        {"head__y": 0.2, "neck__y": 0.1, "upperChest__x": 0.05, "spine__z": 0.05},
    ],
)
def test_a_head_turns_about_every_axis_alike(name: str, turn: dict[str, float]) -> None:
    frame = vector(**turn)
    got, _ = head_moved(name, frame)
    whole = to_matrix(np.array(head_turn(bone_quaternions(frame))))
    cosine = 0.5 * (float(np.trace(got @ whole.T)) - 1.0)
    assert math.degrees(math.acos(min(cosine, 1.0))) < 2.0


def measured(name: str) -> tuple[Surface, Functions]:
    found, retarget = opened(name)
    skin = surface(found, retarget.mapping.facing)
    drives = {drive.source: drive for drive in retarget.mapping.drives}
    return skin, functions(skin, drives, field_of(found, skin), math.nan)


def moved(name: str, skin: Surface, frame: Vector) -> Numbers:
    """(V, 3) what a frame's weights add to the skin."""
    found, retarget = opened(name)
    posture = retarget.perform(frame, NEUTRAL, 0)
    weights = {
        slot.name: float(weight)
        for slot, weight in zip(found.slots, posture.weights, strict=True)
    }
    out: Numbers = np.zeros(skin.points.shape)
    for target, weight in weights.items():
        out += weight * skin.at(target)
    return out


SHUT = {"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0}
SQUINT = {"eyeSquintLeft": 1.0, "eyeSquintRight": 1.0}
MORE = {
    **{"eyeLookDownLeft": 1.0, "eyeLookDownRight": 1.0},
    **{"cheekSquintLeft": 1.0, "cheekSquintRight": 1.0},
}


@pytest.mark.parametrize("name", BLINK)
def test_a_blink_shuts_the_lids(name: str) -> None:
    skin, face = measured(name)
    if face.lids == (None, None):
        # Its lids are decals that slide, without a gap: the blink itself must be whole.
        _, retarget = opened(name)
        posture = retarget.perform(vector(**SHUT), NEUTRAL, 0)
        assert posture.weights.max() == 1.0
        return
    for gap in face.lids:
        assert gap is not None
        assert 0.9 <= gap.closed(moved(name, skin, vector(**SHUT))) <= 1.05
        for more in (SQUINT, MORE, SQUINT | MORE):
            shut = gap.closed(moved(name, skin, vector(**SHUT, **more)))
            assert 0.9 <= shut <= 1.05 + 0.005


@pytest.mark.parametrize("name", BLINK)
def test_lips_that_meet_never_cross(name: str) -> None:
    skin, face = measured(name)
    if face.lips is None:
        pytest.skip("its lips have no gap that a jaw opens")
    rest = float(face.lips.rest.mean())
    for jaw in (0.0, 0.3, 1.0):
        for close in (0.0, 0.3, 0.6, 1.0):
            frame = vector(jawOpen=jaw, mouthClose=close)
            opened_by = face.lips.opened(moved(name, skin, frame))
            assert (opened_by + rest) / face.eyes >= -0.005
            if close >= jaw:
                assert opened_by / face.eyes < 0.03


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("human_perfectsync_vrm0.vrm", {"JawOpen", "EyeBlinkLeft", "TongueOut"}),
        ("human_perfectsync_vrm1.vrm", {"jawOpen", "eyeBlinkLeft", "tongueOut"}),
    ],
)
def test_perfect_sync_gets_its_clips_and_no_presets(name: str, names: set[str]) -> None:
    _, retarget = opened(name)
    assert names <= set(retarget.names)
    assert len(retarget.names) == retarget.by_clip == 52
    assert not {"Joy", "happy", "aa", "A", "Blink", "blink"} & set(retarget.names)


@pytest.mark.parametrize("name", ["godette_vrm0.vrm", "human_vroid_vrm0.vrm"])
def test_presets_go_out_where_there_is_no_perfect_sync(name: str) -> None:
    _, retarget = opened(name)
    assert {"A", "I", "U", "E", "O", "Blink_L", "Blink_R"} <= set(retarget.names)
    assert {"Joy", "Angry", "Sorrow"} <= set(retarget.names)
    assert retarget.by_clip == len(retarget.names)


def test_vroid_plays_no_emotion_beside_its_parts_in_a_picture() -> None:
    found, retarget = opened("human_vroid_vrm0.vrm")
    happy = NEUTRAL.copy()
    happy[1] = 1.0
    for at in range(60):
        posture = retarget.perform(vector(), happy, at * 33_000_000)
    parts = {
        slot.name: weight
        for slot, weight in zip(found.slots, posture.weights, strict=True)
        if slot.name.startswith("Fcl_ALL")
    }
    assert parts
    assert set(parts.values()) == {0.0}


def test_the_jaw_bone_opens_the_mouth() -> None:
    _, retarget = opened("human_jaw_bone.glb")
    posture = retarget.perform(vector(jawOpen=1.0), NEUTRAL, 0)
    assert set(posture.turns) == {retarget.bones["jaw"]}
    shown, _ = points("human_jaw_bone.glb", posture)
    rest, _ = points("human_jaw_bone.glb", retarget.perform(vector(), NEUTRAL, 0))
    chin = int((rest - shown)[:, 1].argmax())
    assert (rest - shown)[chin, 1] > 0.01
    assert (rest - shown)[chin, 2] > 0.0


@pytest.mark.parametrize(
    "name", ["facecap_head_generic.glb", "human_arkit_visemes.glb"]
)
def test_eyes_look_to_the_actors_left(name: str) -> None:
    found, retarget = opened(name)
    frame = vector(leftEye__y=0.3, rightEye__y=0.3)
    posture = retarget.perform(frame, NEUTRAL, 0)
    assert len(posture.turns) == 2
    turns = {at: np.asarray(turn, np.float64) for at, turn in posture.turns.items()}
    posed = worlds(found.scene.nodes, turns)
    for eye in ("leftEye", "rightEye"):
        at = retarget.bones[eye]
        turned = posed[at][:3, :3] @ np.linalg.inv(found.scene.world[at][:3, :3])
        assert turned[0, 2] > 0.2
