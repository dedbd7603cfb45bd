"""A training run: its clock, its log, and the state that it resumes from.

last.pt holds the network (`net`), its optimiser (`opt`), the averaged weights (`ema`),
what else a training names, and its progress; log.jsonl gets one row per look.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import nn

from . import checkpoint
from .average import Average
from .processes import Processes

Tell = Callable[[float, dict[str, Any]], None]
"""Called often with the share that is done, 0 to 1, and the latest row of the log."""


class Kept(Protocol):
    """What has a state: a network, an optimiser."""

    def state_dict(self) -> dict[str, Any]:
        """Return it."""

    def load_state_dict(self, state_dict: dict[str, Any], /) -> Any:
        """Go on from it."""


@dataclass(frozen=True, slots=True)
class Length:
    """How long a training takes: `minutes` if above 0, or else `steps`."""

    minutes: float
    steps: int


class TrainingRun:
    """One process's part of a training, from where an earlier run has stopped."""

    def __init__(
        self,
        out: Path,
        here: Processes,
        net: nn.Module,
        optimiser: torch.optim.Optimizer,
        length: Length,
        *,
        ema: float,
        more: Mapping[str, Kept] | None = None,
    ) -> None:
        """Read `last.pt`, if the folder has one.

        Args:
            out: the run's folder; made if need be.
            here: this process.
            net: to be trained; where the average starts.
            optimiser: of it.
            length: when it ends.
            ema: see `Average`.
            more: what is kept beside, by its key.
        """
        self.step = self.epoch = 0
        self.average = Average(net, ema)
        self._here, self._net, self._optimiser = here, net, optimiser
        self._length, self._out = length, out
        self._kept: dict[str, Kept] = {"net": net, "opt": optimiser, **(more or {})}
        self._before_s = 0.0
        out.mkdir(parents=True, exist_ok=True)
        if (out / "last.pt").is_file():
            self._resume(checkpoint.load(out / "last.pt"))
        self._started_s = time.perf_counter()
        self._lap()

    @property
    def elapsed_s(self) -> float:
        """Seconds of training, those of earlier runs included."""
        return self._before_s + time.perf_counter() - self._started_s

    @property
    def share(self) -> float:
        """How much is done; 1 and more is the end, for all processes at once."""
        if self._length.minutes:
            return self._here.agree(self.elapsed_s / (60.0 * self._length.minutes))
        return self.step / self._length.steps

    def begin(self, rate: Callable[[float, int], float]) -> float:
        """Return the share, with the learning rate set for the next step.

        Args:
            rate: of a share and a step.
        """
        share = self.share
        for group in self._optimiser.param_groups:
            group["lr"] = rate(share, self.step)
        return share

    def stepped(self, loss: torch.Tensor) -> None:
        """Count a step that was taken for a loss."""
        self.average.update(self._net)
        self.step += 1
        self._total += float(loss.detach())
        self._count += 1

    def look(
        self,
        found: Callable[[], dict[str, Any]] | None,
        *,
        known: dict[str, Any] | None = None,
        scale: float = 1.0,
        batch: int = 1,
    ) -> dict[str, Any]:
        """Write a row of the log and `last.pt`; return the row, {} but in the first.

        Args:
            found: measures what else goes into the row, in the first process alone;
                None measures nothing.
            known: what else goes into the row.
            scale: times the mean loss since the last look.
            batch: what the rate counts; 1 counts steps.
        """
        row: dict[str, Any] = {}
        if self._here.first:
            spent_s = max(time.perf_counter() - self._since_s, 1e-9)
            row = {
                **({"epoch": self.epoch} if self.epoch else {}),
                "step": self.step,
                "loss": round(scale * self._total / max(self._count, 1), 4),
                "elapsed": round(self.elapsed_s, 1),
                "rate": round(batch * self._count / spent_s, 2),
                **(known or {}),
                **(found() if found else {}),
            }
            with (self._out / "log.jsonl").open("a") as log:
                log.write(json.dumps(row) + "\n")
            checkpoint.save(self._out / "last.pt", self._state())
        self._lap()
        return row

    def end(
        self, found: Callable[[], dict[str, Any]], description: dict[str, Any]
    ) -> dict[str, Any]:
        """Write the averaged weights and `run.json`, leave, and return its contents.

        Args:
            found: the metrics, asked in the first process alone.
            description: recipe, shape and data.
        """
        run = {
            **description,
            **({"epochs": self.epoch} if self.epoch else {}),
            "steps": self.step,
            "minutes": round(self.elapsed_s / 60.0, 1),
            "processes": self._here.world,
            "commit": checkpoint.commit(),
            "machine": checkpoint.machine(),
            "metrics": {},
        }
        if self._here.first:
            run["metrics"] = found()
            checkpoint.save(self._out / "weights.pt", self.average.slow)
            checkpoint.write_json(self._out / "run.json", run)
        self._here.leave()
        return run

    def _state(self) -> dict[str, Any]:
        return {
            **{key: each.state_dict() for key, each in self._kept.items()},
            "ema": self.average.slow,
            "ema_steps": self.average.steps,
            "epoch": self.epoch,
            "step": self.step,
            "elapsed": self.elapsed_s,
        }

    def _resume(self, state: dict[str, Any]) -> None:
        for key, each in self._kept.items():
            # What joins in late, or is new, begins anew.
            if key in state:
                each.load_state_dict(state[key])
        device = self._here.device
        self.average.slow = {k: v.to(device) for k, v in state["ema"].items()}
        self.average.steps = state["ema_steps"]
        self.epoch, self.step = state.get("epoch", 0), state["step"]
        self._before_s = state["elapsed"]

    def _lap(self) -> None:
        self._total, self._count, self._since_s = 0.0, 0, time.perf_counter()
