"""Shows solvers a still picture for as long as it takes them to come to rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from engines.face.face_graph import FaceGraph
from engines.face.mesh import Picture
from models.data.manifest import ManifestError, Row
from models.solver.baselines import Tell
from models.solver.clip_solvers import Opener, Shot
from protocols.arrays import Floats
from protocols.channels import ARKIT

from .labelled import Label, label

RATE: Final = 30.0
REST_S: Final = 3.0
"""The neutral face is shown so long, for solvers that learn it."""
HELD_S: Final = 0.7
"""The labelled face is shown so long, for smoothing to come to rest."""


def read_picture(path: Path) -> Picture:
    """Return a BGR picture.

    Raises:
        ManifestError: the file is no picture that OpenCV reads.
    """
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise ManifestError(
            f"{path}: cannot be read as a picture; expected JPEG or PNG"
        )
    return np.asarray(picture, np.uint8)


def label_stills(
    rows: Sequence[Row], makes: Mapping[str, Opener], tell: Tell
) -> dict[str, list[Label]]:
    """Judge every solver on the stills that say what is expected.

    A person's neutral still is shown first, where the manifest notes one; otherwise
    the solver takes the person for an average one, and rise is the plain value.

    Args:
        rows: of the manifest; clips and stills without a label are passed over.
        makes: opens each solver anew, for each still.
        tell: called after each still.

    Raises:
        ManifestError: a picture cannot be read.
    """
    stills = [row for row in rows if not row.moving and row.expected]
    calm = {row.person: row.path for row in rows if row.neutral and row.person}
    found: dict[str, list[Label]] = {name: [] for name in makes}
    graph = FaceGraph()
    try:
        for k, row in enumerate(stills):
            rest_path = calm.get(row.person)
            rest = None if rest_path is None else read_picture(rest_path)
            shown = list(sequence(read_picture(row.path), rest, graph))
            for name, make in makes.items():
                answer, calm_answer = _show(make, shown, rest is not None)
                if np.isfinite(answer).all():
                    found[name] += label(row.expected, answer, calm_answer)
            tell("labelled stills", k + 1, len(stills))
    finally:
        graph.close()
    return found


def sequence(
    picture: Picture, rest: Picture | None, graph: FaceGraph
) -> Iterator[tuple[bool, Shot]]:
    """Yield each picture as often as it is shown, and whether it is the neutral one.

    Args:
        picture: BGR.
        rest: of the same person's neutral face, shown first; None leaves it out.
        graph: finds the face in each.
    """
    at_s = 0.0
    for still, seconds in ((rest, REST_S), (picture, HELD_S)):
        if still is None:
            continue
        rgb = np.asarray(cv2.cvtColor(still, cv2.COLOR_BGR2RGB), np.uint8)
        graph.forget()
        points = None
        # A face that is followed is cut out more exactly than one just detected.
        for _ in range(3):
            points = graph.find(rgb)
        for _ in range(round(RATE * seconds)):
            yield still is rest, Shot(at_s, still, points)
            at_s += 1.0 / RATE


def _show(
    make: Opener, shown: Sequence[tuple[bool, Shot]], known: bool
) -> tuple[Floats, Floats]:
    """Return (52,) for the labelled picture, NaN without a face, and for the neutral
    one, zeros without it."""
    nothing = np.full(len(ARKIT), np.nan, dtype=np.float32)
    answer, rest = nothing, np.zeros(len(ARKIT), dtype=np.float32)
    solver = make()
    try:
        if not known:
            solver.hold()
        for neutral, shot in shown:
            if not neutral:
                solver.hold()
            said = solver(shot)
            if neutral and said is not None:
                rest = said.copy()
            elif not neutral:
                answer = nothing if said is None else said.copy()
    finally:
        solver.close()
    return answer, rest
