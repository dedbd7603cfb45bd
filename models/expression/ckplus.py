"""CK+: ten folds by person, the network's features beside hand-made ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from engines.face.crop import whole
from models.data.photographs.ckplus import EMOTIONS, Crop, folds, read_ckplus
from models.data.photographs.features import Features, haar, hog, lbp

from .network import ExpressionNet
from .svm import fit_linear

COST = 1e-3
"""Of the SVM; not tuned, so that no fold is looked at twice."""


def judge_ckplus(
    folder: Path, net: ExpressionNet, crop: Crop, count: int = 10
) -> dict[str, tuple[float, float]]:
    """Return mean and deviation of the accuracy over folds, by method.

    The network is not trained any further: its 256 features are taken as they are, so
    that they and the hand-made ones meet the same linear SVM.

    Raises:
        ValueError: the folders are not CK+'s.
    """
    data = read_ckplus(folder, crop)
    net.eval()
    with torch.inference_mode():
        parts = torch.split(torch.from_numpy(whole(data.images)), 256)
        seen = torch.cat([net.embed(part) for part in parts]).numpy()
    made: dict[str, Features] = {
        "network": seen,
        "lbp_svm": lbp(data.images),
        "hog_svm": hog(data.images),
        "haar_svm": haar(data.images),
    }
    fold = folds(data.subject, count)
    return {name: _across(x, data.label, fold) for name, x in made.items()}


def _across(
    made: Features, label: npt.NDArray[np.int64], fold: npt.NDArray[np.int64]
) -> tuple[float, float]:
    hits = []
    for each in np.unique(fold):
        test = fold == each
        mean, spread = made[~test].mean(axis=0), made[~test].std(axis=0)
        x = (made - mean) / np.maximum(spread, 1e-6)
        svm = fit_linear(x[~test], label[~test], len(EMOTIONS), COST)
        hits.append(float((svm.predict(x[test]) == label[test]).mean()))
    return float(np.mean(hits)), float(np.std(hits))
