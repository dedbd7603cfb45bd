from __future__ import annotations

import io

import numpy as np
import pytest
from rich.console import Console

from bridge.calibration.fit import fit
from bridge.calibration.live import take_live
from bridge.calibration.report import left_alone
from bridge.calibration.screen import Prompter
from bridge.calibration.script import script
from bridge.calibration.session import (
    NO_FACE,
    NO_PICTURE,
    PATIENCE_S,
    TURNED,
    Moment,
)
from bridge.errors import BridgeError
from bridge.solve.actor import Actor
from bridge.solve.tracker import Landmarks
from engines.face.canonical_face import CANONICAL
from tests.bridge.calibration.performer import Performer, obedient, shown
from tests.bridge.fakes import ListSource
from tests.bridge.solve.puppet import shot

SECONDS = sum(move.seconds for move in script())


def pictures(seconds: float) -> ListSource:
    return ListSource([shot(i) for i in range(round(30 * seconds))])


def ignore(moment: Moment) -> None:
    pass


def test_somebody_who_does_what_is_asked_is_calibrated() -> None:
    actor = Actor("anna")
    take = take_live(
        pictures(SECONDS + 1.0), Performer(obedient), actor, script(), ignore
    )
    assert actor.calibrated
    assert np.abs(take.points - CANONICAL).max() < 0.05
    assert 40 <= len(take.neutral) <= 50 and 590 <= len(take.motion) <= 610
    rows = {row.curve: row for row in fit(take.neutral, take.motion, take.asked)}
    assert rows["jawOpen"].moved and rows["mouthSmileRight"].moved
    assert rows["eyeBlinkLeft"].reach_after > 0.85
    reasons = left_alone(tuple(rows.values()))
    assert {"cheekPuff", "jawLeft", "tongueOut"} <= set(reasons["did not move"])
    # A jaw that drops stretches the lips too: nobody asked for that.
    assert not rows["mouthFunnel"].moved


def test_time_stands_still_while_no_face_is_seen_or_it_looks_away() -> None:
    def late(at_s: float) -> Landmarks | None:
        if at_s < 1.0:
            return None
        if 4.0 <= at_s < 5.0:
            return shown("", yaw=0.6)  # two seconds into the script: "learn"
        return obedient(at_s - 1.0 - (1.0 if at_s >= 5.0 else 0.0))

    said: list[Moment] = []
    left: list[float] = []

    def keep(moment: Moment) -> None:
        said.append(moment)
        left.append(moment.walk.elapsed_s)

    take = take_live(
        pictures(SECONDS + 3.0), Performer(late), Actor("anna"), script(), keep
    )
    problems = [moment.problem for moment in said]
    assert problems[:30] == 30 * [NO_FACE] and left[29] == 0.0
    assert problems.count(TURNED) == 30
    assert set(problems) == {"", NO_FACE, TURNED}
    # Two seconds later than somebody who is there from the start, and a picture for
    # every return.
    assert len(said) == pytest.approx(30 * (SECONDS + 2.0), abs=6)
    assert np.abs(take.points - CANONICAL).max() < 0.05


def test_who_acts_while_they_should_rest_is_told_before_the_moves() -> None:
    def early(at_s: float) -> Landmarks:
        return shown("Raise your brows" if at_s >= 4.0 else "")

    said: list[Moment] = []
    with pytest.raises(BridgeError, match=r"was not at rest \(brow\w+ [01]\.\d\d, "):
        take_live(
            pictures(SECONDS), Performer(early), Actor("a"), script(), said.append
        )
    assert all(moment.walk.move.part != "move" for moment in said)


def test_a_source_that_ends_too_soon_is_a_sentence() -> None:
    with pytest.raises(BridgeError, match="list: ended before the last move"):
        take_live(pictures(5.0), Performer(obedient), Actor("a"), script(), ignore)


def test_nobody_there_is_a_sentence_and_no_picture_is_shown() -> None:
    class Stalled(ListSource):
        def read(self, timeout_s: float | None = None) -> None:
            return None

    clock = iter(range(0, 10**12, 10**9))
    said: list[str] = []
    with pytest.raises(BridgeError, match=f"no face for {PATIENCE_S:g} s"):
        take_live(
            Stalled([]),
            Performer(obedient),
            Actor("a"),
            script(),
            lambda moment: said.append(moment.problem),
            clock_ns=lambda: next(clock),
        )
    assert set(said) == {NO_PICTURE} and len(said) > 50


@pytest.mark.parametrize("terminal", [True, False])
def test_what_is_shown(terminal: bool) -> None:
    console = Console(file=io.StringIO(), width=100, force_terminal=terminal)
    with Prompter("camera:0", console) as show:
        take_live(
            pictures(SECONDS + 1.0), Performer(obedient), Actor("a"), script(), show
        )
    text = console.file.getvalue()  # type: ignore[attr-defined]
    for move in script():
        assert move.text in text
    assert "1 of 22" in text and "22 of 22" in text
    if terminal:
        for part in ("then: Draw your brows down", "jawOpen", "Ctrl-C"):
            assert part in text
    else:
        assert len(text.splitlines()) == len(script())
