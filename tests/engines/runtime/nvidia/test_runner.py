"""Order and ownership on a simulated card. Says nothing of any real one."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.runtime.engine import Tensors
from engines.runtime.graphs import EXPRESSION, MOTION, Graph
from engines.runtime.nvidia.runner import Runner
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.parity import made_up
from engines.runtime.runtimes import DeviceError
from engines.runtime.weights import find_weights
from tests.engines.runtime.tiny_onnx import softmax_of_eight

from .simulated import MAGIC, SimulatedContext, SimulatedCuda, SimulatedPlan

MOTION_FILE = find_weights("motion").read()


def runner(
    cuda: SimulatedCuda, graph: Graph = MOTION, content: bytes = MOTION_FILE
) -> Runner:
    return Runner(cuda, SimulatedPlan(cuda, MAGIC + content, graph, 0.0), graph)


def stateful(feeds: Tensors, found: Tensors) -> dict[str, npt.NDArray[np.float32]]:
    state = {"hidden": found["hidden_out"], "cell": found["cell_out"]}
    return {**feeds, **state}


def same(one: Tensors, other: Tensors) -> bool:
    return all(np.allclose(one[name], other[name], atol=1e-6) for name in other)


def test_it_warms_up_before_it_records() -> None:
    cuda = SimulatedCuda()
    runner(cuda, EXPRESSION, softmax_of_eight())
    told = [one for one in cuda.calls if one in ("execute", "synchronize")]
    assert told[:2] == ["execute", "synchronize"]
    begun, ended = cuda.calls.index("begin_capture"), cuda.calls.index("end_capture")
    assert cuda.calls.index("synchronize") < begun
    assert cuda.calls[begun : ended + 1] == [
        "begin_capture",
        "upload",
        "execute",
        "download",
        "end_capture",
    ]


def test_a_call_is_one_launch() -> None:
    cuda = SimulatedCuda()
    one = runner(cuda, EXPRESSION, softmax_of_eight())
    del cuda.calls[:]
    feeds = made_up(EXPRESSION, 3)
    found = one.step(feeds)
    assert cuda.calls == ["launch", "synchronize"]
    wanted = OnnxRuntimeEngine(EXPRESSION, softmax_of_eight()).run(feeds)
    assert same(found, wanted)


def test_a_recurrent_graph_ping_pongs_without_uploading_its_state() -> None:
    cuda = SimulatedCuda()
    one, reference = runner(cuda), OnnxRuntimeEngine(MOTION, MOTION_FILE)
    feeds = made_up(MOTION, 0)
    found = one.step(feeds)
    del cuda.calls[:]
    for step in range(1, 6):
        feeds = stateful(made_up(MOTION, step), found)
        found = one.step(feeds)
        assert same(found, reference.run(feeds))
    assert cuda.calls == ["launch", "synchronize"] * 5


def test_asking_again_with_the_state_before_uploads_nothing() -> None:
    cuda = SimulatedCuda()
    one, reference = runner(cuda), OnnxRuntimeEngine(MOTION, MOTION_FILE)
    feeds = stateful(made_up(MOTION, 1), one.step(made_up(MOTION, 0)))
    del cuda.calls[:]
    for lead in (0.0, 0.05, 0.1):
        feeds["lead"] = np.full((1, 1), lead, np.float32)
        assert same(one.step(feeds), reference.run(feeds))
    assert cuda.calls == ["launch", "synchronize"] * 3


@settings(max_examples=20)
@given(st.lists(st.integers(-1, 3), min_size=1, max_size=8))
def test_what_it_computes_depends_on_the_feeds_alone(order: list[int]) -> None:
    """Whatever state is fed: the newest, an older one, or zeros."""
    one, reference = runner(SimulatedCuda()), OnnxRuntimeEngine(MOTION, MOTION_FILE)
    past: list[Tensors] = []
    for step, back in enumerate(order):
        feeds = made_up(MOTION, step)
        if 0 <= back < len(past):
            feeds = stateful(feeds, past[-1 - back])
        found = one.step(feeds)
        assert same(found, reference.run(feeds))
        past.append({name: array.copy() for name, array in found.items()})


def test_results_are_the_callers_own() -> None:
    one, reference = runner(SimulatedCuda()), OnnxRuntimeEngine(MOTION, MOTION_FILE)
    first = one.step(made_up(MOTION, 0))
    first["hidden_out"][...] = 7.0
    feeds = stateful(made_up(MOTION, 1), first)
    assert same(one.step(feeds), reference.run(feeds))


def test_without_recording_every_call_is_enqueued() -> None:
    cuda = SimulatedCuda(records=False)
    one, reference = runner(cuda), OnnxRuntimeEngine(MOTION, MOTION_FILE)
    assert not one.recorded
    assert "end_capture" in cuda.calls
    feeds = made_up(MOTION, 0)
    for step in range(3):
        found = one.step(feeds)
        assert same(found, reference.run(feeds))
        feeds = stateful(made_up(MOTION, step), found)
    assert "launch" not in cuda.calls


class RefusingContext(SimulatedContext):
    """Executes, but not while a recording is made."""

    def execute_async_v3(self, stream_handle: int) -> bool:
        if self.cuda.recording is not None:
            return False
        return super().execute_async_v3(stream_handle)


class RefusingPlan(SimulatedPlan):
    def context(self, scratch: int) -> RefusingContext:
        return RefusingContext(self.cuda, self.engine, 0.0)


def test_a_recording_that_fails_is_ended_and_given_back() -> None:
    cuda = SimulatedCuda()
    one = Runner(cuda, RefusingPlan(cuda, MAGIC + MOTION_FILE, MOTION, 0.0), MOTION)
    assert not one.recorded
    assert cuda.recording is None
    assert not cuda.recordings
    feeds = made_up(MOTION, 0)
    reference = OnnxRuntimeEngine(MOTION, MOTION_FILE)
    assert same(one.step(feeds), reference.run(feeds))


@pytest.mark.parametrize("records", [True, False])
def test_all_is_given_back_recordings_first(records: bool) -> None:
    cuda = SimulatedCuda(records=records)
    one = runner(cuda)
    assert cuda.leaked > 10
    del cuda.calls[:]
    one.close()
    one.close()
    assert cuda.leaked == 0
    order = list(dict.fromkeys(cuda.calls))
    assert order == [
        *(["drop_recorded"] if records else []),
        "close plan",
        "unpin",
        "free",
        "drop_stream",
    ]
    assert not cuda.closed  # the card is its owner's


@pytest.mark.parametrize(
    "fails", ["pinned", "allocate", "upload", "synchronize", "begin_capture"]
)
def test_nothing_leaks_when_the_preparation_fails(fails: str) -> None:
    cuda = SimulatedCuda(fails=fails)
    with pytest.raises(DeviceError, match=f"{fails} failed"):
        runner(cuda)
    assert cuda.leaked == 0


def test_after_a_failure_it_is_of_no_use() -> None:
    cuda = SimulatedCuda()
    one = runner(cuda)
    cuda.fails = "launch"
    with pytest.raises(DeviceError, match="launch failed"):
        one.step(made_up(MOTION, 0))
    cuda.fails = ""
    with pytest.raises(DeviceError, match="its last run failed"):
        one.step(made_up(MOTION, 0))
    one.close()
    assert cuda.leaked == 0
