"""The mean of several runs' weights, as one run.

Of runs that went on from each other, each to the end of its own schedule, the mean is
often better than any, and costs no more than one. After Izmailov et al., "Averaging
Weights Leads to Wider Optima and Better Generalization", 2018.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from . import checkpoint

KEPT: Final = ("epochs", "steps", "minutes", "commit", "metrics")
"""What is kept of every run."""


def write_mean(runs: Sequence[Path], out: Path) -> dict[str, Any]:
    """Write a run whose weights are the mean of others', and return its run.json.

    That is the last run's, with the names of all; nothing was measured of the mean.

    Raises:
        FileNotFoundError: a run has no weights or has not ended.
        ValueError: fewer than two, `out` is one of them, or networks differ.
    """
    if len(runs) < 2 or out.resolve() in {run.resolve() for run in runs}:
        raise ValueError(
            f"{len(runs)} runs into {out}: expected two runs or more, and a new folder"
        )
    descriptions = [checkpoint.described(run) for run in runs]
    for run, each in zip(runs, descriptions, strict=True):
        if each.get("shape") != descriptions[0].get("shape"):
            raise ValueError(
                f"{run}: its network and that of {runs[0]} differ in shape"
            )
    weights = mean_of([checkpoint.weights(run) for run in runs])
    described = {
        **descriptions[-1],
        "mean_of": [{k: each[k] for k in KEPT if k in each} for each in descriptions],
        "metrics": {},
    }
    out.mkdir(parents=True, exist_ok=True)
    checkpoint.save(out / "weights.pt", weights)
    checkpoint.write_json(out / "run.json", described)
    return described


def mean_of(states: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """Return the mean of every tensor, the last one's where it counts.

    Raises:
        ValueError: names or shapes differ.
    """
    shapes = [{name: tuple(v.shape) for name, v in state.items()} for state in states]
    if any(each != shapes[0] for each in shapes):
        raise ValueError("the networks of the runs have different weights")
    out = {}
    for name, last in states[-1].items():
        rows = torch.stack([state[name].double() for state in states])
        out[name] = (
            rows.mean(dim=0).to(last.dtype) if last.is_floating_point() else last
        )
    return out
