"""Made-up clips, faces and an avatar for the tests of the reenactment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from engines.face.mediapipe_mesh import drawn_face
from engines.face.mesh import Picture
from models.reenactment.avatar import Reenacted
from models.reenactment.independent import NAMES as SECOND
from models.reenactment.loop import Performance
from models.reenactment.measures import COLUMN, NAMES
from models.solver.clip_solvers import Shot
from models.solver.clips import Watched
from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT, INDEX

OURS = "ours"


def measures(n: int, **columns: Numbers | float) -> Numbers:
    """Return (n, M) measures, 0 but for some; `mouth_gap` names the mouth gap."""
    found = np.zeros((n, len(NAMES)))
    found[:, COLUMN["mouth width"]] = 1.0
    for name, values in columns.items():
        found[:, COLUMN[name.replace("_", " ")]] = values
    return found


def curves(n: int, **columns: Numbers | float) -> Floats:
    """Return (n, 52) weights, 0 but for some."""
    found = np.zeros((n, len(ARKIT)), dtype=np.float32)
    for name, values in columns.items():
        found[:, INDEX[name]] = values
    return found


def reenacted(
    actor: Numbers, avatar: Numbers, weights: Floats | None = None
) -> Reenacted:
    """Return a clip of which every picture was kept."""
    n = len(actor)
    return Reenacted(
        path=Path("made.mp4"),
        kept=np.arange(n),
        seconds=np.arange(n) / 30.0,
        actor=actor,
        weights={OURS: curves(n) if weights is None else weights},
        avatar={OURS: avatar},
    )


def performance(
    actor: Numbers, said: Mapping[str, Floats], name: str = "made.mp4"
) -> Performance:
    """Return a clip of 30 pictures a second as several solvers saw it."""
    n = len(actor)
    return Performance(
        path=Path(name),
        watched=Watched(np.arange(n) / 30.0, dict(said)),
        actor=actor,
        jitter={solver: np.full(len(ARKIT), 0.01) for solver in said},
        second=np.full((n, len(SECOND)), np.nan),
    )


class DrawnFace:
    """Implements `Avatar` with a drawn face, darker by the mean of its weights."""

    name = "drawn"

    def __init__(self) -> None:
        self.drawn: list[Floats] = []

    def draw(self, weights: Floats) -> Picture:
        self.drawn.append(weights)
        return np.ascontiguousarray(drawn_face()[..., ::-1])


class Blind:
    """Implements `SecondTracker`: it sees nobody, and counts how often it was asked."""

    name = "blind"
    asked = 0

    def measure(self, shot: Shot) -> Numbers:
        self.asked += 1
        return np.full(len(SECOND), np.nan)

    def close(self) -> None:
        pass
