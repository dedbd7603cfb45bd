from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx", reason="reading a graph needs onnx")
pytest.importorskip("torch", reason="training needs torch")

import torch

from engines.runtime.graphs import SOLVER
from models.data.files import FileError
from models.data.rendered.solver_batches import calm_inputs, prepare
from models.solver.export import Shipped
from models.solver.gains import Gains
from models.solver.head_start import learn_heads, see_all
from models.solver.losses import Scales, Shares
from models.solver.network import Shape, SolverNet
from models.solver.predictions import look
from models.solver.warm_start import warm_start
from models.training.onnx_file import onnx_bytes
from tests.models.rendered import made_up

TINY = Shape((4, 4, 4), (4, 4, 4, 4), (1, 2, 1, 1), 80, 8, 8, 8, 64, 0.0, (64, 48), 0.0)
ONE = np.ones(52, dtype=np.float32)
FACES = prepare(made_up(40))


def fresh(seed: int) -> SolverNet:
    torch.manual_seed(seed)
    net = SolverNet(TINY)
    net.whiten_to(*FACES.movements())
    return net


def shipped(path: Path) -> SolverNet:
    """A network with every layer away from its start, written as a graph."""
    net = fresh(1)
    x = calm_inputs(FACES, np.arange(128), known=True)
    with torch.no_grad():
        net.change.weight.normal_(0, 0.1)
        net.change.bias.normal_(0, 0.1)
        for module in net.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.weight.uniform_(0.5, 1.5)
                module.bias.normal_(0, 0.2)
        net.train()
        for _ in range(30):  # running statistics
            net.view(x)
    net.eval()
    path.write_bytes(onnx_bytes(Shipped(net, Gains(ONE, 0 * ONE, ONE)), SOLVER))
    return net


def test_a_warm_start_answers_as_the_graph_did(tmp_path: Path) -> None:
    before = shipped(tmp_path / "solver.onnx")
    net = fresh(2)
    x = calm_inputs(FACES, np.arange(64, 192), known=True)
    warm_start(net, tmp_path / "solver.onnx", x)
    with torch.inference_mode():
        wanted, doubt = before(*x)
        found, found_doubt = net.eval()(*x)
        torch.testing.assert_close(found, wanted, atol=2e-3, rtol=0)
        torch.testing.assert_close(found_doubt, doubt, atol=2e-3, rtol=0)
        # As it trains, with the statistics of the batch, it answers nearly the same.
        trained = net.train().view(x)[0]
        wanted = before.view(x)[0]
    assert float((trained - wanted).abs().mean()) < 0.02


def test_the_rest_learns_while_the_stacks_stand_still() -> None:
    net = fresh(3)
    stacks = {
        name: p.clone() for name, p in net.state_dict().items() if _of_stack(name)
    }
    seen = see_all(net, FACES)
    x = calm_inputs(FACES, np.arange(8), known=True)
    with torch.inference_mode():
        torch.testing.assert_close(seen.eyes[1, :8, 0], net.eye(x.eyes[:, :, 0]))
        mirrored = net.reflect(x)
        torch.testing.assert_close(seen.mouth[1, :8, 1], net.mouth(mirrored.mouth))
        torch.testing.assert_close(
            seen.eyes[1, :8, 1], net.eye(mirrored.eyes[:, :, 0]), atol=1e-5, rtol=0
        )
    scales = Scales(torch.ones(52), torch.eye(52) / 52, torch.zeros(52))
    before = look(net.state_dict(), TINY, FACES)["r"]
    learn_heads(
        net,
        FACES,
        scales,
        Shares(),
        epochs=30,
        lr=4e-3,
        warm_up=5,
        decay=0.0,
        seed=0,
    )
    assert look(net.state_dict(), TINY, FACES)["r"] > before + 0.3
    for name, value in net.state_dict().items():
        if name in stacks:
            torch.testing.assert_close(value, stacks[name], atol=0, rtol=0)


def _of_stack(name: str) -> bool:
    return name.startswith(("eye.", "mouth."))


def test_a_graph_of_another_shape_is_refused(tmp_path: Path) -> None:
    shipped(tmp_path / "solver.onnx")
    other = SolverNet(Shape(hidden=(32, 16)))
    x = calm_inputs(FACES, np.arange(8), known=True)
    with pytest.raises(FileError, match="train without --warm"):
        warm_start(other, tmp_path / "solver.onnx", x)
    (tmp_path / "torn.onnx").write_bytes(b"no graph")
    with pytest.raises(FileError, match="not an ONNX graph"):
        warm_start(other, tmp_path / "torn.onnx", x)
