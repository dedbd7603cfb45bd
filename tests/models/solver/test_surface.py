"""Regions on the real head; skipped where its data is absent."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from models.data.rendered.head import LANDMARKS, Head, load_head
from models.solver.surface import metrics, regions, surface_error
from protocols.channels import ARKIT
from tests.models.data.dataset import dataset


@cache
def head() -> Head:
    return load_head(dataset("ict_facekit/ict_facekit.npz"))


def test_regions_are_where_they_are_called() -> None:
    found = regions(head())
    height = {name: head().neutral[at, 1].mean() for name, at in found.items()}
    assert height["brows"] > height["lids"] > height["cheeks"] > height["lips"]
    assert height["lips"] > height["jaw"]
    parts = [at for name, at in found.items() if name != "face"]
    together = np.concatenate(parts)
    assert len(np.unique(together)) == len(together)
    assert set(together.tolist()) <= set(found["face"].tolist())
    # The corners of the mouth are of the lips, the chin of the jaw.
    assert {int(LANDMARKS[48]), int(LANDMARKS[54])} <= set(found["lips"].tolist())
    assert int(LANDMARKS[8]) in found["jaw"]


def test_each_curve_moves_its_own_region_most() -> None:
    found = metrics(head())
    for curve, region in (
        *(("browInnerUp", "brows"), ("eyeBlinkLeft", "lids"), ("jawOpen", "jaw")),
        *(("mouthFunnel", "lips"), ("cheekSquintRight", "cheeks")),
    ):
        at = ARKIT.index(curve)
        moved = {name: math.sqrt(metric[at, at]) for name, metric in found.items()}
        assert max(moved, key=moved.__getitem__) == region, curve


def test_an_error_is_the_distance_of_the_vertices() -> None:
    at = ARKIT.index("jawOpen")
    truth = np.zeros((2, len(ARKIT)), dtype=np.float32)
    said = truth.copy()
    said[0, at] = 0.5
    jaw = regions(head())["jaw"]
    metric = metrics(head())["jaw"]
    moved = 500 * np.linalg.norm(head().shapes[at, jaw], axis=1)
    rms = math.sqrt(float((moved**2).mean()))
    assert surface_error(said, truth, metric) == pytest.approx(rms / 2, rel=1e-4)
    assert math.isnan(surface_error(said[:0], truth[:0], metric))
