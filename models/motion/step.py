"""The generator's network as it ships: one frame, state in and state out.

It computes what `MotionNet.sequence` does, in as few products as can be: where a camera
and a tracker have taken the processor's caches, a call costs what its nodes are, and
not what they compute. Weights that meet the same numbers are one matrix here, and what
only scales is in them; `trained_state` takes them apart again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.motion.bank import MEANS, MOMENT, QUICK
from engines.motion.signals import COUNT

from .network import (
    FAR,
    MOST_REST,
    REACH_S,
    SAID,
    SEEN,
    STEADY,
    TRENDS,
    VOTES,
    MotionNet,
)

FRAME: Final = MOMENT - SEEN
"""Numbers of the moment that every signal is told."""
_SEEN, _STEADY = 0, STEADY - SEEN


class MotionStep(nn.Module):
    """One frame of a network; what it holds are copies."""

    slow: Tensor
    bank: Tensor
    who: Tensor
    encode_weight: Tensor
    encode_bias: Tensor
    face_weight: Tensor
    face_bias: Tensor
    speak_weight: Tensor
    speak_bias: Tensor
    signal_weight: Tensor
    signal_bias: Tensor
    head_weight: Tensor
    head_lead: Tensor
    head_bias: Tensor
    mix_weight: Tensor
    mix_bias: Tensor

    def __init__(self, net: MotionNet) -> None:
        """Take over the weights of a network as they are now."""
        super().__init__()
        self.shape = s = net.shape
        state = {name: value.detach() for name, value in net.state_dict().items()}
        rates = net.differences[:, 1:QUICK] * net.reach
        self.register_buffer("bank", torch.cat([net.differences, rates], dim=1))
        self.register_buffer("slow", net.slow)
        self.register_buffer("who", state["who"])
        for name in ("encode", "speak"):
            self.register_buffer(f"{name}_weight", state[f"{name}.weight"])
            self.register_buffer(f"{name}_bias", state[f"{name}.bias"])
        for name in ("face", "signal"):
            both = [state[f"{name}.weight_{way}_l0"] for way in ("ih", "hh")]
            bias = state[f"{name}.bias_ih_l0"] + state[f"{name}.bias_hh_l0"]
            self.register_buffer(f"{name}_weight", torch.cat(both, dim=1))
            self.register_buffer(f"{name}_bias", bias)
        told, lead = _regrouped(state["head.weight"], s.signal, 2 * s.words)
        self.register_buffer("head_weight", told)
        self.register_buffer("head_lead", lead)
        self.register_buffer("head_bias", state["head.bias"])
        self.register_buffer("mix_weight", state["mix.weight"] * _SCALES)
        self.register_buffer("mix_bias", state["mix.bias"] * _SCALES[:, 0])

    def forward(
        self, moment: Tensor, bank: Tensor, hidden: Tensor, cell: Tensor, lead: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return values (1, 58), and the state after this frame, twice.

        Arguments as in `engines.runtime.graphs.MOTION`.
        """
        s = self.shape
        parts = [s.face, COUNT * s.signal]
        hidden_face, hidden_each = torch.split(hidden, parts, dim=1)
        cell_face, cell_each = torch.split(cell, parts, dim=1)
        rows = bank.reshape(MEANS, COUNT).transpose(0, 1)
        own, rates = torch.split(rows @ self.bank, [MEANS, TRENDS], dim=1)
        flat = torch.cat([own.reshape(1, COUNT * MEANS), moment], dim=1)
        encoded = F.relu(F.linear(flat, self.encode_weight, self.encode_bias))
        gates = F.linear(
            torch.cat([encoded, hidden_face], dim=1), self.face_weight, self.face_bias
        )
        hidden_face, cell_face = _step(gates, cell_face)
        heard = F.linear(hidden_face, self.speak_weight, self.speak_bias)
        told = torch.cat(
            [
                own,
                moment[:, SEEN:].repeat(COUNT, 1),
                heard.reshape(COUNT, s.words),
                self.who,
            ],
            dim=1,
        )
        before = hidden_each.reshape(COUNT, s.signal)
        gates = F.linear(
            torch.cat([told, before], dim=1), self.signal_weight, self.signal_bias
        )
        hidden_each, cell_each = _step(gates, cell_each.reshape(COUNT, s.signal))
        far = FAR * lead
        ahead = torch.cat([far, far * far], dim=1)
        row = F.linear(ahead, self.head_lead, self.head_bias)
        known = torch.cat([told, hidden_each], dim=1)
        # The lead is the same for all signals: a row that is added to each of them.
        z = torch.addmm(row, known, self.head_weight)
        said = F.linear(F.relu(z), self.mix_weight, self.mix_bias)
        votes, pull, away = torch.split(said, [MEANS, TRENDS, 1], dim=1)
        seen = moment[:, SEEN : SEEN + 1]
        share = torch.softmax(votes - seen * self.slow, dim=1)
        trend = torch.sigmoid(pull) * (far + FAR * REACH_S) * rates
        quick = rows[:, :QUICK]
        spread = quick.amax(1, keepdim=True) - quick.amin(1, keepdim=True)
        most = seen * spread + (MOST_REST - MOST_REST * seen)
        values = torch.cat([share * rows, trend, most * torch.tanh(away)], dim=1)
        return (
            values.sum(1).reshape(1, COUNT),
            torch.cat([hidden_face, hidden_each.reshape(1, parts[1])], dim=1),
            torch.cat([cell_face, cell_each.reshape(1, parts[1])], dim=1),
        )


Stored = Callable[[str, tuple[int, ...]], Tensor]
"""Returns one of a step's buffers by its name and shape."""


def trained_state(stored: Stored) -> dict[str, Tensor]:
    """Return the weights of the network that a step was made of.

    Args:
        stored: its buffers.
    """
    net = MotionNet()
    s, state = net.shape, net.state_dict()
    told = MEANS + FRAME + 2 * s.words
    state["who"] = stored("who", (COUNT, s.words))
    for name, wide, high in (
        ("encode", COUNT * MEANS + MOMENT, s.face),
        ("speak", s.face, COUNT * s.words),
    ):
        state[f"{name}.weight"] = stored(f"{name}_weight", (high, wide))
        state[f"{name}.bias"] = stored(f"{name}_bias", (high,))
    for name, wide, high in (
        ("face", s.face, 4 * s.face),
        ("signal", told, 4 * s.signal),
    ):
        both = stored(f"{name}_weight", (high, wide + high // 4))
        state[f"{name}.weight_ih_l0"] = both[:, :wide].clone()
        state[f"{name}.weight_hh_l0"] = both[:, wide:].clone()
        state[f"{name}.bias_ih_l0"] = stored(f"{name}_bias", (high,))
        state[f"{name}.bias_hh_l0"] = torch.zeros(high)
    state["head.weight"] = _ungrouped(
        stored("head_weight", (told + s.signal, s.head)),
        stored("head_lead", (s.head, 2)),
        s.signal,
        2 * s.words,
    )
    state["head.bias"] = stored("head_bias", (s.head,))
    state["mix.weight"] = stored("mix_weight", (SAID, s.head)) / _SCALES
    state["mix.bias"] = stored("mix_bias", (SAID,)) / _SCALES[:, 0]
    return state


_SCALES: Final = torch.cat([torch.full((MEANS + TRENDS, 1), VOTES), torch.ones(1, 1)])


def _regrouped(head: Tensor, signal: int, words: int) -> tuple[Tensor, Tensor]:
    """Return the head's weights for what a signal is told and its state, (n, head),
    and for the lead, (head, 2).

    Whether somebody is seen and the steadiness are told with the whole frame.
    """
    parts = [signal, MEANS, words, 2, 1, 1]
    state, own, word, lead, seen, steady = torch.split(head, parts, dim=1)
    frame = torch.zeros(len(head), FRAME)
    frame[:, _SEEN : _SEEN + 1], frame[:, _STEADY : _STEADY + 1] = seen, steady
    told = torch.cat([own, frame, word, state], dim=1)
    return told.transpose(0, 1).contiguous(), lead


def _ungrouped(told: Tensor, lead: Tensor, signal: int, words: int) -> Tensor:
    """Return (head, n) what `_regrouped` was given."""
    parts = [MEANS, FRAME, words, signal]
    own, frame, word, state = torch.split(told.transpose(0, 1), parts, dim=1)
    seen, steady = frame[:, _SEEN : _SEEN + 1], frame[:, _STEADY : _STEADY + 1]
    return torch.cat([state, own, word, lead, seen, steady], dim=1)


def _step(gates: Tensor, cell: Tensor) -> tuple[Tensor, Tensor]:
    """Return hidden and cell of n sequences after a frame."""
    # By hand, where ONNX's LSTM node would loop over one step; and all through one
    # sigmoid, which is idle for a quarter of them.
    size = cell.shape[1]
    i, f, _, o = torch.split(torch.sigmoid(gates), size, dim=1)
    new = torch.tanh(gates[:, 2 * size : 3 * size])
    cell_out = f * cell + i * new
    return o * torch.tanh(cell_out), cell_out
