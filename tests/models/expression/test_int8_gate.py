"""The gate before eight bits ship, and the two forms."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx", reason="exporting needs onnx")
pytest.importorskip("torch", reason="the network needs torch")

import onnx
import torch
from rich.console import Console
from typer.testing import CliRunner

from engines.face.crop import whole
from engines.runtime.graphs import EXPRESSION
from engines.runtime.weights import find_weights
from models.cli import app
from models.data.photographs.fer2013 import PUBLIC
from models.expression.calibration import Calibration
from models.expression.export import NVIDIA_FILE, Shipped, export_eight_bit
from models.expression.int8 import quantise
from models.expression.int8_gate import LOSS, Judged, answers, gate, judge, table
from models.expression.network import ExpressionNet, Shape, logits
from models.expression.packed import pack
from models.training.manifest import read_entry
from models.training.onnx_file import onnx_bytes, ship
from tests.models.faces import made_up, write_csv

pytestmark = pytest.mark.usefixtures("one_thread")
TINY = Shape(widths=(8, 16, 16, 16), depths=(1, 1, 1, 2), dropout=0.0)
FACES = made_up(60)


def row(accuracy: float, form: str = "int8") -> Judged:
    return Judged(form, 1000, 100, accuracy, 1.0, 0.0)


def test_the_gate_lets_through_what_costs_little() -> None:
    gate(row(0.87), row(0.87 - LOSS + 1e-6))
    gate(row(0.87), row(0.99))
    with pytest.raises(ValueError, match=r"nvidia costs 0\.60% .* it does not ship"):
        gate(row(0.87), row(0.864, "nvidia"))
    with pytest.raises(ValueError, match="does not ship"):
        gate(row(0.87), row(float("nan")))


def test_what_is_judged_is_what_the_forms_say() -> None:
    wanted = np.eye(8, dtype=np.float32)[FACES.label]
    wrong = wanted.copy()
    wrong[0] = np.roll(wrong[0], 1)
    found = judge("int8", b"1234", FACES, wrong, wanted)
    assert (found.size, found.n, found.gap) == (4, 60, 1.0)
    assert found.accuracy == found.same == pytest.approx(59 / 60)
    console = Console(record=True, width=100)
    console.print(table([judge("float32", b"", FACES, wanted, wanted), found]))
    message = console.export_text()
    assert "n = 60; eight bits may cost 0.5 points" in message
    assert "98.33%" in message and "1.67" in message


def network() -> tuple[ExpressionNet, bytes]:
    torch.manual_seed(3)
    net = ExpressionNet(TINY).eval()
    return net, onnx_bytes(Shipped(net, Calibration()), EXPRESSION)


def test_the_form_for_nvidia_has_no_integers_of_32_bits_and_answers_alike() -> None:
    net, plain = network()
    inputs = whole(FACES.images)
    small = quantise(plain, "face", inputs, runtime="nvidia")
    model = onnx.load_from_string(small)
    assert onnx.TensorProto.INT32 not in {
        one.data_type for one in model.graph.initializer
    }
    kinds = [node.op_type for node in model.graph.node]
    # All but the first convolution, which reads the face.
    assert kinds.count("Conv") == 5
    assert kinds.count("QuantizeLinear") == 4
    wanted = logits(net, inputs)[1]
    shares = np.exp(wanted) / np.exp(wanted).sum(axis=1, keepdims=True)
    assert np.abs(answers(small, inputs) - shares).max() < 0.05


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A folder with a network that ships, as an earlier export left it."""
    net, plain = network()
    folder = tmp_path / "weights"
    folder.mkdir()
    pack(folder / "expression.npz", net, Calibration())
    small = quantise(plain, "face", whole(FACES.images))
    digest = hashlib.sha256((folder / "expression.npz").read_bytes())
    entry = {
        "licence": "any",
        "data": "none",
        "packed_file": "expression.npz",
        "packed_sha256": digest.hexdigest(),
        "metrics": {"public": 0.5, "parity_float32": 1e-6},
    }
    ship(EXPRESSION, small, folder, entry)
    return folder


def test_the_eight_bit_files_are_made_again_of_what_ships(shipped: Path) -> None:
    packed = (shipped / "expression.npz").read_bytes()
    rows: list[Judged] = []
    export_eight_bit(made_up(120), shipped, rows.extend)
    assert [one.form for one in rows] == [
        *("float32", "int8, ONNX Runtime", "int8, TensorRT"),
    ]
    assert {one.n for one in rows} == {len(made_up(120).split(PUBLIC))}
    weights = find_weights("expression", shipped)
    assert (shipped / "expression.npz").read_bytes() == packed
    assert weights.read() == (shipped / "expression.onnx").read_bytes()
    assert weights.read_nvidia_int8() == (shipped / NVIDIA_FILE).read_bytes()
    metrics = weights.metrics
    assert (metrics["public"], metrics["parity_float32"]) == (0.5, 1e-6)
    assert metrics["ferplus_public_nvidia"] == round(rows[2].accuracy, 4)
    assert metrics["ferplus_public_eight_bit"] == round(rows[1].accuracy, 4)


def test_a_relu_costs_no_operator_in_eight_bits() -> None:
    """An unsigned activation cannot be negative, so that the runtime needs none. Only
    the first convolution, which is not in eight bits, keeps its own."""
    net, plain = network()
    inputs = whole(FACES.images)
    small = quantise(plain, "face", inputs)
    kinds = [node.op_type for node in onnx.load_from_string(small).graph.node]
    assert "Relu" in {n.op_type for n in onnx.load_from_string(plain).graph.node}
    assert kinds.count("Relu") == 1
    wanted = logits(net, inputs)[1]
    shares = np.exp(wanted) / np.exp(wanted).sum(axis=1, keepdims=True)
    assert np.abs(answers(small, inputs) - shares).max() < 0.05


def test_what_costs_too_much_is_shown_and_not_written(
    shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.expression.int8_gate.LOSS", -2.0)
    before = read_entry(shipped / "manifest.toml", "expression")
    rows: list[Judged] = []
    with pytest.raises(ValueError, match="does not ship"):
        export_eight_bit(made_up(120), shipped, rows.extend)
    assert len(rows) == 3
    assert not (shipped / NVIDIA_FILE).exists()
    assert read_entry(shipped / "manifest.toml", "expression") == before


def test_a_packed_network_that_was_changed_is_refused(shipped: Path) -> None:
    with (shipped / "expression.npz").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ValueError, match=r"expression\.npz: sha256 differs"):
        export_eight_bit(made_up(120), shipped)


def test_the_command_prints_the_forms(shipped: Path, tmp_path: Path) -> None:
    write_csv(tmp_path, made_up(120))
    data = ["--data", str(tmp_path), "--out", str(shipped), "--eight-bit"]
    found = CliRunner().invoke(app, ["export", "expression", *data])
    assert found.exit_code == 0, found.output
    assert "int8, TensorRT" in found.output
    assert NVIDIA_FILE in found.output.replace("\n", "")
    (shipped / "manifest.toml").unlink()
    found = CliRunner().invoke(app, ["export", "expression", *data])
    assert found.exit_code == 1
    assert "cannot be read" in found.output.replace("\n", " ")
