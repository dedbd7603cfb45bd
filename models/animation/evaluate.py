"""Compares ways of animating characters: ours, and keyframes of the same frames.

clips, stills ── solved ──┬── ours ───┐               ┌── drawn, tracked: fidelity
                          └── keyed ──┴── character ──┴── mesh: fluency
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from engines.character.perform import Directions
from engines.face.face_graph import FaceGraph
from models.solver.baselines import Tell
from protocols.arrays import Floats, Ints, Numbers

from .fidelity import Fidelity, fidelity
from .fluency import Fluency, fluency
from .heads import Head
from .methods import (
    FPS,
    HELD_S,
    OURS,
    SECONDS,
    SOLVED,
    Generators,
    generated,
    held_frames,
    keyed_clip,
    keyed_still,
    performed_still,
)
from .performances import Acted
from .tuning import UNTUNED, Tuned

CLIPS, STILLS = "clips", "stills"
HELD_PICTURES: Final = 5
"""Pictures of a still's performance that are drawn, while the expression is held."""

Takes = dict[str, Floats]
"""(F, 85) vectors of one performance by method."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One performance on one character."""

    kind: str
    """`clips` or `stills`."""
    acted: Acted
    head: str
    takes: Takes
    times: Numbers
    """(F,) seconds of the takes."""
    kept: Ints
    """(n,) frames of the takes that were drawn."""
    drawn: dict[str, Numbers]
    """By method (n, 478, 2) `fidelity.moved`."""
    fidelity: dict[str, Fidelity]
    fluency: dict[str, Fluency]


@dataclass(slots=True)
class Report:
    """Everything that was measured."""

    judged: list[Judged] = field(default_factory=list)
    tuned: Tuned = UNTUNED
    chosen_on: tuple[str, ...] = ()
    """Performances on which keyframes were tuned."""
    remarks: list[str] = field(default_factory=list)
    """Sentences on what was left out, and why."""

    def of(self, kind: str, head: str | None = None) -> list[Judged]:
        """Return what was judged of a kind, on one character or on all."""
        return [
            each
            for each in self.judged
            if each.kind == kind and head in (None, each.head)
        ]

    @property
    def heads(self) -> list[str]:
        """The characters' names, in order."""
        return list(dict.fromkeys(each.head for each in self.judged))


def judge_clip(
    acted: Acted,
    heads: Sequence[Head],
    tuned: Tuned,
    generators: Generators,
    graph: FaceGraph,
    every: int,
    tell: Tell,
) -> list[Judged]:
    """Animate characters by a clip with every method.

    Args:
        acted: the clip.
        heads: the characters.
        tuned: the keyframers.
        generators: for ours.
        graph: finds the drawn faces.
        every: 1 draws each frame, 4 every fourth.
        tell: see `Tell`.
    """
    times = acted.times
    takes = {
        OURS: generated(acted.signals, times, generators),
        SOLVED: held_frames(acted.signals, times),
        **{
            each.name: keyed_clip(acted.signals, times, each.keying)
            for each in tuned.clips
        },
    }
    kept = np.arange(0, len(times), every, dtype=np.int64)
    actor = acted.moved[kept]
    return [
        _judge(CLIPS, acted, h, takes, times, kept, actor, graph, tell) for h in heads
    ]


def judge_still(
    acted: Acted,
    heads: Sequence[Head],
    tuned: Tuned,
    generators: Generators,
    graph: FaceGraph,
    tell: Tell,
) -> list[Judged]:
    """Animate characters by a still with every method; see `judge_clip`."""
    times, ours = performed_still(
        acted.signals[0], Directions(SECONDS, FPS), generators, "natural"
    )
    takes = {
        OURS: ours,
        **{
            each.name: keyed_still(acted.signals[0], times, each.keying)
            for each in tuned.stills
        },
    }
    wanted = np.linspace(*HELD_S, HELD_PICTURES)
    kept = np.searchsorted(times, wanted).astype(np.int64)
    actor = np.repeat(acted.moved, len(kept), axis=0)
    return [
        _judge(STILLS, acted, h, takes, times, kept, actor, graph, tell) for h in heads
    ]


def _judge(
    kind: str,
    acted: Acted,
    head: Head,
    takes: Takes,
    times: Numbers,
    kept: Ints,
    actor: Numbers,
    graph: FaceGraph,
    tell: Tell,
) -> Judged:
    drawn: dict[str, Numbers] = {}
    flows: dict[str, Fluency] = {}
    for name, take in takes.items():
        flows[name] = fluency(head.places(head.postures(take, times)), times, head.lids)
        graph.forget()
        faces = []
        for i, row in enumerate(kept.tolist()):
            # Without the actor's face there is nothing to compare with.
            known = bool(np.isfinite(actor[i]).all())
            faces.append(head.seen(take[row], graph) if known else _NOTHING)
            tell(f"{acted.name}, {head.name}: {name}", i + 1, len(kept))
        drawn[name] = np.array(faces)
    return Judged(
        kind=kind,
        acted=acted,
        head=head.name,
        takes=takes,
        times=times,
        kept=kept,
        drawn=drawn,
        fidelity=_compared(actor, drawn),
        fluency=flows,
    )


_NOTHING: Final = np.full((478, 2), np.nan)


def _compared(actor: Numbers, drawn: Mapping[str, Numbers]) -> dict[str, Fidelity]:
    """Return the fidelity of each method, in pictures in which all have a face."""
    found = np.array([np.isfinite(faces).all(axis=(1, 2)) for faces in drawn.values()])
    together = found.all(axis=0)
    return {
        name: fidelity(actor[together], faces[together])
        for name, faces in drawn.items()
    }
