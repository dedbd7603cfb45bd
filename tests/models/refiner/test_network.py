"""The refiner's network: bounded, calm to begin with, learns, and ships as it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy", reason="models need SciPy")
pytest.importorskip("torch", reason="training needs torch")

import torch

from engines.motion.signals import COUNT
from engines.refine.layout import INPUT_ROWS, LENGTH
from engines.runtime.graphs import REFINER
from models.data.motion.noise import DEFAULT
from models.data.recorded.batches import Sheet, draw_sheet, sheet_of
from models.data.recorded.damaged_takes import draw_take, make_takes
from models.refiner import export as export_refiner
from models.refiner.bank import CHOICES, Bank
from models.refiner.critic import REGIONS, Critic, disturbed
from models.refiner.export import export, parity, read_run
from models.refiner.losses import Weights, paired, texture, trembling
from models.refiner.network import Refiner
from models.refiner.train import Recipe, train
from models.refiner.validation import look, look_batch
from models.training import checkpoint
from models.training.onnx_file import onnx_bytes
from tests.models.refiner_takes import TINY, degraded, tiny_network

SMALL = Recipe(steps=4, batch=2, coarse=False, warm_up=2, ema=0.5, critic_from=0.4)


@pytest.fixture(scope="module")
def sheets() -> list[Sheet]:
    return [sheet_of(take) for take in make_takes(3, DEFAULT, (5,))]


def test_residuals_keep_the_contract_whatever_the_window_holds() -> None:
    net = tiny_network(drawn=5.0)
    for scale in (0.0, 1.0, 1e4):
        with torch.inference_mode():
            said = net(scale * torch.randn(2, INPUT_ROWS, LENGTH))
        assert said.shape == (2, COUNT, LENGTH)
        assert bool(torch.isfinite(said).all()) and float(said.abs().max()) <= 1.0


def test_at_first_a_still_face_is_left_as_it_is_and_noise_is_filtered() -> None:
    net = Refiner(TINY)
    still = torch.full((1, INPUT_ROWS, LENGTH), 0.3)
    noisy = still.clone()
    noisy[:, :COUNT] += 0.01 * torch.randn(1, COUNT, LENGTH)
    with torch.inference_mode():
        assert float(net(still).abs().max()) < 1e-5
        reach, _ = net.features.told(noisy)
        after = noisy[:, :COUNT] + reach * net(noisy)
    assert float(after.diff(dim=2).std()) < 0.6 * float(
        noisy[:, :COUNT].diff(dim=2).std()
    )


def test_what_ships_is_small_enough_and_every_weight_learns() -> None:
    net = tiny_network()
    net(torch.randn(1, INPUT_ROWS, LENGTH)).square().sum().backward()
    for name, weight in net.named_parameters():
        assert weight.grad is not None and float(weight.grad.abs().sum()) > 0.0, name
    whole = sum(p.numel() for p in Refiner().parameters())
    assert 1_000_000 < whole < 1_900_000


def test_filters_leave_what_is_straight_and_delay_nothing() -> None:
    bank = Bank()
    line = torch.linspace(0.0, 1.0, LENGTH).expand(1, COUNT, LENGTH)
    sure = torch.ones(1, COUNT, LENGTH)
    # Of those of one side, the one is as late as the other is early.
    early, late = [7, 9], [8, 10]
    paired = [k for k in range(CHOICES) if k not in (*early, *late)]
    narrow = [k for k in paired if k not in (11, 12)]
    inside = slice(64, -64)
    changes = bank(line, sure)
    assert changes.shape == (1, CHOICES, COUNT, LENGTH)
    assert float(changes[:, narrow][..., inside].abs().max()) < 1e-5
    both = changes[:, early] + changes[:, late]
    assert float(both[..., inside].abs().max()) < 1e-5
    motion = torch.randn(1, COUNT, LENGTH)
    there, back = bank(motion, sure), bank(motion.flip(2), sure).flip(3)
    torch.testing.assert_close(back[:, paired], there[:, paired], atol=1e-5, rtol=0.0)
    torch.testing.assert_close(back[:, early], there[:, late], atol=1e-5, rtol=0.0)


def test_what_nobody_saw_hardly_counts_in_a_mean() -> None:
    values = torch.full((1, COUNT, LENGTH), 0.5)
    values[:, :, 100:120] = 0.9
    trust = torch.ones(1, COUNT, LENGTH)
    trust[:, :, 100:120] = 0.0
    changes = Bank()(values, trust)[0, :, 0, 110]
    # Those that reach beyond the gap say what is around it.
    assert float(changes[5:13].max()) < -0.3
    assert float(changes[0]) == 0.0


def test_a_median_takes_a_pop_away_whole() -> None:
    values = torch.full((1, COUNT, LENGTH), 0.5)
    values[:, :, 100] = 0.9
    changes = Bank()(values, torch.ones_like(values))[0, :, 0, 100]
    assert float(changes.min()) == pytest.approx(-0.4, abs=1e-5)


def test_texture_costs_when_it_is_too_smooth_and_not_when_it_is_late() -> None:
    t = torch.arange(LENGTH) / 60.0
    weight = torch.ones(1, 1)
    true = 0.1 * torch.sin(2 * torch.pi * 5.0 * t).reshape(1, 1, -1)
    late = 0.1 * torch.sin(2 * torch.pi * 5.0 * t + 0.7).reshape(1, 1, -1)
    smooth = float(texture(0.5 * true, true, weight))
    assert smooth > 50.0 * float(texture(late, true, weight))
    assert float(texture(true, true, weight)) == 0.0


def test_trembling_counts_only_at_rest() -> None:
    tremble = 0.01 * (-1.0) ** torch.arange(32.0).reshape(1, 1, -1)
    assert float(trembling(tremble, torch.ones(1, 1, 32))) > 0.05
    assert float(trembling(tremble, torch.zeros(1, 1, 32))) == 0.0
    assert float(trembling(torch.ones(1, 1, 32), torch.ones(1, 1, 32))) == 0.0


def test_gaps_and_low_blinks_cost_more_and_what_is_lost_nothing() -> None:
    target = torch.full((1, COUNT, LENGTH), 0.9)
    ones, zeros = torch.ones(1, 1, LENGTH), torch.zeros(1, 1, LENGTH)

    def cost(
        off: float, known: torch.Tensor = ones, gap: torch.Tensor = zeros
    ) -> float:
        said = target + off
        still = torch.zeros_like(target)
        args = (said, target, said, still, known, gap, gap, torch.ones(COUNT, 1))
        return float(paired(*args, Weights()))

    assert cost(0.0) == 0.0
    assert cost(0.1, gap=ones) > 4.0 * cost(0.1)
    assert cost(-0.1) > 1.01 * cost(0.1)
    assert cost(0.1, known=zeros) == 0.0


def test_discriminators_cover_the_face_and_ignore_where_somebody_looks() -> None:
    assert sorted(np.concatenate(REGIONS).tolist()) == list(range(COUNT))
    critic = Critic().eval()
    motion = torch.randn(2, COUNT, LENGTH)
    with torch.inference_mode():
        here, there = critic(motion), critic(motion + 0.5)
    assert len(here) == 2 * len(REGIONS)
    for a, b in zip(here, there, strict=True):
        torch.testing.assert_close(a[-1], b[-1], atol=1e-4, rtol=0.0)


def test_discriminators_of_an_older_run_are_read() -> None:
    torch.manual_seed(1)
    critic, other = Critic(), Critic()
    state = critic.state_dict()
    older = {k.replace("discriminators.", "judges."): v for k, v in state.items()}
    assert older.keys() != state.keys()
    other.load_state_dict(older)
    for name, value in other.state_dict().items():
        torch.testing.assert_close(value, state[name])


def test_both_kinds_are_disturbed_alike() -> None:
    motion = torch.randn(4, COUNT, LENGTH)
    real, made = disturbed(motion, motion)
    torch.testing.assert_close(real, made)
    assert not torch.equal(real, motion)


def test_a_run_learns_logs_goes_on_and_repeats(
    tmp_path: Path, sheets: list[Sheet], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.refiner.train.EVERY", 2)
    shares: list[float] = []

    def once(out: Path) -> dict[str, torch.Tensor]:
        train(sheets, sheets, out, SMALL, TINY, lambda s, row: shares.append(s), 1)
        return checkpoint.weights(out)

    first, second = once(tmp_path / "a"), once(tmp_path / "b")
    for name, value in first.items():
        torch.testing.assert_close(value, second[name])
    run = checkpoint.read_json(tmp_path / "a/run.json")
    assert run["steps"] == 4 and run["takes"] == 3
    assert run["metrics"]["rmse"] < 2.0 * run["metrics"]["rmse_fill"]
    assert len((tmp_path / "a/log.jsonl").read_text().splitlines()) == 2
    (tmp_path / "a/weights.pt").unlink()
    assert train(sheets, [], tmp_path / "a", SMALL, TINY, threads=1)["steps"] == 4
    assert shares[0] == 0.0


def test_a_batch_that_cannot_be_shared_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="0 takes"):
        train([], [], tmp_path, SMALL, TINY)


def test_takes_are_renewed_while_it_trains(tmp_path: Path, sheets: list[Sheet]) -> None:
    made = []

    def renew(rng: np.random.Generator) -> Sheet:
        made.append(1)
        return draw_sheet(draw_take(DEFAULT, rng), rng)

    train(sheets, [], tmp_path, SMALL, TINY, threads=1, renew=renew)
    assert len(made) >= SMALL.steps


def test_looking_says_what_filling_alone_is_worth(sheets: list[Sheet]) -> None:
    net = Refiner(TINY)
    nothing = dict(net.state_dict())
    # All votes for no change at all.
    nothing["say.bias"] = torch.tensor([50.0] + [0.0] * CHOICES)
    nothing["say.weight"] = torch.zeros_like(nothing["say.weight"])
    seen = look(nothing, TINY, look_batch(sheets))
    for name in ("rmse", "gap", "jerk", "detail"):
        assert seen[name] == pytest.approx(seen[f"{name}_fill"], rel=1e-4)
    assert look(nothing, TINY, None) == {}


def test_the_graph_says_what_the_network_says(tmp_path: Path) -> None:
    net = tiny_network()
    assert parity(net, onnx_bytes(net, REFINER)) < 1e-5
    other = tiny_network(seed=1)
    assert parity(other, onnx_bytes(net, REFINER)) > 1e-3


def test_a_run_is_exported_with_its_papers(
    tmp_path: Path, sheets: list[Sheet], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, folder = tmp_path / "run", tmp_path / "weights"
    with pytest.raises(FileNotFoundError, match="train first"):
        read_run(run)
    train(sheets, sheets, run, SMALL, TINY, threads=1)
    entry = export(run, folder)
    assert entry["licence"].startswith("Apache-2.0")
    assert entry["metrics"]["parity"] < 1e-4
    assert (folder / "refiner.onnx").stat().st_size < 8 << 20
    assert f"[{REFINER.name}]" in (folder / "manifest.toml").read_text()
    monkeypatch.setattr(export_refiner, "LARGEST", 1000)
    with pytest.raises(ValueError, match="expected at most 1000"):
        export(run, tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_a_gap_is_where_the_network_is_told_of_one() -> None:
    sheet = sheet_of(degraded(gone_s=(2.0, 2.3)))
    at = np.flatnonzero(sheet.gap)
    assert 1.9 < at[0] / 60.0 < 2.05 and 2.2 < at[-1] / 60.0 < 2.35
    assert (sheet.told[3 * COUNT, at] == 0.0).all()
