import json
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs torch")

import torch
from torch import nn

from models.training import checkpoint
from models.training.processes import Processes
from models.training.training_run import Length, TrainingRun

HERE = Processes(0, 1, torch.device("cpu"))


def started(
    out: Path, steps: int = 10, minutes: float = 0.0
) -> tuple[TrainingRun, nn.Linear]:
    torch.manual_seed(3)
    net = nn.Linear(2, 1)
    optimiser = torch.optim.Adam(net.parameters(), lr=1.0)
    other = nn.Linear(1, 1)
    length = Length(minutes, steps)
    made = TrainingRun(
        out, HERE, net, optimiser, length, ema=0.5, more={"other": other}
    )
    return made, net


def step(going: TrainingRun, net: nn.Linear) -> None:
    going.begin(lambda share, step: 0.1 * (1.0 - share))
    loss = net(torch.ones(1, 2)).square().mean()
    loss.backward()
    going._optimiser.step()
    going.stepped(loss)


def test_the_share_is_of_steps_and_sets_the_rate(tmp_path: Path) -> None:
    going, net = started(tmp_path, steps=4)

    step(going, net)
    share = going.begin(lambda share, step: share + step)

    assert share == 0.25
    assert [g["lr"] for g in going._optimiser.param_groups] == [1.25]


def test_or_of_the_clock(tmp_path: Path) -> None:
    going, _ = started(tmp_path, minutes=1e-9)

    assert going.share > 1.0 and going.step == 0


def test_a_look_writes_a_row_and_what_to_go_on_from(tmp_path: Path) -> None:
    going, net = started(tmp_path)
    step(going, net)
    step(going, net)

    row = going.look(lambda: {"rmse": 3.0}, known={"size": 8}, scale=10.0)

    assert {"step": 2, "rmse": 3.0, "size": 8}.items() <= row.items()
    assert row["loss"] > 0.0 and "epoch" not in row
    assert json.loads((tmp_path / "log.jsonl").read_text()) == row
    again, other = started(tmp_path)
    assert again.step == 2 and again.elapsed_s > 0.0
    assert torch.equal(other.weight, net.weight)
    assert again.average.steps == 2
    for name, value in going.average.slow.items():
        assert torch.equal(again.average.slow[name], value)


def test_the_loss_is_the_mean_since_the_last_look(tmp_path: Path) -> None:
    going, _ = started(tmp_path)
    for losses in ((1.0, 3.0), (5.0,)):
        for loss in losses:
            going.stepped(torch.tensor(loss))
        going.look(None)

    rows = (tmp_path / "log.jsonl").read_text().splitlines()
    assert [json.loads(row)["loss"] for row in rows] == [2.0, 5.0]


def test_what_an_older_run_lacks_begins_anew(tmp_path: Path) -> None:
    going, net = started(tmp_path)
    step(going, net)
    going.look(None)
    state = checkpoint.load(tmp_path / "last.pt")
    del state["other"], state["epoch"]
    checkpoint.save(tmp_path / "last.pt", state)

    again, _ = started(tmp_path)

    assert (again.step, again.epoch) == (1, 0)


def test_the_end_writes_the_average_and_the_run(tmp_path: Path) -> None:
    going, net = started(tmp_path)
    step(going, net)

    run = going.end(lambda: {"rmse": 1.0}, {"takes": 7})

    assert run["steps"] == 1 and run["takes"] == 7 and run["metrics"] == {"rmse": 1.0}
    assert checkpoint.read_json(tmp_path / "run.json") == run
    for name, value in checkpoint.weights(tmp_path).items():
        assert torch.equal(value, going.average.slow[name])


@pytest.mark.parametrize("first", [True, False])
def test_only_the_first_process_writes(tmp_path: Path, first: bool) -> None:
    net = nn.Linear(2, 1)
    optimiser = torch.optim.Adam(net.parameters())
    here = Processes(0 if first else 1, 1, torch.device("cpu"))
    going = TrainingRun(tmp_path, here, net, optimiser, Length(0.0, 3), ema=0.5)

    going.look(None)
    going.end(dict, {})

    assert (tmp_path / "last.pt").exists() is first
    assert (tmp_path / "run.json").exists() is first
