"""What `facewire-models evaluate refiner` measures: the tool beside its rivals.

On made-up and on recorded takes, degraded alike. Filters are tuned on validation takes
for least error, and once more at no more jitter than the tool has. The tool is all of
it: windows, mirror images, event guard and verdict; beside it the network alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from engines.motion.signals import SCALE
from engines.refine.chunks import chunks_of, refine_chunk
from engines.refine.defects import BRIDGED_S
from engines.refine.frames import frames_of
from engines.refine.refiner import Refiner
from engines.runtime.engine import Engine
from models.data.recorded.defects import Degraded, gaps_of
from protocols.arrays import Floats

from .metrics import Measured, measure
from .sets import TakeSet
from .smoothers import KINDS, held, linear, pchip
from .truth import TakeTruth, truths_of
from .tuning import Fill, Tried, try_all

RAW: Final = "raw (hold)"
FILLED: Final = "gap interpolation"
SMOOTHNET: Final = "SmoothNet"
NETWORK: Final = "network alone"
TOOL: Final = "refiner"
WITHOUT: Final = ", no GAN"
CALM: Final = ", calm"
"""Tuned to tremble no more than the tool."""

Method = Callable[[Degraded], Floats]
"""A take in, (n, 58) at its frames, in the network's units, out."""
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One take, for the picture; n frames, the network's units."""

    degraded: Degraded
    truth: Floats
    estimates: dict[str, Floats]


@dataclass(slots=True)
class Judged:
    """All that was measured on one source."""

    name: str
    takes: int
    seconds: float
    rows: dict[str, Measured] = field(default_factory=dict)
    """By method."""
    best: str = ""
    """The classical filter of least error."""
    tunings: dict[str, dict[str, tuple[float, ...]]] = field(default_factory=dict)
    vetoed: int = 0
    guarded: int = 0
    """Takes that the tool gave back as they were, and events it went back for."""
    example: Example | None = None

    def headline(self) -> dict[str, float]:
        """Return what others quote, by name and source; {} without the tool."""
        if TOOL not in self.rows:
            return {}
        ours, theirs = self.rows[TOOL], self.rows[self.best]
        events = (ours.blinks, ours.closures)
        found = {
            "rmse_ratio": ours.rmse / theirs.rmse,
            "jitter_ratio": ours.jitter / theirs.jitter,
            "detail_3_8": ours.spectrum["3 to 8"],
            "dropout_ratio": ours.dropout / self.rows[FILLED].dropout,
            "events_lost": float(sum(each.lost for each in events)),
            "events_invented": float(sum(each.invented for each in events)),
        }
        return {f"{k}_{self.name}": round(v, 4) for k, v in found.items()}


class Tool:
    """The refiner as `facewire refine` runs it."""

    def __init__(self, engine: Engine) -> None:
        self._refiner = Refiner(engine)
        self.vetoed = 0
        self.guarded = 0

    def __call__(self, degraded: Degraded) -> Floats:
        """Return (n, 58) in the network's units."""
        refined = self._refiner(degraded.times_s, degraded.signals, degraded.seen)
        self.vetoed += not refined.verdict.refined
        self.guarded += len(refined.guarded)
        return refined.signals * SCALE


def network_alone(engine: Engine) -> Method:
    """Return the network with its windows and bounds, without guard and verdict."""

    def method(degraded: Degraded) -> Floats:
        nothing = np.zeros(len(degraded.seen), dtype=np.bool_)
        frames = frames_of(degraded.times_s, degraded.signals, degraded.seen, nothing)
        parts = [
            refine_chunk(engine, frames, *each).target for each in chunks_of(frames)
        ]
        return np.concatenate(parts) * SCALE

    return method


def evaluate(
    valid: TakeSet,
    test: TakeSet,
    engine: Engine | None = None,
    ablation: Engine | None = None,
    smoothnet: Method | None = None,
    tell: Tell = lambda _: None,
) -> Judged:
    """Tune on one set, measure on the other.

    Args:
        valid: what filters are tuned on.
        test: of the same source.
        engine: over `REFINER`; without, only its rivals are measured.
        ablation: the same of a network that was trained without discriminators.
        smoothnet: trained.
        tell: called with a sentence now and then.
    """
    truths = truths_of(test)
    total = sum(float(t.times_s[-1] - t.times_s[0]) for t in test.takes)
    judged = Judged(test.name, len(test.takes), round(total, 1))
    tell(f"{test.name}: tuning filters")
    before = truths_of(valid)
    fill = _better_fill(before)
    filled = [fill(degraded) for degraded in test.takes]
    tried = {kind.name: try_all(kind, fill, before) for kind in KINDS}
    methods: dict[str, Method] = {RAW: held, FILLED: fill}
    for name, each in tried.items():
        tuned = each.best()
        judged.tunings[name] = tuned.by_group()
        methods[name] = tuned
    if smoothnet is not None:
        methods[SMOOTHNET] = smoothnet
    tool: Tool | None = None
    if engine is not None:
        tool = Tool(engine)
        methods |= {NETWORK: network_alone(engine), TOOL: tool}
    if ablation is not None:
        methods[NETWORK + WITHOUT] = network_alone(ablation)
        methods[TOOL + WITHOUT] = Tool(ablation)
    said: dict[str, list[Floats]] = {}

    def row(name: str, method: Method) -> None:
        tell(f"{test.name}: measuring {name}")
        said[name] = [method(degraded) for degraded in test.takes]
        judged.rows[name] = measure(said[name], truths, filled)

    for name, method in methods.items():
        row(name, method)
    judged.best = min(tried, key=lambda name: judged.rows[name].rmse)
    if tool is not None:
        judged.vetoed, judged.guarded = tool.vetoed, tool.guarded
        _as_calm(judged, tried, row)
    judged.example = _example(truths, said, judged.best)
    return judged


def _better_fill(truths: Sequence[TakeTruth]) -> Fill:
    """Return straight lines or PCHIP, whichever errs less where it fills."""

    def error(fill: Fill) -> float:
        total = 0.0
        for truth in truths:
            off = (fill(truth.degraded) - truth.value)[:, truth.judged]
            total += float((off[truth.used] ** 2).sum())
        return total

    return min((linear, pchip), key=error)


def _as_calm(
    judged: Judged,
    tried: dict[str, Tried],
    row: Callable[[str, Method], None],
) -> None:
    """Measure the filters once more, tuned to tremble no more than the tool."""
    for name, each in tried.items():
        tuned = each.best(1e-3 * judged.rows[TOOL].jitter)
        judged.tunings[name + CALM] = tuned.by_group()
        row(name + CALM, tuned)


def bridged(degraded: Degraded) -> list[tuple[int, int]]:
    """Return first and past the last frame of every gap that the refiner bridges."""
    times = degraded.times_s
    gaps = gaps_of(degraded.seen)
    return [(a, b) for a, b in gaps if times[b] - times[a] <= BRIDGED_S + 1e-6]


def _example(
    truths: Sequence[TakeTruth], said: dict[str, list[Floats]], best: str
) -> Example:
    """Return the take in which most moves in gaps that are bridged."""

    def lively(truth: TakeTruth) -> float:
        moved = np.abs(np.diff(truth.value[:, truth.judged], axis=0)).sum(axis=1)
        return float(moved.sum() * 1e-3) + sum(
            float(moved[first:end].sum()) for first, end in bridged(truth.degraded)
        )

    k = int(np.argmax([lively(truth) for truth in truths]))
    shown = (RAW, best, TOOL)
    estimates = {name: said[name][k] for name in shown if name in said}
    return Example(truths[k].degraded, truths[k].value, estimates)
