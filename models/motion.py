"""The generator's network: one LSTM that says how to mix a bank of means.

    feature ── linear ── LSTM ──┐
       └────────────────────────┴── two layers ── a signal: 5 weights, 4 trends, 1 rest
    bank ──────────────────────────── mixed by these ── values at the lead

A free answer would have to cancel noise exactly; a mixture of means is calm by itself,
stays within what was seen, and has every exponential filter as a special case. Trends
carry it ahead: the difference of two means over that of their time constants is speed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.motion.bank import FEATURES, MEANS, TIMES_S
from engines.motion.signals import COUNT

TRENDS: Final = MEANS - 1
REACH_S: Final = 0.05
"""Trends also make up for the lag of the means themselves, by so much at most."""
MOST_REST: Final = 0.4
"""How far an answer may leave what the bank says while nobody is seen, in the network's
units; while somebody is, by as much as the bank's means differ."""

SEEN: Final = 4 * COUNT + 9
"""Places in `engines.motion.bank.feature`: a face is there, and ..."""
STEADY: Final = SEEN + 4
"""... the steadiness asked for."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What to build."""

    encoded: int = 160
    hidden: int = 160
    head: int = 160


class MotionNet(nn.Module):
    """`sequence` is trained; `forward`, one frame, is what ships."""

    steps: Tensor

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        self.shape = s = shape or Shape()
        self.encode = nn.Linear(FEATURES, s.encoded)
        self.lstm = nn.LSTM(s.encoded, s.hidden, batch_first=True)
        # The lead and its square, and what is known of the moment, beside the state.
        self.head = nn.Linear(s.hidden + s.encoded + 4, s.head)
        self.mix = nn.Linear(s.head, COUNT * (MEANS + TRENDS + 1))
        nn.init.normal_(self.mix.weight, std=0.02)
        bias = torch.zeros(COUNT, MEANS + TRENDS + 1)
        bias[:, :MEANS] = torch.tensor([0.3, 0.3, 0.0, -0.3, -0.6])
        bias[:, MEANS:-1] = -0.6
        with torch.no_grad():
            self.mix.bias.copy_(bias.flatten())
        apart = torch.tensor(TIMES_S)[1:] - torch.tensor(TIMES_S)[:-1]
        self.register_buffer("steps", apart)

    def answer(
        self,
        state: Tensor,
        encoded: Tensor,
        feature: Tensor,
        bank: Tensor,
        lead: Tensor,
    ) -> Tensor:
        """Return (n, 58) values of n moments.

        Args:
            state: (n, hidden) of the LSTM.
            encoded: (n, encoded)
            feature: (n, FEATURES)
            bank: (n, MEANS, 58)
            lead: (n, 1) seconds.
        """
        far = 10.0 * lead
        # Whether somebody is there, and steadiness.
        seen, steady = feature[:, SEEN : SEEN + 1], feature[:, STEADY : STEADY + 1]
        z = torch.cat([state, encoded, far, far * far, seen, steady], dim=1)
        out = self.mix(F.relu(self.head(z))).reshape(-1, COUNT, MEANS + TRENDS + 1)
        share = torch.softmax(4.0 * out[:, :, :MEANS], dim=2).transpose(1, 2)
        reach = (lead + REACH_S).unsqueeze(2) / self.steps.reshape(1, TRENDS, 1)
        trend = torch.sigmoid(4.0 * out[:, :, MEANS:-1]).transpose(1, 2) * reach
        moves = bank[:, :-1] - bank[:, 1:]
        # What stands still is believed: a rest needs a bank that differs, or nobody.
        spread = bank.amax(1) - bank.amin(1)
        rest = (seen * spread + (1.0 - seen) * MOST_REST) * torch.tanh(out[:, :, -1])
        mixed: Tensor = (share * bank).sum(1) + (trend * moves).sum(1) + rest
        return mixed

    def sequence(self, feature: Tensor, bank: Tensor, lead: Tensor) -> Tensor:
        """Return (b, t, 58) from (b, t, FEATURES), (b, t, MEANS, 58) and (b, 1)."""
        b, t = feature.shape[:2]
        encoded = F.relu(self.encode(feature))
        state, _ = self.lstm(encoded)
        said = self.answer(
            state.reshape(b * t, -1),
            encoded.reshape(b * t, -1),
            feature.reshape(b * t, -1),
            bank.reshape(b * t, MEANS, COUNT),
            lead.expand(b, t).reshape(b * t, 1),
        )
        return said.reshape(b, t, COUNT)

    def forward(
        self, feature: Tensor, bank: Tensor, hidden: Tensor, cell: Tensor, lead: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return values (1, 58), and the state after this frame, (1, hidden) twice.

        Arguments as in `engines.graphs.MOTION`.
        """
        encoded = F.relu(self.encode(feature))
        # By hand: two matrix products, where ONNX's LSTM node would loop over one step.
        into, back, bias_in, bias_back = self.lstm._flat_weights
        assert into is not None and back is not None
        gates = F.linear(encoded, into, bias_in) + F.linear(hidden, back, bias_back)
        i, f, g, o = gates.chunk(4, dim=1)
        cell_out = torch.sigmoid(f) * cell + torch.sigmoid(i) * torch.tanh(g)
        hidden_out = torch.sigmoid(o) * torch.tanh(cell_out)
        values = self.answer(hidden_out, encoded, feature, bank, lead)
        return values, hidden_out, cell_out
