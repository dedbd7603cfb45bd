"""The generator's network: LSTMs that say how to mix a bank of means.

    bank ─┬─ all signals ── linear ── LSTM of the face ── linear ── a word to each
          └─ one signal ──────────────────────────────── LSTM of the signal ──┐
                                     its mixture of means, trends, rest ◄─────┘

One LSTM follows the face as a whole. Another follows each signal by itself, with the
same weights for all 58: what noise, a pop, a blink's shape, a held pose looks like need
not be learned 58 times from as many times less data. A signal knows who it is by eight
numbers of its own, and hears eight from the face in every frame.

A free answer would have to cancel noise exactly; a mixture of means is calm by itself,
stays within what was seen, and has every exponential filter as a special case. Trends
carry it ahead: the difference of two means over that of their time constants is speed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.motion.bank import MEANS, MOMENT, QUICK, TIMES_S
from engines.motion.signals import COUNT

TRENDS: Final = QUICK - 1
REACH_S: Final = 0.05
"""Trends also make up for the lag of the means themselves, by so much at most."""
MOST_REST: Final = 0.4
"""How far an answer may leave what the bank says while nobody is seen, in the network's
units; while somebody is, by as much as the quick means differ."""
SAID: Final = MEANS + TRENDS + 1
"""Numbers that a signal says of its mixture."""

SEEN: Final = 9
"""Places in `engines.motion.bank.moment`: a face is there, and ..."""
STEADY: Final = SEEN + 4
"""... the steadiness asked for."""

FAR: Final = 10.0
"""Gain of the lead, seconds, on its way in."""
VOTES: Final = 4.0
"""Gain of votes, and of what is said of trends."""
NEVER: Final = 1e4
"""Votes against a mean that leave nothing of it, in half precision too."""

GAINS: Final = (6.0, 6.0, 5.0, 4.0, 3.0, 3.0)
"""Of the differences between neighbours in the bank."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What to build."""

    face: int = 96
    """Of the LSTM of the whole face, and of what it is told."""
    signal: int = 16
    """Of the LSTM of each signal."""
    words: int = 8
    """Numbers by which a signal is told from others, and that it hears of the face."""
    head: int = 48

    @property
    def state(self) -> int:
        """Numbers in each half of the state, as the contract `MOTION` has them."""
        return self.face + COUNT * self.signal


class MotionNet(nn.Module):
    """`sequence` is trained; what ships is a `motion_step.MotionStep` of it."""

    slow: Tensor
    reach: Tensor
    differences: Tensor

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        self.shape = s = shape or Shape()
        self.encode = nn.Linear(COUNT * MEANS + MOMENT, s.face)
        self.face = nn.LSTM(s.face, s.face, batch_first=True)
        self.speak = nn.Linear(s.face, COUNT * s.words)
        self.who = nn.Parameter(torch.randn(COUNT, s.words) * 0.5)
        told = MEANS + (MOMENT - SEEN) + 2 * s.words
        self.signal = nn.LSTM(told, s.signal, batch_first=True)
        for lstm in (self.face, self.signal):
            # Two biases that are added are one.
            nn.init.zeros_(cast(Tensor, lstm.bias_hh_l0)).requires_grad_(False)
        # The lead and its square, and what is known of the moment, beside the state.
        known = s.signal + MEANS + 2 * s.words + 4
        self.head = nn.Linear(known, s.head)
        self.mix = nn.Linear(s.head, SAID)
        nn.init.normal_(self.mix.weight, std=0.02)
        bias = torch.zeros(SAID)
        bias[:QUICK] = torch.tensor([0.3, 0.3, 0.0, -0.3, -0.6])
        bias[QUICK:-1] = -0.6
        with torch.no_grad():
            self.mix.bias.copy_(bias)
        slow = torch.zeros(MEANS)
        slow[QUICK:] = NEVER
        apart = torch.tensor(TIMES_S)[1:] - torch.tensor(TIMES_S)[:-1]
        reach = 1.0 / (FAR * apart * torch.tensor(GAINS[:TRENDS]))
        self.register_buffer("slow", slow, persistent=False)
        self.register_buffer("reach", reach, persistent=False)
        self.register_buffer("differences", _differences(), persistent=False)

    def answer(
        self, state: Tensor, own: Tensor, words: Tensor, known: Tensor, bank: Tensor
    ) -> Tensor:
        """Return (n, 1) values of n signals, each at its moment.

        Args:
            state: (n, signal) of the signals' LSTM.
            own: (n, MEANS) the newest, and the differences in the bank.
            words: (n, 2 * words)
            known: (n, 4) see `_known`.
            bank: (n, MEANS)
        """
        z = torch.cat([state, own, words, known], dim=1)
        said = self.mix(F.relu(self.head(z)))
        votes, pull, away = torch.split(said, [MEANS, TRENDS, 1], dim=1)
        far, _, seen, _ = torch.split(known, 1, dim=1)
        # Slow means are a guess for when nobody is seen; a face that is, is believed.
        share = torch.softmax(VOTES * votes - seen * self.slow, dim=1)
        # Trends are what `own` has of neighbours, without its gains.
        reach = (far + FAR * REACH_S) * self.reach
        trend = torch.sigmoid(VOTES * pull) * reach * own[:, 1:QUICK]
        # What stands still is believed: a rest needs a bank that differs, or nobody.
        quick = bank[:, :QUICK]
        spread = quick.amax(1, keepdim=True) - quick.amin(1, keepdim=True)
        most = MOST_REST + seen * (spread - MOST_REST)
        parts = torch.cat([share * bank, trend, most * torch.tanh(away)], dim=1)
        mixed: Tensor = parts.sum(1, keepdim=True)
        return mixed

    def sequence(
        self, moment: Tensor, bank: Tensor, lead: Tensor, deaf: float = 0.0
    ) -> Tensor:
        """Return (b, t, 58) from (b, t, MOMENT), (b, t, MEANS, 58) and (b, 1).

        `deaf` is a share of signals that hear nothing of the face throughout, drawn
        anew: what a signal can know by itself it shall not learn of whole faces.
        """
        b, t = moment.shape[:2]
        rows = bank.transpose(2, 3)
        own = rows @ self.differences
        encoded = F.relu(self.encode(torch.cat([own.flatten(2), moment], dim=2)))
        state, _ = self.face(encoded)
        heard = self.speak(state).reshape(b, t, COUNT, -1)
        if deaf > 0.0:
            heard = heard * (torch.rand(b, 1, COUNT, 1, device=heard.device) >= deaf)
        words = torch.cat([heard, self.who.expand(b, t, -1, -1)], dim=3)
        frame = moment[:, :, None, SEEN:].expand(-1, -1, COUNT, -1)
        told = torch.cat([own, frame, words], dim=3)
        each, _ = self.signal(told.transpose(1, 2).reshape(b * COUNT, t, -1))
        each = each.reshape(b, COUNT, t, -1).transpose(1, 2)
        known = _known(moment, lead[:, None].expand(-1, t, -1))
        known = known[:, :, None].expand(-1, -1, COUNT, -1)
        parts = (each, own, words, known, rows)
        n = b * t * COUNT
        said = self.answer(*(part.reshape(n, -1) for part in parts))
        return said.reshape(b, t, COUNT)


def _known(moment: Tensor, lead: Tensor) -> Tensor:
    """Return (..., 4): the lead and its square, whether somebody is seen, steadiness.

    Args:
        moment: (..., MOMENT)
        lead: (..., 1) seconds.
    """
    far = FAR * lead
    seen, steady = moment[..., SEEN : SEEN + 1], moment[..., STEADY : STEADY + 1]
    return torch.cat([far, far * far, seen, steady], dim=-1)


def _differences() -> Tensor:
    """Return (MEANS, MEANS) that turns means into the first and their differences."""
    matrix = torch.zeros(MEANS, MEANS)
    matrix[0, 0] = 1.0
    for k, gain in enumerate(GAINS):
        matrix[k, k + 1], matrix[k + 1, k + 1] = gain, -gain
    return matrix
