"""Train the solver on rendered faces.

`train` teaches, `valid` is looked at on the way and sets the gains at the end; `test`
is another stage with other people and never seen here. Several processes are started
by torch's own launcher, as for the expression network:

    torchrun --nproc-per-node 2 --no-python facewire-models train solver ...
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from models.data.rendered.solver_batches import (
    Inputs,
    Prepared,
    batches,
    calm_inputs,
    point_batches,
    with_sides,
)
from models.training.processes import join
from models.training.schedule import half_cosine
from models.training.training_run import Length, Tell, TrainingRun
from protocols.arrays import Floats
from protocols.wording import counted

from .head_start import learn_heads
from .losses import Scales, Shares, curve_weights, loss, wrong
from .network import Shape, SolverNet
from .predictions import look
from .warm_start import warm_start

MEASURED = 512
"""Faces that a warm start measures batch norms on."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A run's settings; with `minutes` 0 and one process, a seed repeats a run."""

    first: int = 8
    """Epochs of the landmarks alone, which take seconds each; after a warm start, of
    all but the patches' stacks."""
    epochs: int = 20
    minutes: float = 0.0
    """Above 0: the schedule follows the clock instead of the epochs."""
    batch: int = 128
    lr: float = 1.5e-3
    warm_up: int = 100
    """Steps."""
    decay: float = 1e-3
    """Decoupled, on matrices and convolutions."""
    shares: Shares = field(default_factory=Shares)
    """Parts of the loss."""
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
    lips: Floats,
    out: Path,
    recipe: Recipe,
    shape: Shape | None = None,
    warm: Path | None = None,
    tell: Tell = lambda share, row: None,
    threads: int = 0,
) -> dict[str, Any]:
    """Train, or go on with what `out` holds, and return what run.json gets.

    Args:
        learn: of the train split.
        look_at: of the valid split.
        metric: from `surface_metric`.
        lips: from `lip_gap`.
        out: the run's folder.
        recipe: settings.
        shape: what to build.
        warm: a solver.onnx of that shape to begin with.
        tell: progress.
        threads: see `processes.join`.

    Raises:
        ValueError: too few faces for a batch, or a batch the processes cannot share; or
            `warm` is a graph of another shape.
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
    scales = Scales(
        curve_weights(learn.weights).to(here.device),
        torch.from_numpy(metric / np.trace(metric)).to(here.device),
        torch.from_numpy(lips).to(here.device),
    )
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
        if warm is None:
            learn_landmarks(net, learn, scales.curves, recipe)
        else:
            some = np.linspace(0, len(learn) - 1, min(MEASURED, len(learn)))
            seen = calm_inputs(learn, some.astype(np.int64), known=True)
            warm_start(net, warm, Inputs(*(t.to(here.device) for t in seen)))
            learn_heads(
                net,
                # Not later: the patches would not show what is done to the landmarks.
                with_sides(learn) if recipe.shares.sides else learn,
                scales,
                recipe.shares,
                epochs=recipe.first,
                lr=recipe.lr,
                warm_up=recipe.warm_up,
                decay=recipe.decay,
                seed=recipe.seed,
            )
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
            answer = mean.float(), sigma.float(), plainly.float()
            cost = loss(answer, truth, scales, recipe.shares)
            optimiser.zero_grad(set_to_none=True)
            cost.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(net.parameters(), 2.0)
            optimiser.step()
            run.stepped(cost)
            tell(share, row)
        run.epoch += 1
        row = run.look(found, batch=recipe.batch)
        here.wait()
    description = {
        "recipe": asdict(recipe),
        "shape": asdict(net.shape),
        "training_faces": len(learn),
        "people": len(learn.rest_points),
        "warm": None if warm is None else warm.name,
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
            cost = (curve_weight * wrong(answer, truth) ** 2).mean()
            optimiser.zero_grad(set_to_none=True)
            cost.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            step += 1
