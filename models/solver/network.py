"""The solver's network: landmarks and three patches in, 52 weights and doubts out.

    landmarks less rest ── principal parts ─────┐
    landmarks ──────────── principal parts ─────┼── linear ── 192 ─┐
    turn ───────────────────────────────────────┘                  │
    own eye, now and at rest ── VGG ── 96 ─────────────────────────┼── two layers
    the other eye ───────────── VGG ── 96 ─────────────────────────┤   52 weights
    mouth, now and at rest ──── VGG ── 128 ────────────────────────┘   52 sigmas

The landmarks answer by themselves first, through one layer more; the rest changes that.

Both eyes share one stack of 3x3 convolutions, the right one mirrored. The whole network
is asked twice, about the face and about its mirror image, and the mean of both answers
is what counts: left and right cannot drift apart, and errors average out. Convolutions
are plain after `fold`, as in the expression network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.face import mirror
from engines.face.canonical_face import CANONICAL, COUNT
from models.data.rendered.solver_batches import Inputs
from models.expression.network import Block
from protocols.channels import ARKIT

CURVES: Final = len(ARKIT)
LEAST_SIGMA: Final = 0.02
MOVED_NOISE: Final = 0.004
PLACE_NOISE: Final = 0.02
"""Centimetres: what moves by less is not made larger."""

_BENDS: Final = (
    *((0, None), (1, None), (2, None)),
    *((0, 0), (1, 1), (0, 1), (2, 1), (2, 0)),
)
"""Of pitch, yaw and roll: each by itself, and these products."""


def _bend_factors() -> tuple[npt.NDArray[np.float32], ...]:
    """Return A, B (3, 8) and c (8,): the bends are (turn A) * (turn B + c)."""
    first = np.zeros((3, len(_BENDS)), dtype=np.float32)
    second, one = np.zeros_like(first), np.zeros(len(_BENDS), dtype=np.float32)
    for k, (a, b) in enumerate(_BENDS):
        first[a, k] = 1.0
        if b is None:
            one[k] = 1.0
        else:
            second[b, k] = 1.0
    return first, second, one


@dataclass(frozen=True, slots=True)
class Shape:
    """What to build."""

    eye: tuple[int, ...] = (16, 32, 64)
    """Channels of each stage; a stage halves the side."""
    mouth: tuple[int, ...] = (16, 32, 48, 64)
    depths: tuple[int, ...] = (1, 2, 2, 2)
    """Convolutions of each stage."""
    moved_parts: int = 400
    """Principal parts of the landmarks' movement that are looked at."""
    place_parts: int = 200
    """And of their places."""
    eye_features: int = 96
    mouth_features: int = 128
    landmark_features: int = 192
    noise: float = 0.1
    """Deviations added to each principal part while it trains. With 0.25, which side
    of a pair moves is lost in it."""
    hidden: tuple[int, int] = (320, 192)
    dropout: float = 0.1


class Patch(nn.Module):
    """A small VGG: (n, 2, side, side) -> (n, features)."""

    def __init__(
        self, side: int, widths: tuple[int, ...], depths: tuple[int, ...], features: int
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 2
        for stage, (width, depth) in enumerate(zip(widths, depths, strict=False)):
            if stage:
                layers.append(nn.MaxPool2d(2))
            for i in range(depth):
                layers.append(Block(before, width, 2 if stage == i == 0 else 1))
                before = width
        self.features = nn.Sequential(*layers)
        small = side // 2 ** len(widths)
        self.out = nn.Linear(before * small * small, features)

    def forward(self, x: Tensor) -> Tensor:
        """Flattened, not averaged: where something is counts."""
        out: Tensor = self.out(self.features(x).flatten(1))
        return F.relu(out)


class SolverNet(nn.Module):
    """`view` is trained; `forward` asks it twice and is what ships."""

    canonical: Tensor
    whiten_moved: Tensor
    whiten_place: Tensor
    partners: Tensor
    curves: Tensor
    sign: Tensor
    turn_sign: Tensor
    bend_first: Tensor
    bend_second: Tensor
    bend_one: Tensor

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        self.shape = s = shape or Shape()
        self.eye = Patch(48, s.eye, s.depths, s.eye_features)
        self.mouth = Patch(64, s.mouth, s.depths, s.mouth_features)
        self.moved = nn.Linear(s.moved_parts, s.landmark_features)
        self.place = nn.Linear(s.place_parts, s.landmark_features)
        self.turned = nn.Linear(len(_BENDS), s.landmark_features)
        self.landmarks = nn.Sequential(
            nn.ReLU(),
            nn.Linear(s.landmark_features, s.landmark_features),
            nn.ReLU(),
        )
        width = s.landmark_features + 2 * s.eye_features + s.mouth_features
        self.trunk = nn.Sequential(
            nn.Dropout(s.dropout),
            nn.Linear(width, s.hidden[0]),
            nn.ReLU(),
            nn.Dropout(s.dropout),
            nn.Linear(s.hidden[0], s.hidden[1]),
            nn.ReLU(),
        )
        # An answer from landmarks alone, and what patches change of it: nothing at
        # first.
        self.points_only = nn.Linear(s.landmark_features, CURVES)
        self.change = nn.Linear(s.hidden[1], CURVES)
        nn.init.zeros_(self.change.weight)
        nn.init.zeros_(self.change.bias)
        self.sigma = nn.Linear(s.hidden[1], CURVES)
        first, second, one = _bend_factors()
        for name, value in (
            ("canonical", CANONICAL.astype(np.float32)),
            ("whiten_moved", np.eye(s.moved_parts, 3 * COUNT, dtype=np.float32)),
            ("whiten_place", np.eye(s.place_parts, 3 * COUNT, dtype=np.float32)),
            ("partners", mirror.POINTS),
            ("curves", mirror.CURVES),
            ("sign", mirror.SIGN),
            ("turn_sign", mirror.TURN),
            ("bend_first", first),
            ("bend_second", second),
            ("bend_one", one),
        ):
            self.register_buffer(name, torch.from_numpy(np.array(value)))

    def whiten_to(
        self, moved: npt.NDArray[np.float32], place: npt.NDArray[np.float32]
    ) -> None:
        """Look at landmarks through their principal parts, each of unit deviation.

        Most curves move a few points by a millimetre, and all points move together by
        centimetres: in plain coordinates the first would be learned last.

        Args:
            moved: (N, 478, 3) centimetres, points less rest.
            place: (M, 478, 3) centimetres, points less the canonical face.
        """
        for into, points, floor in (
            (self.whiten_moved, moved, MOVED_NOISE),
            (self.whiten_place, place, PLACE_NOISE),
        ):
            flat = points.reshape(len(points), -1).astype(np.float64)
            flat -= flat.mean(axis=0)
            size, parts = np.linalg.eigh(flat.T @ flat / len(flat))
            keep = np.argsort(-size)[: len(into)]
            scale = 1.0 / np.sqrt(np.maximum(size[keep], 0.0) + floor**2)
            white = (parts[:, keep] * scale).T.astype(np.float32)
            into.copy_(torch.from_numpy(np.ascontiguousarray(white)))

    def of_landmarks(self, landmarks: Tensor, moved: Tensor, turn: Tensor) -> Tensor:
        """(n, 478, 3) twice and (n, 3) -> (n, landmark_features)."""
        with torch.autocast(landmarks.device.type, enabled=False):
            return self._of_landmarks(landmarks, moved, turn)

    def _of_landmarks(self, landmarks: Tensor, moved: Tensor, turn: Tensor) -> Tensor:
        # Not in bfloat16: a part of 0.05 mm is a difference of centimetres.
        parts = moved.flatten(1) @ self.whiten_moved.T
        place = (landmarks - self.canonical).flatten(1) @ self.whiten_place.T
        if self.training and self.shape.noise > 0.0:
            parts = parts + self.shape.noise * torch.randn_like(parts)
            place = place + self.shape.noise * torch.randn_like(place)
        sums = self.moved(parts) + self.place(place) + self.turned(self.bends(turn))
        out: Tensor = self.landmarks(sums)
        return out

    def bends(self, turn: Tensor) -> Tensor:
        """(n, 3) -> (n, 8): the turn's parts, their squares and products."""
        return (turn @ self.bend_first) * (turn @ self.bend_second + self.bend_one)

    def answer(
        self, points: Tensor, own: Tensor, other: Tensor, mouth: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Features -> weights (n, 52), not clipped, and sigma (n, 52)."""
        x = self.trunk(torch.cat([points, own, other, mouth], dim=1))
        sigma = LEAST_SIGMA + F.softplus(self.sigma(x.detach()) - 2.0)
        return self.points_only(points) + self.change(x), sigma

    def view(self, x: Inputs) -> tuple[Tensor, Tensor, Tensor]:
        """Return weights, sigma, and weights from landmarks alone, (n, 52) each."""
        points = self.of_landmarks(x.landmarks, x.moved, x.turn)
        left = self.eye(x.eyes[:, :, 0])
        right = self.eye(x.eyes[:, :, 1].flip(-1))
        mean, sigma = self.answer(points, left, right, self.mouth(x.mouth))
        return mean, sigma, self.points_only(points)

    def reflect(self, x: Inputs) -> Inputs:
        """Return the same faces in a mirror."""
        return Inputs(
            x.landmarks[:, self.partners] * self.sign,
            x.moved[:, self.partners] * self.sign,
            x.turn * self.turn_sign,
            x.eyes.flip(2).flip(-1),
            x.mouth.flip(-1),
        )

    def forward(
        self,
        landmarks: Tensor,
        moved: Tensor,
        turn: Tensor,
        eyes: Tensor,
        mouth: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Return weights and sigma (n, 52): the mean over a face and its mirror image.

        Arguments as in `Inputs`. Weights are not clipped.
        """
        n = landmarks.shape[0]
        partner = landmarks[:, self.partners] * self.sign
        partner_moved = moved[:, self.partners] * self.sign
        points = self.of_landmarks(
            torch.cat([landmarks, partner]),
            torch.cat([moved, partner_moved]),
            torch.cat([turn, turn * self.turn_sign]),
        )
        seen = self.eye(torch.cat([eyes[:, :, 0], eyes[:, :, 1].flip(-1)]))
        swapped = torch.cat([seen[n:], seen[:n]])
        lips = self.mouth(torch.cat([mouth, mouth.flip(-1)]))
        mean, sigma = self.answer(points, seen, swapped, lips)
        return (
            0.5 * (mean[:n] + mean[n:][:, self.curves]),
            0.5 * (sigma[:n] + sigma[n:][:, self.curves]),
        )
