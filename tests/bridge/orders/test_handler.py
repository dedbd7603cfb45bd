"""What each order does to the faces, and when it is refused."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

from bridge.config_file import load_config
from bridge.errors import ConfigError
from bridge.orders.face import FaceParts, FaceSettings
from bridge.orders.handler import OrderHandler
from bridge.orders.order import (
    Calibrate,
    FaceOrder,
    ResetNeutral,
    SetGain,
    SetIdle,
    SetLead,
    SetMirror,
    SetPause,
    SetProfile,
    SetSteadiness,
    SetStyle,
)
from bridge.shape.motion import learned_motion
from bridge.shape.profile import CurveRange, NeutralFace, Points, Profile, encode_points
from bridge.shape.shaper import Shaper, ShapeStyle
from engines.face.canonical_face import COUNT
from engines.motion.generator import MotionGenerator
from engines.motion.performer import Performer
from protocols.channels import INDEX, Vector
from tests.bridge.faces import face
from tests.engines.motion.faces import engine

POINTS = np.ones((COUNT, 3), dtype=np.float32)
HALF = Profile(
    curves={"jawOpen": CurveRange(gain=0.5)},
    neutral=NeutralFace(points=encode_points(POINTS)),
)


@dataclass
class Neutrals:
    """Notes what is done to an actor's neutral face."""

    done: list[object] = field(default_factory=list)
    given: bool = False

    def calibrate(self, seconds: float) -> None:
        self.done.append(seconds)

    def know_neutral(self, points: Points | None) -> None:
        self.done.append("given" if points is not None else "forgotten")

    def know_rest(self, expression: Vector | None) -> None:
        if expression is not None:
            self.done.append("rest given")

    def reset_neutral(self) -> bool:
        self.done.append("reset")
        return self.given


class Stage:
    """Two faces, and a lock that knows whether it is held."""

    def __init__(self, *, moved: bool = True, solver: str = "learned") -> None:
        self.lock = threading.Lock()
        config = load_config(settings=["shape.motion=lstm"])
        motion = learned_motion(config, engine(), "a tiny one")
        self.actors = [Neutrals(), Neutrals()]
        self.shapers = [
            motion.shaper(name, Profile())
            if moved
            else Shaper(name, ShapeStyle(smooth=False))
            for name in ("anna", "ben")
        ]
        faces = [
            FaceParts(FaceSettings(name, False), Profile(), shaper, actor)
            for name, shaper, actor in zip(
                ("anna", "ben"), self.shapers, self.actors, strict=True
            )
        ]
        self.handler = OrderHandler(
            faces, self.lock, solver=solver, motion="lstm" if moved else "off"
        )

    def apply(self, order: FaceOrder) -> str:
        told = self.handler.apply(order)
        assert not self.lock.locked()
        return told

    def jaws(self) -> list[float]:
        shown = [
            shaper.keep(face(0, "x", jawOpen=0.8, jawLeft=0.4))
            for shaper in self.shapers
        ]
        return [round(float(one.vector[INDEX["jawOpen"]]), 3) for one in shown]


def test_motion_settings_reach_the_generator_and_are_known() -> None:
    stage = Stage()
    assert stage.apply(SetSteadiness(0.25)) == "steadiness = 0.25"
    assert stage.apply(SetLead(40.0)) == "lead_ms = 40"
    assert stage.apply(SetStyle("toon", "ben")) == "style = toon (ben)"
    assert stage.apply(SetIdle(False, "anna")) == "idle = false (anna)"
    anna, ben = (shaper.performer for shaper in stage.shapers)
    assert anna is not None and ben is not None
    assert anna.generator.steadiness == ben.generator.steadiness == 0.25
    assert anna.lead_s == ben.lead_s == 0.04
    assert (anna.style, ben.style) == ("natural", "toon")
    assert (anna.idle, ben.idle) == (False, True)
    assert [
        (one.steadiness, one.lead_ms, one.style, one.idle)
        for one in stage.handler.settings
    ] == [(0.25, 40.0, None, False), (0.25, 40.0, "toon", None)]


def test_without_the_motion_network_its_settings_are_refused() -> None:
    stage = Stage(moved=False)
    for order in (
        SetSteadiness(0.5),
        SetLead(5.0),
        SetStyle("calm", "ben"),
        SetIdle(False),
    ):
        with pytest.raises(ConfigError, match=r"was not changed: .* motion is off"):
            stage.apply(order)


def test_mirror_and_profile_change_what_is_sent() -> None:
    stage = Stage(moved=False)
    assert stage.jaws() == [0.8, 0.8]
    told = stage.apply(SetProfile(HALF, "/x/half.toml"))
    assert told == "profile = /x/half.toml; its neutral face is used for anna"
    assert stage.jaws() == [0.4, 0.4]
    assert stage.apply(SetMirror(True, "anna")) == "mirror = true (anna)"
    frames = [one.keep(face(1, "x", jawLeft=0.4, jawOpen=0.8)) for one in stage.shapers]
    right = [float(frame.vector[INDEX["jawRight"]]) for frame in frames]
    assert right == [pytest.approx(0.4), 0.0]
    # The ranges stay when only the mirror changes, and the other way round.
    assert stage.jaws() == [0.4, 0.4]
    assert stage.apply(SetProfile(Profile())) == "no profile is used"
    assert stage.jaws() == [0.8, 0.8]
    assert [one.mirror for one in stage.handler.settings] == [True, False]
    # Of the first face it is the neutral face; the others keep their own.
    assert [actor.done for actor in stage.actors] == [["given", "forgotten"], []]


def test_shapers_are_changed_under_the_shaping_lock_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage, held = Stage(), list[bool]()

    def watch(of: Callable[..., None]) -> Callable[..., None]:
        def change(*arguments: object, **named: object) -> None:
            held.append(stage.lock.locked())
            of(*arguments, **named)

        return change

    monkeypatch.setattr(Shaper, "__setattr__", watch(Shaper.__setattr__))
    for owner, name in (
        (Performer, "style"),
        (Performer, "idle"),
        (MotionGenerator, "steadiness"),
    ):
        known = vars(owner)[name]
        monkeypatch.setattr(owner, name, property(known.fget, watch(known.fset)))
    for order in (
        SetMirror(True),
        SetProfile(HALF, "/x/half.toml"),
        SetStyle("calm"),
        SetSteadiness(0.1),
        SetIdle(False),
        SetPause(True),
        SetGain("jawOpen", 0.5),
    ):
        stage.apply(order)
    assert held == [True] * 14


def test_a_gain_changes_the_profile_in_use_and_no_other_range() -> None:
    stage = Stage(moved=False)
    stage.apply(SetProfile(HALF, "/x/half.toml"))
    assert (
        stage.apply(SetGain("jawOpen", 0.25, "ben")) == "gain of jawOpen = 0.25 (ben)"
    )
    assert stage.jaws() == [0.4, 0.2]
    stage.apply(SetGain("jawLeft", 2.0))
    frames = [one.keep(face(1, "x", jawLeft=0.4, jawOpen=0.8)) for one in stage.shapers]
    shown = [
        (frame.vector[INDEX["jawLeft"]], frame.vector[INDEX["jawOpen"]])
        for frame in frames
    ]
    assert shown == [pytest.approx((0.8, 0.4)), pytest.approx((0.8, 0.2))]
    assert [one.gains for one in stage.handler.settings] == [
        {"jawLeft": 2.0, "jawOpen": 0.5},
        {"jawLeft": 2.0, "jawOpen": 0.25},
    ]
    assert [one.profile for one in stage.handler.settings] == ["/x/half.toml"] * 2
    assert stage.handler.profiles[1].curves["jawOpen"].gain == 0.25
    assert stage.handler.profiles[0].neutral == HALF.neutral
    stage.apply(SetProfile(Profile()))
    assert [one.gains for one in stage.handler.settings] == [{}, {}]


@pytest.mark.parametrize("moved", [True, False])
def test_a_paused_face_counts_as_not_seen(moved: bool) -> None:
    stage = Stage(moved=moved)
    stage.jaws()
    assert stage.apply(SetPause(True, "anna")) == "paused (anna)"
    shown = [
        shaper.keep(face(index, "x", jawOpen=0.8, jawLeft=0.4))
        for index in range(1, 120)
        for shaper in stage.shapers
    ]
    assert [frame.tracked for frame in shown[-2:]] == [False, True]
    assert shown[-2].vector[INDEX["jawOpen"]] < 0.1
    assert shown[-1].vector[INDEX["jawOpen"]] > 0.5
    assert [one.paused for one in stage.handler.settings] == [True, False]
    assert stage.apply(SetPause(False)) == "not paused"
    back = [shaper.keep(face(120, "x", jawOpen=0.8)) for shaper in stage.shapers]
    assert [frame.tracked for frame in back] == [True, True]


def test_a_profile_for_one_face_brings_that_face_its_neutral_one() -> None:
    stage = Stage(moved=False)
    stage.apply(SetProfile(HALF, "/x/half.toml", "ben"))
    assert stage.jaws() == [0.8, 0.4]
    assert [actor.done for actor in stage.actors] == [[], ["given"]]
    assert [one.profile for one in stage.handler.settings] == ["", "/x/half.toml"]


def test_calibration_is_started_and_forgotten() -> None:
    stage = Stage()
    told = stage.apply(Calibrate(3.0))
    assert told == "look neutral for 3 s, from when your face is seen"
    assert stage.apply(ResetNeutral("ben")).startswith("a new neutral face")
    assert [actor.done for actor in stage.actors] == [[3.0], [3.0, "reset"]]
    stage.actors[0].given = True
    assert "of the profile is used again" in stage.apply(ResetNeutral())
    assert [actor.done[-1] for actor in stage.actors] == ["reset", "reset"]


def test_a_solver_without_our_neutral_face_refuses() -> None:
    stage = Stage(solver="mediapipe")
    for order in (Calibrate(), ResetNeutral()):
        with pytest.raises(ConfigError, match=r"nothing was changed.*mediapipe"):
            stage.apply(order)
    assert stage.actors[0].done == []


def test_a_face_of_another_name_is_refused() -> None:
    with pytest.raises(ConfigError, match="no face is named 'eve'; known: anna, ben"):
        Stage().apply(SetMirror(True, "eve"))
