"""Solvers on real footage, where no truth is: do they agree, and are they calm?

A clip is played to every solver, and once more in a mirror. Then a few of its frames
are shown fifty times each with changes that are not the face's, and nothing should
move. Where the eyes are shut was looked up, frame by frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.face.mesh import Picture
from engines.footage.clip import count_pictures
from models.data.blinks import Blink, find_blinks, match_blinks
from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT

from .baselines import Tell
from .clip_solvers import ClipSolver, Opener
from .clips import Watched, frames, jitter, watch
from .metrics import MOVES, NAMED, correlation, mirror_error, spread

AGREES: Final = 0.05
"""MediaPipe's standard deviation in a clip from which a curve of its counts. Below, it
stays under 0.15 all through both clips, although eyes plainly look up and lips part:
what is left is its noise."""


@dataclass(frozen=True, slots=True)
class Lids:
    """A time at which eyes are shut, as people see it."""

    first: int
    """Frame in which they are down."""
    last: int
    whole: bool = True
    """False for lids that turn back half way: found or not, both are right."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was looked up in a clip."""

    lids: tuple[Lids, ...]
    stills: tuple[int, ...]
    """Frames to be shown as stills."""


# Every frame's eyes were looked at, enlarged, as contact sheets of all frames; `first`
# and `last` are those in which the upper lids cover the irises, give or take one. The
# woman looks down under low lids until frame 15, shuts her eyes, and from 95 on a hand
# hides part of the right one. She blinks at 288 and 386. At 153, 201 and 248 the lids
# fall about two thirds for two frames as her gaze jumps. At 427 to 430, laughing, the
# right eye shuts and the left one nearly; from 440 on she looks down with shut eyes.
CLIPS: Final = {
    "WolfgangLanger_Pexels.mp4": Known(
        lids=(
            Lids(16, 139),
            Lids(153, 154, whole=False),
            Lids(201, 203, whole=False),
            Lids(248, 249, whole=False),
            Lids(288, 289),
            Lids(385, 388),
            Lids(427, 430),
            Lids(440, 471),
        ),
        stills=(240, 350),
    ),
    "single_face.mp4": Known(lids=(Lids(26, 28),), stills=(10, 50)),
}
"""By file name."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """What was measured on one clip, by solver."""

    name: str
    known: Known
    watched: Watched
    agreement: dict[str, Numbers]
    """(52,) correlation with MediaPipe; NaN where that is none to agree with."""
    loose: dict[str, Numbers]
    """The same with every curve whose deviation is above `MOVES`."""
    spans: dict[str, tuple[Numbers, Numbers]]
    """(52,) 1st and 99th percentiles."""
    mirror: dict[str, Numbers]
    """(52,) mean difference in a mirror."""
    jitter: dict[str, Numbers]
    """(52,) mean over the stills of the standard deviation under `perturbed`."""
    blinks: dict[str, list[Blink]]

    def true_blinks(self, whole: bool) -> list[tuple[float, float]]:
        """Return start and end in seconds of those that are `whole`, or are not."""
        at = self.watched.seconds
        return [
            (
                float(at[min(each.first, len(at) - 1)]),
                float(at[min(each.last, len(at) - 1)]),
            )
            for each in self.known.lids
            if each.whole == whole
        ]

    def blink_errors(self, solver: str) -> tuple[list[int], list[int]]:
        """Return which whole blinks it missed and which of its own it invented."""
        found, whole = self.blinks[solver], self.true_blinks(True)
        missed, beside = match_blinks(found, whole)
        spare = match_blinks([found[i] for i in beside], self.true_blinks(False))[1]
        return missed, [beside[i] for i in spare]


def judge_clip(
    path: Path,
    known: Known,
    makes: Mapping[str, Opener],
    reference: str,
    tell: Tell,
) -> Clip:
    """Show a clip to the solvers, as it is, its stills, and in a mirror.

    Args:
        path: of the clip.
        known: of it.
        makes: opens each solver anew.
        reference: the solver that the others shall agree with; one of `makes`.
        tell: about 40 ms a frame, twice.

    Raises:
        ValueError: the file cannot be read as a video.
    """
    stills: dict[int, Picture] = {}
    frames_there = max(1, count_pictures(path))

    def shown(flip: bool) -> Iterator[tuple[float, Picture]]:
        what = f"{path.name}{', in a mirror' if flip else ''}"
        for i, (at_s, picture) in enumerate(frames(path, flip)):
            if i in known.stills and not flip:
                stills[i] = picture
            tell(what, i + 1, frames_there)
            yield at_s, picture

    solvers = {name: make() for name, make in makes.items()}
    try:
        watched = watch(shown(False), solvers)
        end_s = float(watched.seconds[-1])
        shaken = []
        for k, still in enumerate(stills.values()):
            tell(f"{path.name}, stills", k + 1, len(stills))
            # A second apart, and a still takes two.
            shaken.append(jitter(still, end_s + 3.0 * k + 1.0, solvers))
    finally:
        _close(solvers)
    solvers = {name: make() for name, make in makes.items()}
    try:
        mirrored = watch(shown(True), solvers)
    finally:
        _close(solvers)

    said = watched.said
    listed = np.array([name in NAMED for name in ARKIT])

    def agreement(moves: float) -> dict[str, Numbers]:
        found = {}
        for name, rows in said.items():
            both = _seen(rows) & _seen(said[reference])
            r = correlation(rows[both], said[reference][both], moves)
            found[name] = np.where(listed, r, np.nan)
        return found

    return Clip(
        name=path.name,
        known=known,
        watched=watched,
        agreement=agreement(AGREES),
        loose=agreement(MOVES),
        spans={name: spread(rows[_seen(rows)]) for name, rows in said.items()},
        mirror={
            name: _mirrored(rows, mirrored.said[name]) for name, rows in said.items()
        },
        jitter={
            name: np.mean([each[name] for each in shaken], axis=0)
            if shaken
            else np.full(len(ARKIT), np.nan)
            for name in said
        },
        blinks={
            name: find_blinks(watched.seconds, rows) for name, rows in said.items()
        },
    )


def _seen(said: Floats) -> npt.NDArray[np.bool_]:
    seen: npt.NDArray[np.bool_] = np.isfinite(said).all(axis=1)
    return seen


def _mirrored(said: Floats, other: Floats) -> Numbers:
    both = _seen(said) & _seen(other)
    return mirror_error(said[both], other[both])


def _close(solvers: Mapping[str, ClipSolver]) -> None:
    for solver in solvers.values():
        solver.close()
