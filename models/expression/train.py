"""Train the expression network on FER2013 and FER+ at once.

Only `Training` teaches, and rendered faces if there are any. `PublicTest` is looked at
on the way; `PrivateTest` never.
Several processes, one a GPU or one a core, are started by torch's own launcher:

    torchrun --nproc-per-node 2 --no-python facewire-models train expression ...
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.face.crop import whole
from models.data.photographs.batches import batches
from models.data.photographs.fer2013 import (
    PUBLIC,
    Faces,
    data_hash,
    log_prior,
    majority,
)
from models.data.rendered.posed import Posed
from models.training.processes import join
from models.training.training_run import Length, Tell, TrainingRun
from protocols.wording import counted

from .lessons import NO_LABEL, lessons
from .network import ExpressionNet, Shape, logits
from .packed import unpack
from .recipe import Recipe
from .teachers import Teachers

LOOK = 4
"""Epochs from one look at PublicTest to the next."""


def train(
    faces: Faces,
    out: Path,
    recipe: Recipe,
    shape: Shape | None = None,
    tell: Tell = lambda share, row: None,
    threads: int = 0,
    teachers: Sequence[Path] = (),
    start: Path | None = None,
    rendered: Posed | None = None,
) -> dict[str, Any]:
    """Train, or go on with what `out` holds, and return what run.json gets.

    Args:
        faces: to learn from, and to look at, cut as `recipe.live` says.
        out: folder of the run.
        recipe: how it is trained.
        shape: what is trained.
        tell: told the progress.
        threads: of each process; 0 divides the cores.
        teachers: finished runs whose answers are learned too.
        start: a file of `packed.pack` of the same shape, whose weights are trained on.
        rendered: faces to learn from beside the photographs. What teachers say of them
            is not learned, and how frequent each expression is does not count.

    Raises:
        ValueError: too few faces for a batch, a batch the processes cannot share, a
            teacher that is no finished run, or a start that is no such file or has
            another shape.
    """
    here = join(threads)
    cv2.setNumThreads(1)
    shape = shape or Shape()
    photographs = faces.for_training()
    learn = lessons(photographs, rendered)
    public = faces.split(PUBLIC)
    steps = len(learn) // recipe.batch
    if steps == 0 or recipe.batch % here.world:
        raise ValueError(
            f"batch {recipe.batch}: {len(learn)} training faces, "
            f"{counted(here.world, 'process')}"
        )
    prior = torch.from_numpy(recipe.prior * log_prior(photographs)).to(here.device)

    torch.manual_seed(recipe.seed)
    net = (ExpressionNet(shape) if start is None else _read(start, shape)).to(
        here.device
    )
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = _optimiser(net, recipe)
    length = Length(recipe.minutes, recipe.epochs * steps)
    run = TrainingRun(out, here, net, optimiser, length, ema=recipe.ema)
    torch.manual_seed(recipe.seed * 1000 + run.epoch * 10 + here.rank)
    taught = Teachers(teachers, here.device)
    mixing = np.random.default_rng((recipe.seed, run.epoch, here.rank, 1))
    model = here.share(net)

    def found() -> dict[str, float]:
        return look(run.average.slow, shape, public)

    row: dict[str, Any] = {}
    while (share := run.share) < 1.0:
        size = recipe.size(share)
        net.train()
        for x, label, wanted in batches(
            learn.faces,
            learn.wanted,
            batch=recipe.batch,
            size=size,
            seed=(recipe.seed, run.epoch),
            rank=here.rank,
            world=here.world,
            bend=recipe.bend,
        ):
            if (share := run.begin(recipe.rate)) >= 1.0:
                break
            x = x.to(here.device, memory_format=torch.channels_last)
            one = _smoothed(label, recipe.smoothing).to(here.device)
            wanted = wanted.to(here.device)
            if share < recipe.mixup_until and mixing.random() < recipe.mixup_chance:
                keep = float(mixing.beta(recipe.mixup, recipe.mixup))
                x, one, wanted = (
                    keep * t + (1 - keep) * t.flip(0) for t in (x, one, wanted)
                )
            votes, real = wanted[:, :-1], wanted[:, -1:]
            if taught:
                told = taught.targets(x, prior)
                one, votes = (
                    torch.lerp(known, heard, recipe.taught * real)
                    for known, heard in zip((one, votes), told, strict=True)
                )
            with torch.autocast(here.device.type, torch.bfloat16):
                seven, eight = model(x)
            loss = _cross_entropy(seven, one)
            loss = loss + recipe.ferplus * _cross_entropy(
                eight.float() + prior * real, votes
            )
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            run.stepped(loss)
            tell(share, row)
        run.epoch += 1
        measured = found if run.epoch % LOOK == 0 else None
        row = run.look(measured, known={"size": size}, batch=recipe.batch)
        here.wait()
    description = {
        "recipe": asdict(recipe),
        "shape": asdict(shape),
        "teachers": [str(run) for run in teachers],
        "start": "" if start is None else start.name,
        "training_faces": len(photographs),
        "rendered_faces": len(learn) - len(photographs),
        "data_sha256": data_hash(faces),
    }
    return run.end(found, description)


def look(state: dict[str, Tensor], shape: Shape, public: Faces) -> dict[str, float]:
    """Return the accuracies of some weights on PublicTest, by name."""
    if not len(public):
        return {}
    net = ExpressionNet(shape)
    net.load_state_dict(state)
    seven, eight = logits(net, whole(public.images))
    found = {"public": float((seven.argmax(axis=1) == public.label).mean())}
    truth = majority(public.votes)
    if (truth >= 0).any():
        right = (eight.argmax(axis=1) == truth)[truth >= 0]
        found["ferplus_public"] = float(right.mean())
    return {name: round(value, 4) for name, value in found.items()}


def _read(start: Path, shape: Shape) -> ExpressionNet:
    net, _ = unpack(start)
    if net.shape != shape:
        raise ValueError(
            f"{start}: its network is {net.shape}, expected {shape}; train on with the "
            "width and the stride that it has"
        )
    return net


def _optimiser(net: nn.Module, recipe: Recipe) -> torch.optim.SGD:
    groups: list[dict[str, Any]] = [
        {
            "params": [p for p in net.parameters() if p.ndim > 1],
            "weight_decay": recipe.decay,
        },
        {"params": [p for p in net.parameters() if p.ndim <= 1]},
    ]
    return torch.optim.SGD(
        groups,
        lr=recipe.lr,
        momentum=recipe.momentum,
        nesterov=True,
    )


def _smoothed(label: Tensor, smoothing: float) -> Tensor:
    one = F.one_hot(label.clamp(min=0), 7).float() * (1.0 - smoothing) + smoothing / 7
    return one * (label != NO_LABEL)[:, None]


def _cross_entropy(found: Tensor, wanted: Tensor) -> Tensor:
    """Mean over the batch; a target of zeros adds nothing."""
    return -(wanted * F.log_softmax(found.float(), dim=1)).sum(dim=1).mean()
