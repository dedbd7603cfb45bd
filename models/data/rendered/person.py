"""One person of the solver's training set, rendered and tracked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from engines.drawing.camera import Pose
from engines.drawing.develop import Picture
from engines.face.canonical_face import COUNT
from engines.face.face_graph import FaceGraph
from engines.face.patches import SIZE, cut_patches
from engines.face.preprocess import align
from models.data.recorded.takes import read_take
from protocols.arrays import Floats
from protocols.channels import ARKIT

from .dataset import CALM, SPLITS, DataError, Split
from .expressions import Kind, calm_take, perform
from .head import HEAD_FILE, Head, load_head
from .scene_sampling import TEST, TRAIN, draw_lighting
from .sensor import decompress
from .sitter import photograph, seat
from .textures import Canvas, unroll

TEXTURE: Final = 384

HELD_OUT: Final = ("alex_rom_4", "facial")
"""Takes that only the test split plays; the bundled clip is cut from the first."""

CAST: Final[dict[Kind, int]] = {
    Kind.NEUTRAL: 3,
    Kind.MIXTURE: 3,
    Kind.SPARSE: 3,
    Kind.SWEEP: 4,
    Kind.TAKE: 3,
    Kind.TURN: 1,
    Kind.MIXED: 3,
}
TEST_CAST: Final[dict[Kind, int]] = {
    Kind.NEUTRAL: 5,
    Kind.MIXTURE: 2,
    Kind.SPARSE: 5,
    Kind.SWEEP: 6,
    Kind.TAKE: 6,
    Kind.TURN: 4,
    Kind.MIXED: 4,
}


@dataclass(frozen=True, slots=True, eq=False)
class Studio:
    """What rendering needs, loaded once a process."""

    head: Head
    canvas: Canvas
    takes: tuple[Floats, ...]
    graph: FaceGraph
    split: Split


def open_studio(data: Path, split: Split, arkit_units: bool = True) -> Studio:
    """Load head, takes and tracker.

    Args:
        data: holds ict_facekit/ and arkit_takes/.
        split: test plays other takes than the rest, before another stage.
        arkit_units: see `load_head`.

    Raises:
        OSError: a file is missing.
        ValueError: a take is none, or there are none for the split.
    """
    cv2.setNumThreads(1)
    path, wanted = find_data(data, split)
    head = load_head(path, arkit_units)
    takes = tuple(calm_take(read_take(take)) for take in wanted)
    return Studio(head, unroll(head, TEXTURE), takes, FaceGraph(), split)


def find_data(data: Path, split: Split) -> tuple[Path, list[Path]]:
    """Return the head's file and the takes of a split; DataError if they are not
    there."""
    head = data / HEAD_FILE
    if not head.is_file():
        raise DataError(
            f"{head}: no such file; --data names the folder that holds ict_facekit/ "
            "and arkit_takes/"
        )
    paths = sorted((data / "arkit_takes").rglob("*.csv"))
    takes = [p for p in paths if (p.stem in HELD_OUT) == (split == "test")]
    if not takes:
        raise DataError(f"{data / 'arkit_takes'}: no takes for the {split} split")
    return head, takes


def make_person(studio: Studio, number: int, keep: bool) -> dict[str, Any]:
    """Render one person and return the arrays of `FaceSet`, as a shard holds them.

    Args:
        studio: what to render with.
        number: of the person within the split.
        keep: the pictures as well.
    """
    rng = np.random.default_rng((SPLITS.index(studio.split), number))
    stage = TEST if studio.split == "test" else TRAIN
    numbers = TEST_CAST if studio.split == "test" else CAST
    kinds = [kind for kind, count in numbers.items() for _ in range(count)]
    sitter, lighting = seat(studio.head, studio.canvas, stage, rng)

    n = len(kinds)
    points = np.full((n, COUNT, 3), np.nan, dtype=np.float32)
    weights = np.zeros((n, len(ARKIT)), dtype=np.float32)
    poses = np.zeros((n, 3), dtype=np.float32)
    patches = np.zeros((n, SIZE), dtype=np.uint8)
    codes = []
    for i, kind in enumerate(kinds):
        if rng.random() < 0.25:
            lighting = draw_lighting(stage, rng)
        weights[i] = perform(kind, studio.takes, rng)
        far = sitter.distance * rng.uniform(0.85, 1.15)
        pose = _draw_pose(kind, i < CALM, far, rng)
        poses[i] = pose.yaw, pose.pitch, pose.roll
        code = photograph(sitter, weights[i], pose, lighting, rng, hidden=i >= CALM)
        picture = decompress(code)
        found = see(studio.graph, picture)
        if found is not None and (alignment := align(found)) is not None:
            points[i] = found
            patches[i] = cut_patches(picture, alignment)
        codes.append(code if keep else b"")
    return {
        "points": points,
        "weights": weights,
        "pose": poses,
        "identity": np.full(n, number, dtype=np.int32),
        "kind": np.array(kinds, dtype=np.uint8),
        "patches": patches,
        "codes": codes,
    }


def see(graph: FaceGraph, picture: Picture) -> Floats | None:
    """Return (478, 3) pixels as the daemon's tracker sees a face it follows.

    Found once by the detector, then once more from where it was: a face that is
    followed is cut out more exactly than one that was only just detected.
    """
    graph.forget()
    rgb = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), dtype=np.uint8)
    if graph.find(rgb) is None:
        return None
    return graph.find(rgb)


def _draw_pose(
    kind: Kind, calm: bool, distance: float, rng: np.random.Generator
) -> Pose:
    if calm:
        yaw, pitch, roll = rng.normal(0, (5, 5, 3))
    elif kind == Kind.TURN:
        yaw, pitch, roll = rng.uniform(-38, 38), rng.uniform(-20, 20), rng.normal(0, 5)
    else:
        yaw, pitch, roll = rng.normal(0, (17, 11, 8))
    yaw, pitch = float(np.clip(yaw, -45, 45)), float(np.clip(pitch, -28, 28))
    x, y = rng.normal(0, 0.02, 2)
    return Pose(
        math.radians(yaw),
        math.radians(pitch),
        math.radians(roll),
        float(x),
        float(y) - 0.02,
        -distance - 0.09,
    )
