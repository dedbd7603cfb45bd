"""Train the generator on made-up and real performances, as a tracker sees them.

Valid performances have other seeds and the valid take; the test split is never seen
here. What is logged is what counts: error and trembling at three steadinesses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn

from models.data.ahead import ahead
from models.data.motion.batches import Batch, window_batch, windows
from models.data.motion.noise import Observed
from models.training.processes import join
from models.training.schedule import half_cosine
from models.training.training_run import Length, Tell, TrainingRun
from protocols.wording import counted

from .losses import SETTLE, Weights, loss, signal_weights
from .network import STEADY, MotionNet, Shape

LOOKS: Final = (0.1, 0.5, 0.9)
"""Steadinesses at which valid performances are looked at."""
EVERY: Final = 250
"""Steps between two looks."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A run's settings; with `minutes` 0 and one process, a seed repeats a run."""

    steps: int = 12_000
    minutes: float = 0.0
    """Above 0: the schedule follows the clock instead of the steps."""
    batch: int = 8
    """Windows, over all processes; each is 58 sequences to the signals' LSTM."""
    frames: int = 256
    """Of a window: what a face comes back to is told by seconds, not by frames."""
    lr: float = 3e-3
    warm_up: int = 100
    decay: float = 1e-4
    ema: float = 0.998
    deaf: float = 0.15
    """See `MotionNet.sequence`."""
    weights: Weights = field(default_factory=Weights)
    seed: int = 0

    def rate(self, share: float, step: int) -> float:
        """Return the learning rate of a step."""
        return half_cosine(self.lr, self.warm_up, share, step)


class Whole(nn.Module):
    """What a training step asks: sequences."""

    def __init__(self, net: MotionNet, deaf: float) -> None:
        super().__init__()
        self.net = net
        self.deaf = deaf

    def forward(self, moment: Tensor, bank: Tensor, lead: Tensor) -> Tensor:
        """See `MotionNet.sequence`."""
        return self.net.sequence(moment, bank, lead, self.deaf)


def train(
    learn: Sequence[Observed],
    look_at: Sequence[Observed],
    out: Path,
    recipe: Recipe,
    shape: Shape | None = None,
    tell: Tell = lambda share, row: None,
    threads: int = 0,
    start: dict[str, Tensor] | None = None,
    renew: Callable[[np.random.Generator], Observed] | None = None,
) -> dict[str, Any]:
    """Train, or go on with what `out` holds, and return what run.json gets.

    Args:
        learn: performances of the train split.
        look_at: of the valid split.
        out: the run's folder.
        recipe: settings.
        shape: what to build.
        tell: progress.
        threads: see `processes.join`.
        start: weights to begin with, for tuning to somebody's own takes.
        renew: see `windows`.

    Raises:
        ValueError: nothing to learn from, or a batch the processes cannot share.
    """
    here = join(threads)
    if not learn or recipe.batch % here.world:
        raise ValueError(
            f"batch {recipe.batch}: {counted(len(learn), 'performance')}, "
            f"{counted(here.world, 'process')}"
        )
    torch.manual_seed(recipe.seed)
    net = MotionNet(shape)
    if start is not None:
        net.load_state_dict(start)
    net.to(here.device)
    optimiser = torch.optim.AdamW(
        net.parameters(), lr=recipe.lr, weight_decay=recipe.decay
    )
    length = Length(recipe.minutes, recipe.steps)
    run = TrainingRun(out, here, net, optimiser, length, ema=recipe.ema)
    weight = signal_weights().to(here.device)
    rng = np.random.default_rng((recipe.seed, run.step, here.rank))
    model = here.share(Whole(net, recipe.deaf))
    seen = look_batch(look_at, recipe)

    def found() -> dict[str, float]:
        return look(run.average.slow, net.shape, seen)

    row: dict[str, Any] = {}
    size = recipe.batch // here.world
    batches = ahead(windows(learn, size, recipe.frames, rng, renew))
    for batch in batches:
        if (share := run.begin(recipe.rate)) >= 1.0:
            break
        x = tensors(batch, here.device)
        said = model(x["moment"], x["bank"], x["lead"])
        wrong = loss(
            said,
            x["target"],
            x["still"],
            x["there"],
            x["steadiness"],
            weight,
            recipe.weights,
        )
        optimiser.zero_grad(set_to_none=True)
        wrong.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        run.stepped(wrong)
        tell(share, row)
        if run.step % EVERY == 0:
            row = run.look(found, scale=1e3)
    batches.close()  # type: ignore[attr-defined]
    description = {
        "recipe": asdict(recipe),
        "shape": asdict(net.shape),
        "performances": len(learn) * here.world,
    }
    return run.end(found, description)


def tensors(batch: Batch, device: torch.device) -> dict[str, Tensor]:
    """Return a batch's arrays as tensors, by name."""
    return {
        name: torch.from_numpy(getattr(batch, name)).to(device)
        for name in batch.__slots__
    }


def look_batch(look_at: Sequence[Observed], recipe: Recipe) -> Batch | None:
    """Return one batch of all valid performances, always the same windows."""
    if not look_at:
        return None
    return window_batch(look_at, 2 * recipe.frames, np.random.default_rng(7))


def look(
    state: dict[str, Tensor], shape: Shape, batch: Batch | None
) -> dict[str, float]:
    """Return error and trembling, x 1000, at `LOOKS` (named in percent); {} without a
    batch."""
    if batch is None:
        return {}
    net = MotionNet(shape)
    net.load_state_dict({k: v.cpu() for k, v in state.items()})
    x = tensors(batch, torch.device("cpu"))
    found = {}
    with torch.inference_mode():
        for steadiness in LOOKS:
            x["moment"][..., STEADY] = steadiness
            said = net.sequence(x["moment"], x["bank"], x["lead"])[:, SETTLE:]
            off = (said - x["target"][:, SETTLE:]) * x["there"][:, SETTLE:]
            jerk = said.diff(n=3, dim=1).abs()
            rest = x["still"][:, SETTLE:].unfold(1, 4, 1).amin(3)
            name = f"{100 * steadiness:.0f}"
            found[f"rmse_{name}"] = round(1e3 * float((off**2).mean().sqrt()), 3)
            found[f"jerk_{name}"] = round(
                1e3 * float((jerk * rest).sum() / rest.sum().clamp(min=1.0)), 3
            )
    return found
