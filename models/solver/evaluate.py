"""The curve solvers side by side: on rendered faces, and on footage of real people."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from engines.face.face_graph import FaceGraph
from engines.face.solver_network import SolverNetwork
from engines.face.task import FaceTask
from models.data.rendered.head import Head
from protocols.arrays import Floats, Numbers

from .baselines import (
    Faces,
    Tell,
    cached,
    geometric_outputs,
    less_neutral,
    mediapipe_outputs,
    people,
)
from .clip_solvers import (
    MediaPipeSolver,
    Opener,
    SmoothedSolver,
    geometric,
    learned,
    shipped_generator,
)
from .footage import CLIPS, Clip, judge_clip
from .ground import Ground
from .ground_report import ground_headline
from .metrics import TONGUE, average, live, mean, mirror_error, worst
from .mirror import mirror
from .rendered import Behind, Judged, behind, judge
from .stills import solve_stills
from .surface import metrics

LEARNED: Final = "learned"
GUESSING: Final = "learned, no neutral"
"""Not knowing what the person looks like at rest."""
SENT: Final = "learned, as sent"
"""With the daemon's own smoothing, as MediaPipe's video mode has its own."""
GEOMETRIC: Final = "geometric"
MEDIAPIPE: Final = "MediaPipe"
LESS_NEUTRAL: Final = "MediaPipe - neutral"
"""Less what it gives for the same person at rest: as calibrated as it can be."""
UNSMOOTHED: Final = "MediaPipe, per frame"
"""Each frame by itself: its video mode smooths points over time, as no solver of ours
does."""

MIRRORED: Final = 16
"""People who are shown in a mirror, all their pictures."""


@dataclass(slots=True)
class Report:
    """Everything that was measured; what was not asked for stays empty."""

    judged: dict[str, Judged] = field(default_factory=dict)
    """By solver, on rendered faces."""
    clips: list[Clip] = field(default_factory=list)
    ground: dict[str, list[Ground]] = field(default_factory=dict)
    """By solver, on each character."""
    people: int = 0
    """Rendered ones."""
    faces: int = 0
    """Pictures of them."""
    remarks: list[str] = field(default_factory=list)
    """Sentences on what was left out, and why."""

    def behind(self, theirs: str = MEDIAPIPE) -> list[Behind] | None:
        """Return the healthy curves on which the learned solver is worse; None where
        one of the two was not judged."""
        if LEARNED not in self.judged or theirs not in self.judged:
            return None
        return behind(self.judged[LEARNED], self.judged[theirs])

    def headline(self) -> dict[str, float]:
        """Return the numbers that others quote, by name; those that were measured."""
        found = self._on_faces() | self._on_footage()
        if LEARNED in self.ground:
            found |= ground_headline(self.ground[LEARNED])
        # The worst of renders and clips: each is a mean over curves.
        mirrors = [mean(clip.mirror[LEARNED]) for clip in self.clips if self._learned]
        if LEARNED in self.judged and self.judged[LEARNED].mirror is not None:
            mirrors.append(mean(self.judged[LEARNED].mirror))
        if mirrors:
            found["mirror_error"] = max(mirrors)
        return {
            name: round(value, 4) for name, value in found.items() if np.isfinite(value)
        }

    @property
    def _learned(self) -> bool:
        return all(LEARNED in clip.watched.said for clip in self.clips)

    def _on_faces(self) -> dict[str, float]:
        found: dict[str, float] = {}
        for key, name in (
            ("learned_mean_r", LEARNED),
            ("geometric_mean_r", GEOMETRIC),
            ("mediapipe_mean_r", MEDIAPIPE),
            ("mediapipe_less_neutral_mean_r", LESS_NEUTRAL),
            ("learned_no_neutral_mean_r", GUESSING),
        ):
            if name in self.judged:
                found[key] = self.judged[name].mean_r
        if LEARNED in self.judged:
            ours = self.judged[LEARNED]
            found |= {
                "live_curves": live(ours.top),
                "neutral_bias": abs(worst(ours.bias)[1]),
                "turn_worst": worst(ours.turn)[1],
                "turn_median": middle(ours.turn),
                "tongue_r": float(ours.r[TONGUE]),
                "sides_r": average(ours.sides_r),
            }
        worse = self.behind()
        if worse is not None:
            found["healthy_curves_worse"] = len(worse)
        return found

    def _on_footage(self) -> dict[str, float]:
        if not self.clips or not self._learned:
            return {}
        pairs = np.concatenate([clip.agreement[LEARNED] for clip in self.clips])
        sent, theirs, ours, raw = (
            float(np.mean([mean(clip.jitter[name]) for clip in self.clips]))
            for name in (SENT, MEDIAPIPE, LEARNED, UNSMOOTHED)
        )
        errors = [clip.blink_errors(LEARNED) for clip in self.clips]
        return {
            "footage_agreement": average(pairs),
            "static_jitter_ratio": sent / max(theirs, 1e-9),
            "static_jitter_ratio_unsmoothed": ours / max(raw, 1e-9),
            "blinks_missed": sum(len(missed) for missed, _ in errors),
            "blinks_invented": sum(len(invented) for _, invented in errors),
        }


def middle(values: Numbers) -> float:
    """Return the median over the 51 curves of what is a number; NaN if nothing is."""
    known = values[np.isfinite(values) & (np.arange(len(values)) != TONGUE)]
    return float(np.median(known)) if len(known) else float("nan")


def evaluate_faces(
    report: Report,
    faces: Faces,
    head: Head,
    task: Path,
    cache: Path,
    network: SolverNetwork | None,
    tell: Tell,
) -> None:
    """Judge every solver on rendered faces, and in a mirror the first `MIRRORED`.

    Args:
        report: gets what is found.
        faces: the test split, with pictures.
        head: whose surface is measured.
        task: MediaPipe's file.
        cache: a folder that keeps what MediaPipe said of these faces: minutes.
        network: the learned solver's, if there is one.
        tell: see `Tell`.
    """
    whole = people(faces)
    few = np.concatenate(whole[:MIRRORED])
    opened = FaceTask(task, video=False)
    graph = FaceGraph()
    try:
        key = (faces.points.tobytes(), faces.weights.tobytes(), task.read_bytes())
        theirs = cached(
            cache / "mediapipe.npy",
            lambda: mediapipe_outputs(faces, opened, tell),
            *key,
        )
        turned = mirror(faces, few, graph, tell)
        theirs_turned = mediapipe_outputs(turned, opened, tell)
    finally:
        opened.close()
        graph.close()
    plain = _outputs(faces, theirs, network, tell)
    other = _outputs(turned, theirs_turned, network, tell)
    report.people, report.faces = len(whole), len(faces)
    report.judged = {
        name: replace(each, mirror=_mirrored(plain[name][few], other[name]))
        for name, each in judge(faces, plain, metrics(head)).items()
    }


def _outputs(
    faces: Faces, theirs: Floats, network: SolverNetwork | None, tell: Tell
) -> dict[str, Floats]:
    found: dict[str, Floats] = {}
    measured = geometric_outputs(faces, tell)
    if network is not None:
        found[LEARNED] = solve_stills(faces, network, True, tell).weights
        found[GUESSING] = solve_stills(faces, network, False, tell).weights
    found[GEOMETRIC] = measured
    found[MEDIAPIPE] = theirs
    found[LESS_NEUTRAL] = less_neutral(theirs, faces)
    return found


def _mirrored(said: Floats, other: Floats) -> Numbers:
    both = np.isfinite(said).all(axis=1) & np.isfinite(other).all(axis=1)
    return mirror_error(said[both], other[both])


def evaluate_footage(
    report: Report, footage: Path, task: Path, network: SolverNetwork | None, tell: Tell
) -> None:
    """Show every known clip in a folder to the solvers.

    Args:
        report: gets what is found, and a sentence for each clip that is absent.
        footage: the folder.
        task: MediaPipe's file.
        network: the learned solver's, if there is one.
        tell: see `Tell`.

    Raises:
        ValueError: a file cannot be read as a video.
    """
    makes: dict[str, Opener] = {}
    if network is not None:
        makes[LEARNED] = lambda: learned(network)
        makes[SENT] = lambda: SmoothedSolver(learned(network), shipped_generator())
        makes[GUESSING] = lambda: learned(network, knowing=False)
    makes[GEOMETRIC] = geometric
    makes[MEDIAPIPE] = lambda: MediaPipeSolver(task)
    makes[UNSMOOTHED] = lambda: MediaPipeSolver(task, video=False)
    for name, known in CLIPS.items():
        if (footage / name).is_file():
            report.clips.append(
                judge_clip(footage / name, known, makes, MEDIAPIPE, tell)
            )
        else:
            report.remarks.append(
                f"{footage / name}: no such file; the clip is left out"
            )
