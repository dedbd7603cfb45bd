"""What avatars do on real clips: runs the loop over all clips and keeps the results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engines.face.mesh import FaceGraph
from models.solver.baselines import Tell
from models.solver.clip_solvers import Opener

from .agreement import Agreement, agreement
from .avatar import Avatar, Reenacted
from .loop import Performance, reenact, solve_clip
from .manifest import Row
from .seal import Seal, count_seal


@dataclass(slots=True)
class Report:
    """Everything that was measured; what was not asked for stays empty."""

    performances: list[Performance] = field(default_factory=list)
    clips: list[Reenacted] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """Sentences on what was left out, and why."""

    @property
    def solvers(self) -> tuple[str, ...]:
        """Those whose avatars were drawn."""
        return tuple(self.clips[0].avatar) if self.clips else ()

    def agreement(self) -> dict[str, Agreement]:
        """Return by solver how its avatar follows the actors."""
        return {name: agreement(self.clips, name) for name in self.solvers}

    def seal(self) -> dict[str, Seal]:
        """Return by solver how its avatar's lips close."""
        return {name: count_seal(self.clips, name) for name in self.solvers}


def evaluate_clips(
    report: Report,
    rows: Sequence[Row],
    makes: Mapping[str, Opener],
    avatar: Avatar,
    every: int,
    tell: Tell,
) -> None:
    """Solve and reenact each clip.

    Args:
        report: gets what is found, and a sentence for each clip without a face.
        rows: stills among them are passed over.
        makes: opens each solver anew.
        avatar: drawn for every solver.
        every: pictures from one that is drawn to the next.
        tell: see `Tell`.
    """
    graph = FaceGraph()
    try:
        for row in rows:
            if not row.moving:
                continue
            try:
                performance = solve_clip(row.path, makes, tell)
            except ValueError as error:
                report.remarks.append(f"{error}; the clip is left out.")
                continue
            found = reenact(performance, avatar, graph, every, list(makes), tell)
            report.performances.append(performance)
            report.clips.append(found)
    finally:
        graph.close()
