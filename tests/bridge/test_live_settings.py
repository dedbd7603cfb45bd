from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

import pytest

from bridge.config_file import load_config
from bridge.live_settings import Knobs


class Desk:
    def __init__(self) -> None:
        self.turned: list[dict[str, Any]] = []

    def perform(self, **knobs: Any) -> None:
        self.turned.append(knobs)


def save(path: Path, text: str) -> None:
    path.write_text(text)
    # Two saves within one tick of the file system's clock would look like one.
    stamp = path.stat().st_mtime_ns + 1_000_000_000 * len(text)
    os.utime(path, ns=(stamp, stamp))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def knobs(path: Path, desk: Desk) -> Knobs:
    return Knobs(path, lambda: load_config(path), load_config(path), desk)


def test_a_saved_file_turns_the_knobs_once(
    tmp_path: Path, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    path = tmp_path / "me.toml"
    save(path, "[shape]\nsteadiness = 0.5\n")
    watched = knobs(path, desk)
    watched.look()
    assert desk.turned == []
    save(path, '[shape]\nsteadiness = 0.75\nlead_ms = 40\nstyle = "calm"\n')
    watched.look()
    watched.look()
    assert desk.turned == [{"steadiness": 0.75, "lead_ms": 40.0, "style": "calm"}]
    assert "me.toml: steadiness = 0.75, lead_ms = 40.0, style = calm" in caplog.text
    assert "next start" not in caplog.text


def test_a_broken_file_changes_nothing_and_says_what_is_wrong(
    tmp_path: Path, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "me.toml"
    save(path, "")
    watched = knobs(path, desk)
    save(path, "[shape]\nsteadiness = 7\n")
    watched.look()
    assert desk.turned == []
    assert "me.toml: shape.steadiness" in caplog.text
    assert "nothing was changed" in caplog.text
    path.unlink()
    watched.look()
    save(path, "[shape]\nlead_ms = 20.0\n")
    watched.look()
    assert [each["lead_ms"] for each in desk.turned] == [20.0]


def test_other_settings_wait_for_the_next_start(
    tmp_path: Path, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    path = tmp_path / "me.toml"
    save(path, "")
    watched = knobs(path, desk)
    save(path, "[capture]\nfps = 60.0\n")
    watched.look()
    assert desk.turned == []
    assert "what else changed, the next start has" in caplog.text


def test_without_a_file_nothing_is_watched(desk: Desk) -> None:
    Knobs(None, load_config, load_config(), desk).look()
    assert desk.turned == []
