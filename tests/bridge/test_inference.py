"""What opens each of our networks, on this machine and beside a simulated card."""

import hashlib
import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bridge.config import Config, Engines
from bridge.errors import EngineError
from bridge.inference import open_network
from bridge.shape.motion import open_motion
from bridge.solve.expression import open_expression
from bridge.solve.open import open_solver
from engines.runtime import runtimes
from engines.runtime.engine import GraphError
from engines.runtime.graphs import EXPRESSION, MOTION
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.parity import made_up
from engines.runtime.weights import FOLDER, Weights, find_weights
from tests.refining import needs_refining

from .simulated_card import WEIGHTS, lines


@pytest.mark.usefixtures("bare")
def test_without_a_card_it_is_what_it_always_was(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "bridge.inference")
    weights = find_weights("expression")
    opened = open_network(EXPRESSION, weights, Engines(), background=True)
    plain = OnnxRuntimeEngine(EXPRESSION, weights.read())
    assert type(opened.engine) is OnnxRuntimeEngine
    assert opened.told == f"{plain.device}, int8"
    feeds = made_up(EXPRESSION, 0)
    for name, answer in plain.run(feeds).items():
        np.testing.assert_array_equal(opened.engine.run(feeds)[name], answer)
    assert lines(caplog, logging.DEBUG) == [
        f"- expression.onnx on {opened.told}; "
        "no runtime for a graphics card is installed"
    ]
    assert not lines(caplog, logging.INFO)


def test_the_processor_by_name_says_so(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "bridge.inference")
    opened = open_network(MOTION, WEIGHTS, Engines(device="cpu"))
    assert opened.told.endswith("fp32, as asked")
    assert lines(caplog, logging.INFO) == [f"- motion.onnx on {opened.told}"]


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("device", ["cuda", "openvino", "tensorrt", "tensorrt_rtx"])
def test_by_name_every_network_is_on_that_or_an_error(device: runtimes.Device) -> None:
    engines = Engines(device=device)
    config = Config(engines=engines)
    for opens in (
        lambda: open_solver(config),
        lambda: open_motion(config),
        lambda: open_expression(engines=engines),
    ):
        with pytest.raises(EngineError, match=f"run: pip install {device}") as raised:
            opens()
        assert raised.value.exit_code == 7
        assert "\n" not in str(raised.value)


@needs_refining
@pytest.mark.usefixtures("bare")
def test_the_refiner_too() -> None:
    from bridge.refine.refiner import open_refiner

    try:
        find_weights("refiner")
    except GraphError as error:
        pytest.skip(f"no refiner ships yet: {error}")
    opened = open_refiner(FOLDER)
    opened.refiner.close()
    assert opened.told.endswith("CPU, one thread, fp32, as asked")
    with pytest.raises(EngineError, match="run: pip install cuda"):
        open_refiner(FOLDER, Engines(device="cuda"))


@pytest.mark.usefixtures("bare")
def test_a_precision_by_name_is_that_or_an_error() -> None:
    int8 = Engines(precision="int8")
    with pytest.raises(EngineError, match="no int8 form of it for any runtime"):
        open_network(MOTION, WEIGHTS, int8)
    weights = find_weights("expression")
    opened = open_network(EXPRESSION, weights, int8)
    assert opened.told == f"{opened.engine.device}, int8"
    opened.engine.close()


def test_weights_that_cannot_be_used_are_the_weights_fault(tmp_path: Path) -> None:
    absent = Weights(tmp_path / "motion.onnx", "0" * 64, "any", "none")
    for engines in (Engines(), Engines(device="cpu")):
        with pytest.raises(GraphError, match="cannot be read"):
            open_network(MOTION, absent, engines)


@pytest.mark.usefixtures("bare")
def test_the_expression_network_may_have_a_precision_of_its_own() -> None:
    pytest.importorskip("onnx", reason="it makes the precision")
    both = Engines(precision="fp16", expression_precision="int8")
    assert both.for_expression() == Engines(precision="int8")
    assert Engines(precision="fp16").for_expression() == Engines(precision="fp16")
    assert Engines(device="cpu").for_expression() == Engines(device="cpu")
    config = Config(engines=Engines(device="cpu", expression_precision="int8"))
    # The others have no int8 form, and need none.
    solver, motion = open_solver(config), open_motion(config)
    assert "fp32, as asked" in solver.reason and "fp32, as asked" in motion.reason
    open_expression(engines=config.engines).close()
    wanted = Engines(device="cuda", expression_precision="int8")
    with pytest.raises(EngineError):
        open_expression(engines=wanted)
    for opened in (solver, motion):
        opened.close()


def test_a_graph_that_is_none_is_the_weights_fault_on_the_processor(
    tmp_path: Path,
) -> None:
    path = tmp_path / "motion.onnx"
    path.write_bytes(b"garbage")
    digest = hashlib.sha256(b"garbage").hexdigest()
    weights = Weights(path, digest, "any", "none")
    for engines in (Engines(), Engines(device="cpu")):
        with pytest.raises(GraphError, match="refuses it"):
            open_network(MOTION, weights, engines)
    with pytest.raises(EngineError):
        open_network(MOTION, weights, Engines(device="cpu", precision="fp16"))


def test_a_run_imports_nothing_that_it_does_not_need() -> None:
    code = (
        "import sys\n"
        "import bridge.daemon\n"
        "from bridge.config import Config\n"
        "from bridge.solve.open import open_solver\n"
        "open_solver(Config(engines={'device': 'cpu'})).close()\n"
        "heavy = {'onnx', 'openvino', 'tensorrt', 'tensorrt_rtx', 'pycuda', 'torch'}\n"
        "heavy |= {'scipy', 'joblib', 'numba', 'matplotlib'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def facewire(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "bridge", *arguments],
        env={**os.environ, "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_facewire_ends_with_one_sentence_where_a_name_is_not_there() -> None:
    absent = "directml" if sys.platform != "win32" else "coreml"
    nowhere = ("--sink", "livelink=127.0.0.1:9")
    asked = ("--set", f"engines.device={absent}")
    done = facewire("run", "--source", "demo", *nowhere, *asked)
    assert done.returncode == 7
    assert done.stderr.startswith(f"facewire: {absent}: exists on ")
    assert len(done.stderr.splitlines()) == 1


def test_the_engines_commands_are_reached() -> None:
    done = facewire("engines", "--help")
    assert done.returncode == 0
    assert {"build", "list", "bench", "clear"} <= set(done.stdout.split())
    assert "engines" in facewire("--help").stdout
    assert facewire("engines", "bench", "--device", "tpu").returncode == 2
