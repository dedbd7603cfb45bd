"""The inputs and the recurrent state of one face's `motion.onnx`.

An engine keeps no state: what an LSTM remembers goes in and comes out as tensors. This
file holds those tensors between frames.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from engines.runtime.engine import Engine
from engines.runtime.graphs import MOTION
from protocols.arrays import Floats

from .bank import from_units
from .guard import has_diverged
from .limits import is_finite
from .signals import WEIGHTS, Signals

RANGE_MARGIN: Final = 0.4
"""How far signals may leave the range of the bank, in the network's units."""
CELL_LIMIT: Final = np.float32(20.0)
"""Limit of a cell of the state. While a face stays still for long, a cell grows by one
step per frame, although only its tanh is used."""

_MOMENT, _BANK, _HIDDEN, _CELL, _LEAD = (spec.name for spec in MOTION.inputs)
_VALUES, _HIDDEN_OUT, _CELL_OUT = (spec.name for spec in MOTION.outputs)


class NetworkState:
    """Runs the network for one face. Not thread-safe."""

    def __init__(self, engine: Engine) -> None:
        """Start with an empty state.

        Args:
            engine: keeps the contract `MOTION`; may be shared by faces of one thread.
        """
        self._engine = engine
        self._feeds = {
            spec.name: np.zeros(spec.shape, dtype=np.float32) for spec in MOTION.inputs
        }
        self._next = (self._feeds[_HIDDEN], self._feeds[_CELL])
        self._belief = 0.0
        self._correction = np.zeros_like(self.bank[0])

    @property
    def bank(self) -> Floats:
        """The filter bank's means as the network reads them; written by its owner."""
        bank: Floats = self._feeds[_BANK][0]
        return bank

    def advance(self, moment: Floats, belief: float = 0.0) -> None:
        """Begin a frame: take over the state that the last one left.

        Args:
            moment: what the network is told of the frame, `engines.motion.bank.moment`.
            belief: 0 to 1, the part of the way from the network's weights to the newest
                ones in the bank by which this frame's results are corrected.
        """
        self._belief = belief
        feeds = self._feeds
        feeds[_HIDDEN][:], feeds[_CELL][:] = self._next
        feeds[_MOMENT][0] = moment

    def infer(self, lead_s: float, *, keep: bool = False) -> Signals | None:
        """Return the network's signals in real units; None if they are not usable.

        Results ahead of the frame get the correction of the frame's own result.

        Args:
            lead_s: how far ahead of the frame.
            keep: True makes the state that comes out the next frame's.
        """
        feeds = self._feeds
        feeds[_LEAD][0, 0] = lead_s
        found = self._engine.run(feeds)
        values = found[_VALUES][0]
        if not is_finite(values):
            return None
        if keep:
            if has_diverged(found[_HIDDEN_OUT], found[_CELL_OUT]):
                return None
            # These are copies, because the engine reuses its arrays.
            cell = np.minimum(np.maximum(found[_CELL_OUT], -CELL_LIMIT), CELL_LIMIT)
            self._next = (found[_HIDDEN_OUT].copy(), cell)
        bank = self.bank
        if keep:
            away = bank[0, WEIGHTS] - values[WEIGHTS]
            self._correction[WEIGHTS] = np.float32(self._belief) * away
        values = values + self._correction
        low, high = bank.min(axis=0) - RANGE_MARGIN, bank.max(axis=0) + RANGE_MARGIN
        return from_units(np.minimum(np.maximum(values, low), high))

    def forget(self) -> None:
        """Start the next frame with an empty state."""
        zeros = np.zeros_like(self._feeds[_HIDDEN])
        self._next = (zeros, zeros)

    def close(self) -> None:
        """Free the engine. Safe to call twice."""
        self._engine.close()
