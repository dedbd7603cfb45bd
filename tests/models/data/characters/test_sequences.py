from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy", reason="models need SciPy")

from models.data.characters.sequences import (
    LENGTH_S,
    RATE,
    REST_S,
    TAKE,
    TURN,
    alone,
    mixed,
    read_stretch,
    sequences,
    whole,
)
from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX
from tests.models.data.dataset import dataset

REST = round(REST_S * RATE)


def take(n: int = 208) -> Floats:
    return np.random.default_rng(3).random((n, len(ARKIT)), dtype=np.float32)


def start(before: Floats, after: Floats) -> int:
    """Return by how many rows a column was moved round."""
    found = [k for k in range(len(before)) if (np.roll(before, k) == after).all()]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("make", [whole, mixed])
def test_a_rest_comes_first(make: object) -> None:
    sequence = make(take())  # type: ignore[operator]
    assert sequence.rest == REST
    assert len(sequence.weights) == REST + 208
    assert not sequence.weights[:REST].any()
    assert sequence.seconds(RATE) == 1.0


def test_the_whole_take_stays_as_it_is() -> None:
    assert (whole(take()).weights[REST:] == take()).all()


def test_mixed_curves_come_from_different_moments() -> None:
    before, after = take(), mixed(take()).weights[REST:]
    starts = [start(before[:, i], after[:, i]) for i in range(len(ARKIT))]
    looks = {starts[i] for i, name in enumerate(ARKIT) if name.startswith("eyeLook")}
    assert len(looks) == 1
    assert starts[INDEX["jawOpen"]] == starts[INDEX["mouthClose"]]
    # Eight looks share one moment, jaw and mouthClose another.
    assert len(set(starts)) == len(ARKIT) - 7 - 1
    for name in ARKIT:
        if name.endswith("Left") and not name.startswith("eyeLook"):
            other = INDEX[name.removesuffix("Left") + "Right"]
            assert starts[INDEX[name]] != starts[other]


def test_alone_every_curve_goes_up_once_and_nothing_with_it_but_the_jaw() -> None:
    sequence = alone()
    for at, name in enumerate(ARKIT):
        rows = sequence.weights[sequence.sweep[:, at] > 0]
        assert rows[:, at].max() > 0.95
        moving = {ARKIT[i] for i in np.flatnonzero(rows.max(axis=0))}
        assert moving == ({name, "jawOpen"} if name == "mouthClose" else {name})
    assert (sequence.sweep.sum(axis=1) <= 1).all()
    assert sequence.weights.max() <= 1.0


def test_the_head_turns_a_little_and_the_same_each_time() -> None:
    sequence = alone()
    poses = [sequence.pose(row) for row in range(0, 400, 7)]
    yaws = [pose.yaw for pose in poses]
    assert 0.8 * TURN[0] < max(yaws) <= TURN[0]
    assert poses == [sequence.pose(row) for row in range(0, 400, 7)]


def test_a_short_take_gets_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "short.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        names = [name[0].upper() + name[1:] for name in ARKIT]
        rows.writerow(["Timecode", "BlendShapeCount", *names])
        for i in range(6 * 60):
            time = f"00:00:{i // 60:02d}:{i % 60:02d}.000"
            rows.writerow([time, 52, *np.full(52, i % 60 / 60)])
    with pytest.raises(ValueError, match="no face is seen for 40 s without a break"):
        read_stretch(path)


def test_the_real_take_moves_many_curves() -> None:
    data = dataset(TAKE).parents[2]
    names = [sequence.name for sequence in sequences(data)]
    assert names == ["take", "mixed", "alone"]
    rows = read_stretch(data / TAKE)
    assert rows.shape == (round(LENGTH_S * RATE), len(ARKIT))
    assert (rows.std(axis=0) > 0.05).sum() >= 25
