from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from bridge.calibration.fit import Fitted, fit
from bridge.calibration.recorded import take_recording
from bridge.calibration.take import Take, check_motion, profile_of
from bridge.errors import BridgeError
from bridge.shape.profile import Ranges
from bridge.solve.actor import Actor
from bridge.solve.tracker import Landmarks
from engines.face.canonical_face import CANONICAL
from tests.bridge.calibration.performer import Performer, Play, shown
from tests.bridge.fakes import ListSource
from tests.bridge.solve.puppet import shot

TEXTS = (
    *("Raise your brows", "Shut your eyes tight"),
    *("Open your mouth wide", "Smile with all your teeth"),
)


def acted(at_s: float) -> Landmarks:
    """Two calm seconds, then a move a second, three quarters of the way."""
    at = int(at_s - 2.0)
    if at_s < 2.0 or at >= len(TEXTS):
        return shown("")
    return shown(TEXTS[at], 0.75 * float(np.sin(np.pi * (at_s % 1.0))))


@dataclass
class Clip:
    """A recording of so many seconds that can be opened again and again."""

    seconds: float
    opened: list[ListSource] = field(default_factory=list)

    def __call__(self) -> ListSource:
        source = ListSource([shot(i) for i in range(round(30 * self.seconds))])
        self.opened.append(source)
        return source


def record(
    play: Play = acted, seconds: float = 7.0, window: tuple[float, float] | None = None
) -> Take:
    return take_recording(Clip(seconds), Performer(play), Actor("anna"), window)


def moved(rows: tuple[Fitted, ...]) -> set[str]:
    return {row.curve for row in rows if row.moved}


def test_the_neutral_face_is_found_and_the_rest_is_motion() -> None:
    clip = Clip(7.0)
    take = take_recording(clip, Performer(acted), Actor("anna"))
    # Two seconds before, one after, and where a move is only just beginning.
    assert 80 <= len(take.neutral) <= 125
    assert len(take.neutral) + len(take.motion) == 210
    assert np.abs(take.points - CANONICAL).max() < 0.05
    assert len(clip.opened) == 2 and all(s.closed.is_set() for s in clip.opened)

    rows = fit(take.neutral, take.motion)
    check_motion(take.source, rows)
    assert moved(rows) >= {
        *("eyeBlinkLeft", "eyeBlinkRight", "browOuterUpLeft", "browOuterUpRight"),
        *("jawOpen", "mouthSmileLeft", "mouthSmileRight"),
    }
    assert "tongueOut" not in moved(rows)
    assert max(row.rest_after for row in rows) < 0.05


def test_the_same_recording_gives_the_same_take() -> None:
    first, second = record(), record()
    assert np.array_equal(first.neutral, second.neutral)
    assert np.array_equal(first.motion, second.motion)
    assert np.array_equal(first.points, second.points)


def test_a_run_with_the_profile_reads_what_the_calibration_promised() -> None:
    take = record()
    rows = fit(take.neutral, take.motion)
    profile = profile_of(take, rows, "Anna")
    actor = Actor("again")
    points = profile.neutral_points()
    assert points is not None
    actor.know_neutral(points)
    ranges = Ranges(profile)
    frames = [actor.solve(shot(i), acted(i / 30.0)) for i in range(210)]
    weights = np.array([ranges(frame.vector)[:52] for frame in frames])
    assert weights[:55].max() < 0.05
    for row, promised in zip(rows, np.percentile(weights[60:180], 98, 0), strict=True):
        if row.moved:
            assert promised == pytest.approx(row.reach_after, abs=0.1), row.curve


def test_a_turned_head_is_not_calm() -> None:
    def turned(at_s: float) -> Landmarks:
        return shown("", yaw=0.5) if at_s < 2.0 else acted(at_s)

    assert len(record().neutral) - len(record(turned).neutral) >= 45


def test_the_window_is_taken_as_it_is_given() -> None:
    take = record(window=(0.5, 1.75))
    assert len(take.neutral) in (37, 38)
    assert len(take.neutral) + len(take.motion) == 210


def test_pictures_without_a_face_are_left_out() -> None:
    def away(at_s: float) -> Landmarks | None:
        return None if 2.0 <= at_s < 3.0 else acted(at_s)

    take = record(away)
    assert len(take.neutral) + len(take.motion) == 180


@pytest.mark.parametrize(
    ("play", "seconds", "window", "told"),
    [
        (lambda at_s: None, 1.0, None, "list: no face in 30 pictures"),
        (acted, 0.0, None, "list: no face in 0 pictures"),
        (
            acted,
            0.7,
            None,
            r"list: found 0\.\d s of a calm face .* --neutral START:END",
        ),
        (lambda at_s: shown("Smile with all your teeth"), 3.0, (9.0, 12.0), "0.0 s of"),
        (acted, 7.0, (1.0, 1.5), r"0\.5 s of a face between 1 s and 1\.5 s"),
    ],
)
def test_what_cannot_be_a_calibration_is_said(
    play: Play, seconds: float, window: tuple[float, float] | None, told: str
) -> None:
    with pytest.raises(BridgeError, match=told):
        record(play, seconds, window)


def test_a_face_that_barely_moves_is_refused() -> None:
    take = record(lambda at_s: shown(""), 3.0)
    rows = fit(take.neutral, take.motion)
    with pytest.raises(BridgeError, match="list: the face barely moved"):
        check_motion(take.source, rows)


def test_a_gap_of_the_recording_is_no_calm_face() -> None:
    class Gap(Clip):
        def __call__(self) -> ListSource:
            images = [shot(i) for i in range(round(30 * self.seconds))]
            gap_ns = 15_000_000_000
            later = [
                replace(image, captured_ns=image.captured_ns + gap_ns)
                for image in images[15:]
            ]
            return ListSource([*images[:15], *later])

    with pytest.raises(BridgeError, match=r"0\.4 s of a face between 0 s and 0\.4 s"):
        take_recording(Gap(7.0), Performer(acted), Actor("anna"), (0.0, 0.4))
