"""The networks that a daemon runs, and what it tells of them."""

import threading
from pathlib import Path

import numpy as np
import pytest

from bridge.capture.source import Pixels
from bridge.config import Config
from bridge.config_file import load_config
from bridge.daemon import Daemon
from bridge.errors import EngineError
from bridge.live_table import closing
from bridge.orders.order import SetLead, SetSteadiness, SetStyle
from bridge.shape.motion import Motion, learned_motion
from bridge.shape.profile import encode_points
from bridge.snapshot import snapshot
from bridge.solve.open import OpenedSolver, open_solver
from bridge.solve.tracker import Landmarks
from engines.face.learned_solver import LearnedSolver
from engines.face.solver_network import SolverNetwork
from protocols.channels import INDEX
from tests.bridge.fakes import NOWHERE, ListSource, ScriptedTracker, image, until
from tests.bridge.simulated_card import Card
from tests.bridge.solve.puppet import face, seen
from tests.engines.fake_solver import FakeSolverEngine
from tests.engines.motion.faces import engine
from tests.engines.motion.graph import always_not_a_number


class NodFaces(ScriptedTracker):
    """A tracker that sees the puppet's face as often as it is told to."""

    def __init__(self, count: int = 1) -> None:
        super().__init__()
        self.count = count

    def track(self, pixels: Pixels, captured_ns: int = 0) -> list[Landmarks]:
        return [
            seen(face(), scale=6.0, at=(160.0 + 320.0 * i, 240.0))
            for i in range(self.count)
        ]


class Astray(FakeSolverEngine):
    """A network that sees a wide open mouth in every face."""

    def __init__(self) -> None:
        super().__init__()
        self.weights[0, INDEX["jawOpen"]] = 1.0


def network(engine: FakeSolverEngine) -> OpenedSolver:
    shared = SolverNetwork(engine)
    return OpenedSolver(
        "learned",
        "a fake",
        False,
        lambda subject: LearnedSolver(shared, subject),
        engine.close,
    )


def test_a_network_that_goes_astray_is_counted_for_every_face() -> None:
    engine, count = Astray(), 2
    config = load_config(settings=["track.faces=2"], sinks=["livelink=127.0.0.1:9"])
    source = ListSource([image(i) for i in range(60)])
    daemon = Daemon(
        config, tracker=NodFaces(count), solver=network(engine), source=source
    )
    daemon.start()
    until(lambda: not daemon.running)
    daemon.stop()
    assert daemon.stats()["solver"] == {"name": "learned", "guarded": count}
    told = "the solver's network contradicted the landmarks 2 times"
    assert closing(daemon).splitlines()[-1] == told
    assert snapshot(daemon).guarded == count
    assert all(
        float(frame.vector[INDEX["jawOpen"]]) < 0.1 for frame in daemon.pipeline.shown
    )
    assert engine.closed


def performer(*settings: str, graph: bytes | None = None) -> tuple[Config, Motion]:
    """Return a configuration that the generator runs in, and the generator."""
    config = load_config(
        settings=["shape.motion=lstm", "expression=off", *settings],
        sinks=["livelink=127.0.0.1:9"],
    )
    return config, learned_motion(config, engine(graph), "a tiny one")


def test_a_generator_that_breaks_is_counted_and_told() -> None:
    config, motion = performer(graph=always_not_a_number())
    daemon = Daemon(
        config,
        tracker=NodFaces(),
        motion=motion,
        source=ListSource([image(i) for i in range(10)]),
    )
    daemon.start()
    until(lambda: not daemon.running)
    daemon.stop()
    told = {"name": "lstm", "rate": 0, "guarded": 1}
    assert daemon.stats()["motion"] == told
    assert snapshot(daemon).motion_guarded == 1
    last = closing(daemon).splitlines()[-1]
    assert last == "One-Euro replaced the motion network once"
    assert np.isfinite(daemon.pipeline.shown[0].vector).all()


def test_an_output_rate_sends_between_images_and_ends_with_the_rest() -> None:
    before = threading.active_count()
    config, motion = performer("shape.rate=120")
    source = ListSource([image(0)], wait=True)
    daemon = Daemon(config, tracker=NodFaces(), motion=motion, source=source)
    daemon.start()
    until(lambda: daemon.routes[0].sink.sent >= 20)
    for order in (SetSteadiness(0.2), SetLead(50.0), SetStyle("held")):
        assert daemon.orders.ask(order, 60.0).ok
    assert daemon.watch.frames == 1
    daemon.stop()
    assert threading.active_count() == before
    assert daemon.pipeline.shown[0].index == daemon.routes[0].sink.sent - 1


def test_a_file_at_full_speed_has_the_rate_and_replays_to_the_same_bytes() -> None:
    runs = []
    for _ in range(2):
        config, motion = performer("shape.rate=120", "capture.pace=fast")
        source = ListSource([image(i) for i in range(31)])
        daemon = Daemon(config, tracker=NodFaces(), motion=motion, source=source)
        daemon.start()
        until(lambda: not daemon.running)  # noqa: B023  # it is this turn's
        daemon.stop()
        runs.append(daemon)
    assert [run.routes[0].sink.sent for run in runs] == [120, 120]
    first, again = (run.pipeline.shown[0] for run in runs)
    assert first.captured_ns == again.captured_ns == 991_666_667
    assert first.vector.tobytes() == again.vector.tobytes()


def test_without_weights_geometry_runs_and_says_so(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    fallback = open_solver(NOWHERE, folder=tmp_path)
    daemon = Daemon(
        NOWHERE, tracker=NodFaces(), solver=fallback, source=ListSource([image(0)])
    )
    daemon.start()
    until(lambda: not daemon.running)
    daemon.stop()
    assert daemon.stats()["solver"] == {"name": "geometric", "guarded": 0}
    assert daemon.pipeline.shown[0].tracked
    assert len(closing(daemon).splitlines()) == 2
    (told,) = [r.message for r in caplog.records if "solver" in r.message]
    assert told.startswith("x ") and "manifest.toml: cannot be read" in told


def test_what_is_asked_for_by_name_is_not_there_for_expressions_either(
    bare: None,
) -> None:
    source, tracker = ListSource([image(0)]), ScriptedTracker()
    config = load_config(
        sinks=["livelink=127.0.0.1:9"],
        settings=[
            *("engines.device='openvino'", "solve.solver='geometric'"),
            "shape.motion='off'",
        ],
    )
    with pytest.raises(EngineError, match="run: pip install openvino"):
        Daemon(config, tracker=tracker, source=source)
    assert tracker.closed and source.closed.is_set()


@pytest.mark.parametrize("live", [True, False])
def test_plans_are_compiled_while_a_live_face_is_sent(
    card: Card, live: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.inference.Nvidia", lambda: card.use)
    source = ListSource([], wait=True)
    source.own_time = not live
    daemon = Daemon(NOWHERE, tracker=ScriptedTracker(), source=source)
    daemon.start()
    until(lambda: daemon.routes[0].sink.sent >= 3)
    assert ("compiling" in daemon.motion.reason) is live
    card.let.set()
    until(lambda: len(card.nvidia.built) == (3 if live else 0))
    sent = daemon.routes[0].sink.sent
    until(lambda: daemon.routes[0].sink.sent > sent + 3)
    daemon.stop()
    assert all(one.leaked == 0 and one.closed for one in card.nvidia.cards)


def test_a_profiles_neutral_face_is_the_first_actors(tmp_path: Path) -> None:
    path, rest = tmp_path / "me.toml", (1.1 * face()).astype(np.float32)
    path.write_text(f'[neutral]\npoints = "{encode_points(rest)}"\n')
    engine = FakeSolverEngine()
    daemon = Daemon(
        load_config(
            settings=[f"shape.profile='{path}'"], sinks=["livelink=127.0.0.1:9"]
        ),
        tracker=NodFaces(),
        solver=network(engine),
        source=ListSource([image(i) for i in range(5)]),
    )
    daemon.start()
    until(lambda: not daemon.running)
    daemon.stop()
    given = engine.fed["landmarks"][0] - engine.fed["moved"][0]
    np.testing.assert_allclose(given, rest, atol=0.01)
