"""The bundled clip: a scripted edit of a real take, rendered, with its truth beside it.

The performance is Alexandre Donciu-Julin's range-of-motion take `alex_rom_4` (MIT),
cut to twelve seconds with short cross-fades; the head motion is ours, for the take has
none. What is written to the CSV is what was put on the mesh.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from engines.drawing.camera import Camera, Pose
from models.data.recorded.takes import Take, read_take
from protocols.arrays import Floats
from protocols.channels import ARKIT
from protocols.easing import smoothstep

from .appearance import Look
from .gaze import GAZE_DOWN, GAZE_IN, GAZE_OUT, GAZE_UP
from .head import HEAD_FILE, load_head
from .renderer import Actor, cast, render
from .textures import unroll

FPS: Final = 30
CAMERA: Final = Camera(640, 480, 640.0)
POSE_COLUMNS: Final = (
    *("headYaw", "headPitch", "headRoll"),
    *("headPositionX", "headPositionY", "headPositionZ"),
)
TAKE: Final = Path("arkit_takes/alexdjulin/alex_rom_4.csv")

PASSAGES: Final = (
    (1.90, 4.20),  # at rest; brows up, eyes wide
    (25.10, 26.25),  # nose wrinkled, frowning
    (9.75, 11.80),  # smile, blink
    (17.45, 18.25),  # looks up to the left
    (19.40, 20.20),  # and to the right
    (32.40, 33.25),  # mouth to the right
    (33.65, 34.55),  # and to the left
    (35.85, 37.50),  # pucker, blink, jaw drops, grin
    (93.90, 94.90),  # funnel
    (86.50, 87.40),  # winks with the right eye
    (90.65, 91.35),  # and with the left
    (54.60, 55.75),  # astonished
    (2.30, 2.95),  # at rest
)
"""Seconds of the take, in the order they are played."""

FADE_S: Final = 0.2
CALM: Final = (2.2, 3.1)
"""Seconds of the take in which the actor does nothing."""
SHUT: Final = 0.90
"""What the phone made of this actor's closed lids, above rest."""

KEYS: Final = np.array(
    [
        # seconds; yaw, pitch, roll in degrees; x, y, z in centimetres
        (0.0, 0, 0, 0, 0, 0, 0),
        (1.3, 0, 0, 0, 0, 0, 0),
        (2.1, 4, -7, 2, 0.2, 0.3, -1),
        (2.7, -8, 9, -2, -0.4, 0, 1.5),
        (4.2, 15, -2, 7, 0.6, 0, 1),
        (5.2, -5, 0, 0, 0, 0, 0),
        (5.9, 5, 2, -1, 0, 0, 0),
        (6.8, -23, 2, -4, -0.8, 0, 0),
        (7.8, 23, -2, 3, 0.8, 0, 0),
        (8.7, 7, 9, -4, 0.3, 0, 2),
        (9.5, -13, -3, 4, -0.4, 0.2, 0),
        (10.2, 3, 2, -9, 0, 0, 0.5),
        (10.8, 0, 1, 9, 0, 0, 0.5),
        (11.3, 0, -10, 0, 0, 0.4, -3),
        (12.2, 0, 0, 0, 0, 0, 0),
        (20.0, 0, 0, 0, 0, 0, 0),
    ]
)
"""Where the head is when; between two rows it moves smoothly."""

IDENTITY: Final = 11
"""Seed of the face: one of a dozen, chosen for looking friendly."""

REST: Final = (0.0, 0.005, -0.48)
"""Metres: where the head's origin stands at rest."""

PIVOT: Final = np.array([0.0, -0.09, -0.01], dtype=np.float32)
"""Metres, head frame: the base of the neck, which a turning head leaves in place."""


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """A performance: one row a frame."""

    weights: Floats
    """(N, 52) in `ARKIT` order, 0 to 1."""
    poses: tuple[Pose, ...]


def write_script(take: Take) -> Script:
    """Return the performance of the bundled clip.

    Raises:
        ValueError: the take is shorter than the edit, or has no face somewhere in it.
    """
    lively = _liven(take)
    parts = []
    for start, end in PASSAGES:
        part = lively[round(start * FPS) : round(end * FPS)]
        if len(part) < (end - start) * FPS - 1 or not np.isfinite(part).all():
            raise ValueError(f"{take.name}: no face somewhere in {start}..{end} s")
        parts.append(part)
    fade = round(FADE_S * FPS)
    weights = parts[0]
    for part in parts[1:]:
        k = (np.arange(1, fade + 1) / (fade + 1))[:, None]
        k = smoothstep(k)
        seam = weights[-fade:] * (1 - k) + part[:fade] * k
        weights = np.concatenate([weights[:-fade], seam, part[fade:]])
    weights = weights.astype(np.float32)
    times = np.arange(len(weights)) / FPS
    return Script(weights, tuple(pose_at(float(t)) for t in times))


def _liven(take: Take) -> Floats:
    """Return (N, 52): the take with the actor's resting face as 0, lids shut at 1.

    A phone reports some 0.4 of eyeLookDown for a person looking at the picture, and
    lids that close at 0.93; gaze is shifted as an angle, for each eye has two curves a
    direction.
    """
    calm = take.weights[round(CALM[0] * FPS) : round(CALM[1] * FPS)]
    rest = np.nanmedian(calm, axis=0)
    out = np.clip((take.weights - rest) / (1 - rest), 0, 1)
    for side in ("Left", "Right"):
        shut = ARKIT.index(f"eyeBlink{side}")
        out[:, shut] = np.clip(out[:, shut] / SHUT, 0, 1)
        for ahead, back, gain, gain_back in (
            ("eyeLookOut", "eyeLookIn", GAZE_OUT, GAZE_IN),
            ("eyeLookDown", "eyeLookUp", GAZE_DOWN, GAZE_UP),
        ):
            i, j = ARKIT.index(ahead + side), ARKIT.index(back + side)
            angle = gain * take.weights[:, i] - gain_back * take.weights[:, j]
            angle = angle - (gain * rest[i] - gain_back * rest[j])
            out[:, i] = np.clip(angle / gain, 0, 1)
            out[:, j] = np.clip(-angle / gain_back, 0, 1)
    out[:, ARKIT.index("tongueOut")] = 0
    close, jaw = ARKIT.index("mouthClose"), ARKIT.index("jawOpen")
    out[:, close] = np.minimum(out[:, close], out[:, jaw])
    return np.asarray(out, dtype=np.float32)


def pose_at(at_s: float) -> Pose:
    """Return the head's pose: smooth steps between the keys, about the neck."""
    i = int(np.searchsorted(KEYS[:, 0], at_s, side="right")) - 1
    before, after = KEYS[i], KEYS[i + 1]
    k = (at_s - before[0]) / (after[0] - before[0])
    k = smoothstep(k)
    key = before + (after - before) * k
    yaw, pitch, roll = np.radians(key[1:4]).tolist()
    turned = Pose(yaw, pitch, roll).rotation()
    x, y, z = (np.asarray(REST) + key[4:] / 100 + PIVOT - turned @ PIVOT).tolist()
    return Pose(yaw, pitch, roll, x, y, z)


def perform(actor: Actor, script: Script) -> Iterator[npt.NDArray[np.uint8]]:
    """Yield (480, 640, 3) BGR pictures."""
    for weights, pose in zip(script.weights, script.poses, strict=True):
        yield render(actor, weights, pose, CAMERA, supersample=2)


def write_truth(path: Path, script: Script) -> None:
    """Write the CSV: frame, time_s, 52 weights, pose in radians and metres."""
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["frame", "time_s", *ARKIT, *POSE_COLUMNS])
        for i, (row, p) in enumerate(zip(script.weights, script.poses, strict=True)):
            pose = (p.yaw, p.pitch, p.roll, p.x, p.y, p.z)
            out.writerow(
                [i, f"{i / FPS:.6f}", *(f"{v:.6f}" for v in (*row.tolist(), *pose))]
            )


def make_clip(
    data: Path, out: Path, tick: Callable[[int, int], None]
) -> tuple[Path, Path]:
    """Write demo.mp4 and demo.csv into `out` and return their paths.

    Args:
        data: holds ict_facekit/ and arkit_takes/.
        out: made if it is not there.
        tick: called with frames done and frames in all, after each.

    Raises:
        OSError: something cannot be read or written.
        ValueError: the data is not what it should be.
    """
    head = load_head(data / HEAD_FILE)
    script = write_script(read_take(data / TAKE))
    spread = np.random.default_rng(IDENTITY).standard_normal(30)
    actor = cast(head, Look(), unroll(head, 1024), (0.8 * spread).astype(np.float32))
    out.mkdir(parents=True, exist_ok=True)
    clip, truth = out / "demo.mp4", out / "demo.csv"
    # MPEG-4 part 2: of the codecs in the opencv wheel, the one that every build of
    # FFmpeg, Media Foundation and QuickTime decodes. H.264 is not in the wheel.
    codec = cv2.VideoWriter.fourcc(*"mp4v")
    writer = cv2.VideoWriter(str(clip), codec, FPS, (CAMERA.width, CAMERA.height))
    if not writer.isOpened():
        raise OSError(f"{clip}: cannot be written as MPEG-4")
    for done, picture in enumerate(perform(actor, script), 1):
        writer.write(picture)
        tick(done, len(script.poses))
    writer.release()
    write_truth(truth, script)
    return clip, truth
