"""The paper's tables for the expression network, measured.

PublicTest chose everything there was to choose; here PrivateTest is asked. One network,
one look at each face, unless a row says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engines.face.crop import whole
from models.data.photographs.fer2013 import (
    FER2013,
    PRIVATE,
    PUBLIC,
    TRAINING,
    Faces,
    majority,
)
from protocols.arrays import Floats
from protocols.channels import EXPRESSIONS

from .baselines import BASELINES, Baseline, Judged, judge
from .calibration import Calibration, label_temperature
from .int8_gate import answers
from .live_faces import new_faces
from .metrics import Score, score
from .network import ExpressionNet, logits
from .robustness import CHANGES, changed

Tell = Callable[[str], None]


@dataclass(slots=True)
class Report:
    """Everything that was measured; what was not asked for stays empty."""

    fer2013: dict[str, Score] = field(default_factory=dict)
    """By row, such as "PrivateTest"; FER2013 labels, 7 classes."""
    ferplus: dict[str, Score] = field(default_factory=dict)
    """By row; FER+ majority, 8 classes, the calibrated head that ships."""
    baselines: list[Judged] = field(default_factory=list)
    robustness: dict[str, dict[float, float]] = field(default_factory=dict)
    """FER2013 accuracy on PrivateTest by change and level."""
    agreement: float = 0.0
    """Share of PrivateTest whose FER2013 label is the FER+ plurality."""
    ckplus: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Mean and deviation of the accuracy over ten folds, by method."""

    def headline(self) -> dict[str, float]:
        """Return the numbers that others quote, by name."""
        private, ferplus = self.fer2013["PrivateTest"], self.ferplus["PrivateTest"]
        recall = dict(zip(EXPRESSIONS, ferplus.recall, strict=True))
        found = {
            "fer2013_private": private.accuracy,
            "fer2013_private_flip": self.fer2013["PrivateTest, with flip"].accuracy,
            "fer2013_private_dedup": self.fer2013[NO_TWINS].accuracy,
            "fer2013_private_new": self.fer2013[NEW].accuracy,
            "ferplus_private_new": self.ferplus[NEW].accuracy,
            "fer2013_public": self.fer2013["PublicTest"].accuracy,
            "macro_f1": private.macro_f1,
            "weighted_f1": private.weighted_f1,
            "fer2013_calibration_error": private.calibration,
            "ferplus_private": ferplus.accuracy,
            "ferplus_private_n": ferplus.n,
            "ferplus_macro_f1": ferplus.macro_f1,
            "ferplus_calibration_error": ferplus.calibration,
            "ferplus_recall_disgust": recall["disgust"],
            "ferplus_recall_contempt": recall["contempt"],
        }
        for judged in self.baselines:
            found[judged.baseline.key] = judged.private.accuracy
            found[f"{judged.baseline.key}_macro_f1"] = judged.private.macro_f1
        for name, (mean, _) in self.ckplus.items():
            found[f"ckplus_{name}"] = mean
        # A recall of what does not occur is no number, and has no place here.
        return {
            name: round(float(value), 4)
            for name, value in found.items()
            if np.isfinite(value)
        }


NO_TWINS = "PrivateTest without images of Training"
NEW = "PrivateTest without photographs of Training"
"""Also without other crops of photographs that Training has; see `new_faces`."""


def evaluate(
    faces: Faces,
    net: ExpressionNet,
    calibration: Calibration,
    cache: Path,
    *,
    baselines: Sequence[Baseline] = BASELINES,
    robust: bool = True,
    other: Faces | None = None,
    graph: bytes | None = None,
    tell: Tell = lambda sentence: None,
) -> Report:
    """Measure everything on FER2013 and FER+.

    Args:
        faces: with all three parts of the official split, in the form that the
            network learned from.
        net: trained on Training.
        calibration: of its FER+ head, chosen on PublicTest.
        cache: a folder for features that take minutes to measure.
        baselines: which to train beside it.
        robust: also measure against changed faces.
        other: the same faces in the other form: cut as the daemon cuts them, or whole
            pictures.
        graph: the ONNX file that ships, to be asked through the daemon's engine.
        tell: called with a sentence now and then.
    """
    report = Report()
    public, private = faces.split(PUBLIC), faces.split(PRIVATE)
    tell("the network, on PublicTest and PrivateTest")
    on_public, on_private = (logits(net, whole(p.images)) for p in (public, private))
    warmth = label_temperature(on_public[0], public.label)
    plain = _softmax(on_private[0] / warmth)
    report.fer2013["PublicTest"] = _seven(public, _softmax(on_public[0] / warmth))
    report.fer2013["PrivateTest"] = _seven(private, plain)
    mirrored = logits(net, whole(np.ascontiguousarray(private.images[:, :, ::-1])))
    both = (plain + _softmax(mirrored[0] / warmth)) / 2
    report.fer2013["PrivateTest, with flip"] = _seven(private, both)
    twins = np.isin(private.group, faces.split(TRAINING).group)
    report.fer2013[NO_TWINS] = _seven(private.part(~twins), plain[~twins])
    cuts = faces if calibration.live or other is None else other
    new = new_faces(cuts.split(PRIVATE), cuts.split(TRAINING))
    report.fer2013[NEW] = _seven(private.part(new), plain[new])
    report.ferplus[NEW] = _eight(private.part(new), calibration(on_private[1])[new])
    report.ferplus["PublicTest"] = _eight(public, calibration(on_public[1]))
    report.ferplus["PrivateTest"] = _eight(private, calibration(on_private[1]))
    if graph is not None:
        said = answers(graph, whole(private.images))
        report.ferplus["PrivateTest, shipped graph"] = _eight(private, said)
    report.agreement = label_agreement(private)
    if other is not None:
        row = f"PrivateTest, {'whole pictures' if calibration.live else 'cut as live'}"
        seven, eight = logits(net, whole(other.split(PRIVATE).images))
        report.fer2013[row] = _seven(private, _softmax(seven / warmth))
        report.ferplus[row] = _eight(private, calibration(eight))
    if robust:
        for name, (_, _, levels) in CHANGES.items():
            tell(f"robustness: {name}")
            report.robustness[name] = {
                level: _accuracy(net, changed(private.images, name, level), private)
                for level in levels
            }
    for baseline in baselines:
        report.baselines.append(judge(baseline, faces, cache, tell))
    return report


def label_agreement(faces: Faces) -> float:
    """Return how often FER2013's label is what most FER+ taggers say."""
    order = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
    seven = faces.votes[:, [EXPRESSIONS.index(name) for name in order]]
    tagged = faces.votes.sum(axis=1) > 0
    if not tagged.any():
        return float("nan")
    top = faces.votes.max(axis=1) == seven.max(axis=1)
    same = (seven.argmax(axis=1) == faces.label) & top
    return float(same[tagged].mean())


def _seven(faces: Faces, probabilities: Floats) -> Score:
    said = probabilities.argmax(axis=1)
    return score(faces.label, said, len(FER2013), probabilities)


def _eight(faces: Faces, probabilities: Floats) -> Score:
    truth = majority(faces.votes)
    clear = truth >= 0
    probabilities = probabilities[clear]
    said = probabilities.argmax(axis=1)
    return score(truth[clear], said, len(EXPRESSIONS), probabilities)


def _accuracy(net: ExpressionNet, images: npt.NDArray[np.uint8], truth: Faces) -> float:
    seven = logits(net, whole(images))[0]
    return float((seven.argmax(axis=1) == truth.label).mean())


def _softmax(z: Any) -> Floats:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    out: Floats = (e / e.sum(axis=1, keepdims=True)).astype(np.float32)
    return out
