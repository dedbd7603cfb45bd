"""The guided calibration of a page, with somebody made of points."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.calibration.script import Walk, script
from bridge.calibration.session import NO_FACE, NO_PICTURE
from bridge.calibration.take import Solves
from bridge.capture.source import Image
from bridge.config import Config
from bridge.errors import EngineError
from bridge.feeds.feed import Solved
from bridge.orders.order import SetProfile
from bridge.page.desk import PageDesk
from bridge.page.guide_verbs import GuideVerbs
from bridge.shape.profile import load_profile
from bridge.solve.actor import Actor
from bridge.solve.tracker import Landmarks
from protocols.channels import Vector
from protocols.frame import FaceFrame
from tests.bridge.calibration.performer import Performer, shown
from tests.bridge.fakes import PATIENCE_S
from tests.bridge.page.fakes import FakeDaemon, Page, ask, daemon
from tests.bridge.page.test_desk import Uploads
from tests.bridge.page.test_mapping import Clock

SECONDS = 10.0
FPS = 15


class Stepping:
    """An actor that says when it has solved a picture."""

    def __init__(self, solved: threading.Event) -> None:
        self._actor = Actor("anna")
        self._solved = solved

    def know_neutral(self, points: Any) -> None:
        self._actor.know_neutral(points)

    def solve(
        self, image: Image, landmarks: Landmarks, expression: Vector
    ) -> FaceFrame:
        frame = self._actor.solve(image, landmarks, expression)
        self._solved.set()
        return frame


class Scene:
    """A desk whose guide gets a picture when it has solved the one before."""

    def __init__(self, folder: Path) -> None:
        self.running: FakeDaemon = daemon(folder)
        self.solved, self.closed = threading.Event(), threading.Event()
        self.page, self.clock = Page(), Clock()
        self.guide = GuideVerbs(self.running, folder, self._open, self.clock)
        self.desk = PageDesk([self.guide], Uploads(), self.guide)
        self.at = 0

    def _open(
        self, config: Config, subject: str, stack: ExitStack
    ) -> tuple[Solves, str]:
        stack.callback(self.closed.set)
        return Stepping(self.solved), "geometric"

    def ask(self, do: str, **arguments: Any) -> Any:
        return ask(self.desk, self.page, do, **arguments)

    def see(self, found: Landmarks | None, place: int = 0) -> None:
        """Show a picture, and wait until it has been solved."""
        self.solved.clear()
        self.at += 1
        ns = round(self.at / FPS * 1e9)
        image = Image(self.at, ns, ns, np.zeros((480, 640, 3), dtype=np.uint8))
        landmarks = {} if found is None else {place: found}
        self.desk.see(Solved(self.at, ns, ns, {}, image=image, landmarks=landmarks))
        if found is not None:
            for _ in range(round(10 * PATIENCE_S)):
                if self.solved.wait(0.1) or self.ended:
                    return
            pytest.fail("the picture was not solved")

    @property
    def ended(self) -> bool:
        """True once the guide has told its end."""
        return any(message["done"] for message in self.page.of("guide"))

    def play(self, seconds: float, place: int = 0, far: float = 1.0) -> None:
        """Do what the script asks, for so long."""
        walk, performer = Walk(script(SECONDS)), Performer(lambda at_s: None)
        for at in range(round(seconds * FPS)):
            if self.ended:
                return
            walk.elapsed_s = at / FPS
            still = shown(walk.move.text, far)
            performer = Performer(lambda at_s, still=still: still)  # type: ignore[misc]
            (found,) = performer.track(np.zeros((1, 1, 3), np.uint8))
            self.see(found, place)

    def last(self) -> dict[str, Any]:
        return self.page.of("guide")[-1]

    def end(self) -> dict[str, Any]:
        self.page.wait(lambda page: page.of("guide") and page.of("guide")[-1]["done"])
        return self.last()


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_a_person_is_guided_and_the_profile_is_saved_and_used(
    scene: Scene, tmp_path: Path
) -> None:
    assert scene.ask("guide start", seconds=SECONDS, subject="ben").ok
    # The clock moves on, so that the page is told of every picture.
    scene.clock.step_ns = 200_000_000
    scene.play(sum(move.seconds for move in script(SECONDS)) + 1.0, place=1)
    end = scene.end()
    assert end["problem"] == "" and end["share"] == 1.0
    rows = {row["curve"]: row for row in end["rows"]}
    assert "mouthSmileLeft" in rows
    assert rows["mouthSmileLeft"]["after"].startswith("0.00 to ")
    assert "curves moved" in end["hint"]
    told = scene.page.of("guide")
    prompts = list(dict.fromkeys(message["prompt"] for message in told))
    assert prompts[:-1] == [move.text for move in script(SECONDS)]
    first = told[0]
    assert first["hint"] == f"Next: {script()[1].text}"
    assert 1.5 < first["seconds"] <= 2.0 and first["share"] < 0.1
    blink = next(m for m in told if m["prompt"] == "Shut your eyes tight")
    assert blink["curve"] == "eyeBlinkLeft"
    shares = [message["share"] for message in told]
    assert shares == sorted(shares)
    assert scene.closed.wait(PATIENCE_S)
    reply = scene.ask("guide save")
    path = tmp_path / "me.toml"
    assert reply.ok and reply.data == {"file": str(path)}
    profile = load_profile(path)
    assert profile.name == "ben" and profile.neutral is not None
    assert "monitor page" in path.read_text().splitlines()[0]
    order = scene.running.orders.given[-1]
    assert isinstance(order, SetProfile)
    assert (order.file, order.subject) == (str(path), "ben")
    # Saved again, it is the profile in use.
    assert scene.ask("guide save").ok
    other = tmp_path / "other.toml"
    other.write_text("# mine\n")
    reply = scene.ask("guide save", name="other.toml")
    assert not reply.ok and "exists already" in reply.sentence
    assert other.read_text() == "# mine\n"
    assert not scene.ask("guide save", name="../a.toml").ok
    scene.desk.close()


def test_a_person_who_is_not_seen_is_told_and_not_waited_for(scene: Scene) -> None:
    scene.ask("guide start")
    scene.page.wait(
        lambda page: any(m["problem"] == NO_PICTURE for m in page.of("guide"))
    )
    scene.see(None)
    scene.page.wait(lambda page: any(m["problem"] == NO_FACE for m in page.of("guide")))
    scene.clock.now_ns += 61_000_000_000
    end = scene.end()
    assert "no face for 60 s" in end["problem"] and end["rows"] == []
    assert "no result yet" in scene.ask("guide save").sentence
    assert scene.ask("guide start").ok
    scene.desk.close()


def test_who_does_not_move_is_told_why_it_failed(scene: Scene) -> None:
    scene.ask("guide start", seconds=SECONDS)
    scene.play(sum(move.seconds for move in script(SECONDS)) + 1.0, far=0.0)
    end = scene.end()
    assert "the face barely moved" in end["problem"] and end["rows"] == []
    assert scene.running.orders.given == []


def test_one_person_is_guided_at_a_time(scene: Scene) -> None:
    assert scene.ask("guide start").ok
    other = Page()
    reply = ask(scene.desk, other, "guide start")
    assert not reply.ok and "another calibration runs already" in reply.sentence
    for verb in ("guide stop", "guide save"):
        assert "no calibration runs here" in ask(scene.desk, other, verb).sentence
    scene.desk.left(other)
    assert scene.ask("guide stop").ok
    assert scene.closed.wait(PATIENCE_S)
    assert ask(scene.desk, other, "guide start").ok
    scene.desk.left(other)
    assert ask(scene.desk, other, "guide stop").sentence.startswith("guide stop: no")
    assert not any(message["done"] for message in scene.page.of("guide"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"subject": "eve"}, "no face is named 'eve'; known: anna, ben"),
        ({"seconds": 1}, "seconds is 1, expected a number from 10 to 300"),
        ({"loud": 1}, "unknown argument loud"),
    ],
)
def test_a_mistake_is_one_sentence(
    scene: Scene, arguments: dict[str, Any], told: str
) -> None:
    reply = scene.ask("guide start", **arguments)
    assert not reply.ok and told in reply.sentence
    assert "no calibration runs here" in scene.ask("guide stop").sentence


def test_faces_that_another_program_solves_are_calibrated_there(scene: Scene) -> None:
    capture = scene.running.config.capture.model_copy(update={"source": "livelink:1"})
    scene.running.config = scene.running.config.model_copy(update={"capture": capture})
    reply = scene.ask("guide start")
    assert not reply.ok and "another program solves the faces" in reply.sentence


def test_a_solver_that_cannot_run_is_told(tmp_path: Path) -> None:
    def broken(config: Config, subject: str, stack: ExitStack) -> tuple[Solves, str]:
        raise EngineError("cuda: no card is here")

    guide = GuideVerbs(daemon(tmp_path), tmp_path, broken)
    desk, page = PageDesk([guide], Uploads(), guide), Page()
    assert ask(desk, page, "guide start").ok
    page.wait(lambda page: page.of("guide"))
    assert page.of("guide")[-1]["problem"] == "cuda: no card is here"
    desk.close()
