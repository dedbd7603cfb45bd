from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

pytest.importorskip("sklearn", reason="the baselines need scikit-learn")
pytest.importorskip("skimage", reason="LBP needs scikit-image")
pytest.importorskip("torch", reason="the checkpoint module needs torch")

from models.data.photographs.features import GRID, PATTERNS, haar, haar_table, hog, lbp
from models.data.rendered.landmarks import geometry
from models.expression.baselines import Baseline, features, judge
from models.expression.svm import Nystroem, fit_linear
from tests.models.faces import made_up

pytestmark = pytest.mark.usefixtures("one_thread")
Points = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


def blobs(seed: int = 0, n: int = 300) -> tuple[Points, Labels]:
    rng = np.random.default_rng(seed)
    label = rng.integers(0, 3, n)
    centre = np.array([[0, 0], [3, 0], [0, 3]])[label]
    return (centre + rng.normal(0, 1, (n, 2))).astype(np.float32), label


@pytest.mark.parametrize("cost", [0.001, 0.1])
def test_the_svm_is_liblinears(cost: float) -> None:
    from sklearn.svm import LinearSVC

    x, y = blobs()
    ours = fit_linear(x, y, 3, cost, steps=500)
    # Theirs punishes the bias too, unless it is scaled up until that is nothing.
    theirs = LinearSVC(C=cost, dual=False, tol=1e-8, intercept_scaling=100.0).fit(x, y)
    np.testing.assert_allclose(ours.weights.T, theirs.coef_, atol=2e-3)
    np.testing.assert_allclose(ours.bias, theirs.intercept_, atol=2e-2)


def test_the_radial_kernel_is_what_it_says() -> None:
    x = np.random.default_rng(0).normal(size=(40, 6)).astype(np.float32)
    mapped = Nystroem(x, gamma=1.5, points=40)(x)
    square = ((x[:, None] - x[None]) ** 2).sum(axis=2)
    np.testing.assert_allclose(mapped @ mapped.T, np.exp(-1.5 / 6 * square), atol=1e-3)


def test_features_have_the_sizes_they_say() -> None:
    images = made_up(3).images
    assert lbp(images).shape == (3, 2 * GRID * GRID * PATTERNS)
    assert hog(images).shape == (3, 1764)
    assert haar(images).shape == (3, 1500)


def test_light_leaves_features_alone() -> None:
    images = made_up(4).images
    dim = (images * 0.5 + 20).astype(np.uint8)
    assert np.abs(hog(images) - hog(dim)).mean() < 0.02
    assert np.abs(haar(images) - haar(dim)).mean() < 0.1


def test_even_grey_has_no_haar_feature() -> None:
    table = haar_table()
    y, x = np.mgrid[:65, :65]
    flat = (y * x).astype(np.float32).ravel()  # the integral image of ones
    np.testing.assert_allclose(table @ flat, 0.0, atol=1e-3)


def test_geometry_forgets_place_size_and_turn() -> None:
    rng = np.random.default_rng(0)
    face = rng.normal(size=(478, 2))
    turn = np.array([[0.8, -0.6], [0.6, 0.8]])
    turned = 3.0 * face @ turn.T + np.array([5.0, 7.0])
    moved = np.stack([face, turned, face + np.array([1.0, 0.0])])
    missing = np.full((1, 478, 2), np.nan)
    found = geometry(np.concatenate([moved, missing]).astype(np.float32))
    assert found.shape == (4, 956)
    for other in found[1:]:
        np.testing.assert_allclose(other, found[0], atol=1e-5)


@pytest.mark.parametrize("forest", [False, True])
def test_a_baseline_learns_chooses_and_is_cached(tmp_path: Path, forest: bool) -> None:
    faces = made_up(180)
    messages: list[str] = []
    found = judge(Baseline("x", "X", "hog", forest), faces, tmp_path, messages.append)
    assert found.private.n == 30
    assert found.private.accuracy > 0.8
    assert messages[0] == "hog: measuring 180 faces"
    assert found.chosen in " ".join(messages)
    messages.clear()
    features("hog", faces, tmp_path, messages.append)
    assert not messages
