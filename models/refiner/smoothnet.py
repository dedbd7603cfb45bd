"""A smoothing network that knows one signal at a time, to compare the refiner with.

After Zeng and others: "SmoothNet: A Plug-and-Play Network for Refining Human Poses in
Videos", 2022: fully connected along 32 samples, every signal by itself, the same
weights for all; overlapping windows are averaged. It is told nothing of gaps, works on
what is filled, and does not ship.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.refine.grid import RATE, interpolated
from models.data.ahead import ahead
from models.data.recorded.batches import Batch, Sheet, sheet_of, windows
from models.data.recorded.defects import Degraded
from models.training import checkpoint
from models.training.processes import join
from models.training.schedule import half_cosine
from protocols.arrays import Floats

from .smoothers import pchip

LENGTH: Final = 32
HOP: Final = 4
"""Samples between windows when it is used."""
HIDDEN, INNER, BLOCKS = 512, 256, 3
LR: Final = 1e-3
ROWS: Final = 2
"""Windows of each signal that a step learns from, out of a refiner's window."""


class Block(nn.Module):
    """Two layers that add to what they are given."""

    def __init__(self) -> None:
        super().__init__()
        self.narrow, self.wide = nn.Linear(HIDDEN, INNER), nn.Linear(INNER, HIDDEN)

    def forward(self, x: Tensor) -> Tensor:
        """Return (b, HIDDEN) of the same."""
        out: Tensor = x + self.wide(F.leaky_relu(self.narrow(x), 0.1))
        return out


class SmoothNet(nn.Module):
    """(b, LENGTH) of a signal to the same, smooth."""

    def __init__(self) -> None:
        super().__init__()
        self.into = nn.Linear(LENGTH, HIDDEN)
        self.blocks = nn.Sequential(*(Block() for _ in range(BLOCKS)))
        self.out = nn.Linear(HIDDEN, LENGTH)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return (b, LENGTH)."""
        level = x.mean(dim=1, keepdim=True)
        z = F.leaky_relu(self.into(x - level), 0.1)
        out: Tensor = x + self.out(self.blocks(z))
        return out


def train(
    learn: Sequence[Sheet],
    out: Path,
    minutes: float = 0.0,
    steps: int = 500,
    tell: Callable[[float], None] = lambda share: None,
    threads: int = 0,
    renew: Callable[[np.random.Generator], Sheet] | None = None,
    batch: int = 16,
) -> float:
    """Train, write weights.pt into a folder, return the last loss x 1000.

    Args:
        learn: takes of the train split.
        out: the folder.
        minutes: above 0: end by the clock instead.
        steps: so many otherwise.
        tell: called with the share that is done.
        threads: see `processes.join`.
        renew: see `windows`.
        batch: windows of the refiner's length.
    """
    join(threads)
    torch.manual_seed(0)
    net = SmoothNet()
    optimiser = torch.optim.Adam(net.parameters(), lr=LR)
    rng = np.random.default_rng((0, 3))
    started_s, step, smooth = time.perf_counter(), 0, float("nan")
    batches: Iterator[Batch] = ahead(windows(learn, batch, rng, renew))
    for each in batches:
        spent_s = time.perf_counter() - started_s
        share = spent_s / (60.0 * minutes) if minutes else step / steps
        if share >= 1.0 and step:
            break
        tell(min(share, 1.0))
        for group in optimiser.param_groups:
            group["lr"] = half_cosine(LR, 20, share, step)
        first = int(rng.integers(0, each.ready.shape[2] - ROWS * LENGTH + 1))
        cut = slice(first, first + ROWS * LENGTH)
        rows, target, known = (
            torch.from_numpy(
                np.broadcast_to(x, each.ready.shape)[..., cut].reshape(-1, LENGTH)
            )
            for x in (each.ready, each.target, each.known)
        )
        said = net(rows)
        off, bend = (said - target) * known, (said - target).diff(n=2, dim=1)
        wrong = (off**2).mean() + (bend * known[:, 2:]).abs().mean() * 0.1
        optimiser.zero_grad(set_to_none=True)
        wrong.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        now = 1e3 * float(wrong.detach())
        smooth, step = now if step == 0 else 0.98 * smooth + 0.02 * now, step + 1
    batches.close()  # type: ignore[attr-defined]
    out.mkdir(parents=True, exist_ok=True)
    checkpoint.save(out / "weights.pt", net.state_dict())
    run = {"minutes": minutes, "steps": step, "loss": round(smooth, 4)}
    checkpoint.write_json(out / "run.json", run)
    return smooth


class Smoothed:
    """A trained SmoothNet as a method of `evaluate refiner`."""

    def __init__(self, run: Path) -> None:
        """Read what `train` wrote.

        Raises:
            FileNotFoundError: nothing did.
        """
        self._net = SmoothNet()
        checkpoint.fill(self._net, run)
        self._net.eval()

    def __call__(self, degraded: Degraded) -> Floats:
        """Return (n, 58) in the network's units."""
        sheet = sheet_of(degraded)
        t = sheet.ready.shape[1]
        rows = np.pad(sheet.ready, ((0, 0), (LENGTH, LENGTH)), mode="edge")
        total, count = np.zeros_like(rows), np.zeros(rows.shape[1], dtype=np.float32)
        firsts = range(0, rows.shape[1] - LENGTH + 1, HOP)
        with torch.inference_mode():
            for first in firsts:
                cut = slice(first, first + LENGTH)
                total[:, cut] += self._net(torch.from_numpy(rows[:, cut])).numpy()
                count[cut] += 1.0
        smooth = (total / np.maximum(count, 1.0))[:, LENGTH : LENGTH + t]
        places = (degraded.times_s - degraded.times_s[0]) * RATE
        return pchip(degraded) + interpolated(places, (smooth - sheet.ready).T)
