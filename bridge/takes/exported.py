"""Exports takes for other programs: CSV, BVH, glTF and USD."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final, Literal

import numpy as np

from bridge.errors import ConfigError, TakeError
from protocols.channels import BONES, POSITION_SLICE, WEIGHTS_SLICE, bone_slice
from protocols.export import bvh, gltf, livelink_csv, usd
from protocols.export.livelink_fields import RATE
from protocols.export.livelink_values import values_of
from protocols.export.performance import Performance, Rig, clean
from protocols.livelink import CURVES
from protocols.timecode import NS_PER_S
from protocols.wording import counted

from .disk import put
from .resample import jumps, named_rate, resample, without_jumps
from .store import new_file
from .take import Take
from .write import software

Format = Literal["csv", "bvh", "gltf", "usd"]
SUFFIXES: Final[dict[Format, str]] = {
    "csv": ".csv",
    "bvh": ".bvh",
    "gltf": ".glb",
    "usd": ".usda",
}
SENT: Final = ("head", "neck", "upperChest", "chest", "spine", "leftEye", "rightEye")
"""Bones whose rotation a CSV holds; the first five are added into one rotation."""
BLOCK: Final = 1 << 20
"""Bytes in one write."""
STEADY: Final = 0.01
"""Largest timing error, as a share of a frame, of a take that counts as 60 fps.
Unreal counts whole frames."""


def export_take(
    take: Take, kind: Format, path: Path, rate: Fraction | None = None
) -> tuple[str, ...]:
    """Write a complete new file; return sentences about what the format leaves out.

    Args:
        take: the take to write.
        kind: csv and bvh need evenly spaced frames, so a take without them is
            resampled. gltf and usd keep every frame at its own time.
        path: the new file.
        rate: frames per second to resample to; None keeps the take's own frames.

    Raises:
        ConfigError: the format does not support that rate.
        TakeError: the file exists already or cannot be written.
    """
    if kind == "csv":
        if rate not in (None, RATE):
            raise ConfigError(
                f"--fps {rate}: a CSV must have 60 fps for Unreal; leave --fps out"
            )
        return write_csv(take, path)[1]
    if kind == "bvh":
        return _bvh(take, path, rate or named_rate(take))
    return _model(take, kind, path, rate)


@cache
def face_rig() -> Rig:
    """Return the face mesh that ships with the package."""
    asset = resources.files("bridge") / "assets" / "face_rig.npz"
    with asset.open("rb") as file, np.load(file) as data:
        return Rig(
            points=data["points"],
            triangles=data["triangles"],
            morphs=data["morphs"].astype(np.float32),
            colours=data["colours"],
            bones=data["bones"],
        )


def write_csv(
    take: Take, path: Path, columns: Sequence[str] = CURVES
) -> tuple[int, tuple[str, ...]]:
    """Write a CSV of Live Link Face, with 60 frames a second.

    Args:
        take: the take; it is resampled if it has another rate.
        path: the new file.
        columns: the order of its 61 columns, names of `CURVES`.

    Returns:
        The number of rows, and sentences about what the format leaves out.
    """
    notes = []
    jumped = jumps(take)
    if jumped:
        take = without_jumps(take)
        notes.append(
            f"the timecode jumps {'once' if jumped == 1 else f'{jumped} times'} in the "
            "take, because the clock was set during the recording; the CSV counts on "
            "from the timecode of the first frame"
        )
    rate = RATE
    steps = np.diff(take.captured_ns) * float(rate) / NS_PER_S
    own = len(steps) == 0 or (
        steps.min() >= 1.0 - STEADY and np.median(steps) <= 1.0 + STEADY
    )
    if not own:
        notes.append(_resampled(take, rate))
        take = resample(take, rate)
    lost = len(take.tracked) - int(take.tracked.sum())
    if lost:
        notes.append(
            f"no face in {lost} of {counted(len(take.tracked), 'frame')}; a CSV cannot "
            "mark them for Unreal, so they hold the last pose as ordinary frames"
        )
    left = [bone for bone in BONES if bone not in SENT]
    moved = [bone for bone in left if take.vectors[:, bone_slice(bone)].any()]
    if take.vectors[:, POSITION_SLICE].any():
        moved.append("the head's position")
    if moved:
        notes.append(f"a CSV cannot hold: {', '.join(moved)}")
    values = values_of(take.vectors)[:, [CURVES.index(name) for name in columns]]
    _write(path, _text(livelink_csv.encode(values, take.timecodes, columns)))
    return len(values), tuple(notes)


def _bvh(take: Take, path: Path, rate: Fraction) -> tuple[str, ...]:
    even = _performance(resample(take, rate), rate)
    _write(path, _text(bvh.encode(even)))
    notes = [] if rate == named_rate(take) else [_resampled(take, rate)]
    if take.vectors[:, WEIGHTS_SLICE].any():
        notes.append("BVH cannot hold weights; the file has bones only")
    lost = len(take.tracked) - int(take.tracked.sum())
    if lost:
        notes.append(
            f"no face in {lost} of {counted(len(take.tracked), 'frame')}; BVH cannot "
            "mark them, so they hold the last pose as ordinary frames"
        )
    return tuple(notes)


def _model(
    take: Take, kind: Format, path: Path, rate: Fraction | None
) -> tuple[str, ...]:
    notes = []
    named = rate or named_rate(take)
    seconds = ((take.captured_ns - take.captured_ns[0]) / NS_PER_S).astype(np.float32)
    if rate is not None:
        notes.append(_resampled(take, rate))
        take = resample(take, rate)
    elif (np.diff(seconds) <= 0).any():
        take = resample(take, named)
        notes.append(
            f"some frames are too close together in time; resampled to {named} fps"
        )
    shown = _performance(take, named)
    if kind == "usd":
        _write(path, _text(usd.encode(shown, face_rig(), software())))
        return tuple(notes)
    try:
        _write(path, [gltf.encode(shown, face_rig(), software())])
    except ValueError as error:
        raise TakeError(f"{path}: {error}; choose a lower --fps") from None
    return tuple(notes)


def _resampled(take: Take, rate: Fraction) -> str:
    return f"resampled from {take.fps:.4g} to {float(rate):.4g} fps"


def _performance(take: Take, rate: Fraction) -> Performance:
    return Performance(
        subject=take.subject,
        rate=rate,
        seconds=(take.captured_ns - take.captured_ns[0]) / NS_PER_S,
        vectors=clean(take.vectors),
        tracked=take.tracked,
    )


def _text(pieces: Iterable[str]) -> Iterator[bytes]:
    return (piece.encode() for piece in pieces)


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    with new_file(path) as file:
        block = bytearray()
        for piece in pieces:
            block += piece
            if len(block) >= BLOCK:
                put(file, block)
                block.clear()
        put(file, block)
