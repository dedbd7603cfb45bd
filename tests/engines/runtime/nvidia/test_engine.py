"""A plan's way to an engine, on a simulated card with a real cache."""

import threading
from pathlib import Path

import numpy as np
import pytest

from engines.runtime.cache import PlanCache, PlanRefused
from engines.runtime.engine import GraphError
from engines.runtime.graphs import EXPRESSION, MOTION
from engines.runtime.nvidia.engine import NvidiaEngine, Wishes
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.parity import made_up
from engines.runtime.runtimes import DeviceError
from engines.runtime.weights import find_weights
from tests.engines.runtime.tiny_onnx import softmax_of_eight

from .simulated import SimulatedNvidia

FILE = find_weights("motion").read()


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return PlanCache(tmp_path / "plans")


def opened(
    nvidia: SimulatedNvidia, cache: PlanCache, wishes: Wishes | None = None
) -> NvidiaEngine:
    return NvidiaEngine(MOTION, FILE, nvidia.platform(), cache, wishes)


def test_it_is_built_once_and_computes_what_the_processor_computes(
    cache: PlanCache,
) -> None:
    nvidia = SimulatedNvidia()
    reference = OnnxRuntimeEngine(MOTION, FILE)
    for built in (True, False):
        engine = opened(nvidia, cache)
        assert engine.built is built
        feeds = made_up(MOTION, 5)
        found, wanted = engine.run(feeds), reference.run(feeds)
        assert np.allclose(found["values"], wanted["values"], atol=1e-6)
        engine.close()
        engine.close()
        with pytest.raises(RuntimeError, match="used after close"):
            engine.run(feeds)
    assert len(nvidia.built) == 1
    assert [(card.leaked, card.closed) for card in nvidia.cards] == [(0, True)] * 2


def test_eight_bits_are_a_plan_of_their_own_file(cache: PlanCache) -> None:
    weights, nvidia = find_weights("expression"), SimulatedNvidia()
    wishes = Wishes("int8", int8=weights.read_nvidia_int8)
    on = nvidia.platform()
    engine = NvidiaEngine(EXPRESSION, weights.read(), on, cache, wishes)
    assert engine.device == "TensorRT 0.0.1, simulated card, int8"
    feeds = made_up(EXPRESSION, 0)
    spare = weights.read_nvidia_int8()
    assert spare is not None
    wanted = OnnxRuntimeEngine(EXPRESSION, spare).run(feeds)["probabilities"]
    assert np.allclose(engine.run(feeds)["probabilities"], wanted, atol=1e-6)
    engine.close()
    (entry,) = cache.entries()
    assert entry.key["precision"] == "int8"
    assert entry.key["onnx_sha256"] == weights.nvidia_sha256
    # It is not what "auto" takes.
    pytest.importorskip("onnx")
    wishes = Wishes(int8=weights.read_nvidia_int8)
    engine = NvidiaEngine(EXPRESSION, weights.read(), on, cache, wishes)
    assert engine.device.endswith("fp32")
    engine.close()


def test_the_device_names_what_it_is(cache: PlanCache) -> None:
    engine = opened(SimulatedNvidia(), cache)
    assert engine.device == "TensorRT 0.0.1, simulated card, fp32"
    engine.close()
    engine = opened(SimulatedNvidia(records=False), cache)
    assert engine.device.endswith("fp32, without a CUDA graph")
    engine.close()


def test_all_of_the_card_is_touched_on_one_thread_whoever_calls(
    cache: PlanCache,
) -> None:
    nvidia = SimulatedNvidia()
    engine = opened(nvidia, cache)
    found: list[float] = []

    def use() -> None:
        found.append(float(engine.run(made_up(MOTION, 1))["values"].sum()))

    for _ in range(2):
        thread = threading.Thread(target=use)
        thread.start()
        thread.join()
    engine.close()
    # The card itself asserts that its calls come from the thread that entered it.
    (card,) = nvidia.cards
    assert card.owner != threading.get_ident()
    assert found[0] == found[1]
    assert card.leaked == 0


def test_a_plan_that_computes_something_else_is_not_used(cache: PlanCache) -> None:
    nvidia = SimulatedNvidia(wrong=0.01)
    with pytest.raises(PlanRefused, match=r"computes \w+ wrong by 0\.\d+ in fp32"):
        opened(nvidia, cache)
    assert not cache.entries()
    assert nvidia.cards[0].leaked == 0
    assert nvidia.cards[0].closed


def test_a_plan_that_is_not_a_number_is_not_used(cache: PlanCache) -> None:
    on = SimulatedNvidia(wrong=float("nan")).platform()
    with pytest.raises(PlanRefused, match="probabilities wrong by inf"):
        NvidiaEngine(EXPRESSION, softmax_of_eight(), on, cache)


def test_a_kept_plan_that_no_longer_computes_right_is_built_again(
    cache: PlanCache,
) -> None:
    nvidia = SimulatedNvidia()
    opened(nvidia, cache).close()
    nvidia.wrong = 0.01
    with pytest.raises(PlanRefused):
        opened(nvidia, cache)
    assert len(nvidia.built) == 2
    assert len(list(cache.folder.glob("*.bad"))) == 1
    assert all(card.leaked == 0 for card in nvidia.cards)


def test_another_version_builds_its_own(cache: PlanCache) -> None:
    for version in ("0.0.1", "0.0.2", "0.0.1"):
        opened(SimulatedNvidia(version=version), cache).close()
    assert len(cache.entries()) == 2


def test_nothing_is_built_when_it_may_not_be(cache: PlanCache) -> None:
    nvidia = SimulatedNvidia()
    with pytest.raises(DeviceError, match=r"no plan .* run: facewire engines build"):
        opened(nvidia, cache, Wishes(may_build=False))
    assert not nvidia.built
    assert nvidia.cards[0].closed
    opened(nvidia, cache).close()
    opened(nvidia, cache, Wishes(may_build=False)).close()
    assert len(nvidia.built) == 1


def test_what_is_known_of_the_build_is_kept(cache: PlanCache) -> None:
    opened(SimulatedNvidia(), cache).close()
    (entry,) = cache.entries()
    assert entry.key["gpu_name"] == "simulated card"
    assert entry.key["precision"] == "fp32"
    assert entry.about["layers"] == {"SIMULATED": 1}
    assert entry.about["parity"] < 1e-5


def test_no_card_is_said_and_nothing_stays(cache: PlanCache) -> None:
    before = threading.active_count()
    with pytest.raises(DeviceError, match="no NVIDIA card"):
        opened(SimulatedNvidia(present=False), cache)
    assert threading.active_count() == before


def test_another_graphs_file_is_refused_before_anything_is_built(
    cache: PlanCache,
) -> None:
    nvidia = SimulatedNvidia()
    with pytest.raises(GraphError, match="expression needs"):
        NvidiaEngine(EXPRESSION, FILE, nvidia.platform(), cache)
    assert not nvidia.built
