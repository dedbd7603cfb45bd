"""What opens each of our networks, on this machine and beside a simulated card."""

import _thread
import hashlib
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from bridge.config import Config, Engines
from bridge.errors import EngineError
from bridge.inference import open_network
from bridge.refine.refiner import open_refiner
from bridge.shape.motion import open_motion
from bridge.solve.expression import open_expression
from bridge.solve.open import open_solver
from engines.runtime import runtimes
from engines.runtime.engine import GraphError
from engines.runtime.graphs import EXPRESSION, MOTION
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.parity import made_up
from engines.runtime.weights import FOLDER, Weights, find_weights

from .simulated_card import WEIGHTS, Card


def lines(caplog: pytest.LogCaptureFixture, level: int) -> list[str]:
    found = [one for one in caplog.records if one.name == "bridge.inference"]
    return [one.getMessage() for one in found if one.levelno == level]


def until(caplog: pytest.LogCaptureFixture, part: str) -> str:
    for _ in range(3000):
        for line in lines(caplog, logging.INFO):
            if part in line:
                return line
        threading.Event().wait(0.01)
    raise AssertionError(f"nobody said {part!r}")


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


@pytest.mark.usefixtures("bare")
def test_the_refiner_too() -> None:
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


def test_a_card_by_name_compiles_and_says_so(
    card: Card, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bridge.inference")
    card.let.set()
    opened = card.open(Engines(device="tensorrt"))
    assert opened.told == "TensorRT 0.0.1, simulated card, fp32, as asked"
    opened.engine.close()
    first, last = lines(caplog, logging.INFO)
    assert first == "- motion.onnx: compiling for this card"
    assert last == f"- motion.onnx on {opened.told}"
    kept = card.open(Engines())
    assert kept.told == "TensorRT 0.0.1, simulated card, fp32"
    kept.engine.close()
    assert len(card.nvidia.built) == 1


def test_eight_bits_on_a_card_are_the_file_for_it(card: Card) -> None:
    card.let.set()
    weights = find_weights("expression")
    asked = Engines(device="tensorrt", precision="int8")
    opened = open_network(EXPRESSION, weights, asked, nvidia=card.use)
    assert opened.told == "TensorRT 0.0.1, simulated card, int8, as asked"
    opened.engine.close()
    with pytest.raises(EngineError, match="no int8 form of it for TensorRT"):
        open_network(MOTION, WEIGHTS, asked, nvidia=card.use)


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


def test_auto_compiles_nothing_unless_it_may(card: Card) -> None:
    opened = card.open(Engines())
    assert type(opened.engine) is OnnxRuntimeEngine
    assert opened.told.endswith(
        "no plan of motion is kept; run: facewire engines build"
    )
    assert not card.asked.is_set()


def test_a_plan_that_is_compiled_meanwhile_takes_over(
    card: Card, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bridge.inference")
    opened = card.open(Engines(), background=True)
    assert opened.told.endswith("; compiling")
    assert card.asked.wait(30)
    plain = OnnxRuntimeEngine(MOTION, WEIGHTS.read())
    feeds, same = made_up(MOTION, 0), made_up(MOTION, 0)
    said = []
    for call in range(20):
        if call == 10:
            assert opened.engine.device.startswith("ONNX Runtime")
            card.let.set()
            until(caplog, "takes over")
        got, wanted = opened.engine.run(feeds), plain.run(same)
        said.append(np.abs(got["values"] - wanted["values"]).max())
        for state in ("hidden", "cell"):
            feeds[state] = got[f"{state}_out"].copy()
            same[state] = wanted[f"{state}_out"].copy()
    assert max(said) < 1e-5
    assert opened.engine.device == "TensorRT 0.0.1, simulated card, fp32"
    assert until(caplog, "takes over").startswith("- motion.onnx: TensorRT 0.0.1, sim")
    opened.engine.close()
    assert all(one.leaked == 0 and one.closed for one in card.nvidia.cards)


def test_one_is_compiled_at_a_time_and_an_end_ends_them_all(card: Card) -> None:
    first = card.open(Engines(), background=True)
    assert card.asked.wait(30)
    card.asked.clear()
    second = card.open(Engines(), background=True)
    # Nor is a start late because another compiles.
    assert "another program is compiling motion" in second.told
    assert not card.asked.wait(0.3)
    second.engine.close()  # still waiting for its turn
    first.engine.close()
    assert not card.nvidia.built
    third = card.open(Engines(), background=True)
    assert card.asked.wait(30)
    third.engine.close()
    assert all(one.leaked == 0 and one.closed for one in card.nvidia.cards)


def test_what_computes_wrong_never_takes_over(
    card: Card, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bridge.inference")
    card.nvidia.wrong = 0.01
    card.let.set()
    opened = card.open(Engines(), background=True)
    assert "wrong by" in until(caplog, "stays in use")
    opened.engine.run(made_up(MOTION, 0))
    assert opened.engine.device.startswith("ONNX Runtime")
    opened.engine.close()


def test_without_a_card_nothing_is_compiled(card: Card) -> None:
    card.nvidia.present = False
    opened = card.open(Engines(), background=True)
    assert type(opened.engine) is OnnxRuntimeEngine
    assert opened.told.endswith("tensorrt: no NVIDIA card 0 here")


def test_ctrl_c_while_a_card_by_name_compiles_leaves_nothing_open(card: Card) -> None:
    def interrupt() -> None:
        assert card.asked.wait(30.0)
        _thread.interrupt_main()

    pressing = threading.Thread(target=interrupt)
    pressing.start()
    with pytest.raises(KeyboardInterrupt):
        card.open(Engines(device="tensorrt"))
    pressing.join(10.0)
    assert not card.nvidia.built
    assert all(one.leaked == 0 and one.closed for one in card.nvidia.cards)


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
