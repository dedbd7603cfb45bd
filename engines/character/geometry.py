"""Finds out which curve a morph target is by what it moves, without its name.

A tracker's 468 points are the same places on every face. A target moves them as the
curve of the reference face does that it is: the cosine between the two says how alike
they are. Where a character has about all curves, each gets one target and no target is
used twice; where it has few targets, each is the curve that it is most like.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from protocols.arrays import Numbers
from protocols.channels import ARKIT, opposite

from .assignment import assign
from .landmarks import FACE, Places
from .mapping import Drive
from .surface import Surface

HITS: Final = 300
"""With fewer points on the surface nothing is said."""
WHOLE: Final = 40
"""Targets of a rig that has about all curves."""
ALIKE: Final = 0.3
"""Least cosine of a curve of such a rig: our dimples have 0.37."""
SURE: Final = 0.5
"""Least cosine of a target of a rig with few."""
NEIGHBOURS: Final = 6
"""The sixth nearest point tells how close together points are."""
SMALL: Final = 0.003
"""A target that moves the points less than this share of the face's size moves none of
it: teeth, hair, clothes."""

PAIRS: Final = (
    ("mouthSmile*", "mouthDimple*"),
    ("eyeBlink*", "eyeLookDown*"),
    ("mouthClose", "mouthShrugLower"),
)
"""Curves that move the same places the same way, the larger one first."""
LARGER: Final = 1.15
"""How many times farther the smaller one must move to be the larger."""

OTHER_SIDE: Final = 0.3
"""By how much a target must be more like the other side's curve to be told."""
UNLIKE, LIKE = 0.2, 0.7
"""A name is told whose curve has a cosine below the first, and another one above."""

_TONGUE: Final = ARKIT.index("tongueOut")
"""No tracker's point is on a tongue."""


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A face with all curves, at a tracker's points."""

    points: Numbers
    """(468, 3) +X left, +Y up, +Z ahead."""
    moves: Numbers
    """(52, 468, 3) at weight 1, in `ARKIT` order."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What a tracker saw of a character."""

    places: Places
    reference: Reference


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """How alike targets and curves are."""

    names: tuple[str, ...]
    """The K targets."""
    cosines: Numbers
    """(K, 52) -1 to 1."""
    both: Numbers
    """(K, 52): likewise with the curve and its opposite at once."""
    amounts: Numbers
    """(K,) how far each target moves the points, in sizes of the face."""


def compare(skin: Surface, seen: Seen) -> Likeness | None:
    """Return how alike targets and curves are; None if too few points were hit."""
    hit = seen.places.hit
    if hit.sum() < HITS:
        return None
    reference = seen.reference
    own = seen.places.moves(skin) / _size(seen.places.points(skin)[hit])
    others = reference.moves / _size(reference.points[hit])
    # Points crowd around eyes and lips: each counts by the room that it has.
    weights = np.zeros(FACE)
    weights[hit] = _room(reference.points[hit])
    root = np.sqrt(weights / weights.sum())[:, None]
    a = (own * root).reshape(len(own), -1)
    b = (others * root).reshape(len(ARKIT), -1)
    opposites = [ARKIT.index(opposite(name)) for name in ARKIT]
    return Likeness(
        skin.names,
        _cosines(a, b),
        _cosines(a, b + b[opposites]),
        np.linalg.norm(a, axis=1),
    )


def geometric_drives(skin: Surface, seen: Seen) -> dict[str, Drive]:
    """Return the drives that geometry finds, by source; none where it cannot tell."""
    like = compare(skin, seen)
    if like is None:
        return {}
    moving = int((like.amounts > SMALL).sum())
    return _one_to_one(like) if moving >= WHOLE else _nearest(like)


def referee(skin: Surface, seen: Seen, named: Mapping[str, str]) -> list[str]:
    """Return a sentence for each name that its target's moves contradict.

    Args:
        skin: of the character.
        seen: by a tracker.
        named: the target of each curve, by name.
    """
    like = compare(skin, seen)
    if like is None:
        return [
            "no face was found on its picture, or too few points: names are not checked"
        ]
    found = []
    for curve, target in named.items():
        if target not in like.names or like.amounts[like.names.index(target)] < SMALL:
            continue
        at, row = ARKIT.index(curve), like.cosines[like.names.index(target)]
        # A target for both sides is as like one side as the other.
        either = max(float(row[at]), float(like.both[like.names.index(target), at]))
        mirrored = float(row[ARKIT.index(opposite(curve))])
        best = int(row.argmax())
        if mirrored > SURE and mirrored - float(row[at]) > OTHER_SIDE:
            found.append(f"{target} is named for {curve} but moves the other side")
        elif either < UNLIKE and row[best] > LIKE:
            found.append(f"{target} is named for {curve} but moves like {ARKIT[best]}")
    return found


def _one_to_one(like: Likeness) -> dict[str, Drive]:
    curves = [at for at in range(len(ARKIT)) if at != _TONGUE]
    targets, places = assign(-like.cosines[:, curves])
    got = {curves[k]: int(t) for t, k in zip(targets, places, strict=True)}
    _by_amount(like, got)
    return {
        ARKIT[at]: Drive(ARKIT[at], (like.names[target],))
        for at, target in got.items()
        if like.cosines[target, at] > ALIKE and like.amounts[target] > SMALL / 10
    }


def _by_amount(like: Likeness, got: dict[int, int]) -> None:
    """Swap curves that cosines cannot tell apart, so that the larger one is larger."""
    for side in ("Left", "Right"):
        for pair in PAIRS:
            large, small = (ARKIT.index(name.replace("*", side)) for name in pair)
            if large not in got or small not in got:
                continue
            a, b = got[large], got[small]
            fits = min(like.cosines[b, large], like.cosines[a, small]) > ALIKE
            if fits and like.amounts[b] > LARGER * like.amounts[a]:
                got[large], got[small] = b, a


def _nearest(like: Likeness) -> dict[str, Drive]:
    """Return for each target the curve, or the pair of curves, that it is most like."""
    best: dict[str, tuple[float, str]] = {}
    for row, name in enumerate(like.names):
        if like.amounts[row] < SMALL:
            continue
        single, paired = like.cosines[row].copy(), like.both[row].copy()
        single[_TONGUE] = paired[_TONGUE] = -1.0
        for at, curve in enumerate(ARKIT):
            # A pair of directions cancels out; a curve without sides is its own pair.
            if opposite(curve) == curve or curve.startswith(
                ("jaw", "mouthL", "mouthR")
            ):
                paired[at] = -1.0 if not _paired(curve) else paired[at]
        if paired.max() > single.max():
            curve, value = ARKIT[int(paired.argmax())], float(paired.max())
            curves = [curve, opposite(curve)]
        else:
            curve, value = ARKIT[int(single.argmax())], float(single.max())
            curves = [curve]
        if curves[0].startswith("eyeBlink") and len(curves) == 2:
            curves = ["blink"]
        for source in curves:
            if value > max(SURE, best.get(source, (0.0, ""))[0]):
                best[source] = (value, name)
    if {"eyeBlinkLeft", "eyeBlinkRight"} <= best.keys():
        best.pop("blink", None)
    return {source: Drive(source, (name,)) for source, (_, name) in best.items()}


def _paired(curve: str) -> bool:
    ways = ("jawLeft", "jawRight", "mouthLeft", "mouthRight")
    return opposite(curve) != curve and curve not in ways


def _room(points: Numbers) -> Numbers:
    """Return (P,) the squared distance from each point to its sixth neighbour."""
    squares = sum(np.square(axis[:, None] - axis) for axis in points.T)
    # The nearest of all is the point itself.
    found: Numbers = np.partition(squares, NEIGHBOURS, axis=1)[:, NEIGHBOURS]
    return found


def _size(points: Numbers) -> float:
    return float(np.sqrt(np.square(points - points.mean(axis=0)).sum(axis=1).mean()))


def _cosines(a: Numbers, b: Numbers) -> Numbers:
    lengths = np.linalg.norm(a, axis=1)[:, None] * np.linalg.norm(b, axis=1)[None]
    out: Numbers = a @ b.T / np.maximum(lengths, 1e-12)
    return out
