"""Opening a mix from the settings, in a whole daemon."""

from __future__ import annotations

import socket

import pytest

from bridge.config import Config
from bridge.config_file import load_config
from bridge.daemon import Daemon
from bridge.errors import CaptureError, ConfigError
from bridge.feeds.open import Given
from bridge.mix.asked import has_images
from bridge.mix.feed import MixFeed
from bridge.mix.open import check_sources
from bridge.orders.face import Calibrates
from protocols.channels import INDEX
from tests.bridge.fakes import ListSource, ScriptedTracker, image, until
from tests.ports import free_port

from .test_end_to_end import packet

SINK = "livelink=127.0.0.1:9"


def settings(*layers: str, source: str = "demo", pace: str = "real") -> Config:
    return load_config(
        source=source,
        sinks=[SINK],
        layers=layers,
        settings=["shape.motion=off", f"capture.pace={pace}", "expression=off"],
    )


def test_a_file_at_full_speed_is_not_mixed() -> None:
    with pytest.raises(ConfigError, match="no time in common"):
        check_sources(settings("eyes=livelink:11112", pace="fast"), Given())
    check_sources(settings(pace="fast"), Given())


@pytest.mark.parametrize("again", ["demo", " demo "])
def test_a_source_has_one_layer(again: str) -> None:
    with pytest.raises(ConfigError, match=r"already used by capture\.source"):
        check_sources(settings(f"eyes={again}"), Given())
    with pytest.raises(ConfigError, match=r"already used by mix\.layers\.eyes"):
        layers = "eyes=livelink:11112", "brows=livelink:11112"
        check_sources(settings(*layers), Given())


def test_a_sink_must_not_send_to_a_layer() -> None:
    with pytest.raises(ConfigError, match="would send back"):
        check_sources(settings("eyes=livelink:9"), Given())


def test_a_wrong_name_of_a_layer_is_told_before_anything_is_opened() -> None:
    with pytest.raises(ConfigError):
        check_sources(settings("eyes=nonsense"), Given())


def test_a_layer_that_cannot_be_opened_closes_the_others() -> None:
    taken = free_port()
    tracker = ScriptedTracker()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", taken))
        with pytest.raises(CaptureError, match="is in use"):
            Daemon(
                settings(f"eyes=livelink:{taken}"),
                tracker=tracker,
                source=ListSource([], wait=True),
            )
    assert tracker.closed


def test_a_camera_with_a_phone_is_one_feed_that_is_calibrated_and_closed() -> None:
    port, tracker = free_port(), ScriptedTracker()
    source = ListSource([image(i) for i in range(3)], wait=True)
    daemon = Daemon(settings(f"eyes=livelink:{port}"), tracker=tracker, source=source)
    feed = daemon.feed
    assert isinstance(feed, MixFeed) and has_images(feed)
    assert [part.name for part in feed.parts] == ["base", "eyes"]
    assert isinstance(feed.actors[0], Calibrates)
    daemon.start()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:

        def seen() -> bool:
            phone.sendto(packet(0.75, 1, "phone"), ("127.0.0.1", port))
            shown = daemon.pipeline.shown
            return bool(shown) and shown[0].vector[INDEX["eyeBlinkLeft"]] > 0.74

        until(seen, 60.0)
    daemon.stop()
    assert tracker.closed and source.closed.is_set() and feed.join()
    stats = daemon.stats()
    assert [one["layer"] for one in stats["mix"]] == ["base", "eyes"]
    assert feed.join()


def test_one_source_is_opened_as_before() -> None:
    daemon = Daemon(settings(), tracker=ScriptedTracker(), source=ListSource([]))
    assert not isinstance(daemon.feed, MixFeed)
    assert daemon.stats()["mix"] == []
    daemon.stop()
