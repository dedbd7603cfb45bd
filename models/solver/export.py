"""From a run to `solver.onnx`: folded, both views, gains and clipping inside."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engines.face.patches import standardise
from engines.face.solver_network import Look, SolverNetwork
from engines.runtime.graphs import SOLVER
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from models.data.rendered.expressions import Kind
from models.data.rendered.solver_batches import Prepared, calm_inputs
from models.expression.network import Block
from models.training import checkpoint
from models.training.onnx_file import check, onnx_bytes, ship
from protocols.arrays import Floats

from .gains import Gains, fit_gains
from .metrics import correlation
from .network import Shape, SolverNet
from .predictions import solve_all
from .warm_start import warm_start

TOLERANCE: Final = 1e-3
"""Largest difference of a weight between torch and the graph."""
LARGEST: Final = 8 << 20
"""Bytes of the file."""
ASKED: Final = 64
"""Faces of which the graph's answers are compared."""
MIXED_ON: Final = 256
"""Faces that the batch norms of an older graph are measured on."""

LICENCE: Final = (
    "Apache-2.0, for any use: learned from our own renders of ICT-FaceKit (MIT) and "
    "from MIT takes; see NOTICE"
)


class Shipped(nn.Module):
    """The network on a face and its mirror image, in as few steps as it takes.

    Scales, gains and the mean of both views are folded into matrices, for a frame apart
    each step of a graph costs more than its arithmetic.
    """

    join: Tensor
    join_sigma: Tensor
    shift: Tensor
    swap: Tensor

    def __init__(self, net: SolverNet, gains: Gains) -> None:
        super().__init__()
        self.net = net = copy.deepcopy(net).eval()
        for patch in (net.eye, net.mouth):
            layers: list[nn.Module] = []
            for layer in patch.features:
                if isinstance(layer, Block):
                    layers += [layer.fold(), nn.ReLU()]
                else:
                    layers.append(layer)
            patch.features = nn.Sequential(*layers)
        with torch.no_grad():
            net.moved = _through(net.moved, net.whiten_moved)
            net.place = _through(net.place, net.whiten_place)
            net.place.bias.sub_(net.place.weight @ net.canonical.flatten())
        gain, offset = torch.from_numpy(gains.gain), torch.from_numpy(gains.offset)
        eye = torch.eye(len(gain))
        # Rows of both views, side by side, to their mean; the second one turned back.
        half = 0.5 * torch.cat([eye, eye[net.curves].T])
        self.register_buffer("join", half * gain)
        self.register_buffer("join_sigma", half * gain * torch.from_numpy(gains.doubt))
        self.register_buffer("shift", -gain * offset)
        self.register_buffer("swap", torch.tensor([1, 0]))

    def forward(
        self,
        landmarks: Tensor,
        moved: Tensor,
        turn: Tensor,
        eyes: Tensor,
        mouth: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Inputs as in `engines.runtime.graphs.SOLVER`; weights are within 0 and 1."""
        net = self.net
        sums = net.moved(moved.flatten(1)) + net.place(landmarks.flatten(1))
        points = net.landmarks(sums + net.turned(net.bends(turn)))
        own = net.eye(eyes)
        mean, sigma = net.answer(points, own, own[self.swap], net.mouth(mouth))
        weights = mean.reshape(1, -1) @ self.join + self.shift
        return weights.clamp(0.0, 1.0), sigma.reshape(1, -1) @ self.join_sigma


def export(
    run: Path,
    valid: Prepared,
    folder: Path,
    before: Path | None = None,
    part: float = 0.0,
) -> dict[str, Any]:
    """Write the graph and return the manifest's entry.

    Args:
        run: a training's folder.
        valid: the valid split.
        folder: gets the graph.
        before: the graph that the training started with. A mean of both sets of weights
            keeps more of what the first one knew than training alone does (Wortsman et
            al., arXiv 2109.01903).
        part: of `before` in the mean, 0 to 1.

    Raises:
        OSError: `before` cannot be read.
        FileError: `before` is none of this shape.
        GraphError: the graph breaks its contract.
        ValueError: it does not compute what the network computes, or is too large.
    """
    described = checkpoint.described(run)
    net = SolverNet(checkpoint.shape_of(run, Shape))
    checkpoint.fill(net, run)
    if before is not None and part > 0.0:
        _mix(net, before, part, valid)
    answers, sigmas = solve_all(net, valid, known=True)
    still = np.isin(valid.kind, (Kind.NEUTRAL, Kind.TURN))
    gains = fit_gains(answers, sigmas, valid.weights, still)
    shown = gains(answers)
    said = gains.gain * gains.doubt * sigmas
    content = onnx_bytes(Shipped(net, gains), SOLVER)
    asked = np.linspace(0, len(valid) - 1, min(ASKED, len(valid))).astype(np.int64)
    gap = float(np.abs(ask(content, valid, asked) - shown[asked]).max())
    check(SOLVER, content, gap, TOLERANCE, LARGEST)
    entry = {
        "licence": LICENCE,
        "data": (
            f"{described['training_faces']} renders of {described['people']} people "
            "(`facewire-models data faces`)"
        ),
        "commit": described["commit"],
        "metrics": {
            "valid_r": round(float(np.nanmean(correlation(shown, valid.weights))), 4),
            "valid_mae": round(float(np.abs(shown - valid.weights).mean()), 4),
            "sigma_usual": round(float(np.median(said.mean(axis=1))), 4),
            "parity": float(f"{gap:.1e}"),
        },
    }
    return ship(SOLVER, content, folder, entry)


@torch.no_grad()
def _mix(net: SolverNet, before: Path, part: float, valid: Prepared) -> None:
    """Move a network's weights toward those of an older graph, in place."""
    learned = {name: value.clone() for name, value in net.state_dict().items()}
    some = np.linspace(0, len(valid) - 1, min(MIXED_ON, len(valid))).astype(np.int64)
    warm_start(net, before, calm_inputs(valid, some, True))
    for name, value in net.state_dict().items():
        if value.is_floating_point():
            value.mul_(part).add_(learned[name], alpha=1.0 - part)


def ask(content: bytes, data: Prepared, at: npt.NDArray[np.int64]) -> Floats:
    """Return (n, 52) weights as the daemon gets them, everybody's rest known."""
    solver = SolverNetwork(OnnxRuntimeEngine(SOLVER, content))
    none = np.zeros(3, dtype=np.float32)
    out = []
    for i in at.tolist():
        who = data.person[i]
        now = Look(data.points[i], standardise(data.patches[i]), data.turn[i])
        skin = data.rest_patches[who].astype(np.float32)
        rest = Look(data.rest_points[who], skin, none)
        out.append(solver(now, rest, 1.0).weights)
    solver.close()
    return np.stack(out)


def _through(layer: nn.Linear, before: Tensor) -> nn.Linear:
    """Return one layer that does what `layer` does after (K, N) `before`."""
    out = nn.Linear(before.shape[1], layer.out_features)
    out.weight.data.copy_(layer.weight @ before)
    out.bias.data.copy_(layer.bias)
    return out
