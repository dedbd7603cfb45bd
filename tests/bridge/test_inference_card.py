"""A network on a simulated card, and what runs it while its plan is compiled."""

import _thread
import logging
import threading

import numpy as np
import pytest

from bridge.config import Engines
from bridge.errors import EngineError
from bridge.inference import open_network
from engines.runtime.graphs import EXPRESSION, MOTION
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.parity import made_up
from engines.runtime.weights import find_weights

from .simulated_card import WEIGHTS, Card, lines


def until(caplog: pytest.LogCaptureFixture, part: str) -> str:
    for _ in range(3000):
        for line in lines(caplog, logging.INFO):
            if part in line:
                return line
        threading.Event().wait(0.01)
    raise AssertionError(f"nobody said {part!r}")


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
