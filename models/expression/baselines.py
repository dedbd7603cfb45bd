"""What the network is compared with: SVMs and a forest on hand-made features.

Same images, same split, same 64 x 64 face. Kernel, cost and leaf size are chosen on
PublicTest; PrivateTest is asked once, with what was chosen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from models.data.files import read_json
from models.data.photographs.features import Features, haar, hog, lbp
from models.data.photographs.fer2013 import FER2013, PRIVATE, PUBLIC, Faces, data_hash
from models.data.rendered.landmarks import geometry
from models.training import checkpoint

from .live_faces import kept, landmarks
from .metrics import Score, score
from .svm import LinearSvm, Nystroem, fit_linear

COSTS: Final = (1e-4, 1e-3, 1e-2, 1e-1)
"""Times the squared hinge, on standardised features."""
KERNEL_COSTS: Final = (1.0, 10.0)
GAMMAS: Final = (0.25, 1.0)
LEAVES: Final = (2,)
TREES: Final = 100

Tell = Callable[[str], None]
Labels = npt.NDArray[np.int64]
Predict = Callable[[Features], Labels]


@dataclass(frozen=True, slots=True)
class Baseline:
    """A kind of feature with a kind of classifier."""

    key: str
    """In `--json`."""
    title: str
    feature: str
    forest: bool = False


BASELINES: Final = (
    Baseline("lbp_svm", "LBP + SVM", "lbp"),
    Baseline("haar_svm", "Haar + SVM", "haar"),
    Baseline("hog_svm", "HOG + SVM", "hog"),
    Baseline("geometry_svm", "landmark geometry + SVM", "geometry"),
    Baseline("random_forest", "HOG + random forest", "hog", forest=True),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """How a baseline did."""

    baseline: Baseline
    chosen: str
    public: float
    private: Score


def features(name: str, faces: Faces, cache: Path, tell: Tell) -> Features:
    """Return (n, width) features of all faces, kept in `cache` from then on."""

    def make() -> Features:
        if name == "geometry":
            return geometry(landmarks(faces, cache, tell))
        return {"lbp": lbp, "hog": hog, "haar": haar}[name](faces.images)

    return kept(name, faces, cache, tell, make)


def judge(baseline: Baseline, faces: Faces, cache: Path, tell: Tell) -> Judged:
    """Train a baseline, choose on PublicTest, score on PrivateTest.

    What it said is kept in `cache`; other data or another grid asks it anew.
    """
    cache.mkdir(parents=True, exist_ok=True)
    kept = cache / f"{baseline.key}-{_settings(baseline, faces)}.json"
    private = faces.usage == PRIVATE
    if kept.is_file():
        found = read_json(kept)
    else:
        found = _train(baseline, faces, cache, tell)
        checkpoint.write_json(kept, found)
    said = np.array(found["said"], dtype=np.int64)
    private_score = score(faces.label[private], said, len(FER2013))
    return Judged(baseline, found["chosen"], found["public"], private_score)


def _settings(baseline: Baseline, faces: Faces) -> str:
    """Return a hash of everything that decides what a baseline says."""
    grid = (LEAVES, TREES) if baseline.forest else (COSTS, KERNEL_COSTS, GAMMAS)
    named = f"{data_hash(faces)} {grid!r} {baseline!r}"
    return hashlib.sha256(named.encode()).hexdigest()[:16]


def _train(baseline: Baseline, faces: Faces, cache: Path, tell: Tell) -> dict[str, Any]:
    made = features(baseline.feature, faces, cache, tell)
    learn = (faces.usage == 0) & (np.ptp(faces.images, axis=(1, 2)) > 0)
    mean, spread = made[learn].mean(axis=0), made[learn].std(axis=0)
    made = (made - mean) / np.maximum(spread, 1e-6)
    x, y = made[learn], faces.label[learn]
    public, private = faces.usage == PUBLIC, faces.usage == PRIVATE
    best: tuple[float, str, Predict] | None = None
    for chosen, predict in _candidates(x, y, baseline.forest):
        hits = float((predict(made[public]) == faces.label[public]).mean())
        tell(f"{baseline.title}: {chosen}: PublicTest {hits:.1%}")
        if best is None or hits > best[0]:
            best = hits, chosen, predict
    assert best is not None
    hits, chosen, predict = best
    said = predict(made[private]).tolist()
    return {"chosen": chosen, "public": hits, "said": said}


def _candidates(x: Features, y: Labels, forest: bool) -> Iterator[tuple[str, Predict]]:
    if forest:
        from sklearn.ensemble import RandomForestClassifier

        for leaf in LEAVES:
            trees = RandomForestClassifier(
                TREES, min_samples_leaf=leaf, random_state=0, n_jobs=1
            ).fit(x, y)
            yield f"{TREES} trees, {leaf} a leaf", trees.predict
        return
    for cost in COSTS:
        yield f"linear, cost {cost:g}", fit_linear(x, y, len(FER2013), cost).predict
    for gamma in GAMMAS:
        kernel = Nystroem(x, gamma)
        mapped = kernel(x)
        for cost in KERNEL_COSTS:
            svm = fit_linear(mapped, y, len(FER2013), cost)
            chosen = f"radial, gamma {gamma:g}, cost {cost:g}"
            yield chosen, partial(_through, kernel, svm)


def _through(kernel: Nystroem, svm: LinearSvm, x: Features) -> Labels:
    return svm.predict(kernel(x))
