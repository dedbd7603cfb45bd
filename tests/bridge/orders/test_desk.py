"""Orders from any thread to a daemon that runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from bridge.capture.source import Image, Pixels
from bridge.config import Config
from bridge.config_file import load_config
from bridge.daemon import Daemon
from bridge.orders.desk import LATE, OrderDesk
from bridge.orders.handler import OrderHandler
from bridge.orders.mailbox import ENDING
from bridge.orders.order import (
    Calibrate,
    ResetNeutral,
    SetMirror,
    SetSteadiness,
    StartTake,
    StopTake,
)
from bridge.solve.tracker import Landmarks
from bridge.takes.recorder import Recorder, TakeSettings
from bridge.takes.take import About
from tests.bridge.fakes import ListSource, ScriptedTracker, image

PLAIN = ("expression=off", "solve.solver=geometric", "shape.motion=off")


def config(*settings: str) -> Config:
    return load_config(sinks=["livelink=127.0.0.1:9"], settings=[*PLAIN, *settings])


@contextmanager
def running(daemon: Daemon) -> Iterator[Daemon]:
    daemon.start()
    try:
        yield daemon
    finally:
        daemon.stop()


def test_orders_are_carried_out_while_no_image_comes() -> None:
    source = ListSource([], wait=True)
    daemon = Daemon(config(), tracker=ScriptedTracker(), source=source)
    with running(daemon):
        # A minute each, on however busy a machine; ask would say that it is late.
        assert daemon.orders.ask(Calibrate(1.0), 60.0).ok
        assert daemon.orders.ask(SetMirror(True), 60.0).sentence == "mirror = true"
        told = daemon.orders.ask(SetSteadiness(0.5), 60.0)
        assert not told.ok and "motion is off" in told.sentence
        assert daemon.watch.frames == 0
    assert daemon.orders.settings[0].mirror
    assert daemon.orders.ask(SetMirror(False), 60.0).sentence == ENDING


def test_the_wait_for_an_image_is_cut_into_tenths_of_a_second() -> None:
    waits: list[float | None] = []

    class Notes(ListSource):
        def read(self, timeout_s: float | None = None) -> Image | None:
            waits.append(timeout_s)
            return super().read(timeout_s)

    source = Notes([image(0)], wait=True)
    daemon = Daemon(config(), tracker=ScriptedTracker(), source=source)
    with running(daemon):
        assert daemon.orders.ask(SetMirror(True), 60.0).ok
    assert waits and all(wait is not None and wait <= 0.1 for wait in waits)


def test_a_calibration_is_taken_by_the_running_actor(
    caplog: pytest.LogCaptureFixture,
) -> None:
    from tests.bridge.solve.puppet import face, seen

    caplog.set_level("INFO")
    more = threading.Event()

    class OneFace(ScriptedTracker):
        def track(self, pixels: Pixels, captured_ns: int = 0) -> list[Landmarks]:
            return [seen(face(), scale=6.0, at=(160.0, 240.0))]

    class Later(ListSource):
        def read(self, timeout_s: float | None = None) -> Image | None:
            return super().read(timeout_s) if more.wait(timeout_s) else None

    source = Later([image(i) for i in range(60)])
    daemon = Daemon(config(), tracker=OneFace(), source=source)
    with running(daemon):
        assert daemon.orders.ask(ResetNeutral(), 60.0).ok
        assert daemon.orders.ask(Calibrate(0.5), 60.0).ok
        more.set()
        for _ in range(600):
            if not daemon.wait(0.1):
                break
    assert "facewire: neutral face taken" in caplog.text


def test_orders_and_the_output_thread_share_the_faces() -> None:
    source = ListSource([image(0)], wait=True)
    daemon = Daemon(config("shape.rate=120"), tracker=ScriptedTracker(), source=source)
    with running(daemon):
        for mirror in (True, False) * 20:
            assert daemon.orders.ask(SetMirror(mirror), 60.0).ok
            assert daemon.orders.settings[0].mirror is mirror
        sent = daemon.routes[0].sink.sent
        while daemon.routes[0].sink.sent == sent:
            assert daemon.wait(0.01)
    assert all(np.isfinite(frame.vector).all() for frame in daemon.pipeline.shown)


def test_a_late_order_is_withdrawn(tmp_path: Path) -> None:
    recorder = Recorder(TakeSettings(tmp_path), About())
    handler = OrderHandler([], threading.Lock(), solver="none", motion="off")
    desk = OrderDesk(handler, recorder)
    answer = desk.ask(SetMirror(True), 0.01)
    assert not answer.ok and answer.sentence == LATE
    desk.apply()
    recorder.close()


def test_takes_are_started_and_stopped_by_whoever_asks(tmp_path: Path) -> None:
    """Nobody applies orders here: a disk may take its time, images do not wait."""
    recorder = Recorder(TakeSettings(tmp_path / "takes"), About())
    handler = OrderHandler([], threading.Lock(), solver="none", motion="off")
    desk = OrderDesk(handler, recorder)
    started = desk.ask(StartTake(slate="12A"))
    assert started.ok and started.sentence.startswith("recording 12A 001")
    assert started.state["recording"] == "yes"
    again = desk.ask(StartTake())
    assert not again.ok and "stop that take first" in again.sentence
    assert desk.ask(StopTake()).ok
    assert desk.ask(StopTake()).sentence == "nothing is being recorded"
    recorder.close()
