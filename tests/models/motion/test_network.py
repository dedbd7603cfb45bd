"""The generator's network: one frame is as many frames, and it learns to be calm."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy", reason="models need SciPy")
pytest.importorskip("torch", reason="training needs torch")

import torch

from engines.motion.bank import MEANS, MOMENT, QUICK
from engines.motion.signals import COUNT
from engines.runtime.graphs import MOTION
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from models.data.motion.batches import window_batch
from models.data.motion.corpus import make_corpus, own_takes
from models.data.motion.noise import DEFAULT
from models.motion.export import export, parity, shipped_state
from models.motion.losses import SETTLE, Weights, loss, signal_weights
from models.motion.network import SEEN, STEADY, MotionNet, Shape
from models.motion.step import MotionStep
from models.motion.train import Recipe, train
from models.training import checkpoint
from models.training.onnx_file import onnx_bytes

SMALL = replace(Shape(), head=8)
TINY = Recipe(steps=6, batch=4, frames=32, warm_up=2, ema=0.5)


def test_one_frame_after_another_is_the_sequence() -> None:
    torch.manual_seed(0)
    net = MotionNet().eval()
    # As networks have them that were trained while there were two biases.
    for name in ("face.bias_hh_l0", "mix.bias"):
        torch.nn.init.normal_(dict(net.named_parameters())[name])
    step = MotionStep(net)
    moment, bank = torch.randn(1, 9, MOMENT), torch.randn(1, 9, MEANS, COUNT)
    lead = torch.tensor([[0.05]])
    hidden = cell = torch.zeros(1, net.shape.state)
    with torch.inference_mode():
        whole = net.sequence(moment, bank, lead)
        for i in range(9):
            said, hidden, cell = step(moment[:, i], bank[:, i], hidden, cell, lead)
            torch.testing.assert_close(said, whole[:, i], atol=1e-5, rtol=0.0)


def test_the_deaf_hear_nothing_of_the_face() -> None:
    net = MotionNet().eval()
    moment, bank = torch.randn(1, 5, MOMENT), torch.randn(1, 5, MEANS, COUNT)
    lead = torch.zeros(1, 1)
    with torch.inference_mode():
        heard, deaf = (
            net.sequence(moment, bank, lead),
            net.sequence(moment, bank, lead, deaf=1.0),
        )
        for part in (net.speak.weight, net.speak.bias):
            part.zero_()
        silent = net.sequence(moment, bank, lead)
    torch.testing.assert_close(deaf, silent)
    assert float((heard - deaf).abs().max()) > 1e-4


def test_a_constant_is_answered_with_itself_and_without_a_face_nearly() -> None:
    net = MotionStep(MotionNet())
    bank = torch.full((1, MEANS, COUNT), 0.4)
    zeros = torch.zeros(1, net.shape.state)
    moment = torch.randn(1, MOMENT)
    for seen, most in ((1.0, 1e-6), (0.0, 0.4)):
        moment[0, SEEN] = seen
        with torch.inference_mode():
            said, _, _ = net(moment, bank, zeros, zeros, torch.tensor([[0.1]]))
        assert float((said - 0.4).abs().max()) <= most


def test_slow_means_count_only_where_nobody_is_seen() -> None:
    net = MotionNet().eval()
    moment, zeros = torch.randn(1, MOMENT), torch.zeros(1, net.shape.state)
    bank = torch.full((1, MEANS, COUNT), 0.4)
    bank[:, QUICK:] = 0.8
    with torch.no_grad():
        net.mix.weight.zero_()
        net.mix.bias.zero_()
        net.mix.bias[QUICK:MEANS] = 3.0
    step = MotionStep(net)
    for seen, wanted in ((1.0, 0.4), (0.0, 0.8)):
        moment[0, SEEN] = seen
        with torch.inference_mode():
            said, _, _ = step(moment, bank, zeros, zeros, torch.tensor([[0.1]]))
        torch.testing.assert_close(said, torch.full((1, COUNT), wanted))


def test_low_blinks_and_trembling_cost() -> None:
    shape = (1, SETTLE + 12, COUNT)
    target, still = torch.zeros(shape), torch.ones(shape)
    there, weight = torch.ones(1, SETTLE + 12, 1), signal_weights()

    def cost(
        said: torch.Tensor, steadiness: float, want: torch.Tensor = target
    ) -> float:
        steady = torch.tensor([[steadiness]])
        return float(loss(said, want, still, there, steady, weight, Weights()))

    tremble = (
        0.01 * (-1.0) ** torch.arange(shape[1]).reshape(1, -1, 1) * torch.ones(shape)
    )
    assert cost(target, 1.0) == 0.0
    assert cost(tremble, 1.0) > 5 * cost(tremble, 0.0) > 0.0
    shut = torch.full(shape, 0.9)
    assert cost(shut - 0.1, 0.0, shut) > cost(shut + 0.1, 0.0, shut)


def test_windows_say_what_they_are_told_of(tmp_path: Path) -> None:
    corpus = make_corpus(4, DEFAULT, (5,))
    batch = window_batch(corpus, 48, np.random.default_rng(0))
    assert batch.moment.shape == (4, 48, MOMENT)
    np.testing.assert_array_equal(
        batch.moment[:, :, STEADY], np.broadcast_to(batch.steadiness, (4, 48))
    )
    assert (batch.moment[:, :, STEADY + 1 :].sum(axis=2) == 1.0).all()
    for name in batch.__slots__:
        assert np.isfinite(getattr(batch, name)).all(), name
    # What is seen is near what should be said.
    off = np.abs(batch.bank[:, :, 0] - batch.target)
    assert np.median(off) < 0.02


def test_training_goes_on_and_exports_what_it_learned(tmp_path: Path) -> None:
    corpus = make_corpus(4, DEFAULT, (6,))
    run = train(corpus, corpus, tmp_path, TINY, SMALL, threads=1)
    assert run["steps"] == 6
    assert set(run["metrics"]) >= {"rmse_50", "jerk_50"}
    more = replace(TINY, steps=8)
    again = train(corpus, corpus, tmp_path, more, SMALL, threads=1)
    assert again["steps"] == 8
    with pytest.raises(ValueError, match="batch 4: 0 performances"):
        train([], [], tmp_path / "none", TINY, threads=1)
    entry = export(tmp_path, tmp_path / "weights")
    assert entry["metrics"]["parity"] < 1e-4
    weights = checkpoint.weights(tmp_path)
    net = MotionNet(SMALL)
    net.load_state_dict(weights)
    assert parity(net, (tmp_path / "weights" / "motion.onnx").read_bytes()) < 1e-4


def test_training_begins_where_the_shipped_graph_ended(tmp_path: Path) -> None:
    net = MotionNet()
    state = shipped_state(onnx_bytes(MotionStep(net), MOTION))
    for name, value in net.state_dict().items():
        torch.testing.assert_close(state[name], value)
    other = onnx_bytes(MotionStep(MotionNet(SMALL)), MOTION)
    with pytest.raises(ValueError, match=r"motion\.onnx has no head_weight"):
        shipped_state(other)
    with pytest.raises(ValueError, match=r"no \*\.csv of Live Link Face"):
        own_takes(tmp_path)


def test_the_graph_keeps_its_contract() -> None:
    OnnxRuntimeEngine(MOTION, onnx_bytes(MotionStep(MotionNet()), MOTION)).close()
