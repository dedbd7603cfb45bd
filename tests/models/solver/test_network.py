import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx", reason="exporting needs onnx")
pytest.importorskip("torch", reason="training needs torch")

import torch

from engines.face.canonical_face import CANONICAL, COUNT
from engines.face.mirror import CURVES, POINTS, SIGN, TURN
from engines.face.solver_network import Look, SolverNetwork
from engines.runtime.engine import GraphError
from engines.runtime.graphs import SOLVER
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.weights import find_weights
from models.data.rendered.solver_batches import Inputs, batches, calm_inputs, prepare
from models.solver import train as train_solver
from models.solver.export import export
from models.solver.gains import LIDS_OFFSET, MOST_FAR, fit_gains
from models.solver.losses import wrong
from models.solver.metrics import correlation
from models.solver.network import Shape, SolverNet
from models.solver.train import Recipe
from models.training.onnx_file import onnx_bytes
from protocols.channels import INDEX
from tests.models.rendered import made_up

train = partial(
    train_solver.train,
    metric=np.eye(52, dtype=np.float32),
    lips=np.zeros(52, dtype=np.float32),
    threads=1,
)
TINY = Shape((4, 4, 4), (4, 4, 4, 4), (1, 1, 1, 1), 80, 8, 8, 8, 64, 0.0, (64, 48), 0.0)
QUICK = Recipe(epochs=25, batch=64, warm_up=10, ema=0.9, lr=4e-3)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("solver")
    learn, valid = prepare(made_up(60)), prepare(made_up(10, seed=1))
    train(learn, valid, out=out, recipe=QUICK, shape=TINY)
    return out


def looks(n: int, seed: int = 0) -> Inputs:
    g = torch.Generator().manual_seed(seed)
    shapes = ((n, 478, 3), (n, 478, 3), (n, 3), (n, 2, 2, 48, 48), (n, 2, 64, 64))
    return Inputs(*(torch.randn(shape, generator=g) for shape in shapes))


def test_the_points_partners_are_mirror_images() -> None:
    np.testing.assert_array_equal(POINTS[POINTS], np.arange(COUNT))
    np.testing.assert_allclose(CANONICAL[POINTS] * SIGN, CANONICAL, atol=1e-6)
    assert POINTS[33] == 263
    assert POINTS[468] == 473
    assert CURVES[INDEX["mouthLeft"]] == INDEX["mouthRight"]
    assert CURVES[INDEX["jawOpen"]] == INDEX["jawOpen"]
    assert TURN.tolist() == [1.0, -1.0, -1.0]


def test_a_mirrored_face_gets_the_mirrored_answer() -> None:
    net = SolverNet(TINY).eval()
    x = looks(3)
    with torch.inference_mode():
        mean, sigma = net(*x)
        mirrored, doubt = net(*net.reflect(x))
    torch.testing.assert_close(mirrored, mean[:, net.curves], atol=1e-5, rtol=0)
    torch.testing.assert_close(doubt, sigma[:, net.curves], atol=1e-5, rtol=0)


def test_the_answer_is_the_mean_of_both_views() -> None:
    net = SolverNet(TINY).eval()
    x = looks(2, seed=4)
    with torch.inference_mode():
        mean, _ = net(*x)
        here = net.view(x)[0]
        there = net.view(net.reflect(x))[0][:, net.curves]
    torch.testing.assert_close(mean, 0.5 * (here + there), atol=1e-5, rtol=0)


def test_going_too_far_where_it_is_clipped_is_not_wrong() -> None:
    truth = torch.tensor([0.0, 0.0, 1.0, 1.0, 0.5])
    answer = torch.tensor([-0.3, 0.2, 1.4, 0.9, 0.7])
    expected = torch.tensor([0.0, 0.2, 0.0, -0.1, 0.2])
    torch.testing.assert_close(wrong(answer, truth), expected)


def test_it_learns_what_landmarks_show(run: Path) -> None:
    described = json.loads((run / "run.json").read_text())
    assert described["metrics"]["r"] > 0.5
    assert described["metrics"]["r"] > described["metrics"]["r_nobody"] - 0.02
    assert described["training_faces"] == 480
    assert described["people"] == 60


def test_an_interrupted_run_goes_on(tmp_path: Path) -> None:
    class Interrupted(Exception):
        pass

    def stop(share: float, row: dict[str, Any]) -> None:
        if row.get("epoch") == 2:
            raise Interrupted

    learn, valid = prepare(made_up(16)), prepare(made_up(4, seed=1))
    recipe = replace(QUICK, epochs=3, batch=32)
    with pytest.raises(Interrupted):
        train(learn, valid, out=tmp_path, recipe=recipe, shape=TINY, tell=stop)
    found = train(learn, valid, out=tmp_path, recipe=recipe, shape=TINY)
    assert found["epochs"] == 3
    lines = (tmp_path / "log.jsonl").read_text().splitlines()
    assert [json.loads(line)["epoch"] for line in lines] == [0, 1, 2, 3]


def test_too_few_faces_are_said_so(tmp_path: Path) -> None:
    few = prepare(made_up(2))
    with pytest.raises(ValueError, match="batch 64: 16 faces"):
        train(few, few, out=tmp_path, recipe=QUICK, shape=TINY)


def test_the_exported_graph_is_what_the_daemon_runs(run: Path, tmp_path: Path) -> None:
    valid = prepare(made_up(10, seed=1))
    entry = export(run, valid, tmp_path)
    weights = find_weights("solver", tmp_path)
    assert weights.metrics["sigma_usual"] > 0.0
    assert entry["metrics"]["parity"] < 1e-3
    solver = SolverNetwork(OnnxRuntimeEngine(SOLVER, weights.read()))
    shown = []
    for at in range(len(valid)):
        x = calm_inputs(valid, np.array([at]), known=True)
        now, rest = (
            np.concatenate([x.eyes[0, k].reshape(-1), x.mouth[0, k].reshape(-1)])
            for k in (0, 1)
        )
        points, turn = x.landmarks[0].numpy(), x.turn[0].numpy()
        calm = points - x.moved[0].numpy()
        solved = solver(Look(points, now, turn), Look(calm, rest, turn), 1.0)
        assert solved.sigma.min() > 0.0
        shown.append(solved.weights)
    solver.close()
    answers = np.array(shown)
    assert answers.min() >= 0.0
    assert answers.max() <= 1.0
    assert np.nanmean(correlation(answers, valid.weights)) > 0.5


def test_a_graph_that_breaks_its_contract_is_refused() -> None:
    class Wrong(torch.nn.Module):
        def forward(self, *x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            total = sum(t.sum() for t in x)
            return torch.ones(1, 51) * total, torch.ones(1, 52) * total

    with pytest.raises(GraphError, match="outputs are weights \\(1, 51\\)"):
        OnnxRuntimeEngine(SOLVER, onnx_bytes(Wrong(), SOLVER))


def test_every_face_is_learned_from_once_and_by_one_process() -> None:
    data = prepare(made_up(16))
    whole = [t for _, t in batches(data, 32, (0, 1))]
    assert len(whole) == 4
    shares = [
        torch.cat([t for _, t in batches(data, 32, (0, 1), rank, 2)]) for rank in (0, 1)
    ]
    together = torch.cat(shares).numpy()
    order = np.lexsort(together.T)
    wanted = data.weights[np.lexsort(data.weights.T)]
    np.testing.assert_array_equal(together[order], wanted)


def test_disturbed_faces_stay_finite_and_as_they_were() -> None:
    data = prepare(made_up(16))
    before = data.points.copy(), data.patches.copy(), data.rest_points.copy()
    for x, truth in batches(data, 64, (3,)):
        assert all(bool(torch.isfinite(part).all()) for part in x)
        assert float(truth.max()) <= 1.0
    np.testing.assert_array_equal(before[0], data.points)
    np.testing.assert_array_equal(before[1], data.patches)
    np.testing.assert_array_equal(before[2], data.rest_points)


def test_faces_without_landmarks_or_rest_are_left_out() -> None:
    faces = made_up(4)
    faces.points[3] = np.nan  # one picture
    faces.points[8:11] = np.nan  # all calm frames of the second person
    data = prepare(faces)
    assert len(data) == 32 - 1 - 8
    assert len(data.rest_points) == 3
    assert data.person.max() == 2


def test_gains_give_back_the_range_and_silence_the_rest() -> None:
    rng = np.random.default_rng(0)
    truth = rng.uniform(0, 1, (4000, 52)).astype(np.float32)
    still = np.arange(4000) < 500
    truth[still] = 0.0
    answers = 0.8 * truth + 0.03
    sigmas = np.full_like(answers, 0.05)
    gains = fit_gains(answers, sigmas, truth, still)
    lids = [INDEX[f"eyeBlink{side}"] for side in ("Left", "Right")]
    brows = [INDEX[f"browOuterUp{side}"] for side in ("Left", "Right")]
    brows.append(INDEX["browInnerUp"])
    others = np.setdiff1d(np.arange(52), [*lids, *brows])
    np.testing.assert_allclose(gains.offset[others], 0.03, atol=0.005)
    np.testing.assert_allclose(gains.gain[others], 1.25, atol=0.02)
    np.testing.assert_allclose(gains(answers)[:, others], truth[:, others], atol=0.02)
    np.testing.assert_allclose(gains.offset[lids], LIDS_OFFSET)
    np.testing.assert_array_equal(gains.gain[brows], 1.0)
    # A timid curve is brought out, a dead one only so far.
    timid = fit_gains(0.3 * truth, sigmas, truth, still)
    np.testing.assert_allclose(timid.gain[others], MOST_FAR)
    flat = fit_gains(0.01 * truth, sigmas, truth, still)
    np.testing.assert_allclose(flat.gain[others], MOST_FAR)


def test_sigmas_become_as_large_as_the_errors_are() -> None:
    rng = np.random.default_rng(1)
    truth = rng.uniform(0.3, 0.7, (4000, 52)).astype(np.float32)
    still = np.arange(4000) < 0
    off = 0.05 * rng.standard_normal(truth.shape).astype(np.float32)
    sigmas = np.full_like(truth, 0.1)
    gains = fit_gains(truth + off, sigmas, truth, still)
    error = gains(truth + off) - truth
    said = gains.gain * gains.doubt * sigmas
    brows = INDEX["browInnerUp"]
    assert gains.doubt[brows] == pytest.approx(0.5, rel=0.05)
    np.testing.assert_allclose(said[0], np.sqrt((error**2).mean(axis=0)), rtol=0.05)
