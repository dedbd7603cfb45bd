"""Somebody else takes the seat: whose neutral face is whose."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from bridge.capture.source import Image, Pixels
from bridge.config import Config
from bridge.config_file import load_config
from bridge.daemon import Daemon
from bridge.feeds.camera import CameraFeed
from bridge.shape.motion import Motion, learned_motion
from bridge.shape.profile import encode_points
from bridge.solve.actor import Actor
from bridge.solve.tracker import Landmarks
from protocols.channels import INDEX, WEIGHTS_SLICE
from protocols.frame import FaceFrame
from protocols.rotation import Quaternion
from tests.bridge.fakes import ListSource
from tests.bridge.solve.puppet import (
    FRAME_NS,
    GREY,
    LEFT_UPPER_LID,
    RIGHT_UPPER_LID,
    Face,
    both,
    face,
    seen,
    shifted,
)
from tests.engines.motion.faces import engine
from tests.engines.motion.graph import mean_of

WIDE = [INDEX["eyeWideLeft"], INDEX["eyeWideRight"]]
LIDS = (*LEFT_UPPER_LID, *RIGHT_UPPER_LID)
BROWS = both((55, 65, 52, 53, 46, 107, 66, 105, 63, 70))


def built(eyes: float, brows: float) -> Face:
    """Return somebody whose lids and brows are higher by centimetres, at rest."""
    return shifted(
        face(),
        dict.fromkeys(LIDS, (0.0, eyes, 0.0)) | dict.fromkeys(BROWS, (0.0, brows, 0.0)),
    )


ANNA = built(-0.16, -0.3)
"""Narrow eyes below low brows."""
BEN = built(0.16, 0.3)
"""Wide eyes below high brows: on Anna's neutral face he stares."""


def smiling(points: Face) -> Face:
    return shifted(points, dict.fromkeys((61, 78, 291, 308), (0.0, 0.5, -0.2)))


class Stage:
    """Implements `Tracker`: sees who is on the stage. Plays a daemon without threads,
    30 pictures a second."""

    def __init__(self) -> None:
        self.daemon: Daemon | None = None
        self.index = 0
        self._there: list[Landmarks] = []
        self._rng = np.random.default_rng(1)

    def track(self, pixels: Pixels, captured_ns: int = 0) -> list[Landmarks]:
        return self._there

    def close(self) -> None:
        """Nothing is open."""

    @property
    def feed(self) -> CameraFeed:
        assert self.daemon is not None
        assert isinstance(self.daemon.feed, CameraFeed)
        return self.daemon.feed

    def play(
        self,
        seconds: float,
        *people: tuple[Face, float],
        turn: Quaternion = (0.0, 0.0, 0.0, 1.0),
    ) -> list[FaceFrame]:
        """Let people, each at an x in pixels, sit there; return the first's frames."""
        assert self.daemon is not None
        frames = []
        for _ in range(round(seconds * 30)):
            noise = self._rng.normal(0.0, 0.001, (478, 3))
            self._there = [
                seen(points + noise, turn, scale=9.0, at=(x, 240.0))
                for points, x in people
            ]
            image = Image(self.index, self.index * FRAME_NS, 0, GREY)
            frames.append(self.daemon.pipeline.show(self.feed.solve(image))[0])
            self.index += 1
        return frames


@contextmanager
def staged(*settings: str, motion: Motion | None = None) -> Iterator[Stage]:
    stage = Stage()
    stage.daemon = Daemon(
        configured(*settings), tracker=stage, motion=motion, source=ListSource([])
    )
    try:
        yield stage
    finally:
        stage.daemon.stop()


def configured(*settings: str) -> Config:
    return load_config(
        settings=["solve.solver='geometric'", "expression='off'", *settings],
        sinks=["livelink=127.0.0.1:9"],
    )


OFF = "shape.motion='off'"


def staring(frames: list[FaceFrame]) -> float:
    """Return how wide the eyes are, at most."""
    return max(float(frame.vector[WIDE].max()) for frame in frames)


def smile(frames: list[FaceFrame]) -> float:
    return max(float(frame.vector[INDEX["mouthSmileLeft"]]) for frame in frames)


def acting(frames: list[FaceFrame]) -> float:
    return max(float(frame.vector[WEIGHTS_SLICE].max()) for frame in frames)


@pytest.mark.parametrize("gap_s", [0.0, 0.6, 5.0])
def test_another_person_reads_neutral_within_two_seconds(gap_s: float) -> None:
    with staged(OFF) as stage:
        stage.play(10.0, (ANNA, 300))
        assert acting(stage.play(1.0, (ANNA, 300))) < 0.1
        stage.play(gap_s)
        # Without a gap the film was cut.
        stage.play(2.0, (BEN, 340))
        assert staring(stage.play(1.0, (BEN, 340))) < 0.15
        assert acting(stage.play(20.0, (BEN, 340))) < 0.15


def test_the_same_person_keeps_their_neutral_face_over_half_a_minute() -> None:
    with staged(OFF) as stage:
        stage.play(10.0, (BEN, 300))
        rest = acting(stage.play(1.0, (BEN, 300)))
        stage.play(30.0)
        # From the first picture on, and for good.
        assert acting(stage.play(3.0, (BEN, 340))) < rest + 0.05


def test_after_a_long_absence_somebody_else_is_learned() -> None:
    with staged(OFF) as stage:
        stage.play(10.0, (ANNA, 300))
        stage.play(20.0)
        stage.play(2.0, (BEN, 340))
        assert staring(stage.play(1.0, (BEN, 340))) < 0.15


def test_a_calibration_is_the_persons_and_is_theirs_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with staged(OFF, "solve.calibrate_s=1.0") as stage, caplog.at_level(logging.INFO):
        stage.play(2.0, (smiling(ANNA), 300))
        assert acting(stage.play(1.0, (smiling(ANNA), 300))) < 0.1
        stage.play(1.0)
        stage.play(2.0, (BEN, 340))
        assert acting(stage.play(5.0, (BEN, 340))) < 0.2
        stage.play(1.0)
        stage.play(1.0, (smiling(ANNA), 300))
        assert acting(stage.play(10.0, (smiling(ANNA), 300))) < 0.1
    told = [record.message for record in caplog.records]
    assert sum("somebody else is in the picture" in each for each in told) == 1
    assert sum("calibration restored" in each for each in told) == 1


def test_a_calibration_that_somebody_else_walks_into_is_theirs_from_the_start() -> None:
    with staged(OFF, "solve.calibrate_s=3.0") as stage:
        stage.play(2.0, (ANNA, 300))
        stage.play(0.6)
        stage.play(2.0, (BEN, 340))
        (actor,) = stage.feed.actors
        assert isinstance(actor, Actor)
        assert actor.calibrating
        stage.play(2.5, (BEN, 340))
        assert actor.calibrated
        away = np.abs(actor.neutral_points - BEN).mean()
        assert away < 0.1 * np.abs(actor.neutral_points - ANNA).mean()


def test_a_profiles_neutral_face_stays_with_the_first_face(tmp_path: Path) -> None:
    path = tmp_path / "anna.toml"
    points = encode_points(ANNA.astype(np.float32))
    path.write_text(f'[neutral]\npoints = "{points}"\n', encoding="utf-8")
    with staged(OFF, f"shape.profile='{path.as_posix()}'") as stage:
        assert acting(stage.play(2.0, (ANNA, 300))) < 0.05
        stage.play(1.0)
        stage.play(5.0, (BEN, 340))
        (actor,) = stage.feed.actors
        assert isinstance(actor, Actor)
        np.testing.assert_allclose(actor.neutral_points, ANNA, atol=0.01)
        stage.play(1.0)
        stage.play(0.5, (ANNA, 300))
        assert acting(stage.play(2.0, (ANNA, 300))) < 0.05


def test_names_and_neutral_faces_follow_two_people_who_change_seats() -> None:
    with staged(OFF, "track.faces=2") as stage:
        stage.play(10.0, (ANNA, 200), (BEN, 440))
        stage.play(5.0)
        # The other one is the first to come back, to the other seat.
        stage.play(1.0, (BEN, 200))
        stage.play(1.0, (BEN, 200), (ANNA, 440))
        assert stage.daemon is not None
        for _ in range(60):
            stage.play(0.04, (BEN, 200), (ANNA, 440))
            anna, ben = stage.daemon.pipeline.shown
            assert staring([anna, ben]) < 0.15
            # Each is where they sit now.
            assert anna.vector[INDEX["headPosition.x"]] > 0
            assert ben.vector[INDEX["headPosition.x"]] < 0


def test_a_guest_in_the_second_place_disturbs_nobody_in_the_first() -> None:
    with staged(OFF, "track.faces=2") as stage:
        stage.play(6.0, (BEN, 200), (face(), 440))
        stage.play(2.0, (BEN, 200))
        stage.play(2.0, (BEN, 200), (ANNA, 440))
        for _ in range(60):
            stage.play(0.04, (BEN, 200), (ANNA, 440))
            assert stage.daemon is not None
            assert acting(list(stage.daemon.pipeline.shown)) < 0.15


def test_what_is_remembered_of_the_first_ones_motion_is_forgotten() -> None:
    # The place of the shipped network is taken by one that answers the slowest means.
    motion = learned_motion(configured(), engine(mean_of(mean=6)), "slow")
    with staged(motion=motion) as stage:
        stage.play(3.0, (ANNA, 300))
        # Aside, for a puppet's smile is no more than another face to who recognises it.
        aside = (0.0, 0.22, 0.0, 0.9755)
        stage.play(8.0, (smiling(ANNA), 300), turn=aside)
        assert smile(stage.play(1.0, (smiling(ANNA), 300), turn=aside)) > 0.15
        stage.play(1.0)
        stage.play(2.0, (BEN, 340))
        assert smile(stage.play(1.0, (BEN, 340))) < 0.02
