"""From a run to the files that ship.

expression.onnx     folded, FER+ head, calibrated, softmax inside; float32
expression.npz      the network with both heads, convolutions in float16:
                    what `evaluate` and further training start from
manifest.toml       hashes, data, licence, metrics
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engines.crop import whole
from engines.graphs import EXPRESSION
from engines.onnx_runtime import OnnxRuntimeEngine

from . import checkpoint
from .calibrate import Calibration, calibrate
from .data.fer2013 import PUBLIC, Faces, log_prior, majority
from .expression import Block, ExpressionNet, Shape, logits
from .graph_file import onnx_bytes, ship
from .quantise import quantise

TOLERANCE: Final = 1e-4
"""Largest difference of a probability between torch and the float32 graph."""

LOSS: Final = 0.005
"""Of accuracy on PublicTest that eight bits may cost."""

LOOKED_AT: Final = 4000
"""Training faces from which the quantiser draws."""

DATA: Final = "FER2013 Training (28,698 images) with FER2013 labels and FER+ votes"
LICENCE: Final = (
    "research only: FER2013's images were scraped for a 2013 challenge and carry no "
    "licence; FER+ votes are MIT. Switch `expression` off where that is not enough"
)


class Shipped(nn.Module):
    """The plain stack: convolutions with ReLU, pools, one linear layer, softmax."""

    def __init__(self, net: ExpressionNet, calibration: Calibration) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for layer in net.features:
            if isinstance(layer, Block):
                layers += [layer.fold(), nn.ReLU()]
            elif isinstance(layer, nn.MaxPool2d):
                layers.append(layer)
        self.features = nn.Sequential(*layers)
        self.head = nn.Linear(net.ferplus.in_features, net.ferplus.out_features)
        offset = torch.tensor(calibration.offset)
        with torch.no_grad():
            self.head.weight.copy_(net.ferplus.weight / calibration.temperature)
            self.head.bias.copy_((net.ferplus.bias + offset) / calibration.temperature)

    def forward(self, face: Tensor) -> Tensor:
        """(n, 1, 64, 64) -> (n, 8) probabilities."""
        features = self.features(face).mean(dim=(2, 3))
        return torch.softmax(self.head(features), dim=1)


def export(run: Path, faces: Faces, folder: Path) -> dict[str, Any]:
    """Write the three files and return the manifest's entry.

    Raises:
        GraphError: the graph breaks its contract.
        ValueError: it does not compute what the network computes.
    """
    described = checkpoint.read_json(run / "run.json")
    net, calibration = from_run(run, faces)
    plain = onnx_bytes(Shipped(net, calibration), EXPRESSION)
    public = faces.split(PUBLIC)
    inputs = whole(public.images)
    expected = calibration(logits(net, inputs)[1])
    gap = float(np.abs(answers(plain, inputs[:200]) - expected[:200]).max())
    if not gap <= TOLERANCE:
        raise ValueError(f"expression: exported graph differs by {gap:.2g}")
    learned = faces.for_training().images
    content = quantise(plain, EXPRESSION.inputs[0].name, whole(learned[:LOOKED_AT]))
    small = answers(content, inputs)
    lost = _lost(public, expected, small)
    if not lost <= LOSS:
        raise ValueError(f"expression: eight bits cost {lost:.2%} of accuracy")
    folder.mkdir(parents=True, exist_ok=True)
    pack(folder / "expression.npz", net, calibration)
    packed = (folder / "expression.npz").read_bytes()
    entry = {
        "licence": LICENCE,
        "data": DATA,
        "data_sha256": described["data_sha256"],
        "commit": described["commit"],
        "packed_file": "expression.npz",
        "packed_sha256": hashlib.sha256(packed).hexdigest(),
        "metrics": {
            **described["metrics"],
            "parity_float32": float(f"{gap:.1e}"),
            "parity_eight_bit": round(float(np.abs(small - expected).max()), 4),
            "same_answer_eight_bit": round(
                float((small.argmax(axis=1) == expected.argmax(axis=1)).mean()), 4
            ),
        },
    }
    return ship(EXPRESSION, content, folder, entry)


def from_run(run: Path, faces: Faces) -> tuple[ExpressionNet, Calibration]:
    """Return a run's network, and its calibration on PublicTest of its data."""
    described = checkpoint.read_json(run / "run.json")
    net = ExpressionNet(Shape(**checkpoint.tuples(described["shape"])))
    net.load_state_dict(checkpoint.weights(run))
    net.eval()
    public = faces.split(PUBLIC)
    eight = logits(net, whole(public.images))[1]
    prior = described["recipe"]["prior"] * log_prior(faces.for_training())
    return net, calibrate(eight, public, prior)


def answers(content: bytes, inputs: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return (n, 8): what the graph says through the engine that the daemon uses."""
    engine = OnnxRuntimeEngine(EXPRESSION, content)
    found = [engine.run({"face": face[None]})["probabilities"][0] for face in inputs]
    engine.close()
    return np.stack(found)


def _lost(
    public: Faces, before: npt.NDArray[np.float32], after: npt.NDArray[np.float32]
) -> float:
    """Return the accuracy that is lost on PublicTest, as a share."""
    truth = majority(public.votes)
    clear = truth >= 0
    if not clear.any():
        return 0.0
    hits = [(p.argmax(axis=1) == truth)[clear].mean() for p in (before, after)]
    return float(hits[0] - hits[1])


def pack(path: Path, net: ExpressionNet, calibration: Calibration) -> None:
    """Write the network with both heads; convolutions as float16."""
    arrays = {
        f"net.{name}": value.half().numpy() if value.ndim == 4 else value.numpy()
        for name, value in net.state_dict().items()
    }
    shape = asdict(net.shape)
    np.savez_compressed(
        path,
        **arrays,
        **{f"shape.{key}": np.array(value) for key, value in shape.items()},
        offset=np.array(calibration.offset, np.float32),
        temperature=np.array(calibration.temperature, np.float32),
    )


def unpack(path: Path) -> tuple[ExpressionNet, Calibration]:
    """Read what `pack` wrote."""
    with np.load(path, allow_pickle=False) as data:
        shape = {
            key.removeprefix("shape."): data[key].tolist()
            for key in data.files
            if key.startswith("shape.")
        }
        net = ExpressionNet(Shape(**checkpoint.tuples(shape)))
        state = {
            key.removeprefix("net."): torch.from_numpy(
                data[key].astype(np.float32)
                if data[key].dtype == np.float16
                else data[key]
            )
            for key in data.files
            if key.startswith("net.")
        }
        net.load_state_dict(state)
        offset = tuple(float(value) for value in data["offset"])
        return net.eval(), Calibration(offset, float(data["temperature"]))
