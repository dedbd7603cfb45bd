from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="models need SciPy")

from models.animation.tuning import UNTUNED, USUAL_S, tune

from .made import acted, head, signals

TIMES = np.arange(121) / 30.0


def test_nothing_to_tune_on_leaves_the_usual_keys() -> None:
    found = tune([], [], head())
    assert (found.clips, found.stills) == (UNTUNED.clips, UNTUNED.stills)


def test_keys_of_clips_come_as_near_as_they_can() -> None:
    rows = signals(121, jawOpen=0.5 + 0.5 * np.sin(7.0 * TIMES))
    found = tune([acted(rows)], [], head())

    errors = dict(found.tried)
    for name in ("linear", "spline"):
        of = [each.keying for each in found.clips if each.name.startswith(name)]
        assert {keying.every_s for keying in of} == {USUAL_S, 0.25}
        for keying in of:
            rivals = [
                error
                for told, error in errors.items()
                if told.startswith(f"clips, every {keying.every_s:g} s")
                and ("linear" in told) == (name == "linear")
            ]
            assert errors[f"clips, {keying.told}"] == min(rivals)


def test_the_spline_of_stills_is_the_smoothest() -> None:
    found = tune([], [acted(signals(1, jawOpen=0.8), name="made.png")], head())
    jerks = {told: jerk for told, jerk in found.tried if "linear" not in told}
    assert len(jerks) == 4
    assert jerks[f"stills, {found.stills[1].keying.told}"] == min(jerks.values())
