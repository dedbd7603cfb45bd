"""A calibration from a recording, which is read twice.

    first pass    finds the face in every picture, and the calm frames
    second pass   solves the weights, with the neutral face known

The same recording always gives the same take, whatever the load of the machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bridge.capture.source import Image, Source
from bridge.errors import BridgeError
from bridge.solve.tracker import Landmarks, Tracker
from engines.face.preprocess import Alignment, align
from protocols.arrays import Floats
from protocols.wording import counted

from .calm import find_calm, middle
from .take import ENOUGH_S, Reads, Rest, Solves, Take, check_rest, stack, weigh

Open = Callable[[], Source]
"""Opens the recording at its start, at full speed."""

Progress = Callable[[str, int], None]
"""Called with the current step and its number of finished pictures."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The face in one picture."""

    index: int
    at_s: float
    landmarks: Landmarks
    alignment: Alignment


def take_recording(
    open_source: Open,
    tracker: Tracker,
    actor: Solves,
    window: tuple[float, float] | None = None,
    progress: Progress = lambda _doing, _pictures: None,
    read: Reads | None = None,
) -> Take:
    """Return the take of a recording.

    Args:
        open_source: called twice; both sources are closed here.
        tracker: finds the face.
        actor: a new actor; this sets its neutral face.
        window: (start, end) of the neutral face in seconds of the recording; None
            searches for it.
        progress: called for every picture.
        read: identifies expressions; None leaves them out.

    Raises:
        BridgeError: the recording has no face or too short a neutral face, or the
            neutral face was not calm.
    """
    source = open_source()
    try:
        name = source.name
        faces: list[Seen] = []
        images, times_s = 0, []
        while (image := source.read()) is not None:
            images += 1
            times_s.append(image.captured_ns / 1e9)
            faces += _see(tracker, image)
            progress("looking for the face", images)
    finally:
        source.close()
    if not faces:
        raise BridgeError(
            f"{name}: no face in {counted(images, 'picture')}; expected a recording "
            "with a face that looks at the camera"
        )
    # The median step, because a gap in the recording does not show a calm face.
    step_s = float(np.median(np.diff(times_s))) if images > 1 else 0.0
    if window is None:
        calm = find_calm([f.alignment for f in faces], [f.at_s for f in faces]).tolist()
    else:
        calm = [window[0] <= face.at_s < window[1] for face in faces]
    calm_s = sum(calm) * step_s
    if calm_s < ENOUGH_S:
        raise BridgeError(_too_little(name, calm_s, window))
    points = middle([f.alignment for f, rest in zip(faces, calm, strict=True) if rest])
    actor.know_neutral(points)
    at = {face.index: i for i, face in enumerate(faces)}
    rows: dict[bool, list[Floats]] = {True: [], False: []}
    rest = Rest(read)
    source = open_source()
    try:
        while (image := source.read()) is not None:
            progress("solving it", image.index + 1)
            i = at.get(image.index)
            if i is not None:
                rows[calm[i]].append(weigh(actor, image, faces[i].landmarks))
                if calm[i]:
                    rest.add(image, faces[i].landmarks)
    finally:
        source.close()
    neutral = stack(rows[True])
    check_rest(name, neutral)
    moving = stack(rows[False])
    return Take(name, points, neutral, moving, expression=rest.expression())


def _see(tracker: Tracker, image: Image) -> list[Seen]:
    """Return the picture's first face, if it has one."""
    for landmarks in tracker.track(image.pixels, image.captured_ns)[:1]:
        alignment = align(landmarks.points)
        if alignment is not None:
            return [Seen(image.index, image.captured_ns / 1e9, landmarks, alignment)]
    return []


def _too_little(name: str, calm_s: float, window: tuple[float, float] | None) -> str:
    if window is None:
        return (
            f"{name}: found {calm_s:.1f} s of a calm face that looks at the camera, "
            f"expected {ENOUGH_S:g} s or more; record a neutral face at the start, or "
            "give its seconds with --neutral START:END"
        )
    start, end = window
    return (
        f"{name}: found {calm_s:.1f} s of a face between {start:g} s and {end:g} s, "
        f"expected {ENOUGH_S:g} s or more; widen --neutral"
    )
