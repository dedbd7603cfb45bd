from pathlib import Path

import pytest

from engines.runtime import runtimes
from engines.runtime.cache import PlanCache
from engines.runtime.engine import GraphError
from engines.runtime.graphs import EXPRESSION, MOTION
from engines.runtime.nvidia.engine import NvidiaEngine
from engines.runtime.nvidia.platform import platform
from engines.runtime.plan_key import Flavour
from engines.runtime.runtimes import DeviceError, Runtime
from engines.runtime.select import AUTO, Nvidia, open_engine
from engines.runtime.weights import find_weights

from .nvidia.simulated import SimulatedNvidia
from .tiny_onnx import softmax_of_eight

FILE = find_weights("motion").read()


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with nothing but ONNX Runtime's processor."""
    for name in AUTO[:-1]:
        monkeypatch.setitem(runtimes.RUNTIMES, name, missing(name))


def missing(name: str) -> Runtime:
    title, install = runtimes.RUNTIMES[name].title, f"pip install {name}"
    return Runtime("tensorrt", title, install, ("no_such_module",))


def simulate(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, nvidia: SimulatedNvidia
) -> Nvidia:
    """Return a machine with TensorRT and a simulated card."""
    here = Runtime("tensorrt", "TensorRT", "pip install tensorrt", ("sys",))
    monkeypatch.setitem(runtimes.RUNTIMES, "tensorrt", here)

    def on(flavour: Flavour) -> object:
        return nvidia.platform(flavour)

    return Nvidia(PlanCache(tmp_path / "plans"), platform=on)  # type: ignore[arg-type]


@pytest.mark.usefixtures("bare")
def test_auto_is_the_processor_and_says_why() -> None:
    opened = open_engine(EXPRESSION, softmax_of_eight())
    assert opened.device == "cpu"
    assert opened.reason == (
        f"{opened.engine.device}, fp32; no runtime for a graphics card is installed"
    )


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("device", ["tensorrt", "tensorrt_rtx", "cuda"])
def test_what_is_asked_for_by_name_is_that_or_an_error(device: runtimes.Device) -> None:
    with pytest.raises(DeviceError, match=f"not installed; run: pip install {device}"):
        open_engine(EXPRESSION, softmax_of_eight(), device)


def test_the_processor_may_be_asked_for() -> None:
    opened = open_engine(EXPRESSION, softmax_of_eight(), "cpu")
    assert opened.reason == f"{opened.engine.device}, fp32, as asked"


@pytest.mark.usefixtures("bare")
def test_auto_takes_a_plan_that_is_kept_and_builds_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    card = SimulatedNvidia()
    nvidia = simulate(monkeypatch, tmp_path, card)
    before = open_engine(MOTION, FILE, nvidia=nvidia)
    assert before.device == "cpu"
    assert before.reason.endswith(
        "no plan of motion is kept; run: facewire engines build"
    )
    assert (before.uncompiled, len(before.passed)) == ("tensorrt", 1)
    assert not card.built
    asked = open_engine(MOTION, FILE, "tensorrt", nvidia=nvidia)
    assert asked.reason == "TensorRT 0.0.1, simulated card, fp32, as asked"
    asked.engine.close()
    after = open_engine(MOTION, FILE, nvidia=nvidia)
    assert after.device == "tensorrt"
    assert isinstance(after.engine, NvidiaEngine)
    assert (after.uncompiled, after.passed) == (None, ())
    after.engine.close()
    assert len(card.built) == 1


@pytest.mark.usefixtures("bare")
def test_auto_without_a_card_is_the_processor(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    nvidia = simulate(monkeypatch, tmp_path, SimulatedNvidia(present=False))
    opened = open_engine(MOTION, FILE, nvidia=nvidia)
    assert opened.device == "cpu"
    assert "no NVIDIA card 0 here" in opened.reason
    assert opened.passed and opened.uncompiled is None
    with pytest.raises(DeviceError, match="no NVIDIA card"):
        open_engine(MOTION, FILE, "tensorrt", nvidia=nvidia)


@pytest.mark.usefixtures("bare")
def test_what_computes_wrong_is_passed_over_or_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    card = SimulatedNvidia()
    nvidia = simulate(monkeypatch, tmp_path, card)
    open_engine(MOTION, FILE, "tensorrt", nvidia=nvidia).engine.close()
    card.wrong = 0.01
    with pytest.raises(DeviceError, match=r"wrong by .*; use device cpu"):
        open_engine(MOTION, FILE, "tensorrt", nvidia=nvidia)
    assert open_engine(MOTION, FILE, nvidia=nvidia).device == "cpu"


@pytest.mark.usefixtures("bare")
def test_a_damaged_plan_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    nvidia = simulate(monkeypatch, tmp_path, SimulatedNvidia())
    open_engine(MOTION, FILE, "tensorrt", nvidia=nvidia).engine.close()
    (path,) = (tmp_path / "plans").glob("*.plan")
    path.write_bytes(path.read_bytes()[:-1])
    opened = open_engine(MOTION, FILE, "tensorrt", nvidia=nvidia)
    assert "put aside, it has another size than was written" in opened.reason
    opened.engine.close()


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("device", ["auto", "cpu"])
def test_a_file_that_is_none_is_an_error_everywhere(device: runtimes.Device) -> None:
    with pytest.raises(GraphError, match="refuses it"):
        open_engine(EXPRESSION, b"garbage", device)


def test_a_precision_is_kept_to() -> None:
    with pytest.raises(GraphError, match="no int8 form"):
        open_engine(MOTION, FILE, "cpu", precision="int8")
    pytest.importorskip("onnx")
    opened = open_engine(MOTION, FILE, "cpu", precision="fp16")
    assert opened.title == f"{opened.engine.device}, fp16"
    shipped = find_weights("expression").read()
    assert open_engine(EXPRESSION, shipped, "cpu").title.endswith(", int8")


def test_the_real_platform_names_its_command() -> None:
    if not runtimes.RUNTIMES["tensorrt"].missing():
        pytest.skip("TensorRT is installed")
    with pytest.raises(
        DeviceError, match=r"run: .* -m pip install --editable .*\[tensorrt\]"
    ):
        platform("tensorrt")
