"""Teaches what comes after the patches' stacks, while those stand still.

The stacks cost ten times as much as the rest. After a warm start they see well already;
what has to be learned anew is what landmarks and patches mean together. So their
features are worked out once for every face, and the rest learns from those for many
epochs in the time of one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from models.data.rendered.solver_batches import Prepared, calm_inputs, disturbed_points
from models.training.schedule import half_cosine

from .losses import Scales, Shares, loss
from .network import SolverNet

SIZE = 256
"""Faces in a batch."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What the stacks answer for every face of a set, undisturbed."""

    eyes: Tensor
    """(2, N, 2, eye_features): the rest not known and known; left and right eye."""
    mouth: Tensor
    """(2, N, 2, mouth_features): likewise; as it is and in a mirror."""


@torch.inference_mode()
def see_all(net: SolverNet, data: Prepared) -> Seen:
    """Return the features of all faces, on the CPU."""
    net.eval()
    device = net.canonical.device
    eyes: list[list[Tensor]] = [[], []]
    mouths: list[list[Tensor]] = [[], []]
    for k in range(0, len(data), SIZE):
        at = np.arange(k, min(k + SIZE, len(data)))
        for known in (0, 1):
            x = calm_inputs(data, at, known=bool(known))
            pairs, lips = x.eyes.to(device), x.mouth.to(device)
            left, right = net.eye(pairs[:, :, 0]), net.eye(pairs[:, :, 1].flip(-1))
            eyes[known].append(torch.stack([left, right], dim=1).cpu())
            both = [net.mouth(lips), net.mouth(lips.flip(-1))]
            mouths[known].append(torch.stack(both, dim=1).cpu())
    return Seen(
        torch.stack([torch.cat(parts) for parts in eyes]),
        torch.stack([torch.cat(parts) for parts in mouths]),
    )


def learn_heads(
    net: SolverNet,
    data: Prepared,
    scales: Scales,
    shares: Shares,
    *,
    epochs: int,
    lr: float,
    warm_up: int,
    decay: float,
    seed: int,
) -> None:
    """Train all but the stacks, in place, for so many epochs of a cosine.

    Args:
        net: after `warm_start`.
        data: the faces.
        scales: see `losses.loss`.
        shares: likewise.
        epochs: 0 leaves the network as it is.
        lr: the highest learning rate.
        warm_up: steps until then.
        decay: decoupled, on matrices.
        seed: of order and disturbance.
    """
    if epochs == 0:
        return
    seen = see_all(net, data)
    device = net.canonical.device
    stacks = {id(p) for part in (net.eye, net.mouth) for p in part.parameters()}
    rest = [p for p in net.parameters() if id(p) not in stacks]
    optimiser = torch.optim.AdamW(rest, lr=lr, weight_decay=decay)
    rng = np.random.default_rng((seed, 4))
    size = min(SIZE, len(data))
    steps, step = epochs * (len(data) // size), 0
    net.train()
    for _ in range(epochs):
        order = rng.permutation(len(data))
        for k in range(0, len(order) - size + 1, size):
            at = order[k : k + size]
            for group in optimiser.param_groups:
                group["lr"] = half_cosine(lr, warm_up, step / steps, step)
            answer, truth = _answer(net, data, seen, at, rng, mirrored=bool(step % 2))
            cost = loss(answer, truth.to(device), scales, shares)
            optimiser.zero_grad(set_to_none=True)
            cost.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(rest, 2.0)
            optimiser.step()
            step += 1


def _answer(
    net: SolverNet,
    data: Prepared,
    seen: Seen,
    at: npt.NDArray[np.int64],
    rng: np.random.Generator,
    *,
    mirrored: bool,
) -> tuple[tuple[Tensor, Tensor, Tensor], Tensor]:
    """Return `SolverNet.view` of a disturbed batch and its true weights."""
    device = net.canonical.device
    points, moved, share, weights = disturbed_points(data, at, rng)
    arrays = (points, moved, data.turn[at], weights)
    landmarks, moves, turn, truth = (torch.from_numpy(a) for a in arrays)
    rows = torch.from_numpy(at)
    known = torch.from_numpy((share[:, 0] > 0.5).astype(np.int64))
    eyes, mouth = seen.eyes[known, rows], seen.mouth[known, rows]
    if mirrored:
        partners, sign = net.partners.cpu(), net.sign.cpu()
        landmarks, moves = landmarks[:, partners] * sign, moves[:, partners] * sign
        turn, truth = turn * net.turn_sign.cpu(), truth[:, net.curves.cpu()]
        eyes, mouth = eyes.flip(1), mouth.flip(1)
    here = [each.to(device) for each in (landmarks, moves, turn, eyes, mouth)]
    landmarks, moves, turn, eyes, mouth = here
    features = net.of_landmarks(landmarks, moves, turn)
    mean, sigma = net.answer(features, eyes[:, 0], eyes[:, 1], mouth[:, 0])
    return (mean, sigma, net.points_only(features)), truth
