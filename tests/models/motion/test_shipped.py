"""The generator that ships, on motion that it has not seen."""

from __future__ import annotations

import numpy as np
import pytest

from engines.motion.bank import STYLES
from engines.motion.generator import MotionGenerator
from engines.motion.signals import COUNT, PLACE, TURN
from engines.runtime.graphs import MOTION
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.weights import find_weights

pytest.importorskip("scipy", reason="models need SciPy")
pytest.importorskip("torch", reason="judging needs torch")

from models.data.motion.noise import DEFAULT
from models.motion.evaluate import _estimates, held
from models.motion.events import events_of
from models.motion.metrics import measure
from models.motion.runners import ShippedNetwork
from models.motion.sets import synthetic
from models.motion.truth import truth_of


def engine() -> OnnxRuntimeEngine:
    return OnnxRuntimeEngine(MOTION, find_weights("motion").read())


def test_it_is_calmer_and_closer_than_what_it_sees() -> None:
    observed = synthetic("valid", DEFAULT, 6).observed
    now = truth_of(observed, 0.0, np.ones(COUNT, dtype=np.bool_))
    events = events_of(now)
    network = ShippedNetwork(engine())
    raw = measure(_estimates(held, now), now, events)
    said = measure(_estimates(lambda o, lead: network(o, lead, 0.5), now), now, events)
    network.close()
    assert said.jitter < 0.5 * raw.jitter
    assert said.rmse < raw.rmse
    assert said.blink_peak > 0.85
    assert network.guarded == 0


@pytest.mark.parametrize("rate", [15.0, 30.0, 60.0, 240.0])
@pytest.mark.parametrize("style", range(len(STYLES)))
def test_constant_in_constant_out_within_a_second(rate: float, style: int) -> None:
    rng = np.random.default_rng(int(rate) + style)
    generator = MotionGenerator(engine(), steadiness=1.0, style=style)
    constant = rng.random(COUNT).astype(np.float32)
    constant[TURN] *= 0.3
    before = rng.random(COUNT).astype(np.float32)
    before[PLACE] = constant[PLACE]
    times = np.arange(0.0, 4.0, 1.0 / rate)
    out = []
    for at_s in times.tolist():
        generator.observe(before if at_s < 1.0 else constant, at_s)
        out.append(generator.at(at_s, 0.05))
    late = np.array(out)[times > 2.5]
    generator.close()
    assert np.abs(late - constant).max() < 0.08
    assert np.abs(late[-1] - constant).max() < 0.03
    assert generator.guarded == 0


def test_a_face_that_keeps_still_for_minutes_needs_no_guard() -> None:
    rng = np.random.default_rng(3)
    generator = MotionGenerator(engine())
    for constant in rng.random((4, COUNT)).astype(np.float32):
        generator.reset()
        for k in range(30 * 60):
            generator.observe(constant, k / 30)
        assert np.abs(generator.at(59.9667) - constant).max() < 0.03
    generator.close()
    assert generator.guarded == 0


def test_the_manifest_says_that_anybody_may_use_it() -> None:
    weights = find_weights("motion")
    assert weights.licence.startswith("Apache-2.0")
    assert weights.path.stat().st_size < 4 << 20
