from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

pytest.importorskip("scipy", reason="models need SciPy")

from engines.face.preprocess import Alignment
from engines.motion.signals import COUNT, WEIGHTS
from models.data.motion.noise import DEFAULT, Noise, corrupt
from models.data.motion.performance import RATE, Performance
from models.data.motion.shards import read_shards
from models.motion import data_commands
from models.motion.tracker_noise import Followed, StillnessError, measure, pose

PLAIN = replace(
    DEFAULT,
    loud=0.0,
    loud_curve=0.0,
    pops_per_s=0.0,
    gaps_per_s=0.0,
    gain=(1.0, 0.0),
    repeats=0.0,
    skips=0.0,
)


def watched(noise: Noise, seconds: float = 20.0, seed: int = 1) -> Followed:
    """Return what a tracker with that noise makes of a face at rest."""
    rng = np.random.default_rng(seed)
    n = round(seconds * RATE)
    signals = np.zeros((n, COUNT), dtype=np.float32)
    signals[:, WEIGHTS] = rng.uniform(0.15, 0.6, WEIGHTS.stop)
    expression = np.zeros((n, 8), dtype=np.float32)
    expression[:, 0] = 1.0
    seen = corrupt(Performance(signals, expression, (), (), ""), noise, 30.0, rng)
    return Followed(seen.times_s, seen.values.astype(np.float64))


@pytest.mark.parametrize("louder", [0.3, 1.0, 2.0])
def test_a_known_level_is_found_again(louder: float) -> None:
    noise = replace(PLAIN, level=tuple(louder * v for v in DEFAULT.level))
    found = measure(watched(noise))
    ratio = np.array(found.level) / np.array(DEFAULT.level)
    assert np.median(ratio) == pytest.approx(louder, rel=0.15)
    assert 0.6 * louder < ratio.min()
    assert ratio.max() < 1.6 * louder


@pytest.mark.parametrize(
    ("white", "slow", "common"), [(0.9, 0.05, 0.05), (0.3, 0.65, 0.05)]
)
def test_memory_is_found_again(white: float, slow: float, common: float) -> None:
    noise = replace(PLAIN, white=white, slow=slow, common=common, slow_s=0.12)
    found = measure(watched(noise, 40.0))
    assert found.slow == pytest.approx(slow, abs=0.2)
    assert found.white + found.slow + found.common == pytest.approx(1.0)


def test_what_curves_have_in_common_is_found_again() -> None:
    apart = measure(watched(replace(PLAIN, white=1.0, slow=0.0, common=0.0, twins=0.0)))
    alike = measure(watched(replace(PLAIN, white=0.2, slow=0.0, common=0.8)))
    assert apart.common < 0.15
    assert alike.common > 0.4


def test_drift_and_movement_are_no_noise() -> None:
    followed = watched(PLAIN)
    moved = followed.signals.copy()
    moved[:, 0] += 0.02 * np.sin(followed.times_s)
    # Two seconds in which the face does something.
    moved[100:160, WEIGHTS] += np.sin(np.linspace(0, 3, 60))[:, None] * 0.5
    before = np.array(measure(followed).level)
    after = np.array(measure(Followed(followed.times_s, moved)).level)
    assert np.median(after / before) == pytest.approx(1.0, abs=0.1)


def test_a_clip_too_short_or_without_a_face_is_refused() -> None:
    with pytest.raises(StillnessError, match="holds still"):
        measure(watched(PLAIN, 1.5))
    nobody = watched(PLAIN)
    with pytest.raises(StillnessError, match="with a face"):
        measure(Followed(nobody.times_s, np.full_like(nobody.signals, np.nan)))


def test_a_curve_that_was_never_out_is_thought_like_the_others() -> None:
    followed = watched(replace(PLAIN, level=tuple(2 * v for v in DEFAULT.level)))
    rows = followed.signals.copy()
    rows[:, 3] = 0.0
    found = measure(Followed(followed.times_s, rows))
    assert found.level[3] / DEFAULT.level[3] == pytest.approx(2.0, rel=0.2)


def test_a_face_twice_as_large_is_half_as_far() -> None:
    def seen(scale: float) -> Alignment:
        points = np.zeros((478, 3), dtype=np.float32)
        return Alignment(points, np.eye(3), scale, (320.0, 240.0), 0.0)

    turn, near = pose(seen(20.0), 640, 480)
    _, far = pose(seen(10.0), 640, 480)
    assert not turn.any()
    assert near[:2].tolist() == [0.0, 0.0]
    assert far[2] == pytest.approx(2 * near[2])
    assert near[2] < 0.0


def program() -> typer.Typer:
    app, data = typer.Typer(), typer.Typer()
    app.add_typer(data, name="data")
    data_commands.add_commands(app, data)
    return app


def test_data_motion_writes_shards_and_pictures(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    out = tmp_path / "motion"
    said = CliRunner().invoke(
        program(),
        [
            *("data", "motion", "--out", str(out)),
            *("--count", "3", "--seconds", "5", "--shard", "2"),
        ],
    )
    assert said.exit_code == 0, said.output
    assert sorted(path.name for path in out.iterdir()) == [
        *("motion-00000.npz", "motion-00001.npz"),
        *("performance.png", "statistics.png"),
    ]
    assert len(list(read_shards(out))) == 3


def test_calibrate_noise_says_what_is_no_clip(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"no video")
    out = tmp_path / "noise.json"
    said = CliRunner().invoke(
        program(), ["calibrate-noise", str(clip), "--out", str(out)]
    )
    assert said.exit_code == 1
    assert "clip.mp4" in said.output
    assert not out.exists()
