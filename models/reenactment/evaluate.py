"""What avatars do on real clips: runs the loop over all clips and keeps the results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from engines.face.face_graph import FaceGraph
from models.data.manifest import Row
from models.solver.baselines import Tell
from models.solver.clip_solvers import Opener
from models.solver.metrics import mean
from protocols.arrays import Numbers

from .agreement import FEWEST, Agreement, agree, agreement, mean_of
from .avatar import Avatar, Reenacted
from .ceiling import Ceiling, find_ceilings
from .independent import COLUMNS as SECOND_COLUMNS
from .independent import ON_MESH, SecondTracker, second_opinion
from .labelled import Label, Segments, label_passages
from .loop import Performance, reenact, solve_clip
from .mesh import COLUMNS, MOVES_HERE, MeshMeasures
from .open_eyes import while_open
from .seal import Seal, count_seal
from .solvers import MEDIAPIPE
from .stills import label_stills

OWN_POINTS: Final = "FaceMesh's points"
"""Beside the solvers, in `Report.second_opinion`."""


@dataclass(slots=True)
class Report:
    """Everything that was measured; what was not asked for stays empty."""

    performances: list[Performance] = field(default_factory=list)
    clips: list[Reenacted] = field(default_factory=list)
    ceilings: list[Ceiling] = field(default_factory=list)
    labels: dict[str, list[Label]] = field(default_factory=dict)
    """By solver, of stills and passages."""
    mesh: MeshMeasures | None = None
    """Of the avatar's head, if its vertices are known."""
    second_name: str = ""
    """Of the tracker that gave a second opinion of the actors."""
    remarks: list[str] = field(default_factory=list)
    """Sentences on what was left out, and why."""

    @property
    def solvers(self) -> tuple[str, ...]:
        """Those whose avatars were drawn, or that were shown stills."""
        return tuple(self.clips[0].avatar) if self.clips else tuple(self.labels)

    def agreement(self) -> dict[str, Agreement]:
        """Return by solver how its avatar follows the actors."""
        return {name: agreement(self.clips, name) for name in self.solvers}

    def while_open(self) -> dict[str, Agreement]:
        """Return the same for gaze, without the actors' closed eyes: `open_eyes`."""
        return {name: while_open(self.clips, name) for name in self.solvers}

    def on_mesh(self) -> dict[str, Agreement]:
        """Return the same on the mesh's vertices, `mesh.NAMES`; empty without any."""
        if self.mesh is None:
            return {}
        actors = [clip.actor[:, COLUMNS] for clip in self.clips]
        return {
            name: agree(
                actors,
                [self.mesh(clip.weights[name]) for clip in self.clips],
                MOVES_HERE,
            )
            for name in self.solvers
        }

    def seal(self) -> dict[str, Seal]:
        """Return by solver how its avatar's lips close."""
        return {name: count_seal(self.clips, name) for name in self.solvers}

    def second_opinion(self) -> dict[str, dict[str, float]]:
        """Return by solver the r of its mesh with the second tracker, by
        `independent.GROUPS`; of FaceMesh's own points beside. Pictures of the avatar
        stand in for a mesh that is not known. Empty without a second tracker."""
        if not self.second_name:
            return {}
        pairs = list(zip(self.performances, self.clips, strict=True))
        seen = [shot.second[clip.kept] for shot, clip in pairs]
        found = {
            name: second_opinion(seen, [self._shown(clip, name) for _, clip in pairs])
            for name in self.solvers
        }
        own = [clip.actor[:, SECOND_COLUMNS] for _, clip in pairs]
        return {**found, OWN_POINTS: second_opinion(seen, own)}

    def _shown(self, clip: Reenacted, solver: str) -> Numbers:
        if self.mesh is None:
            return clip.avatar[solver][:, SECOND_COLUMNS]
        return self.mesh(clip.weights[solver])[:, ON_MESH]

    def jitter_ratio(self, solver: str) -> float:
        """Return the solver's jitter over MediaPipe's, means over clips and curves; NaN
        where one of them was not measured."""
        ours, theirs = (
            mean_of(np.array([mean(each.jitter[n]) for each in self.performances]))
            if all(n in each.jitter for each in self.performances)
            else float("nan")
            for n in (solver, MEDIAPIPE)
        )
        return ours / max(theirs, 1e-9)


def evaluate_clips(
    report: Report,
    rows: Sequence[Row],
    makes: Mapping[str, Opener],
    avatar: Avatar,
    second: SecondTracker | None,
    every: int,
    tell: Tell,
) -> None:
    """Solve and reenact each clip.

    Args:
        report: gets what is found, and a sentence for each clip without a face.
        rows: stills among them are passed over.
        makes: opens each solver anew.
        avatar: drawn for every solver.
        second: another tracker, for a second opinion of the actor, if there is one.
        every: pictures from one that is drawn to the next.
        tell: see `Tell`.
    """
    report.second_name = "" if second is None else second.name
    graph = FaceGraph()
    try:
        for row in rows:
            if not row.moving:
                continue
            try:
                performance = solve_clip(row.path, makes, tell, second, every)
            except ValueError as error:
                report.remarks.append(f"{error}; the clip is left out.")
                continue
            if np.isfinite(performance.actor).all(axis=1).sum() < FEWEST * every:
                report.remarks.append(
                    f"{row.path.name}: a face in fewer than {FEWEST * every} pictures; "
                    "the clip is left out."
                )
                continue
            found = reenact(performance, avatar, graph, every, list(makes), tell)
            report.performances.append(performance)
            report.clips.append(found)
    finally:
        graph.close()


def evaluate_labels(
    report: Report,
    rows: Sequence[Row],
    segments: Mapping[str, Segments],
    makes: Mapping[str, Opener],
    tell: Tell,
) -> None:
    """Judge the labelled stills, and the labelled passages of clips already solved.

    Args:
        report: gets the labels.
        rows: of the manifest.
        segments: by the clip's name without suffix.
        makes: opens each solver anew.
        tell: see `Tell`.
    """
    report.labels = label_stills(rows, makes, tell)
    for performance in report.performances:
        known = segments.get(performance.path.stem)
        if known is not None:
            for name, labels in report.labels.items():
                labels += label_passages(performance, known, name)


def evaluate_ceilings(report: Report, data: Path, avatar: Avatar, tell: Tell) -> None:
    """Measure how far perfect curves come; see `find_ceilings`."""
    graph = FaceGraph()
    try:
        report.ceilings = find_ceilings(data, avatar, report.mesh, graph, tell)
    finally:
        graph.close()
