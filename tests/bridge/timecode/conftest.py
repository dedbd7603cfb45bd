"""A loaded machine gets time: a fake time server on it may answer late."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.timecode.ntp.ANSWER_S", 60.0)
