"""From whatever a user gives, an image, a video or a take, to one face's take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np

from bridge.capture.images import OTHERS, SUFFIXES
from bridge.capture.open import parse_spec
from bridge.config import Config
from bridge.errors import CaptureError, ConfigError
from bridge.takes.read import read_recording
from bridge.takes.resample import named_rate, resample
from bridge.takes.store import SUFFIX as TAKE_SUFFIX
from bridge.takes.take import Take
from engines.character.perform import Directions, amplified, perform
from engines.footage.clip import count_pictures
from protocols.channels import WEIGHTS_SLICE
from protocols.wording import shown

from .footage import solve_footage
from .staging import stage
from .still import solve_still

LENGTH_S: Final = 6.0
"""Length of the performance of an image."""
RATE: Final = Fraction(30)
"""Frames per second of the performance of an image."""

Progress = Callable[[float], object]
"""Called with the share of the work, 0 to 1, that was done since the last call."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is performed, and how."""

    source: str
    """Path of an image, a video or a take; or another source of pictures in a file."""
    config: Config
    """The settings, with the style."""
    intensity: float = 1.0
    """Factor on all weights but those of lids and gaze."""
    seed: int = 0
    """Of the performance of an image."""
    seconds: float | None = None
    """Length; the whole file, or `LENGTH_S` for an image, if None."""
    rate: Fraction | None = None
    """Frames per second; the file's own if None."""
    neutral: Path | None = None
    """For an image: another one of the same person with a neutral face."""
    subject: str | None = None
    """For a take: the face; the first one if None."""
    placed: bool = False
    """For a video: keep where the head is in front of the camera."""


def performance(wanted: Wanted, progress: Progress) -> Take:
    """Return the take.

    Raises:
        ConfigError: the source is a camera or a stream, or the take has no such face.
        CaptureError: the source cannot be read, or shows no face.
        TakeError: the take cannot be read.
        BridgeError: a network cannot be opened.
    """
    suffix = Path(wanted.source).suffix.lower()
    if suffix == TAKE_SUFFIX:
        take = _amplified(_recorded(wanted), wanted.intensity)
    elif suffix in SUFFIXES and not Path(wanted.source).is_dir():
        take = _image(wanted, progress)
    elif suffix in OTHERS:
        raise CaptureError(
            f"{wanted.source}: the format of this image is not supported; save it as "
            "JPEG or PNG"
        )
    else:
        take = _amplified(_footage(wanted, progress), wanted.intensity)
    rate = wanted.rate or named_rate(take)
    return resample(take, rate)


def _image(wanted: Wanted, progress: Progress) -> Take:
    path = Path(wanted.source)
    still = solve_still(path, wanted.config, wanted.neutral, progress)
    rate = max(wanted.rate or RATE, RATE)
    seconds = LENGTH_S if wanted.seconds is None else wanted.seconds
    script = perform(
        still.vector,
        still.expression,
        Directions(seconds, float(rate), wanted.intensity, wanted.seed),
    )
    # The body's breath depends on the name, so another seed breathes otherwise.
    name = f"{path.stem} {wanted.seed}"
    take = stage(
        wanted.config, name, script.times, script.vectors, script.expressions, rate
    )
    return replace(take, subject=path.stem)


def _footage(wanted: Wanted, progress: Progress) -> Take:
    kind, target = parse_spec(wanted.source)
    if kind in ("camera", "url"):
        raise ConfigError(
            f"{wanted.source}: expected a file: an image, a video or a take; record a "
            "camera first with `facewire record`"
        )
    capture = wanted.config.capture.model_copy(
        update={"source": wanted.source, "pace": "fast", "loop": False}
    )
    config = wanted.config.model_copy(update={"capture": capture})
    name = "demo" if kind == "demo" else Path(target).stem
    count = count_pictures(Path(target).expanduser()) if kind == "video" else 0
    share = 1.0 / count if count else 0.0
    return solve_footage(
        config, name, wanted.seconds, lambda: progress(share), placed=wanted.placed
    )


def _recorded(wanted: Wanted) -> Take:
    path = Path(wanted.source)
    takes = read_recording(path).takes
    if wanted.subject is not None:
        names = ", ".join(repr(take.subject) for take in takes)
        takes = tuple(take for take in takes if take.subject == wanted.subject)
        if not takes:
            raise ConfigError(
                f"--subject {wanted.subject!r}: no such face; {path} has "
                f"{shown(names, 300)}"
            )
    take = takes[0]
    if wanted.seconds is not None:
        kept = take.captured_ns <= take.captured_ns[0] + round(wanted.seconds * 1e9)
        take = _cut(take, int(kept.sum()))
    if wanted.config.shape.style == "natural":
        return take
    # A take is a performance already; another style performs it again.
    times = (take.captured_ns - take.captured_ns[0]) / 1e9
    return stage(
        wanted.config,
        take.subject,
        times,
        take.vectors,
        take.expressions,
        named_rate(take),
    )


def _cut(take: Take, count: int) -> Take:
    return Take(
        take.subject,
        take.captured_ns[:count],
        take.index[:count],
        take.vectors[:count],
        take.expressions[:count],
        take.confidence[:count],
        take.tracked[:count],
        take.timecodes[:count],
    )


def _amplified(take: Take, intensity: float) -> Take:
    if intensity == 1.0:
        return take
    vectors = np.array(take.vectors)
    vectors[:, WEIGHTS_SLICE] = amplified(vectors[:, WEIGHTS_SLICE], intensity)
    return replace(take, vectors=vectors)
