"""Train the refiner on degraded takes; discriminators join in late (`critic_from`).

Valid takes have other seeds and the valid recording; the test split is never seen here.
What is logged is what counts: error beside that of filling the gaps, trembling, detail.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn

from models.data.ahead import ahead
from models.data.recorded.batches import Sheet, windows
from models.motion.losses import signal_weights
from models.training.processes import Processes, join
from models.training.schedule import half_cosine
from models.training.training_run import Kept, Length, Tell, TrainingRun
from protocols.wording import counted

from .critic import Critic, disturbed
from .losses import Weights, convincing, discriminator_loss, paired
from .network import Refiner, Shape
from .validation import look, look_batch, tensors

EVERY: Final = 200
"""Steps between two looks."""
CRITIC_EVERY: Final = 2
"""Steps of the refiner to one step of the discriminators."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A run's settings; with `minutes` 0 and one process, a seed repeats a run."""

    steps: int = 13_400
    minutes: float = 0.0
    """Above 0: the schedule follows the clock instead of the steps."""
    batch: int = 8
    """Windows, over all processes."""
    coarse: bool = True
    """In bfloat16 where that is enough: twice as quick."""
    lr: float = 1.5e-3
    betas: tuple[float, float] = (0.9, 0.99)
    warm_up: int = 100
    decay: float = 1e-4
    ema: float = 0.999
    critic: bool = True
    critic_lr: float = 6e-4
    critic_from: float = 0.6
    """Share of the training from which on discriminators take part, and it is late."""
    weights: Weights = field(default_factory=Weights)
    seed: int = 0

    def parts(self, share: float) -> Weights:
        """Return the weights of the loss at a share of the training."""
        late = share >= self.critic_from
        texture = self.weights.late_texture if late else self.weights.texture
        return replace(self.weights, texture=texture)

    def rate(self, share: float, step: int) -> float:
        """Return the learning rate of a step."""
        return half_cosine(self.lr, self.warm_up, share, step)


class Discriminators:
    """The discriminators in training."""

    def __init__(self, recipe: Recipe, here: Processes) -> None:
        self.net = Critic().to(here.device)
        self.shared = here.share(self.net)
        self.optimiser = torch.optim.AdamW(
            self.net.parameters(), lr=recipe.critic_lr, betas=(0.5, 0.99)
        )

    def learn(self, real: Tensor, made: Tensor) -> None:
        """Take a step on clean and on refined motion."""
        real, made = disturbed(real, made.detach())
        # Both kinds in one pass: processes then agree on gradients once.
        said = self.shared(torch.cat([real, made]))
        halves = [[layer.chunk(2) for layer in layers] for layers in said]
        wrong = discriminator_loss(
            [[r for r, _ in layers] for layers in halves],
            [[m for _, m in layers] for layers in halves],
        )
        self.optimiser.zero_grad(set_to_none=True)
        wrong.backward()  # type: ignore[no-untyped-call]
        self.optimiser.step()

    def against(self, real: Tensor, made: Tensor, parts: Weights) -> Tensor:
        """Return the refiner's part of the loss."""
        real, made = disturbed(real, made)
        self.net.requires_grad_(False)
        with torch.no_grad():
            clean = self.net(real)
        total = convincing(clean, self.net(made), parts)
        self.net.requires_grad_(True)
        return total


def train(
    learn: Sequence[Sheet],
    look_at: Sequence[Sheet],
    out: Path,
    recipe: Recipe,
    shape: Shape | None = None,
    tell: Tell = lambda share, row: None,
    threads: int = 0,
    renew: Callable[[np.random.Generator], Sheet] | None = None,
) -> dict[str, Any]:
    """Train, or go on with what `out` holds, and return what run.json gets.

    Args:
        learn: takes of the train split.
        look_at: of the valid split.
        out: the run's folder.
        recipe: settings.
        shape: what to build.
        tell: progress.
        threads: see `processes.join`.
        renew: see `windows`.

    Raises:
        ValueError: nothing to learn from, or a batch the processes cannot share.
    """
    here = join(threads)
    if not learn or recipe.batch % here.world:
        raise ValueError(
            f"batch {recipe.batch}: {counted(len(learn), 'take')}, "
            f"{counted(here.world, 'process')}"
        )
    torch.manual_seed(recipe.seed)
    net = Refiner(shape).to(here.device)
    optimiser = torch.optim.AdamW(
        net.parameters(),
        lr=recipe.lr,
        betas=recipe.betas,
        weight_decay=recipe.decay,
    )
    discriminators = Discriminators(recipe, here) if recipe.critic else None
    more: dict[str, Kept] = {}
    if discriminators is not None:
        more = {"critic": discriminators.net, "critic_opt": discriminators.optimiser}
    length = Length(recipe.minutes, recipe.steps)
    run = TrainingRun(out, here, net, optimiser, length, ema=recipe.ema, more=more)
    weight = signal_weights().to(here.device)[:, None]
    rng = np.random.default_rng((recipe.seed, run.step, here.rank))
    model = here.share(net)
    seen = look_batch(look_at)

    def found() -> dict[str, float]:
        return look(run.average.slow, net.shape, seen)

    row: dict[str, Any] = {}
    batches = ahead(windows(learn, recipe.batch // here.world, rng, renew))
    for batch in batches:
        if (share := run.begin(recipe.rate)) >= 1.0:
            break
        x = tensors(batch, here.device)
        with torch.autocast(
            here.device.type, torch.bfloat16, enabled=recipe.coarse, cache_enabled=False
        ):
            residual = model(x["told"])
        said = x["ready"] + x["bound"] * residual
        wrong = paired(
            said,
            x["target"],
            x["ready"],
            x["still"],
            x["known"],
            x["missing"],
            x["gap"],
            weight,
            recipe.parts(share),
        )
        if discriminators is not None and share >= recipe.critic_from:
            # Samples that cannot be mended are hidden from the discriminators.
            made = torch.where(x["known"] > 0.0, said, x["target"])
            if run.step % CRITIC_EVERY == 0:
                discriminators.learn(x["target"], made)
            wrong = wrong + discriminators.against(x["target"], made, recipe.weights)
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
        "takes": len(learn) * here.world,
    }
    return run.end(found, description)
