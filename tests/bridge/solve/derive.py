"""Where the solver's numbers come from: renders of many people, seen by the tracker.

    python -m tests.bridge.solve.derive DATA [PEOPLE]

DATA holds `ict_facekit/ict_facekit.npz`. Prints, for each of

    canonical   how far the shipped canonical face is from the mean of the neutral faces
    head_turn   the least squares TERMS of a still face that turns
    spread      of every measure between neutral faces, before it is widened for people
    rows        what each row's evidence is where its curve alone is 1 (about 1, less
                where real takes move it together with others), what it is on still
                faces, and which other curves move it most

The coefficients of `geometry_rows.ROWS` were chosen so: signs and measures by anatomy,
sizes by non-negative least squares over such renders and over takes played on them,
rounded, then looked at on real faces.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bridge.solve.own_tracker import open_own_tracker
from engines.drawing.camera import Camera, Pose
from engines.face.canonical_face import CANONICAL
from engines.face.features import AT, MEASURES, NAMES, PARTNER, measure
from engines.face.geometry import CLAIMED, evidence
from engines.face.head_turn import bend
from engines.face.preprocess import align
from models.data.rendered.appearance import Look
from models.data.rendered.head import load_head
from models.data.rendered.renderer import cast, render
from models.data.rendered.textures import unroll
from protocols.channels import ARKIT, INDEX
from protocols.rotation import matrix_to_vector

Floats = npt.NDArray[np.float64]

CAMERA = Camera(480, 360, 520.0)
SETTLE = 3
"""Looks the tracker takes at a picture that is not like the one before."""


@dataclass(frozen=True)
class Sample:
    """One picture: what was put on the face, and what was measured."""

    curve: str
    person: int
    pitch: float
    yaw: float
    measures: Floats
    points: Floats


def samples(data: Path, people: int) -> list[Sample]:
    """Render and track: a still face turning, then every curve alone at 1."""
    head = load_head(data / "ict_facekit" / "ict_facekit.npz")
    canvas = unroll(head, 1024)
    rng = np.random.default_rng(1)
    tracker = open_own_tracker()
    found: list[Sample] = []
    for person in range(people):
        identity = (0.75 * rng.standard_normal(60)).astype(np.float32)
        actor = cast(head, Look(seed=person + 1), canvas, identity)

        def take(
            curve: str, looks: int, *, yaw: float = 0.0, pitch: float = 0.0
        ) -> None:
            weights = np.zeros(len(ARKIT), dtype=np.float32)
            if curve in INDEX:
                weights[INDEX[curve]] = 1.0
            pose = Pose(yaw=yaw, pitch=pitch, y=0.015, z=-0.5)
            picture = render(actor, weights, pose, CAMERA, supersample=2)  # noqa: B023
            for _ in range(looks):
                faces = tracker.track(picture)
            aligned = align(faces[0].points) if faces else None
            if aligned is not None:
                p, y, _ = matrix_to_vector(aligned.rotation)
                measured = measure(aligned.points).astype(np.float64)
                points = aligned.points.astype(np.float64)
                found.append(Sample(curve, person, p, y, measured, points))  # noqa: B023

        take("neutral", 5)
        for phase in np.linspace(0.0, 4.0 * np.pi, 60):
            take(
                "still", 1, yaw=0.55 * np.sin(phase), pitch=0.35 * np.sin(1.37 * phase)
            )
        for curve in CLAIMED:
            take(curve, SETTLE)
    tracker.close()
    return found


def fit_turn(still: list[Sample], rest: dict[int, Floats]) -> dict[str, Floats]:
    """Return yaw, pitch, yaw^2, pitch^2, yaw x pitch of every measure; both sides of a
    pair share one fit, on which the right one's yaw is turned round."""
    turns = np.array(
        [(s.yaw, s.pitch, s.yaw**2, s.pitch**2, s.yaw * s.pitch) for s in still]
    )
    moved = np.array([s.measures - rest[s.person] for s in still])
    mirrored = turns * (-1, 1, 1, 1, -1)
    terms = {}
    for m in MEASURES:
        if m.sided:
            x = np.concatenate([turns, mirrored])
            left, right = moved[:, AT[m.name + "Left"]], moved[:, AT[m.name + "Right"]]
            y = np.concatenate([left, right])
        else:
            sign = -1.0 if m.axis == "x" else 1.0
            x, y = np.concatenate([turns, mirrored]), moved[:, AT[m.name]]
            y = np.concatenate([y, sign * y])
        terms[m.name] = np.linalg.solve(x.T @ x + 0.25 * np.eye(5), x.T @ y)
    return terms


def report(found: list[Sample]) -> str:
    """Return everything that is derived, as text."""
    rest = {s.person: s.measures for s in found if s.curve == "neutral"}
    still = [s for s in found if s.curve == "still"]
    calm = np.array([s.points for s in found if s.curve == "neutral"])
    mean = calm.mean(axis=0)
    pairs = np.array([PARTNER.get(p, p) for p in range(len(mean))])
    known = sorted(PARTNER)
    mean[known] = 0.5 * (mean[known] + mean[pairs[known]] * (-1, 1, 1))
    apart = float(np.sqrt(((mean - CANONICAL) ** 2).sum(axis=1).mean()))
    lines = [f"canonical: {apart:.2f} cm root mean square from {len(calm)} people", ""]

    lines.append("head_turn, spread")
    spread = np.array(list(rest.values())).std(axis=0)
    for name, fit in fit_turn(still, rest).items():
        numbers = ", ".join(f"{v:.2f}" for v in fit)
        at = AT.get(name, AT.get(name + "Left", 0))
        lines.append(f'    "{name}": ({numbers}),  # {spread[at]:.2f}')

    def shown(s: Sample) -> Floats:
        deltas = s.measures - bend(s.pitch, s.yaw) - rest[s.person]
        for at in (AT["lidsLeft"], AT["lidsRight"]):
            deltas[at] /= rest[s.person][at]
        return evidence(deltas.astype(np.float32)).astype(np.float64)

    noise = np.array([shown(s) for s in still]).std(axis=0)
    alone = {
        curve: np.mean([shown(s) for s in found if s.curve == curve], axis=0)
        for curve in CLAIMED
    }
    lines += ["", f"{'row':<20} alone still  moved most by"]
    for curve in CLAIMED:
        at = INDEX[curve]
        others = sorted((c for c in CLAIMED if c != curve), key=lambda c: -alone[c][at])
        most = ", ".join(f"{c} {alone[c][at]:.2f}" for c in others[:3])
        lines.append(f"{curve:<20} {alone[curve][at]:5.2f} {noise[at]:5.2f}  {most}")
    return "\n".join(lines)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    assert len(NAMES) == len(AT)
    print(report(samples(folder, count)))  # noqa: T201 - it is what the script is for
