"""Networks that are judged side by side: the same recipe with several seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.face.crop import whole
from engines.runtime.graphs import EXPRESSION
from models.data.photographs.fer2013 import (
    FER2013,
    PUBLIC,
    Faces,
    majority,
    targets,
)
from models.training.onnx_file import onnx_bytes
from protocols.arrays import Floats
from protocols.channels import EXPRESSIONS

from .calibration import Calibration, label_temperature
from .export import Shipped, from_run, learned_live
from .live_faces import Forms
from .metrics import Labels, Score, score
from .network import ExpressionNet, logits
from .packed import unpack
from .robustness import CHANGES, changed


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A trained network."""

    name: str
    net: ExpressionNet
    calibration: Calibration
    """Of its FER+ head, chosen on PublicTest."""
    warmth: float
    """Temperature of its FER2013 head, chosen on PublicTest."""

    def graph(self) -> bytes:
        """Return the float32 graph that the daemon would run."""
        return onnx_bytes(Shipped(self.net, self.calibration), EXPRESSION)


VOTED: Final = 0.3
"""Share of a face's FER+ votes with which an expression is wanted in `Judged.order`."""


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a network says of n faces."""

    seven: Floats
    """(n, 7) logits of FER2013's classes."""
    eight: Floats
    """(n, 8) logits of FER+'s."""

    def part(self, keep: npt.NDArray[np.bool_]) -> Answers:
        """Return those of the faces where `keep` (n,) is true."""
        return Answers(self.seven[keep], self.eight[keep])


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One network on one part of the split."""

    name: str
    fer2013: Score
    """FER2013's labels, with the temperature."""
    ferplus: Score
    """FER+ labels by the official majority rule, with the temperature."""
    plain: tuple[float, float]
    """Calibration errors of both without the temperature."""
    order: dict[str, tuple[float, int, int]]
    """By expression: average precision of its probability, for finding the faces that
    at least `VOTED` of their taggers call so (chance gives their share; NaN if there
    are none); how many these are, of how many. It needs no threshold, so that it says
    something of an expression that is hardly ever the likeliest."""
    robustness: dict[str, dict[float, float]]
    """FER2013 accuracy by change and level; empty if it was not asked for."""


def read(path: Path, forms: Forms) -> Candidate:
    """Return the network of a training run's folder, or of an `.npz` that ships.

    Args:
        path: a folder or a file.
        forms: of faces of Training and PublicTest.

    Raises:
        ValueError: it holds no network.
    """
    if path.is_dir():
        net, calibration = from_run(path, forms.of(learned_live(path)))
    else:
        net, calibration = unpack(path)
    public = forms.of(calibration.live).split(PUBLIC)
    seven, _ = logits(net, whole(public.images))
    return Candidate(
        path.name if path.is_dir() else path.stem,
        net,
        calibration,
        label_temperature(seven, public.label),
    )


def ask(candidate: Candidate, part: Faces) -> Answers:
    """Return what a network says of faces."""
    return Answers(*logits(candidate.net, whole(part.images)))


def judge(
    candidate: Candidate,
    part: Faces,
    answers: Answers | None = None,
    *,
    robust: bool = False,
) -> Judged:
    """Return how a network does on a part of the split.

    Args:
        candidate: the network.
        part: PublicTest, or PrivateTest once at the end; cut as live or not.
        answers: what it says of these faces, if it was asked already.
        robust: also measure against changed faces, which asks 26 times more faces.
    """
    answers = answers or ask(candidate, part)
    seven, eight = answers.seven, answers.eight
    truth = majority(part.votes)
    clear = truth >= 0
    untempered = replace(candidate.calibration, temperature=1.0)
    found = {}
    if robust:
        for name, (_, _, levels) in CHANGES.items():
            found[name] = {
                level: _right(candidate.net, part, name, level) for level in levels
            }
    return Judged(
        candidate.name,
        _scored(part.label, _softmax(seven / candidate.warmth), len(FER2013)),
        _scored(truth[clear], candidate.calibration(eight[clear]), len(EXPRESSIONS)),
        (
            _scored(part.label, _softmax(seven), len(FER2013)).calibration,
            _scored(
                truth[clear], untempered(eight[clear]), len(EXPRESSIONS)
            ).calibration,
        ),
        _order(candidate.calibration(eight), targets(part.votes)),
        found,
    )


def spread(values: Sequence[float]) -> tuple[float, float]:
    """Return mean and standard deviation (n - 1); NaN for the latter of one value."""
    array = np.array(values, np.float64)
    return float(array.mean()), float(array.std(ddof=1)) if len(array) > 1 else np.nan


def _order(probabilities: Floats, votes: Floats) -> dict[str, tuple[float, int, int]]:
    from sklearn.metrics import average_precision_score

    voted = votes.sum(axis=1) > 0
    found = {}
    for at, name in enumerate(EXPRESSIONS):
        wanted = votes[voted, at] >= VOTED
        precision = np.nan
        if wanted.any():
            precision = average_precision_score(wanted, probabilities[voted, at])
        found[name] = (float(precision), int(wanted.sum()), int(voted.sum()))
    return found


def _right(net: ExpressionNet, part: Faces, change: str, level: float) -> float:
    said = logits(net, whole(changed(part.images, change, level)))[0].argmax(axis=1)
    return float((said == part.label).mean())


def _scored(truth: Labels, probabilities: Floats, classes: int) -> Score:
    return score(truth, probabilities.argmax(axis=1), classes, probabilities)


def _softmax(z: Floats) -> Floats:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    out: Floats = (e / e.sum(axis=1, keepdims=True)).astype(np.float32)
    return out
