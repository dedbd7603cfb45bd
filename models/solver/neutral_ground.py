"""Solvers on neutral ground: characters by other makers, drawn by another renderer.

Each head is at rest for three seconds, then does what a sequence says. No solver was
trained on these heads, and what they do is known exactly.

    heads x sequences -> pictures -> solvers -> `Ground`
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Many
from pathlib import Path
from typing import Final

import numpy as np

from engines.face.face_graph import FaceGraph
from engines.face.mesh import Picture
from models.data.characters.character import Character, load_character
from models.data.characters.draw import draw
from models.data.characters.errors import CharacterError
from models.data.characters.lips import OPEN, Lips, find_lips
from models.data.characters.sequences import Sequence
from protocols.arrays import Floats

from .baselines import Tell
from .clip_solvers import Opener
from .clips import watch
from .ground import APART, SHUT, Ground, follow, rest_of, sweep

HEADS: Final = (
    "human_arkit_visemes.glb",
    "facecap_head_generic.glb",
    "facecap_live_avatar.glb",
)
"""MakeHuman's head and two of Face Cap's."""


LOOKS: Final = 5
"""A tracker sees a still picture so often until its points rest."""


def load_heads(folder: Path) -> list[Character]:
    """Return the known heads of a folder.

    Raises:
        OSError: one cannot be read.
        CharacterError: one is damaged.
    """
    return [load_character(folder / name) for name in HEADS]


def neutral_ground(
    heads: Many[Character],
    sequences: Many[Sequence],
    openers: Mapping[str, Opener],
    tell: Tell,
    calibrated: Mapping[str, str] | None = None,
) -> dict[str, list[Ground]]:
    """Return by solver what was measured on each head.

    Args:
        heads: from `load_heads`.
        sequences: from `models.data.characters.sequences`; take, mixed and alone.
        openers: opens each solver anew for each head and sequence.
        tell: about 60 ms a picture, of 2,600 of each head.
        calibrated: more solvers by name: one of `openers` less what that says at rest.

    Raises:
        CharacterError: no face is found in a head's picture.
    """
    found: dict[str, list[Ground]] = {}
    for head in heads:
        lips = lips_of(head)
        said: dict[str, dict[str, Floats]] = {}
        for sequence in sequences:
            for name, rows in _show(head, sequence, openers, tell).items():
                said.setdefault(name, {})[sequence.name] = rows
        for name, of in (calibrated or {}).items():
            said[name] = {
                sequence.name: np.clip(
                    said[of][sequence.name]
                    - rest_of(sequence, said[of][sequence.name]),
                    *(0.0, 1.0),
                )
                for sequence in sequences
            }
        for name, rows_of in said.items():
            found.setdefault(name, []).append(_judge(head, lips, sequences, rows_of))
    return found


def lips_of(head: Character) -> Lips:
    """Return where a head's lips are; see `find_lips`."""
    graph = FaceGraph()
    picture = np.ascontiguousarray(draw(head, OPEN)[..., ::-1])
    try:
        for _ in range(LOOKS):
            points = graph.find(picture)
    finally:
        graph.close()
    if points is None:
        raise CharacterError(f"{head.name}: no face is found in its picture")
    return find_lips(head, points)


def _show(
    head: Character, sequence: Sequence, openers: Mapping[str, Opener], tell: Tell
) -> dict[str, Floats]:
    """Return by solver (n, 52); NaN where it saw no face."""
    rows = truth_of(head, sequence)

    def shown() -> Iterator[tuple[float, Picture]]:
        for i, weights in enumerate(rows):
            tell(f"{head.name}, {sequence.name}", i + 1, len(rows))
            yield sequence.seconds(i), draw(head, weights, sequence.pose(i))

    solvers = {name: make() for name, make in openers.items()}
    try:
        return watch(shown(), solvers).said
    finally:
        for solver in solvers.values():
            solver.close()


def truth_of(head: Character, sequence: Sequence) -> Floats:
    """Return (n, 52): a sequence without the curves that a head lacks."""
    rows: Floats = sequence.weights * head.present
    return rows


def _judge(
    head: Character, lips: Lips, sequences: Many[Sequence], said: Mapping[str, Floats]
) -> Ground:
    shut = apart = 0
    rest = []
    for sequence in sequences:
        answer, truth = said[sequence.name], truth_of(head, sequence)
        rest.append(float(np.abs(rest_of(sequence, answer)).mean()))
        closed = lips.gap(head, truth) < SHUT
        closed[: sequence.rest] = False
        closed &= np.isfinite(answer).all(axis=1)
        if sequence.name == "alone":
            swept = sweep(sequence, answer, head.present)
            # Between the sweeps the head is at rest, which says nothing.
            closed &= sequence.sweep.any(axis=1)
        shut += int(closed.sum())
        apart += int((lips.gap(head, answer[closed]) > APART).sum())
    return Ground(
        followed={
            each.name: follow(each, said[each.name], truth_of(head, each))
            for each in sequences
        },
        swept=swept,
        rest=float(np.mean(rest)),
        shut=shut,
        apart=apart,
    )
