"""The bundled clip and its truth: what ships is what it says."""

from __future__ import annotations

import csv
from contextlib import closing
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

import bridge
from engines.face.face_graph import FaceGraph
from models.data.recorded.takes import Take, read_take
from models.data.rendered.clip import (
    FPS,
    KEYS,
    PASSAGES,
    POSE_COLUMNS,
    pose_at,
    write_script,
)
from protocols.channels import ARKIT
from tests.models.data.dataset import dataset

ASSETS = Path(bridge.__file__).parent / "assets"
CLIP, TRUTH = ASSETS / "demo.mp4", ASSETS / "demo.csv"

Picture = npt.NDArray[np.uint8]


@cache
def pictures() -> list[Picture]:
    video = cv2.VideoCapture(str(CLIP))
    out: list[Picture] = []
    while True:
        good, picture = video.read()
        if not good:
            break
        out.append(np.asarray(picture, dtype=np.uint8))
    video.release()
    return out


@cache
def truth() -> dict[str, npt.NDArray[np.float64]]:
    with TRUTH.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


@cache
def meshes() -> list[npt.NDArray[np.float64] | None]:
    """Return (478, 2) pixels for each picture, as the tracker sees them in order."""
    out: list[npt.NDArray[np.float64] | None] = []
    with closing(FaceGraph()) as graph:
        for picture in pictures():
            found = graph.find(np.ascontiguousarray(picture[..., ::-1]))
            out.append(None if found is None else found[:, :2].astype(np.float64))
    return out


def aperture(mesh: npt.NDArray[np.float64], side: str) -> float:
    """Return the opening of an eye as a share of its width."""
    top, low, outer, inner = {
        "Left": (386, 374, 263, 362),
        "Right": (159, 145, 33, 133),
    }[side]
    size = np.linalg.norm(mesh[outer] - mesh[inner])
    return float(np.linalg.norm(mesh[top] - mesh[low]) / size)


def test_it_is_small_and_about_twelve_seconds_of_vga() -> None:
    assert CLIP.stat().st_size <= 3_000_000
    video = cv2.VideoCapture(str(CLIP))
    assert video.get(cv2.CAP_PROP_FPS) == pytest.approx(FPS)
    video.release()
    assert 11 * FPS <= len(pictures()) <= 13 * FPS
    assert {picture.shape for picture in pictures()} == {(480, 640, 3)}


def test_the_truth_has_a_row_for_each_frame_and_a_column_for_each_curve() -> None:
    table = truth()
    assert tuple(table) == ("frame", "time_s", *ARKIT, *POSE_COLUMNS)
    np.testing.assert_array_equal(table["frame"], np.arange(len(pictures())))
    np.testing.assert_allclose(table["time_s"], table["frame"] / FPS, atol=1e-6)


def test_curves_and_pose_are_within_what_a_face_can_do() -> None:
    table = truth()
    for name in ARKIT:
        assert table[name].min() >= 0
        assert table[name].max() <= 1
    assert (table["mouthClose"] <= table["jawOpen"] + 1e-6).all()
    limits = {"headYaw": 26, "headPitch": 13, "headRoll": 11}
    for name, degrees in limits.items():
        assert np.degrees(np.abs(table[name])).max() <= degrees
    assert -0.6 < table["headPositionZ"].min() < table["headPositionZ"].max() < -0.4


@pytest.mark.parametrize(
    "curve",
    [
        *("eyeBlinkLeft", "eyeBlinkRight", "eyeLookOutLeft", "eyeLookOutRight"),
        *("eyeLookUpLeft", "jawOpen", "mouthSmileLeft", "mouthSmileRight"),
        *("mouthPucker", "mouthFunnel", "mouthLeft", "mouthRight", "browInnerUp"),
        *("browDownLeft", "browOuterUpRight", "noseSneerLeft", "eyeWideRight"),
    ],
)
def test_the_performance_uses_its_face(curve: str) -> None:
    assert truth()[curve].max() > 0.4


def test_it_begins_with_a_calm_second() -> None:
    calm = {name: values[:FPS] for name, values in truth().items()}
    # The blinks' micro-motion of a real person at rest, but no expression.
    assert max(calm[name].max() for name in ARKIT) < 0.25
    assert max(np.abs(calm[name]).max() for name in POSE_COLUMNS[:3]) < 1e-6


def test_the_tracker_sees_the_face_in_every_frame() -> None:
    assert [i for i, mesh in enumerate(meshes()) if mesh is None] == []


@pytest.mark.parametrize("side", ["Left", "Right"])
def test_lids_shut_on_a_blink_and_only_on_their_side_on_a_wink(side: str) -> None:
    other = "Right" if side == "Left" else "Left"
    here, there = truth()[f"eyeBlink{side}"], truth()[f"eyeBlink{other}"]
    seen = [(i, mesh) for i, mesh in enumerate(meshes()) if mesh is not None]
    rest = np.median([aperture(mesh, side) for i, mesh in seen if i < FPS])
    shut = [aperture(mesh, side) for i, mesh in seen if here[i] > 0.95]
    wink = [aperture(m, other) for i, m in seen if here[i] > 0.9 and there[i] < 0.1]
    assert rest > 0.22
    assert min(shut) < 0.3 * rest
    assert wink
    assert max(wink) > 0.45 * rest


def test_the_head_moves_through_its_keys_without_jumps() -> None:
    for key in KEYS[:-1]:
        pose = pose_at(float(key[0]))
        turned = np.degrees([pose.yaw, pose.pitch, pose.roll])
        np.testing.assert_allclose(turned, key[1:4], atol=1e-4)
    poses = [pose_at(i / 300) for i in range(3600)]
    steps = np.abs(np.diff([(p.yaw, p.x, p.y, p.z) for p in poses], axis=0))
    assert steps.max() < 0.01


def test_an_edit_over_a_lost_face_is_refused() -> None:
    length = round(max(end for _, end in PASSAGES) * FPS) + 1
    weights = np.zeros((length, 52), dtype=np.float32)
    whole = Take(
        "take", np.arange(length) / 60.0, weights, np.ones(length, dtype=np.bool_)
    )
    assert write_script(whole).weights.max() == 0
    lost = weights.copy()
    lost[round(PASSAGES[3][0] * FPS) + 2] = np.nan
    with pytest.raises(ValueError, match="no face somewhere"):
        write_script(Take("take", whole.seconds, lost, whole.valid))


def test_the_script_makes_the_truth_that_ships() -> None:
    script = write_script(read_take(dataset("arkit_takes/alexdjulin/alex_rom_4.csv")))
    shipped = np.stack([truth()[name] for name in ARKIT], axis=1)
    np.testing.assert_allclose(script.weights, shipped, atol=1e-6)
    yaw = [pose.yaw for pose in script.poses]
    np.testing.assert_allclose(yaw, truth()["headYaw"], atol=1e-6)
