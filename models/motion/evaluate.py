"""What `facewire-models evaluate motion` measures: the network beside tuned filters.

On made-up and on recorded motion, both with the tracker's noise. Filters are tuned on
validation data; everything that is reported is measured on test data. The network has a
steadiness, and a filter its tuning: both are compared where they tremble alike, at
three levels of jitter, and there in lag and error.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from engines.motion.signals import SCALE
from models.data.motion.noise import Observed
from protocols.arrays import Floats

from .ceiling import FITTED, fitted
from .events import Events, events_of
from .filters import apart, one_euro, raw, shipped_tuning, side_by_side
from .metrics import Measured, jitter, measure
from .results import NETWORK, RAW, SHIPPED, Example, Judged, Key, Point
from .sets import MotionSet
from .truth import Truth, truth_of
from .tune_filters import KINDS, ONE_EURO, Tried, Tuned, try_all

Method = Callable[[Sequence[Observed], float], list[Floats]]
"""Sequences and a lead in seconds in; (n, 58) estimates of each, real units, out."""

Network = Callable[[Sequence[Observed], float, float], list[Floats]]
"""The same with a steadiness, 0 to 1, as third."""

LEVELS: Final = {"steady": 0.15, "middle": 0.23, "quick": 0.32}
"""Shares of the raw signals' jitter."""

SHOWN: Final = (0.06, 0.8)
"""Shares between which fronts are drawn."""

LEAD_S: Final = 0.05
UPSAMPLED: Final = 2
"""Times the camera's rate, for which interpolation is judged."""

STEADINESSES: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
CLOSE: Final = 1.05
"""A jitter that is above the level by less counts as equal."""

Tell = Callable[[str], None]


def _silent(_: str) -> None:
    return None


def shipped(observed: Sequence[Observed], lead_s: float) -> list[Floats]:
    """Smooth as the daemon does without a network; it knows no lead."""
    frames = side_by_side(observed)
    track = one_euro(frames, *shipped_tuning())
    return apart(frames, track.level)


def held(observed: Sequence[Observed], lead_s: float) -> list[Floats]:
    """Hold what was tracked."""
    frames = side_by_side(observed)
    return apart(frames, raw(frames).level)


def evaluate(
    valid: MotionSet,
    test: MotionSet,
    network: Network | None = None,
    tell: Tell = _silent,
) -> Judged:
    """Tune on one set, measure on the other.

    Args:
        valid: what filters are tuned on.
        test: of the same source.
        network: nothing of it is chosen by error; its steadiness at a level is where
            it trembles on `test` as the tuned One-Euro does.
        tell: called with a sentence now and then.
    """
    total = sum(each.times_s[-1] - each.times_s[0] for each in test.observed)
    judged = Judged(test.name, len(test.observed), round(float(total), 1))
    now = truth_of(test.observed, 0.0, test.judged)
    events = events_of(now)
    tell(f"{test.name}: tuning filters")
    before = truth_of(valid.observed, 0.0, valid.judged)
    plain = jitter(before.frames.values, before)
    judged.levels = {name: 1e3 * share * plain for name, share in LEVELS.items()}
    tried = {kind.name: try_all(kind, before) for kind in KINDS}
    del before
    filters: dict[Key, Tuned] = {
        (kind.name, level): tried[kind.name].best(1e-3 * judged.levels[level])
        for kind in KINDS
        for level in LEVELS
    }
    for (name, level), tuned in filters.items():
        judged.tunings[f"{name}, {level}"] = tuned.by_group()
    tell(f"{test.name}: measuring filters")
    methods: dict[Key, Method] = {
        (RAW, ""): held,
        (SHIPPED, ""): shipped,
        **filters,
    }
    for key, method in methods.items():
        judged.rows[key] = _measure(method, now, events)
    judged.rows[FITTED, ""] = measure(fitted(now), now, events)
    _fronts(judged, tried, now, plain)
    if network is not None:
        tell(f"{test.name}: measuring the network")
        methods |= _matched(judged, network, now, events)
    judged.example = _example(now, methods)
    del now
    tell(f"{test.name}: measuring ahead of time")
    _look_ahead(judged, valid, test, methods)
    _between(judged, valid, test, methods)
    return judged


def _example(truth: Truth, methods: dict[Key, Method]) -> Example:
    """Return the sequence with the liveliest truth among those with a dropout."""
    moved = np.abs(np.diff(truth.value, axis=0)).sum(axis=(0, 2))
    lost = truth.gone.any(axis=0)
    b = int(np.argmax(moved * (lost if lost.any() else 1.0)))
    each = truth.observed[b]
    keys = ((RAW, ""), (ONE_EURO.name, "middle"), (NETWORK, "middle"))
    return Example(
        each.times_s,
        each.seen,
        truth.value[: truth.frames.lengths[b], b] / SCALE,
        {key[0]: methods[key]([each], 0.0)[0] for key in keys if key in methods},
    )


def _measure(method: Method, truth: Truth, events: Events) -> Measured:
    return measure(_estimates(method, truth), truth, events)


def _estimates(method: Method, truth: Truth) -> Floats:
    """Return (n, B, 58) in the network's units; the padding holds the last frame."""
    out = np.empty_like(truth.value)
    said = method(truth.observed, truth.lead_s)
    for b, (values, length) in enumerate(zip(said, truth.frames.lengths, strict=True)):
        out[:length, b] = values * SCALE
        out[length:, b] = out[length - 1, b]
    if not np.isfinite(out).all():
        raise ValueError("a method's estimates are not finite")
    return out


def _matched(
    judged: Judged, network: Network, now: Truth, events: Events
) -> dict[Key, Method]:
    """Measure the network where it trembles as One-Euro does; return it there."""
    found = {}
    for steadiness in STEADINESSES:
        measured = _measure(_at(network, steadiness), now, events)
        found[steadiness] = measured.jitter
        judged.fronts.setdefault(NETWORK, []).append(_point(measured))
    methods: dict[Key, Method] = {}
    for level in judged.levels:
        wanted = judged.rows[ONE_EURO.name, level].jitter
        steadiness = _steadiness(found, wanted)
        measured = _measure(_at(network, steadiness), now, events)
        # The curve is not straight between what was tried, least of all near 1: again,
        # with what the last try told.
        for _ in range(5):
            if abs(math.log(measured.jitter / wanted)) < 0.01:
                break
            found[steadiness] = measured.jitter
            steadiness = _steadiness(found, wanted)
            measured = _measure(_at(network, steadiness), now, events)
        judged.steadiness[level] = round(steadiness, 4)
        judged.rows[NETWORK, level] = measured
        methods[NETWORK, level] = _at(network, steadiness)
        if measured.jitter > CLOSE * wanted:
            judged.unmatched.append(level)
    return methods


def _steadiness(found: dict[float, float], wanted: float) -> float:
    """Return where the jitter, falling with steadiness, is the wanted one."""
    at = np.array(sorted(found))
    logs = np.log([max(found[float(s)], 1e-9) for s in at])
    falling = np.minimum.accumulate(logs)[::-1]
    return float(np.interp(math.log(wanted), falling, at[::-1]))


def _at(network: Network, steadiness: float) -> Method:
    def method(observed: Sequence[Observed], lead_s: float) -> list[Floats]:
        return network(observed, lead_s, steadiness)

    return method


def _fronts(judged: Judged, tried: dict[str, Tried], now: Truth, plain: float) -> None:
    nothing = Events((), (), ())
    for name, each in tried.items():
        judged.fronts[name] = [
            _point(_measure(tuned, now, nothing))
            for tuned in each.front(SHOWN[0] * plain, SHOWN[1] * plain)
        ]
    judged.fronts[RAW] = [_point(judged.rows[RAW, ""])]
    judged.fronts[SHIPPED] = [_point(judged.rows[SHIPPED, ""])]


def _point(measured: Measured) -> Point:
    return Point(measured.jitter, measured.lag_ms["all"], measured.rmse)


def _look_ahead(
    judged: Judged,
    valid: MotionSet,
    test: MotionSet,
    methods: dict[Key, Method],
) -> None:
    """Measure at `LEAD_S`: filters tuned for it, the network as it is at lead 0."""
    before = truth_of(valid.observed, LEAD_S, valid.judged)
    tried = {kind.name: try_all(kind, before) for kind in KINDS}
    del before
    then = truth_of(test.observed, LEAD_S, test.judged)
    events = events_of(then)
    for name, each in tried.items():
        best = each.best()
        judged.ahead[name, "any"] = _measure(best, then, events)
        judged.tunings[f"{name}, ahead"] = best.by_group()
        for level, wanted in judged.levels.items():
            tuned = each.best(1e-3 * wanted)
            judged.ahead[name, level] = _measure(tuned, then, events)
    judged.ahead[FITTED, ""] = measure(fitted(then), then, events)
    for key, method in methods.items():
        if key[0] in (RAW, SHIPPED, NETWORK):
            judged.ahead[key] = _measure(method, then, events)


def _between(
    judged: Judged,
    valid: MotionSet,
    test: MotionSet,
    methods: dict[Key, Method],
) -> None:
    """Measure the frames that a higher rate puts between the camera's.

    Causal methods cannot interpolate: what is shown half a frame later is asked for
    with a lead of half a frame. Filters may look ahead, with gains tuned for it.
    """
    step = 1.0 / (_rate(test) * UPSAMPLED)
    before = truth_of(valid.observed, step, valid.judged)
    tried = {kind.name: try_all(kind, before) for kind in KINDS}
    del before
    then = truth_of(test.observed, step, test.judged)
    for key, method in methods.items():
        name, level = key
        if name in tried:
            method = tried[name].best(1e-3 * judged.levels[level])
        wrong = (_estimates(method, then) - then.value) ** 2
        where = then.used[..., None] & then.judged
        half = 1e6 * float(wrong[np.broadcast_to(where, wrong.shape)].mean())
        judged.between[key] = math.sqrt(0.5 * (half + judged.rows[key].rmse ** 2))


def _rate(motion: MotionSet) -> float:
    return 1.0 / side_by_side(motion.observed).step_s
