"""The solver's training set: rendered faces as the daemon's tracker sees them.

    DIR/shard_00000.npz ...   32 people each, every file whole and for itself

The same person is always drawn for the same split and number, so that a run that was
stopped goes on where it was, and two machines make the same set.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import cv2
import numpy as np
import numpy.typing as npt

from engines.face.canonical_face import COUNT
from engines.face.mesh import FaceGraph
from engines.face.patches import SIZE, cut_patches
from engines.face.preprocess import align
from models.data.files import open_arrays
from models.data.recorded.takes import read_take
from protocols.arrays import Floats
from protocols.channels import ARKIT

from .camera import Camera, Pose, project
from .expressions import Kind, calm_take, perform
from .head import LANDMARKS, Head, deform, embody, fit_reach, load_head
from .occlude import hang_hair, hide
from .renderer import Picture, cast, render
from .scene_sampling import (
    TEST,
    TRAIN,
    draw_identity,
    draw_lighting,
    draw_look,
    draw_wall,
)
from .sensor import compress, decompress, draw_sensor, expose
from .textures import Canvas, unroll

Split = Literal["train", "valid", "test"]
SPLITS: Final[tuple[Split, ...]] = ("train", "valid", "test")

PEOPLE: Final = 32
"""In a shard."""
TEXTURE: Final = 384
SIDE: Final = 256
"""Height and width of a picture, pixels."""

HELD_OUT: Final = ("alex_rom_4", "facial")
"""Takes that only the test split plays; the bundled clip is cut from the first."""

_CAST: Final[dict[Kind, int]] = {
    Kind.NEUTRAL: 3,
    Kind.MIXTURE: 3,
    Kind.SPARSE: 3,
    Kind.SWEEP: 2,
    Kind.TAKE: 4,
    Kind.TURN: 1,
}
_TEST_CAST: Final[dict[Kind, int]] = {
    Kind.NEUTRAL: 5,
    Kind.MIXTURE: 2,
    Kind.SPARSE: 5,
    Kind.SWEEP: 6,
    Kind.TAKE: 6,
    Kind.TURN: 4,
}
CALM: Final = 3
"""Of a person's pictures the first so many are neutral and look ahead."""


class DataError(ValueError):
    """Not a folder of rendered faces."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceSet:
    """Rendered faces; those of one person stand together, CALM neutral ones first."""

    points: Floats
    """(N, 478, 3) pixels as the tracker saw them; NaN where it found no face."""
    weights: Floats
    """(N, 52) in `ARKIT` order: what was put on the mesh."""
    pose: Floats
    """(N, 3) yaw, pitch and roll of the head, radians."""
    identity: npt.NDArray[np.int32]
    """(N,) the person's number within the split."""
    kind: npt.NDArray[np.uint8]
    """(N,) `Kind`."""
    patches: npt.NDArray[np.uint8]
    """(N, SIZE) `engines.face.patches`; 0 where no face was found."""
    codes: tuple[bytes, ...]
    """N JPEGs; empty where the picture was not kept."""

    def __len__(self) -> int:
        return len(self.identity)

    def picture(self, i: int) -> Picture:
        """Return (256, 256, 3) uint8 BGR; DataError if it was not kept."""
        if not self.codes[i]:
            raise DataError(
                f"face {i}: its picture was not kept; make the faces with --pictures"
            )
        return decompress(self.codes[i])


@dataclass(frozen=True, slots=True, eq=False)
class Studio:
    """What rendering needs, loaded once a process."""

    head: Head
    canvas: Canvas
    takes: tuple[Floats, ...]
    graph: FaceGraph
    split: Split


def open_studio(data: Path, split: Split) -> Studio:
    """Load head, takes and tracker.

    Args:
        data: holds ict_facekit/ and arkit_takes/.
        split: test plays other takes than the rest, before another stage.

    Raises:
        OSError: a file is missing.
        ValueError: a take is none, or there are none for the split.
    """
    cv2.setNumThreads(1)
    path, wanted = find_data(data, split)
    head = load_head(path)
    takes = tuple(calm_take(read_take(take)) for take in wanted)
    return Studio(head, unroll(head, TEXTURE), takes, FaceGraph(), split)


def find_data(data: Path, split: Split) -> tuple[Path, list[Path]]:
    """Return the head's file and the takes of a split; DataError if they are not
    there."""
    head = data / "ict_facekit" / "ict_facekit.npz"
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
    numbers = _TEST_CAST if studio.split == "test" else _CAST
    kinds = [kind for kind, count in numbers.items() for _ in range(count)]
    look = draw_look(stage, rng)
    person = fit_reach(embody(studio.head, draw_identity(stage, rng)))
    actor = cast(person, look, studio.canvas)
    camera = Camera(SIDE, SIDE, 400.0)
    lighting = draw_lighting(stage, rng)
    wall, sensor = draw_wall(stage, camera, rng), draw_sensor(rng)
    distance, width = rng.uniform(0.32, 0.9), rng.uniform(*stage.face_px)
    skin = 255 * np.array(look.skin)[::-1]
    hair = (255 * np.array(look.hair)[::-1]).tolist()
    hair_seed = int(rng.integers(1 << 30))

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
        pose = _draw_pose(kind, i < CALM, distance * rng.uniform(0.85, 1.15), rng)
        poses[i] = pose.yaw, pose.pitch, pose.roll
        focal = width * rng.uniform(0.9, 1.1) * distance / 0.155
        view = Camera(SIDE, SIDE, float(focal))
        local = deform(person, weights[i])
        drawn = render(
            actor, weights[i], pose, view, lighting, backdrop=wall, local=local
        )
        place = local[LANDMARKS] @ pose.rotation().T + pose.position()
        marks = project(place, view)[:, :2]
        hang_hair(drawn, marks, hair, hair_seed)
        if i >= CALM:
            hide(drawn, marks, tuple(skin.tolist()), rng)
        code = compress(expose(drawn, sensor, rng), sensor.quality)
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


def make_shard(studio: Studio, shard: int, folder: Path, pictures: bool) -> Path:
    """Render one shard, whole or not at all, and return its path.

    Args:
        studio: what to render with.
        shard: its number.
        folder: exists.
        pictures: keep all pictures; otherwise only the first person's.
    """
    path = folder / f"shard_{shard:05d}.npz"
    people = [
        make_person(studio, shard * PEOPLE + k, pictures or k == 0)
        for k in range(PEOPLE)
    ]
    codes = [code for person in people for code in person.pop("codes")]
    arrays = {key: np.concatenate([p[key] for p in people]) for key in people[0]}
    arrays["code_bytes"] = np.frombuffer(b"".join(codes), dtype=np.uint8)
    arrays["code_sizes"] = np.array([len(code) for code in codes], dtype=np.int64)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(file, **arrays)
    part.replace(path)
    return path


def shards(folder: Path) -> list[Path]:
    """Return the finished shards, in order."""
    return sorted(folder.glob("shard_*.npz"))


def load_faces(folder: Path, most: int = 0) -> FaceSet:
    """Read a folder of shards.

    Args:
        folder: from `facewire-models data faces`.
        most: read so many shards at most; 0 reads all.

    Raises:
        DataError: there are none, or one is damaged.
    """
    paths = shards(folder)[: most or None]
    if not paths:
        raise DataError(
            f"{folder}: no shard_*.npz; make them with `facewire-models data faces`"
        )
    parts: dict[str, list[npt.NDArray[Any]]] = {}
    codes: list[bytes] = []
    for path in paths:
        try:
            with open_arrays(path) as data:
                arrays = {key: data[key] for key in data.files}
            whole = arrays.pop("code_bytes").tobytes()
            ends = np.cumsum(arrays.pop("code_sizes")).tolist()
            codes += [whole[a:b] for a, b in zip([0, *ends[:-1]], ends, strict=True)]
            for key in ("points", "weights", "pose", "identity", "kind", "patches"):
                parts.setdefault(key, []).append(arrays[key])
        except (OSError, KeyError, ValueError) as error:
            raise DataError(
                f"{path}: not a whole shard (damaged, or another file); delete it"
            ) from error
    joined = {key: np.concatenate(values) for key, values in parts.items()}
    return FaceSet(**joined, codes=tuple(codes))


def missing_shards(folder: Path, count: int) -> list[int]:
    """Return the numbers of the shards below `count` that are not there yet."""
    done = {path.stem for path in shards(folder)}
    return [k for k in range(count) if f"shard_{k:05d}" not in done]


def contact_sheet(faces: FaceSet, columns: int = 16, rows: int = 12) -> Picture:
    """Return one picture of many faces, a person a row where they fit."""
    chosen = [i for i in range(len(faces)) if faces.codes[i]][: columns * rows]
    tiles = [cv2.resize(faces.picture(i), (128, 128)) for i in chosen]
    blank = np.zeros((128, 128, 3), dtype=np.uint8)
    tiles += [blank] * (-len(tiles) % columns)
    lines = [np.hstack(tiles[k : k + columns]) for k in range(0, len(tiles), columns)]
    return np.asarray(np.vstack(lines), dtype=np.uint8)
