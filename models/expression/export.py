"""From a run to the files that ship.

expression.onnx         folded, FER+ head, calibrated, softmax inside; eight bits for
                        ONNX Runtime, float32 at the boundary
expression_nvidia.onnx  the same in eight bits as TensorRT's parser takes them
expression.npz          the network with both heads, convolutions in float16:
                        what `evaluate` and further training start from
manifest.toml           hashes, data, licence, metrics
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn

from engines.face.crop import whole
from engines.runtime.graphs import EXPRESSION
from engines.runtime.weights import find_weights
from models.data.photographs.fer2013 import PUBLIC, Faces, log_prior
from models.training import checkpoint
from models.training.manifest import read_entry
from models.training.onnx_file import onnx_bytes, ship

from .calibration import Calibration, calibrate
from .int8 import For, quantise
from .int8_gate import Judged, answers, gate, judge
from .network import Block, ExpressionNet, Shape, logits
from .packed import pack, unpack

TOLERANCE: Final = 1e-4
"""Largest difference of a probability between torch and the float32 graph."""

LOOKED_AT: Final = 4000
"""Training faces from which the quantiser draws."""

DATA: Final = "FER2013 Training (28,698 images) with FER2013 labels and FER+ votes"
NVIDIA_FILE: Final = "expression_nvidia.onnx"
PACKED: Final = "expression.npz"

Show = Callable[[Sequence[Judged]], object]
"""Told how the forms fare, the float32 one first, before the gate is asked."""


def _nobody(rows: Sequence[Judged]) -> None:
    """Nobody looks."""


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


def export(
    run: Path, faces: Faces, folder: Path, show: Show = _nobody
) -> dict[str, Any]:
    """Write the four files and return the manifest's entry.

    Args:
        run: of the training.
        faces: with Training and PublicTest, in the form of `learned_live`.
        folder: made if need be.
        show: told how the three forms fare.

    Raises:
        GraphError: the graph breaks its contract.
        ValueError: it does not compute what the network computes, or eight bits cost
            too much.
    """
    described = checkpoint.described(run)
    net, calibration = from_run(run, faces)
    plain = onnx_bytes(Shipped(net, calibration), EXPRESSION)
    content = _in_eight_bits(plain, faces, "onnxruntime")
    nvidia = _in_eight_bits(plain, faces, "nvidia")
    metrics = _judged(net, calibration, faces, (plain, content, nvidia), show)
    folder.mkdir(parents=True, exist_ok=True)
    pack(folder / PACKED, net, calibration)
    (folder / NVIDIA_FILE).write_bytes(nvidia)
    entry = {
        "licence": LICENCE,
        "data": DATA + _rendered(described),
        "data_sha256": described["data_sha256"],
        "commit": described["commit"],
        "packed_file": PACKED,
        "packed_sha256": _sha256((folder / PACKED).read_bytes()),
        "nvidia_file": NVIDIA_FILE,
        "nvidia_sha256": _sha256(nvidia),
        "metrics": {**described["metrics"], **metrics},
    }
    return ship(EXPRESSION, content, folder, entry)


def _rendered(described: dict[str, Any]) -> str:
    n = described.get("rendered_faces", 0)
    return f", and {n:,} rendered faces (ICT-FaceKit's head, MIT)" if n else ""


def export_eight_bit(
    faces: Faces, folder: Path, show: Show = _nobody
) -> dict[str, Any]:
    """Write only the eight-bit files, of the network that ships; return the entry.

    Args:
        faces: with Training and PublicTest, in the form that the network learned.
        folder: where the network ships.
        show: told how the three forms fare.

    Raises:
        GraphError: no network ships there, or its file was changed.
        ValueError: as `export`, or the packed network is not the manifest's.
    """
    find_weights(EXPRESSION.name, folder).read()
    manifest = folder / "manifest.toml"
    entry = read_entry(manifest, EXPRESSION.name)
    packed = folder / str(entry["packed_file"])
    if _sha256(packed.read_bytes()) != entry["packed_sha256"]:
        raise ValueError(f"{packed}: sha256 differs from manifest.toml; export a run")
    net, calibration = unpack(packed)
    plain = onnx_bytes(Shipped(net, calibration), EXPRESSION)
    content = _in_eight_bits(plain, faces, "onnxruntime")
    nvidia = _in_eight_bits(plain, faces, "nvidia")
    metrics = _judged(net, calibration, faces, (plain, content, nvidia), show)
    (folder / NVIDIA_FILE).write_bytes(nvidia)
    mine = {"nvidia_file": NVIDIA_FILE, "nvidia_sha256": _sha256(nvidia)}
    # The float32 graph was judged before its weights were packed in halves.
    new = {name: value for name, value in metrics.items() if name != "parity_float32"}
    table = {**entry, **mine, "metrics": {**entry.get("metrics", {}), **new}}
    return ship(EXPRESSION, content, folder, table)


def _in_eight_bits(plain: bytes, faces: Faces, runtime: For) -> bytes:
    learned = whole(faces.for_training().images[:LOOKED_AT])
    return quantise(plain, EXPRESSION.inputs[0].name, learned, runtime=runtime)


def _judged(
    net: ExpressionNet,
    calibration: Calibration,
    faces: Faces,
    forms: tuple[bytes, bytes, bytes],
    show: Show,
) -> dict[str, float]:
    """Compare float32 and both eight-bit forms; return metrics, or raise ValueError."""
    public = faces.split(PUBLIC)
    inputs = whole(public.images)
    wanted = calibration(logits(net, inputs)[1])
    names = ("float32", "int8, ONNX Runtime", "int8, TensorRT")
    plain, small, nvidia = rows = [
        judge(name, content, public, answers(content, inputs), wanted)
        for name, content in zip(names, forms, strict=True)
    ]
    show(rows)
    if not plain.gap <= TOLERANCE:
        raise ValueError(f"expression: exported graph differs by {plain.gap:.2g}")
    for eight in (small, nvidia):
        gate(plain, eight)
    return {
        "parity_float32": float(f"{plain.gap:.1e}"),
        "parity_eight_bit": round(small.gap, 4),
        "same_answer_eight_bit": round(small.same, 4),
        "ferplus_public_eight_bit": round(small.accuracy, 4),
        "parity_nvidia": round(nvidia.gap, 4),
        "same_answer_nvidia": round(nvidia.same, 4),
        "ferplus_public_nvidia": round(nvidia.accuracy, 4),
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def from_run(run: Path, faces: Faces) -> tuple[ExpressionNet, Calibration]:
    """Return a run's network, and its calibration on PublicTest.

    Args:
        run: of the training.
        faces: with Training and PublicTest, in the form of `learned_live`.
    """
    described = checkpoint.described(run)
    net = ExpressionNet(checkpoint.shape_of(run, Shape))
    checkpoint.fill(net, run)
    net.eval()
    public = faces.split(PUBLIC)
    eight = logits(net, whole(public.images))[1]
    prior = described["recipe"]["prior"] * log_prior(faces.for_training())
    return net, replace(calibrate(eight, public, prior), live=learned_live(run))


def learned_live(run: Path) -> bool:
    """Return whether a run learned from faces that were cut as the daemon does."""
    # The first runs did not say; they learned from whole pictures.
    return bool(checkpoint.described(run)["recipe"].get("live", False))
