"""What is asked of a plan before it is used, with a stand-in of the bindings."""

from types import SimpleNamespace
from typing import Any

import pytest

from engines.runtime.cache import PlanRefused
from engines.runtime.graphs import MOTION
from engines.runtime.nvidia.bindings import Bindings, Log, supported
from engines.runtime.nvidia.builder import Phases
from engines.runtime.nvidia.plan import OpenPlan


class Tensors:
    """An engine with the motion graph's inputs and outputs."""

    device_memory_size_v2 = 1024

    def __init__(self) -> None:
        self.tensors = {
            **{spec.name: ("in", spec.shape, "float") for spec in MOTION.inputs},
            **{spec.name: ("out", spec.shape, "float") for spec in MOTION.outputs},
        }
        self.context: SimpleNamespace | None = SimpleNamespace(memory=None)

    @property
    def num_io_tensors(self) -> int:
        return len(self.tensors)

    def get_tensor_name(self, at: int) -> str:
        return list(self.tensors)[at]

    def get_tensor_mode(self, name: str) -> str:
        return self.tensors[name][0]

    def get_tensor_shape(self, name: str) -> tuple[int, ...]:
        return self.tensors[name][1]

    def get_tensor_dtype(self, name: str) -> str:
        return self.tensors[name][2]

    def create_execution_context(self, strategy: str) -> Any:
        assert strategy == "user"
        context = self.context
        if context is not None:
            context.set_device_memory = lambda at, size: setattr(
                context, "memory", (at, size)
            )
        return context


def bindings(engine: Tensors | None) -> Bindings:
    log = Log()

    class Runtime:
        engine_host_code_allowed = True

        def __init__(self, logger: object) -> None:
            pass

        def deserialize_cuda_engine(self, content: bytes) -> Tensors | None:
            assert self.engine_host_code_allowed is False
            if engine is None:
                log.add("magicTag does not match")
            return engine

    trt = SimpleNamespace(
        Runtime=Runtime,
        DataType=SimpleNamespace(FLOAT="float"),
        TensorIOMode=SimpleNamespace(INPUT="in", OUTPUT="out"),
        ExecutionContextAllocationStrategy=SimpleNamespace(USER_MANAGED="user"),
    )
    return Bindings("tensorrt", trt, "11.4.0.106", log, object())


def test_a_plan_of_the_graph_is_opened_with_memory_of_ours() -> None:
    engine = Tensors()
    plan = OpenPlan(bindings(engine), b"plan", MOTION)
    assert plan.scratch == 1024
    assert plan.context(4096).memory == (4096, 1024)
    plan.close()


def test_a_plan_that_does_not_load_is_refused_with_the_logs_reason() -> None:
    with pytest.raises(PlanRefused, match="tensorrt cannot load it: magicTag"):
        OpenPlan(bindings(None), b"plan", MOTION)


@pytest.mark.parametrize(
    ("name", "tensor"),
    [
        ("values", ("out", (1, 57), "float")),
        ("values", ("in", (1, 58), "float")),
        ("extra", ("out", (1, 1), "float")),
    ],
)
def test_another_graphs_plan_is_refused(name: str, tensor: Any) -> None:
    engine = Tensors()
    engine.tensors[name] = tensor
    with pytest.raises(PlanRefused, match="are not those of motion"):
        OpenPlan(bindings(engine), b"plan", MOTION)


def test_half_at_the_boundary_is_refused() -> None:
    engine = Tensors()
    engine.tensors["values"] = ("out", (1, 58), "half")
    with pytest.raises(PlanRefused, match="values in it is not float32"):
        OpenPlan(bindings(engine), b"plan", MOTION)


def test_no_context_is_refused() -> None:
    engine = Tensors()
    engine.context = None
    plan = OpenPlan(bindings(engine), b"plan", MOTION)
    with pytest.raises(PlanRefused, match="no execution context"):
        plan.context(4096)


@pytest.mark.parametrize(
    ("version", "right"),
    [
        ("10.12.0.36", False),
        ("10.13.3.9", True),
        ("11.4.0.106", True),
        ("12.0.0.1", False),
        ("8.6.1", False),
        ("11", False),
        ("x.y", False),
    ],
)
def test_which_versions_are_supported(version: str, right: bool) -> None:
    assert supported(version) is right


def test_the_log_keeps_the_newest_since_a_mark() -> None:
    log = Log()
    log.add("before")
    mark = log.mark()
    assert log.since(mark) == ()
    for number in range(250):
        log.add(str(number))
    assert log.since(mark) == tuple(str(number) for number in range(50, 250))


def test_nested_phases_are_one_share_that_never_falls_back() -> None:
    phases = Phases()
    phases.start("whole", None, 2)
    phases.start("first", "whole", 4)
    shares = [phases.step("first", step) for step in range(4)]
    assert shares == [0.125, 0.25, 0.375, 0.5]
    phases.finish("first")
    assert phases.step("whole", 0) == 0.5
    phases.start("second", "whole", 0)
    assert phases.step("second", 0) == 1.0
    phases.finish("second")
    phases.start("again", "whole", 10)
    assert phases.step("again", 0) == 1.0
