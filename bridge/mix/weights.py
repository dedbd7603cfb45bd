"""How much each source counts for each number of the face: layers and doubt.

The layer with the highest priority covers those below it, as far as it is seen, sends
the number and has a share. Layers of equal priority share what they cover: by their
doubt where all of them know it, else evenly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.channels import ARKIT, INDEX, Vector, bone_slice

from .regions import WIDTH, Mask

Weights = Vector
"""(sources, 93) float32, 0 to 1; a column sums to 1, or to 0 if nobody has it."""

Parts = npt.NDArray[np.float64]
"""Shares in double precision: quotients of the smallest float32 shares stay finite."""

Indices = npt.NDArray[np.intp]

LEAST_DOUBT: Final = 0.02
"""A smaller doubt counts as this one, so that no source ever counts alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Rank:
    """The place of one source among the layers."""

    priority: int
    covers: Mask
    """(93,) 0 to 1: the share of the source in its regions."""


def _doubtful() -> tuple[Indices, Indices]:
    """Return where the numbers with a doubt are, and whose doubt each of them has."""
    of = np.full(WIDTH, -1, dtype=np.intp)
    of[: len(ARKIT)] = np.arange(len(ARKIT))
    # Eyes and jaw turn as their curves say, so they must come from the same source.
    of[bone_slice("leftEye")] = INDEX["eyeLookInLeft"]
    of[bone_slice("rightEye")] = INDEX["eyeLookInRight"]
    of[bone_slice("jaw")] = INDEX["jawOpen"]
    where = np.flatnonzero(of >= 0)
    return where, of[where]


_WHERE, _OF = _doubtful()


@dataclass(frozen=True, slots=True, eq=False)
class _Shared:
    """What sources of one priority share by their doubt."""

    sources: tuple[int, ...]
    parts: Parts
    """(sources, 93): how much of each is used."""
    room: Parts
    """(93,): what they have together."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """All of the weights that does not depend on doubts."""

    fixed: Weights
    shared: tuple[_Shared, ...] = ()


def plan(
    ranks: Sequence[Rank],
    given: Sequence[Mask | None],
    seen: Sequence[bool],
    doubtful: Sequence[bool],
    *,
    take_over: bool,
) -> Plan:
    """Return how sources share the numbers.

    Args:
        ranks: one per source.
        given: (93,) what each source sends; None: all.
        seen: False for sources that do not count now.
        doubtful: True for sources that know their doubt.
        take_over: what no layer covers comes from any source that sends it.
    """
    fixed = np.zeros((len(ranks), WIDTH))
    left = np.ones(WIDTH)
    here = [i for i, one in enumerate(seen) if one]
    shared = []
    for priority in sorted({ranks[i].priority for i in here}, reverse=True):
        level = tuple(i for i in here if ranks[i].priority == priority)
        parts = np.stack([_sent(ranks[i].covers, given[i]) for i in level])
        opaque = parts.max(axis=0)
        if len(level) > 1 and all(doubtful[i] for i in level):
            shared.append(_Shared(level, parts, left * opaque))
        else:
            fixed[[*level]] += left * opaque * _even(parts)
        left = left * (1.0 - opaque)
    for i in here if take_over else ():
        whole = _sent(np.ones_like(left), given[i])
        fixed[i] += left * whole
        left = left * (1.0 - whole)
    total = fixed.sum(axis=0) + sum(one.room for one in shared)
    # A layer with a share of 0.5 above nothing counts whole.
    whole = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0.0)
    return Plan(
        (fixed * whole).astype(np.float32),
        tuple(_Shared(one.sources, one.parts, one.room * whole) for one in shared),
    )


def weigh(plan: Plan, doubts: Sequence[Vector | None]) -> Weights:
    """Return the weight of each source for each number.

    Args:
        plan: for these sources.
        doubts: (52,) of each source; those that share by doubt have one.
    """
    if not plan.shared:
        return plan.fixed
    weights = plan.fixed.copy()
    for one in plan.shared:
        table = np.stack(
            [known for i in one.sources if (known := doubts[i]) is not None]
        )
        table = np.maximum(table, LEAST_DOUBT)
        parts = one.parts.copy()
        parts[:, _WHERE] /= (table * table)[:, _OF]
        weights[[*one.sources]] += one.room * _even(parts)
    return weights


def _sent(covers: Mask | Parts, given: Mask | None) -> Parts:
    whole = covers.astype(np.float64)
    return whole if given is None else whole * given


def _even(parts: Parts) -> Parts:
    """Return parts whose columns sum to 1, or to 0 where all are 0."""
    total = parts.sum(axis=0)
    shares: Parts = parts / np.where(total > 0.0, total, 1.0)
    return shares
