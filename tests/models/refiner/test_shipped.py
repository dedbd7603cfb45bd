"""The refiner that ships, on takes that it has not seen."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="models need SciPy")
pytest.importorskip("torch", reason="judging needs torch")

from engines.motion.signals import COUNT
from engines.refine.refiner import Refiner
from engines.runtime.graphs import REFINER
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.weights import find_weights
from models.data.motion.noise import DEFAULT
from models.refiner.evaluate import Tool
from models.refiner.metrics import measure
from models.refiner.sets import synthetic
from models.refiner.smoothers import KINDS, pchip
from models.refiner.truth import truths_of
from models.refiner.tuning import try_all


def engine() -> OnnxRuntimeEngine:
    return OnnxRuntimeEngine(REFINER, find_weights("refiner").read())


def test_it_is_closer_than_the_best_filter_and_loses_no_event() -> None:
    takes = synthetic("valid", DEFAULT, 6)
    truths = truths_of(takes)
    filled = [pchip(degraded) for degraded in takes.takes]
    # Tuned on the very takes that are measured: the filter cannot do better.
    butterworth = try_all(KINDS[1], pchip, truths).best()
    there = engine()
    tool = Tool(there)
    ours = measure([tool(degraded) for degraded in takes.takes], truths, filled)
    theirs = measure(
        [butterworth(degraded) for degraded in takes.takes], truths, filled
    )
    plain = measure(filled, truths, filled)
    there.close()
    assert tool.vetoed == 0
    assert ours.rmse < 0.95 * theirs.rmse
    assert ours.jitter < 0.2 * plain.jitter
    assert ours.dropout < plain.dropout
    assert 0.8 < ours.spectrum["3 to 8"] < 1.1
    assert (ours.blinks.lost, ours.blinks.invented) == (0, 0)
    assert (ours.closures.lost, ours.closures.invented) == (0, 0)


def test_a_face_at_rest_stays_as_it_is() -> None:
    refiner = Refiner(engine())
    rng = np.random.default_rng(0)
    rest = np.tile(0.5 * rng.random(COUNT).astype(np.float32), (600, 1))
    times = np.arange(600) / 60.0
    refined = refiner(times, rest, np.ones(600, dtype=np.bool_))
    refiner.close()
    assert np.abs(refined.signals - rest).max() < 0.03


def test_the_manifest_says_that_anybody_may_use_it() -> None:
    weights = find_weights("refiner")
    assert weights.licence.startswith("Apache-2.0")
    assert weights.path.stat().st_size < 8 << 20
