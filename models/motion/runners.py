"""The network as `evaluate_motion` asks it: what ships, or a run still in training."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from engines.motion.bank import STYLES
from engines.motion.generator import UNSEEN_STEADINESS, MotionGenerator
from engines.motion.signals import PLACE
from engines.runtime.engine import Engine
from models.data.motion.noise import Observed
from models.training import checkpoint
from protocols.arrays import Floats

from .filters import Frames, apart
from .network import SEEN, MotionNet, Shape
from .sequences import told


class ShippedNetwork:
    """The generator that the daemon runs, with its limits and its guard.

    A frame at a time, as there: 13 000 frames take about two seconds.
    """

    def __init__(self, engine: Engine) -> None:
        self._generator = MotionGenerator(engine)
        self.guarded = 0
        """How often One-Euro took over, of all that was asked."""

    def __call__(
        self, observed: Sequence[Observed], lead_s: float, steadiness: float
    ) -> list[Floats]:
        """Return (n, 58) estimates of each, real units, `lead_s` after the frames."""
        return [self._follow(each, lead_s, steadiness) for each in observed]

    def _follow(self, each: Observed, lead_s: float, steadiness: float) -> Floats:
        generator = self._generator
        generator.reset()
        generator.steadiness = steadiness
        before = generator.guarded
        values, place = _from_the_start(each)
        out = np.empty_like(values)
        for k, at_s in enumerate(each.times_s.tolist()):
            if each.seen[k]:
                confidence = float(each.confidence[k])
                generator.observe(values[k], at_s, each.expression[k], confidence)
            else:
                generator.miss(at_s)
            out[k] = generator.at(at_s, lead_s)
        self.guarded += generator.guarded - before
        out[:, PLACE] += place
        return out

    def close(self) -> None:
        """Free the engine."""
        self._generator.close()


class TrainedNetwork:
    """A network in torch, all sequences at once, without the daemon's limits."""

    def __init__(self, net: MotionNet) -> None:
        self._net = net.eval()
        self._told: tuple[Sequence[Observed], Frames, Floats, Floats] | None = None

    def __call__(
        self, observed: Sequence[Observed], lead_s: float, steadiness: float
    ) -> list[Floats]:
        """Return (n, 58) estimates of each, real units, `lead_s` after the frames."""
        frames, moments, bank = self._tell(observed)
        seen = moments[..., SEEN] > 0.0
        unseen = max(steadiness, UNSEEN_STEADINESS)
        moments[..., _STEADINESS] = np.where(seen, steadiness, unseen)
        lead = torch.full((len(observed), 1), lead_s)
        with torch.inference_mode():
            said = self._net.sequence(
                torch.from_numpy(moments), torch.from_numpy(bank), lead
            )
        found = apart(frames, said.numpy().transpose(1, 0, 2))
        for values, each in zip(found, observed, strict=True):
            values[:, PLACE] += each.values[0, PLACE]
        return found

    def _tell(self, observed: Sequence[Observed]) -> tuple[Frames, Floats, Floats]:
        """Return frames, (B, n, MOMENT) and (B, n, MEANS, 58); kept for the next."""
        if self._told is None or self._told[0] is not observed:
            self._told = (observed, *told(observed))
        return self._told[1:]


_STEADINESS = -len(STYLES) - 1
"""Its place in a moment."""


def read_run(run: Path) -> MotionNet:
    """Return the network of a training run: the final one, or the latest so far.

    Raises:
        FileNotFoundError: no weights are there.
        FileError: a file is damaged, or of another network.
    """
    checkpoint.weights(run)  # whether there are any comes first
    net = MotionNet(checkpoint.shape_of(run, Shape))
    checkpoint.fill(net, run)
    return net


def _from_the_start(each: Observed) -> tuple[Floats, Floats]:
    """Return the values with the place counted from the first frame's, and that."""
    place = each.values[0, PLACE].copy()
    values = each.values.copy()
    values[:, PLACE] -= place
    return values, place
