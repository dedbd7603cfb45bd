import threading

import pytest

from bridge.capture.source import Pixels
from bridge.config_file import load_config
from bridge.daemon import Daemon
from bridge.errors import CaptureError, ConfigError, SinkError
from bridge.solve.tracker import Landmarks
from tests.bridge.fakes import NOWHERE, ListSource, ScriptedTracker, image, until


def test_a_file_at_full_speed_drops_nothing_and_ends() -> None:
    source = ListSource([image(i, faces=0) for i in range(100)])
    daemon = Daemon(NOWHERE, tracker=ScriptedTracker(), source=source)
    daemon.start()
    until(lambda: not daemon.running)
    daemon.stop()
    stats = daemon.stats()
    assert (stats["frames"], stats["dropped"], stats["tracked_share"]) == (100, 0, 0.0)
    assert stats["sinks"] == {"livelink=127.0.0.1:9": {"sent": 100, "failed": 0}}
    assert set(stats["latency_ms"]) >= {"track", "solve", "capture_to_send"}
    assert set(stats["overhead_ms"]) >= {"p50", "p99"}


def test_without_images_held_faces_are_still_sent() -> None:
    source = ListSource([], wait=True)
    daemon = Daemon(NOWHERE, tracker=ScriptedTracker(), source=source)
    daemon.start()
    until(lambda: daemon.routes[0].sink.sent >= 3)
    assert not daemon.pipeline.shown[0].tracked
    daemon.stop()
    assert daemon.watch.frames == 0


def test_stop_ends_every_thread_and_closes_everything() -> None:
    before = threading.active_count()
    tracker, source = ScriptedTracker(), ListSource([], wait=True)
    daemon = Daemon(NOWHERE, tracker=tracker, source=source)
    daemon.start()
    daemon.stop()
    daemon.stop()
    assert tracker.closed and source.closed.is_set()
    assert threading.active_count() == before


def test_a_broken_engine_stops_the_program_and_is_not_hidden() -> None:
    class Broken(ScriptedTracker):
        def track(self, pixels: Pixels, captured_ns: int = 0) -> list[Landmarks]:
            raise ZeroDivisionError("inside the tracker")

    source = ListSource([image(0)], wait=True)
    daemon = Daemon(NOWHERE, tracker=Broken(), source=source)
    daemon.start()
    until(lambda: not daemon.running)
    with pytest.raises(ZeroDivisionError, match="inside the tracker"):
        daemon.stop()


def test_what_was_opened_is_closed_when_a_later_part_cannot_be() -> None:
    with pytest.raises(CaptureError):
        Daemon(
            load_config(source="images:does-not-exist", sinks=["livelink"]),
            tracker=ScriptedTracker(),
        )
    with pytest.raises(SinkError):
        Daemon(load_config(sinks=["osc=nowhere.invalid:1"]), tracker=ScriptedTracker())
    with pytest.raises(ConfigError, match="no such profile"):
        Daemon(
            load_config(settings=["shape.profile='absent.toml'"]),
            tracker=ScriptedTracker(),
        )
