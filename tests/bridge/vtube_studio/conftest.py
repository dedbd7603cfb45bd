"""A VTube Studio of our own, and sinks that send to it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from .server import Studio, StudioServer
from .sinks import Sinks, Told


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FACEWIRE_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
def server(studio: Studio) -> Iterator[StudioServer]:
    opened = StudioServer(studio)
    yield opened
    opened.close()


@pytest.fixture
def sinks(server: StudioServer) -> Iterator[Sinks]:
    opened = Sinks(server.port)
    yield opened
    opened.close()


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Told:
    logging.getLogger("bridge").propagate = True
    caplog.set_level(logging.WARNING, "bridge")
    return lambda: [record.getMessage() for record in caplog.records]
