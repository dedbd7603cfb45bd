import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx", reason="exporting needs onnx")
pytest.importorskip("torch", reason="training needs torch")

import onnx
import torch

from engines.runtime.graphs import EXPRESSION
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.weights import find_weights
from models.expression import train as train_expression
from models.expression.calibration import Calibration
from models.expression.export import Shipped, export, learned_live
from models.expression.network import Block, ExpressionNet, Shape, logits
from models.expression.packed import pack, unpack
from models.expression.recipe import Recipe
from models.training import checkpoint
from models.training.onnx_file import onnx_bytes
from tests.models.faces import made_up

train = partial(train_expression.train, threads=1)
TINY = Shape(widths=(8, 16, 16, 16), depths=(1, 1, 1, 2), dropout=0.0)
QUICK = Recipe(
    epochs=3, batch=16, warm_up=5, ema=0.9, sizes=((0.5, 32), (1.0, 64)), lr=0.05
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run")
    train(made_up(240), out, replace(QUICK, epochs=12), TINY)
    return out


def test_it_learns_what_can_be_seen(run: Path) -> None:
    described = json.loads((run / "run.json").read_text())
    assert described["metrics"]["public"] > 0.6  # one in seven by chance
    assert described["metrics"]["ferplus_public"] > 0.6
    assert described["epochs"] == 12
    assert described["training_faces"] == 160
    assert len(described["data_sha256"]) == 64


def test_an_interrupted_run_goes_on(tmp_path: Path) -> None:
    class Interrupted(Exception):
        pass

    def stop(share: float, row: dict[str, Any]) -> None:
        if row.get("epoch") == 2:
            raise Interrupted

    faces = made_up(120)
    with pytest.raises(Interrupted):
        train(faces, tmp_path, QUICK, TINY, tell=stop)
    assert not (tmp_path / "weights.pt").exists()
    assert checkpoint.load(tmp_path / "last.pt")["epoch"] == 2
    train(faces, tmp_path, QUICK, TINY)
    epochs = [
        json.loads(line)["epoch"]
        for line in (tmp_path / "log.jsonl").read_text().splitlines()
    ]
    assert epochs == [1, 2, 3]


def test_a_seed_repeats_a_run(tmp_path: Path) -> None:
    found = []
    for name in ("one", "other"):
        train(made_up(96), tmp_path / name, replace(QUICK, epochs=1), TINY)
        found.append(checkpoint.weights(tmp_path / name))
    for name, value in found[0].items():
        assert torch.equal(value, found[1][name]), name


def test_the_clock_can_end_a_run(tmp_path: Path) -> None:
    recipe = replace(QUICK, epochs=10**6, minutes=0.01)
    assert train(made_up(96), tmp_path, recipe, TINY)["steps"] < 10**4


@pytest.mark.slow
def test_two_processes_share_a_run(tmp_path: Path) -> None:
    program = (
        "from pathlib import Path; import sys;"
        "from tests.models.faces import made_up;"
        "from tests.models.expression.test_train import QUICK, TINY, train;"
        "train(made_up(120), Path(sys.argv[1]), QUICK, TINY)"
    )
    script = tmp_path / "go.py"
    script.write_text(program)
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    launch += ["--nproc-per-node", "2", str(script), str(tmp_path / "run")]
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    subprocess.run(launch, cwd=root, env=environment, check=True, timeout=120)
    assert checkpoint.read_json(tmp_path / "run" / "run.json")["processes"] == 2


def test_packed_weights_are_trained_on(run: Path, tmp_path: Path) -> None:
    net = ExpressionNet(TINY)
    checkpoint.fill(net, run)
    file = tmp_path / "expression.npz"
    pack(file, net, Calibration())
    gentle = replace(QUICK, epochs=1, lr=1e-6)
    found = train(made_up(96), tmp_path / "on", gentle, TINY, start=file)
    assert found["start"] == "expression.npz"
    went_on = checkpoint.weights(tmp_path / "on")
    for name, value in net.named_parameters():
        torch.testing.assert_close(went_on[name], value.data, atol=2e-3, rtol=2e-3)
    with pytest.raises(ValueError, match=r"expression\.npz: its network .* expected"):
        train(made_up(96), tmp_path / "other", gentle, Shape(), start=file)
    np.savez(file, images=np.zeros(3))
    with pytest.raises(ValueError, match="holds no expression network"):
        train(made_up(96), tmp_path / "other", gentle, TINY, start=file)


def test_going_on_is_gentler_and_sees_larger_faces() -> None:
    plain, on = Recipe(epochs=7, seed=3), Recipe(epochs=7, seed=3).going_on()
    assert (on.epochs, on.seed) == (7, 3) and on.lr < plain.lr
    assert all(on.size(share) >= plain.size(share) for share in np.linspace(0, 1, 50))


def test_too_few_faces_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="batch 512: 16 training faces"):
        train(made_up(21), tmp_path, replace(QUICK, batch=512), TINY)


def test_folding_changes_nothing() -> None:
    torch.manual_seed(1)
    net = ExpressionNet(TINY)
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            assert module.running_mean is not None
            assert module.running_var is not None
            module.running_mean.uniform_(-1, 1)
            module.running_var.uniform_(0.5, 2)
            module.weight.data.uniform_(0.5, 2)
    net.eval()
    block = net.features[-1]
    assert isinstance(block, Block)
    assert block.adds
    x = torch.randn(2, 16, 5, 5)
    torch.testing.assert_close(torch.relu(block.fold()(x)), block(x))


def test_the_export_keeps_the_contract_and_the_answers(
    run: Path, tmp_path: Path
) -> None:
    faces = made_up(240)
    entry = export(run, faces, tmp_path)
    weights = find_weights("expression", tmp_path)
    assert weights.metrics["parity_float32"] <= 1e-4
    assert "research" in weights.licence
    assert weights.read_nvidia_int8() is not None
    assert {"ferplus_public_eight_bit", "ferplus_public_nvidia"} <= set(weights.metrics)
    engine = OnnxRuntimeEngine(EXPRESSION, weights.read())
    face = np.random.default_rng(0).normal(size=(1, 1, 64, 64)).astype(np.float32)
    found = engine.run({"face": face})["probabilities"]
    assert found.sum() == pytest.approx(1.0, abs=1e-5)
    net, calibration = unpack(tmp_path / "expression.npz")
    np.testing.assert_allclose(found, calibration(logits(net, face)[1]), atol=0.2)
    assert entry["packed_sha256"] != entry["sha256"]
    assert calibration.live
    assert "rendered" not in weights.data


def test_an_export_names_the_rendered_faces(run: Path, tmp_path: Path) -> None:
    shutil.copytree(run, tmp_path / "run")
    described = checkpoint.read_json(run / "run.json")
    described["rendered_faces"] = 1234
    checkpoint.write_json(tmp_path / "run" / "run.json", described)
    entry = export(tmp_path / "run", made_up(240), tmp_path)
    assert entry["data"].endswith("and 1,234 rendered faces (ICT-FaceKit's head, MIT)")


def test_a_run_says_which_faces_it_learned_from(run: Path, tmp_path: Path) -> None:
    assert learned_live(run)
    pictures = replace(QUICK, epochs=1).of_whole_pictures()
    train(made_up(96), tmp_path / "whole", pictures, TINY)
    assert not learned_live(tmp_path / "whole")
    for live in (True, False):
        pack(tmp_path / "net.npz", ExpressionNet(TINY), Calibration(live=live))
        assert unpack(tmp_path / "net.npz")[1].live is live
    # Runs from before this was told learned from whole pictures.
    described = checkpoint.read_json(run / "run.json")
    del described["recipe"]["live"]
    (tmp_path / "older").mkdir()
    checkpoint.write_json(tmp_path / "older" / "run.json", described)
    assert not learned_live(tmp_path / "older")


def test_the_graph_is_a_plain_stack() -> None:
    content = onnx_bytes(Shipped(ExpressionNet(TINY).eval(), Calibration()), EXPRESSION)
    kinds = {node.op_type for node in onnx.load_from_string(content).graph.node}
    assert kinds <= {
        *("Conv", "Relu", "MaxPool", "ReduceMean", "Gemm", "Softmax"),
        *("Constant", "Identity"),
    }


def test_the_first_files_had_stride_two_and_saw_whole_pictures(tmp_path: Path) -> None:
    unknown = ("shape.stride", "live")
    old = ExpressionNet(replace(TINY, stride=2)).eval()
    file = tmp_path / "expression.npz"
    pack(file, old, Calibration(live=True))
    with np.load(file) as data:
        arrays = {key: data[key] for key in data.files if key not in unknown}
    np.savez(file, **arrays)
    read, calibration = unpack(file)
    assert read.shape.stride == 2 and not calibration.live
    face = torch.randn(2, 1, 64, 64)
    torch.testing.assert_close(read(face), old(face), atol=2e-2, rtol=2e-2)
