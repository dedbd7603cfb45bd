"""Train the solver on rendered faces.

`train` teaches, `valid` is looked at on the way and sets the gains at the end; `test`
is another stage with other people and never seen here. Several processes are started
by torch's own launcher, as for the expression network:

    torchrun --nproc-per-node 2 --no-python facewire-models train solver ...
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from models.data.rendered.solver_batches import Inputs, Prepared, batches, point_batches
from models.training.processes import join
from models.training.schedule import half_cosine
from models.training.training_run import Length, Tell, TrainingRun
from protocols.arrays import Floats
from protocols.wording import counted

from .losses import curve_weights, surface, wrong
from .network import Shape, SolverNet
from .predictions import look


@dataclass(frozen=True, slots=True)
class Recipe:
    """A run's settings; with `minutes` 0 and one process, a seed repeats a run."""

    first: int = 8
    """Epochs of the landmarks alone, which take seconds each."""
    epochs: int = 20
    minutes: float = 0.0
    """Above 0: the schedule follows the clock instead of the epochs."""
    batch: int = 128
    lr: float = 1.5e-3
    warm_up: int = 100
    """Steps."""
    decay: float = 1e-3
    """Decoupled, on matrices and convolutions."""
    surface: float = 0.3
    """Weight of the error in millimetres beside that of the curves."""
    points_only: float = 0.3
    """Weight of the answer from landmarks alone."""
    doubt: float = 0.05
    """Weight of the likelihood that teaches sigma; the weights do not feel it."""
    ema: float = 0.998
    seed: int = 0

    def rate(self, share: float, step: int) -> float:
        """Return the learning rate of a step."""
        return half_cosine(self.lr, self.warm_up, share, step)


class View(nn.Module):
    """What a training step asks: one view, not the mean of two."""

    def __init__(self, net: SolverNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, *x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """See `SolverNet.view`."""
        return self.net.view(Inputs(*x))


def train(
    learn: Prepared,
    look_at: Prepared,
    metric: Floats,
    out: Path,
    recipe: Recipe,
    shape: Shape | None = None,
    tell: Tell = lambda share, row: None,
    threads: int = 0,
) -> dict[str, Any]:
    """Train, or go on with what `out` holds, and return what run.json gets.

    Args:
        learn: of the train split.
        look_at: of the valid split.
        metric: from `surface_metric`.
        out: the run's folder.
        recipe: settings.
        shape: what to build.
        tell: progress.
        threads: see `processes.join`.

    Raises:
        ValueError: too few faces for a batch, or a batch the processes cannot share.
    """
    here = join(threads)
    cv2.setNumThreads(1)
    steps = len(learn) // recipe.batch
    if steps == 0 or recipe.batch % here.world:
        raise ValueError(
            f"batch {recipe.batch}: {counted(len(learn), 'face')}, "
            f"{counted(here.world, 'process')}"
        )
    torch.manual_seed(recipe.seed)
    net = SolverNet(shape)
    net.whiten_to(*learn.movements())
    net.to(here.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    curve_weight = curve_weights(learn.weights).to(here.device)
    skin = torch.from_numpy(metric / np.trace(metric)).to(here.device)
    decays = [p for p in net.parameters() if p.ndim > 1]
    plain = [p for p in net.parameters() if p.ndim <= 1]
    groups: list[dict[str, Any]] = [
        {"params": decays, "weight_decay": recipe.decay},
        {"params": plain},
    ]
    optimiser = torch.optim.AdamW(groups, lr=recipe.lr, weight_decay=0.0)
    out.mkdir(parents=True, exist_ok=True)
    last = out / "last.pt"
    if not last.is_file():
        learn_landmarks(net, learn, curve_weight, recipe)
        if here.first:
            begun = {"epoch": 0, **look(net.state_dict(), net.shape, look_at)}
            (out / "log.jsonl").write_text(json.dumps(begun) + "\n")
    length = Length(recipe.minutes, recipe.epochs * steps)
    run = TrainingRun(out, here, net, optimiser, length, ema=recipe.ema)
    torch.manual_seed(recipe.seed * 1000 + run.epoch * 10 + here.rank)
    flips = np.random.default_rng((recipe.seed, run.epoch, here.rank, 2))
    model = here.share(View(net))

    def found() -> dict[str, float]:
        return look(run.average.slow, net.shape, look_at)

    row: dict[str, Any] = {}
    while run.share < 1.0:
        net.train()
        seed = (recipe.seed, run.epoch)
        for x, truth in batches(learn, recipe.batch, seed, here.rank, here.world):
            if (share := run.begin(recipe.rate)) >= 1.0:
                break
            if flips.random() < 0.5:
                x, truth = net.reflect(x), truth[:, net.curves]
            x, truth = Inputs(*(t.to(here.device) for t in x)), truth.to(here.device)
            with torch.autocast(here.device.type, torch.bfloat16):
                mean, sigma, plainly = model(*x)
            mean, sigma, plainly = mean.float(), sigma.float(), plainly.float()
            off = wrong(mean, truth)
            loss = (curve_weight * off**2).mean()
            loss = loss + recipe.surface * surface(off, skin)
            loss = (
                loss
                + recipe.points_only
                * (curve_weight * wrong(plainly, truth) ** 2).mean()
            )
            # Not the squares of a Gaussian: one face that is read all wrong would
            # outweigh a thousand.
            seen = (mean.detach().clamp(0, 1) - truth).abs() * math.sqrt(math.pi / 2)
            loss = loss + recipe.doubt * (seen / sigma + sigma.log()).mean()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 2.0)
            optimiser.step()
            run.stepped(loss)
            tell(share, row)
        run.epoch += 1
        row = run.look(found, batch=recipe.batch)
        here.wait()
    description = {
        "recipe": asdict(recipe),
        "shape": asdict(net.shape),
        "training_faces": len(learn),
        "people": len(learn.rest_points),
    }
    return run.end(found, description)


def learn_landmarks(
    net: SolverNet, learn: Prepared, curve_weight: Tensor, recipe: Recipe
) -> None:
    """Teach the answer from landmarks alone, in place."""
    device = curve_weight.device
    parts = (net.moved, net.place, net.turned, net.landmarks, net.points_only)
    weights = [p for part in parts for p in part.parameters()]
    optimiser = torch.optim.AdamW(weights, lr=recipe.lr, weight_decay=recipe.decay)
    size = min(256, len(learn))
    steps, step = recipe.first * (len(learn) // size), 0
    net.train()
    for epoch in range(recipe.first):
        for batch in point_batches(learn, size, (recipe.seed, epoch, 3)):
            landmarks, moved, turn, truth = (t.to(device) for t in batch)
            if step % 2:
                landmarks = landmarks[:, net.partners] * net.sign
                moved = moved[:, net.partners] * net.sign
                turn, truth = turn * net.turn_sign, truth[:, net.curves]
            for group in optimiser.param_groups:
                group["lr"] = recipe.rate(step / steps, step)
            answer = net.points_only(net.of_landmarks(landmarks, moved, turn))
            loss = (curve_weight * wrong(answer, truth) ** 2).mean()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            step += 1
