from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy", reason="models need SciPy")

from engines.motion.signals import COUNT, TURN
from models.data.motion.noise import DEFAULT, corrupt
from models.data.motion.performance import RATE, Performance, perform
from models.data.motion.steps import glide
from models.data.rendered.gaze import GAZE_OUT
from models.motion.statistics import (
    GROUPS,
    activity,
    holding,
    main_sequence,
    saccades,
    spectra,
    statistics,
    still_share,
)
from protocols.channels import INDEX


def nothing(seconds: float) -> Performance:
    n = round(seconds * RATE)
    expression = np.zeros((n, 8), dtype=np.float32)
    expression[:, 0] = 1.0
    return Performance(np.zeros((n, COUNT), np.float32), expression, (), (), "nothing")


def test_generated_motion_is_as_published() -> None:
    made = [perform(12.0, np.random.default_rng((9, k))) for k in range(64)]
    wrong = [f"{s.name} {s.value:.3g}" for s in statistics(made) if not s.holds]
    assert not wrong


def test_known_saccades_are_measured() -> None:
    angles = np.zeros(40 * RATE)
    at = 0.5
    for k in range(36):
        size = 5.0 + k * 0.6
        to = size if k % 2 == 0 else 0.0
        come = abs(to - angles[-1])
        glide(angles, at, 0.021 + 0.0022 * come, to)
        at += 1.0
    made = nothing(40.0)
    made.signals[:, INDEX["eyeLookOutLeft"]] = np.radians(angles) / GAZE_OUT
    found = saccades([made])
    assert len(found.degrees) == 36
    slope, start = main_sequence(found)
    assert slope == pytest.approx(0.0022, rel=0.15)
    assert start == pytest.approx(0.021, abs=0.008)


def test_a_sine_has_its_energy_where_it_is() -> None:
    made = nothing(20.0)
    at = np.arange(len(made.signals)) / RATE
    made.signals[:, TURN.start] = 0.2 * np.sin(2 * np.pi * 2.0 * at)
    hertz, power = spectra([made])
    assert hertz[power["head"].argmax()] == 2.0
    assert holding([made])["head"] == pytest.approx(2.0, abs=0.5)
    assert holding([made])["lips"] == 0.0
    assert activity([made])[TURN.start] > 0.9
    assert activity([made])[0] == 0.0
    assert set(power) == set(GROUPS)


def test_rest_is_counted_and_too_short_motion_refused() -> None:
    assert still_share([nothing(3.0)]) == 1.0
    with pytest.raises(ValueError, match="four seconds"):
        spectra([nothing(3.0)])


def test_pictures_are_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from models.motion.plots import performance_picture, statistics_picture

    rng = np.random.default_rng(0)
    made = [perform(6.0, rng) for _ in range(4)]
    statistics_picture(tmp_path / "a.png", made, made[:1])
    performance_picture(
        tmp_path / "b.png", made[0], corrupt(made[0], DEFAULT, 30.0, rng)
    )
    for name in ("a.png", "b.png"):
        assert (tmp_path / name).stat().st_size > 20_000
