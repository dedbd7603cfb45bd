"""Gains that make a character's curves do as much as the reference face's.

Each is measured by what the curve is for: a blink closes the lid gap, mouthClose brings
the lips together while the jaw is open, a smile moves the corners, a raised brow moves
the brow. Lengths are relative to the distance of the eyes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from protocols.arrays import Numbers

from .mapping import Drive, Lids
from .rims import Gap, centre, components, lid_gap, lip_gap
from .surface import Surface

LEAST, MOST = 0.5, 2.0
"""No gain is beyond these."""
FARTHEST: Final = 1.5
"""The largest weight that a gain gives a morph target that does not shut a lid."""
BROWS: Final = 1.25
"""The largest gain of a brow. A target is shaped for a weight of 1, and beyond it the
edge of a thin brow gets ragged. Lids and lips have to meet in any case."""
NEAR: Final = 0.1
"""A curve that does as much as the reference's within this share keeps gain 1."""
SHUT: Final = (0.9, 1.05)
"""Share of the lid gap that a full blink must close."""

TRAVEL: Final = {
    "mouthSmileLeft": 0.255,
    "mouthSmileRight": 0.256,
    "browInnerUp": 0.172,
    "browOuterUpLeft": 0.183,
    "browOuterUpRight": 0.183,
    "browDownLeft": 0.172,
    "browDownRight": 0.172,
}
"""How far that point of `face_rig.npz` goes that moves most, in its eyes' distances."""
OPENS: Final = 0.513
"""How far jawOpen parts the reference's lips, likewise."""

_SIDES: Final = ("Left", "Right")
_LIDS: Final = (
    ("eyeBlink", "blink"),
    ("eyeSquint", "squint"),
    ("eyeLookDown", "down"),
    ("cheekSquint", "cheek"),
)

Field = Callable[[str], Numbers]
"""(V, 3): what a target of a drive moves at weight 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Functions:
    """Where a character's lids and lips are, and how far apart its eyes stand."""

    eyes: float
    """Scene units; NaN where no blink and no bone tells it."""
    lids: tuple[Gap | None, Gap | None]
    """Left, right."""
    lips: Gap | None


def field(drive: Drive, of: Field) -> Numbers:
    """Return (V, 3): what all targets of a drive move at weight 1."""
    return np.asarray(sum(of(target) for target in drive.to))


def functions(
    surface: Surface, drives: Mapping[str, Drive], of: Field, eyes: float
) -> Functions:
    """Return the functions of a face.

    Args:
        surface: of the character.
        drives: by source.
        of: what a target moves.
        eyes: distance of the eye bones, NaN without them.
    """
    pieces = components(surface)
    blinks = [_blink(surface, drives, of, side) for side in (1, -1)]
    middles = [centre(surface, blink) for blink in blinks]
    apart = float(np.linalg.norm(middles[0] - middles[1]))
    if np.isfinite(apart) and apart > 0.0:
        eyes = apart
    if not np.isfinite(eyes):
        return Functions(np.nan, (None, None), None)
    lids = [lid_gap(surface, pieces, blink, eyes) for blink in blinks]
    jaw = drives.get("jawOpen", drives.get("aa"))
    lips = None
    if jaw is not None:
        lips = lip_gap(surface, pieces, field(jaw, of), eyes)
    return Functions(eyes, (lids[0], lids[1]), lips)


def _blink(
    surface: Surface, drives: Mapping[str, Drive], of: Field, side: int
) -> Numbers:
    """Return (V, 3): the blink of one eye, 1 the left. Half of a blink of both."""
    own = drives.get(f"eyeBlink{_SIDES[0 if side > 0 else 1]}")
    if own is not None:
        return field(own, of)
    both = drives.get("blink")
    if both is None:
        return np.zeros(surface.points.shape)
    moved = field(both, of).copy()
    middle = centre(surface, moved)[0]
    moved[(surface.points[:, 0] - middle) * side < 0] = 0.0
    return moved


def measured_gains(
    drives: Mapping[str, Drive], of: Field, face: Functions
) -> dict[str, Drive]:
    """Return the drives with gains by function; the others as they are."""
    out = dict(drives)
    for at, side in enumerate(_SIDES):
        gap, name = face.lids[at], f"eyeBlink{side}"
        if gap is not None and name in drives:
            out[name] = _shutting(drives[name], gap.closed(field(drives[name], of)))
    if "blink" in drives:
        both = [gap.closed(field(drives["blink"], of)) for gap in face.lids if gap]
        if both:
            out["blink"] = _shutting(drives["blink"], float(np.mean(both)))
    for name, reference in TRAVEL.items():
        if name in drives:
            moved = np.linalg.norm(field(drives[name], of), axis=1).max(initial=0.0)
            travel = float(moved) / face.eyes
            most = BROWS if name.startswith("brow") else MOST
            out[name] = _as_far(drives[name], travel, reference, most)
    jaw = drives.get("jawOpen")
    if jaw is not None and face.lips is not None:
        opened = face.lips.opened(field(jaw, of)) / face.eyes
        out["jawOpen"] = _as_far(jaw, opened, OPENS)
        close = drives.get("mouthClose")
        if close is not None:
            met = -face.lips.opened(field(close, of)) / face.eyes
            wanted = opened * out["jawOpen"].gain
            out["mouthClose"] = _with(close, _limited(wanted, met))
    return out


def _shutting(drive: Drive, closed: float) -> Drive:
    if SHUT[0] <= closed <= SHUT[1] or closed <= 0.05:
        return drive
    return _with(drive, _limited(1.0, closed), MOST)


def _as_far(drive: Drive, travel: float, reference: float, most: float = MOST) -> Drive:
    """Return the drive with a gain that moves as far as the reference does."""
    if not travel > 0.01 or abs(travel / reference - 1.0) <= NEAR:
        return drive
    return _with(drive, min(_limited(reference, travel), most))


def _limited(wanted: float, has: float) -> float:
    if not has > 1e-9:
        return 1.0
    return round(min(max(wanted / has, LEAST), MOST), 2)


def _with(drive: Drive, gain: float, farthest: float = FARTHEST) -> Drive:
    """Return the drive with another gain, and limits to match."""
    clips = any(target.startswith("clip:") for target in drive.to)
    # A receiver keeps an expression within 0 to 1 by itself.
    high = 1.0 if clips else max(1.0, min(gain, farthest))
    return replace(drive, gain=gain, high=round(high, 3))


def measured_lids(drives: Mapping[str, Drive], of: Field, face: Functions) -> Lids:
    """Return the share of each lid's gap that its curves close at a weight of 1.

    The weight is the target's, after the gain.
    """
    usual = Lids()
    found = {}
    for what, key in _LIDS:
        pair = list(getattr(usual, key))
        for at, side in enumerate(_SIDES):
            drive = drives.get(what + side, drives.get(key))
            gap = face.lids[at]
            if drive is None or gap is None:
                continue
            closed = gap.closed(field(drive, of))
            pair[at] = round(min(max(closed, 0.0), 1.5), 2)
        found[key] = (pair[0], pair[1])
    return Lids(**found)
