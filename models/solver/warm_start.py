"""Begins a training with the weights that ship instead of with chance.

The shipped graph holds the network folded: batch norms and whitening are inside the
matrices, gains behind them. `warm_start` takes that apart again. The batch norms get
the statistics of a batch of faces, so that the network answers as it did when it goes
on to train.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional as F

from models.data.files import FileError
from models.data.rendered.solver_batches import Inputs
from models.expression.network import Block

from .network import Patch, SolverNet

_PLAIN: Final = (
    *("turned", "landmarks.1", "trunk.1", "trunk.4", "points_only", "change", "sigma"),
    *("eye.out", "mouth.out"),
)
"""Layers that are in the graph as they were trained."""


@torch.no_grad()
def warm_start(net: SolverNet, path: Path, faces: Inputs) -> None:
    """Give a network the weights of a shipped graph, in place; the gains stay behind.

    Args:
        net: of the shape that the graph was made from; whitened (`whiten_to`) already,
            to the same or to other faces.
        path: solver.onnx.
        faces: a few hundred, to measure the batch norms' statistics on.

    Raises:
        OSError: the file cannot be read.
        FileError: it is no graph of the solver, or one of another shape.
    """
    held = _initialisers(path)
    try:
        for name in _PLAIN:
            layer = net.get_submodule(name)
            assert isinstance(layer, nn.Linear)
            layer.weight.copy_(held[f"net.{name}.weight"])
            layer.bias.copy_(held[f"net.{name}.bias"])
        for name in ("moved", "place"):
            _unwhiten(net, name, held)
        left, right = faces.eyes[:, :, 0], faces.eyes[:, :, 1].flip(-1)
        _unfold(net.eye, "net.eye", held, torch.cat([left, right]))
        _unfold(net.mouth, "net.mouth", held, faces.mouth)
    except (KeyError, RuntimeError) as error:
        raise FileError(
            f"{path}: not the graph of a solver of this shape ({error}); train without "
            "--warm, or name the solver.onnx that was exported from this shape"
        ) from error


def _initialisers(path: Path) -> dict[str, Tensor]:
    content = path.read_bytes()
    try:
        model = onnx.load_from_string(content)
    except Exception as error:  # what protobuf raises has no base in common
        raise FileError(f"{path}: not an ONNX graph; name a solver.onnx") from error
    return {
        each.name: torch.from_numpy(np.array(numpy_helper.to_array(each)))
        for each in model.graph.initializer
    }


def _unwhiten(net: SolverNet, name: str, held: dict[str, Tensor]) -> None:
    """Split a matrix on landmarks into one on principal parts, as near as they come."""
    layer = getattr(net, name)
    white = getattr(net, f"whiten_{name}").double()
    folded = held[f"net.{name}.weight"]
    parts = torch.linalg.lstsq(white.T, folded.double().T).solution.T
    bias = held[f"net.{name}.bias"].clone()
    if name == "place":
        bias += folded @ net.canonical.flatten()
    layer.weight.copy_(parts.float())
    layer.bias.copy_(bias)


def _unfold(patch: Patch, name: str, held: dict[str, Tensor], x: Tensor) -> None:
    """Give a stack's blocks their convolutions back, and fitting batch norms."""
    at = 0
    for layer in patch.features:
        if isinstance(layer, Block):
            weight = held[f"{name}.features.{at}.weight"].clone()
            bias = held[f"{name}.features.{at}.bias"]
            if layer.adds:
                each = torch.arange(len(weight))
                weight[each, each, 1, 1] -= 1.0
            layer.conv.weight.copy_(weight)
            y = F.conv2d(x, weight, stride=layer.conv.stride, padding=1)
            norm = layer.norm
            assert norm.running_mean is not None and norm.running_var is not None
            norm.running_mean.copy_(y.mean(dim=(0, 2, 3)))
            norm.running_var.copy_(y.var(dim=(0, 2, 3)))
            norm.weight.copy_(torch.sqrt(norm.running_var + norm.eps))
            norm.bias.copy_(bias + norm.running_mean)
            y = y + bias[:, None, None]
            x = F.relu(y + x if layer.adds else y)
            at += 2
        else:
            x = layer(x)
            at += 1
