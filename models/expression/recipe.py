"""How the expression network is trained: everything beside data and shape."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from models.data.photographs.augment import Augment
from models.training.schedule import half_cosine

CUT: Final = Augment(turn=8.0, scale=1.12, shift=0.05)
"""How faces are bent that are cut as the daemon cuts them: they are level, and where
they belong."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A run's settings; with `minutes` 0 and one process, a seed repeats a run."""

    epochs: int = 100
    minutes: float = 0.0
    """Above 0: the schedule follows the clock instead of the epochs."""
    batch: int = 128
    """Faces a step, over all processes."""
    lr: float = 0.1
    warm_up: int = 500
    """Steps."""
    momentum: float = 0.9
    decay: float = 5e-4
    """L2 on convolutions and heads, none on norms and biases."""
    smoothing: float = 0.1
    """Of the FER2013 label."""
    prior: float = 0.5
    """Times log(class frequency) is added to FER+ logits while training, so that rare
    expressions need not be shouted down to please the frequent ones."""
    ferplus: float = 0.7
    """Weight of the FER+ loss; FER2013's is 1."""
    mixup: float = 0.2
    """Both parameters of the Beta distribution."""
    mixup_chance: float = 0.5
    mixup_until: float = 0.85
    """Share of the schedule after which faces are no longer mixed."""
    ema: float = 0.999
    """What the averaged weights keep a step."""
    taught: float = 0.7
    """Share of the teachers' answers in the targets, if there are teachers."""
    sizes: tuple[tuple[float, int], ...] = ((0.45, 48), (0.7, 56), (1.0, 64))
    """(until this share of the schedule, pixels). Small faces cost half as much."""
    live: bool = True
    """Faces are cut as the daemon cuts them; whole pictures otherwise."""
    bend: Augment = CUT
    seed: int = 0

    def of_whole_pictures(self) -> Recipe:
        """Return the same for pictures that are not cut, bent further."""
        return replace(self, live=False, bend=Augment())

    def going_on(self) -> Recipe:
        """Return the same for a network that has learned already: gentler, with faces
        less often mixed and hidden, and small for a shorter time."""
        return replace(
            self,
            lr=0.6 * self.lr,
            mixup_chance=0.25,
            mixup_until=0.7,
            sizes=((0.22, 48), (0.4, 56), (1.0, 64)),
            bend=replace(self.bend, erase_chance=0.3),
        )

    def size(self, progress: float) -> int:
        """Return the faces' side for an epoch that starts at this share, pixels."""
        for until, size in self.sizes:
            if progress < until:
                return size
        return self.sizes[-1][1]

    def rate(self, progress: float, step: int) -> float:
        """Return the learning rate of a step."""
        return half_cosine(self.lr, self.warm_up, progress, step)
