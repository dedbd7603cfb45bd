"""Curves that work against each other, settled before a character gets them.

A face never makes some pairs of curves at once, but a solver may report both, and many
characters have one shape for two of them. Each rule changes no more than it must, and
continuously: a weight that moves slowly never makes another one jump.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from protocols.channels import INDEX

from .mapping import Drive, Mapping

Weights = list[float]
"""The 52 weights, changed in place."""

SHUT: Final = 1.0
"""Share of the lid gap that a squint or a cheek may close together with the others."""

OVER: Final = 1.05
"""Share of the lid gap that all curves may close; more drives the lids through each
other."""

EVEN: Final = 0.3
"""A smile and a pucker that differ by more than this: only the smaller one yields."""

_JAW, _CLOSE = INDEX["jawOpen"], INDEX["mouthClose"]
_PUCKER, _FUNNEL = INDEX["mouthPucker"], INDEX["mouthFunnel"]
_SIDES: Final = ("Left", "Right")
_SMILES: Final = tuple(INDEX[f"mouthSmile{side}"] for side in _SIDES)
_FROWNS: Final = tuple(INDEX[f"mouthFrown{side}"] for side in _SIDES)
_DOWNS: Final = tuple(INDEX[f"browDown{side}"] for side in _SIDES)
_INNER: Final = INDEX["browInnerUp"]


@dataclass(frozen=True, slots=True)
class Lid:
    """One eye's lid: the places of its curves, and what each closes at weight 1."""

    blink: int
    squint: int
    cheek: int
    down: int
    by_blink: float
    by_squint: float
    by_cheek: float
    by_down: float


def lids(mapping: Mapping) -> tuple[Lid, ...]:
    """Return the lids of a character that can blink; a curve without drive closes 0."""
    drives = {drive.source: drive for drive in mapping.drives}
    both = drives.get("blink")
    found = []
    for at, side in enumerate(_SIDES):
        own = drives.get(f"eyeBlink{side}")
        if own is None and both is None:
            continue
        # The gain of one blink for both eyes is not in the 52 weights yet.
        gain = 1.0 if own is not None or both is None else both.gain
        squint, cheek = f"eyeSquint{side}", f"cheekSquint{side}"
        down = f"eyeLookDown{side}"
        found.append(
            Lid(
                INDEX[f"eyeBlink{side}"],
                INDEX[squint],
                INDEX[cheek],
                INDEX[down],
                mapping.lids.blink[at] * gain,
                mapping.lids.squint[at] if squint in drives else 0.0,
                mapping.lids.cheek[at] if cheek in drives else 0.0,
                mapping.lids.down[at] if down in drives else 0.0,
            )
        )
    return tuple(found)


def close(weights: Weights, lids: tuple[Lid, ...]) -> None:
    """Keep each lid's closure at most 1.05; squint yields first, then the cheek, then
    the blink.

    Args:
        weights: the 52, after their gains.
        lids: of the character.
    """
    for lid in lids:
        down = weights[lid.down] * lid.by_down
        blink = weights[lid.blink] * lid.by_blink
        shut = blink + down
        for at, share in ((lid.cheek, lid.by_cheek), (lid.squint, lid.by_squint)):
            closed = weights[at] * share
            if closed > 0.0 and shut + closed > SHUT:
                closed = max(0.0, SHUT - shut)
                weights[at] = closed / share
            shut += closed
        if blink > 0.0 and shut > OVER:
            weights[lid.blink] = max(0.0, OVER - (shut - blink)) / lid.by_blink


def settle_mouth(weights: Weights) -> None:
    """Settle lips and jaw, smile and pucker, smile and frown.

    mouthClose alone drives the lips through each other: Apple defines it as lips that
    stay together while the jaw opens.
    """
    weights[_CLOSE] = min(weights[_CLOSE], weights[_JAW])
    round_ = max(weights[_PUCKER], weights[_FUNNEL])
    broad = max(weights[_SMILES[0]], weights[_SMILES[1]])
    if round_ > 0.0 and broad > 0.0:
        # The smaller is scaled by 1 less the larger; between equals both yield half.
        yields = min(max(0.5 + 0.5 * (broad - round_) / EVEN, 0.0), 1.0)
        for at in (_PUCKER, _FUNNEL):
            weights[at] *= 1.0 - yields * broad
        for at in _SMILES:
            weights[at] *= 1.0 - (1.0 - yields) * round_
    for smile, frown in zip(_SMILES, _FROWNS, strict=True):
        _subtract(weights, smile, frown)


def settle_brows(weights: Weights) -> None:
    """Settle browDown and browInnerUp, for characters that have one shape for both."""
    both = min(max(weights[at] for at in _DOWNS), weights[_INNER])
    weights[_INNER] -= both
    for at in _DOWNS:
        weights[at] = max(0.0, weights[at] - both)


def shared_brows(mapping: Mapping) -> bool:
    """Return True if a shape belongs to browDown and to browInnerUp."""
    drives: dict[str, Drive] = {drive.source: drive for drive in mapping.drives}
    inner = drives.get("browInnerUp")
    if inner is None:
        return False
    downs = [drives.get(f"browDown{side}") for side in _SIDES]
    return any(
        down is not None
        and not set(down.to).isdisjoint(inner.to)
        # One shape that goes both ways sums up by itself.
        and down.gain * inner.gain > 0.0
        for down in downs
    )


def _subtract(weights: Weights, one: int, other: int) -> None:
    both = min(weights[one], weights[other])
    weights[one] -= both
    weights[other] -= both
