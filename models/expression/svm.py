"""Support vector machines that learn 28,000 faces in seconds.

The linear one minimises what LIBLINEAR's L2-loss SVM does, one class against the rest,
on all classes at once with L-BFGS: two matrix products a step. The other puts a radial
kernel before it through Nystroem's approximation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Features = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class LinearSvm:
    """One hyperplane a class; the largest margin wins."""

    weights: npt.NDArray[np.float32]
    """(features, classes)."""
    bias: npt.NDArray[np.float32]
    """(classes,)."""

    def margins(self, features: Features) -> npt.NDArray[np.float32]:
        """Return (n, classes)."""
        out: npt.NDArray[np.float32] = features @ self.weights + self.bias
        return out

    def predict(self, features: Features) -> Labels:
        """Return (n,) classes."""
        out: Labels = self.margins(features).argmax(axis=1).astype(np.int64)
        return out


def fit_linear(
    features: Features, label: Labels, classes: int, cost: float, steps: int = 150
) -> LinearSvm:
    """Minimise |W|^2 / 2 + cost * sum of squared hinges; the bias is free."""
    width = features.shape[1]
    sign = np.where(np.arange(classes) == label[:, None], 1.0, -1.0).astype(np.float32)

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        weights = flat[: width * classes].reshape(width, classes)
        bias = flat[width * classes :]
        margin = features @ weights.astype(np.float32) + bias.astype(np.float32)
        short = np.maximum(0.0, 1.0 - sign * margin)
        slope = -2.0 * cost * sign * short
        value = 0.5 * float((weights**2).sum()) + cost * float((short**2).sum())
        down = np.concatenate(
            [(weights + features.T @ slope).ravel(), slope.sum(axis=0)]
        )
        return value, down.astype(np.float64)

    start = np.zeros(width * classes + classes)
    found: Any = minimize(
        loss, start, jac=True, method="L-BFGS-B", options={"maxiter": steps}
    )
    weights = found.x[: width * classes].reshape(width, classes)
    return LinearSvm(
        weights.astype(np.float32), found.x[width * classes :].astype(np.float32)
    )


class Nystroem:
    """Features of a radial kernel: exp(-gamma |x - y|^2) to some training points."""

    def __init__(
        self, features: Features, gamma: float, points: int = 1200, seed: int = 0
    ) -> None:
        """Choose points at random; `gamma` counts in 1 / number of features."""
        rng = np.random.default_rng(seed)
        chosen = rng.choice(len(features), min(points, len(features)), replace=False)
        self._points = features[chosen]
        self._gamma = gamma / features.shape[1]
        values, vectors = np.linalg.eigh(self._kernel(self._points).astype(np.float64))
        root = vectors / np.sqrt(np.maximum(values, 1e-9))
        self._root = root.astype(np.float32)

    def __call__(self, features: Features) -> Features:
        """Return (n, points)."""
        out: Features = self._kernel(features) @ self._root
        return out

    def _kernel(self, features: Features) -> Features:
        square = (features**2).sum(axis=1)[:, None] + (self._points**2).sum(axis=1)
        square -= 2.0 * features @ self._points.T
        out: Features = np.exp(-self._gamma * np.maximum(square, 0.0))
        return out
