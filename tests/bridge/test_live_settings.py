from __future__ import annotations

import logging
import os
from concurrent.futures import Future
from pathlib import Path

import pytest

from bridge.config_file import load_config
from bridge.live_settings import LiveSettings
from bridge.orders.order import (
    Answer,
    FaceOrder,
    SetIdle,
    SetLead,
    SetMirror,
    SetProfile,
    SetSteadiness,
    SetStyle,
)
from bridge.shape.profile import Profile


class Desk:
    """Answers every order at once, or refuses it."""

    def __init__(self) -> None:
        self.given: list[FaceOrder] = []
        self.refuses = ""
        self.busy = False
        self.waiting: list[Future[Answer]] = []

    def post(self, order: FaceOrder) -> Future[Answer]:
        self.given.append(order)
        answer: Future[Answer] = Future()
        if self.busy:
            self.waiting.append(answer)
        else:
            answer.set_result(Answer(not self.refuses, self.refuses or str(order)))
        return answer


def save(path: Path, text: str) -> None:
    path.write_text(text)
    # Two saves within one tick of the file system's clock would look like one.
    stamp = path.stat().st_mtime_ns + 1_000_000_000 * len(text)
    os.utime(path, ns=(stamp, stamp))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def live(path: Path, desk: Desk) -> LiveSettings:
    return LiveSettings(path, lambda: load_config(path), load_config(path), desk)


def test_a_saved_file_gives_an_order_for_what_has_changed_once(
    tmp_path: Path, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    path = tmp_path / "me.toml"
    save(path, "[shape]\nsteadiness = 0.5\n")
    watched = live(path, desk)
    watched.look()
    assert desk.given == []
    save(path, '[shape]\nsteadiness = 0.75\nlead_ms = 40\nstyle = "calm"\n')
    watched.look()
    watched.look()
    assert desk.given == [SetSteadiness(0.75), SetLead(40.0), SetStyle("calm")]
    assert f"me.toml: {SetSteadiness(0.75)}, {SetLead(40.0)}" in caplog.text
    assert caplog.text.count("me.toml") == 1
    assert "next start" not in caplog.text
    save(path, "[shape]\nsteadiness = 0.75\nlead_ms = 40\nmirror = true\nidle = false")
    watched.look()
    assert desk.given[3:] == [SetStyle("natural"), SetIdle(False), SetMirror(True)]


def test_a_profile_is_read_and_given_and_taken_back(
    tmp_path: Path, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    path, profile = tmp_path / "me.toml", tmp_path / "anna.toml"
    save(path, "")
    profile.write_text('name = "Anna"\n')
    watched = live(path, desk)
    save(path, f"[shape]\nprofile = '{profile}'\n")
    watched.look()
    assert desk.given == [SetProfile(Profile(name="Anna"), str(profile))]
    save(path, "[shape]\nsteadiness = 0.75\n")
    watched.look()
    assert desk.given[1:] == [SetProfile(Profile())]
    assert "next start" not in caplog.text
    save(path, "[shape]\nsteadiness = 0.1\nprofile = 'absent.toml'\n")
    watched.look()
    assert len(desk.given) == 2, "half of the file was used"
    assert "absent.toml: no such profile" in caplog.text
    assert "nothing was changed" in caplog.text


def test_what_is_refused_or_done_late_is_logged_then(
    tmp_path: Path, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    path = tmp_path / "me.toml"
    save(path, "")
    watched = live(path, desk)
    desk.refuses = "motion is off in this run"
    save(path, "[shape]\nlead_ms = 10.0\n")
    watched.look()
    (told,) = [r for r in caplog.records if r.levelno == logging.WARNING]
    assert told.message == "x me.toml: motion is off in this run"
    desk.busy = True
    save(path, "[shape]\nlead_ms = 15.25\n")
    watched.look()
    assert len(caplog.records) == 1
    desk.waiting[0].set_result(Answer(True, "lead_ms = 15.25"))
    watched.look()
    watched.look()
    assert [r.message for r in caplog.records[1:]] == ["- me.toml: lead_ms = 15.25"]


def test_a_broken_file_changes_nothing_and_says_what_is_wrong(
    tmp_path: Path, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "me.toml"
    save(path, "")
    watched = live(path, desk)
    save(path, "[shape]\nsteadiness = 7\n")
    watched.look()
    assert desk.given == []
    assert "me.toml: shape.steadiness" in caplog.text
    assert "nothing was changed" in caplog.text
    path.unlink()
    watched.look()
    save(path, "[shape]\nlead_ms = 20.0\n")
    watched.look()
    assert desk.given == [SetLead(20.0)]


def test_other_settings_wait_for_the_next_start(
    tmp_path: Path, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    path = tmp_path / "me.toml"
    save(path, "")
    watched = live(path, desk)
    save(path, "[capture]\nfps = 60.0\n")
    watched.look()
    assert desk.given == []
    assert "the other changes apply at the next start" in caplog.text


def test_without_a_file_nothing_is_watched(desk: Desk) -> None:
    LiveSettings(None, load_config, load_config(), desk).look()
    assert desk.given == []
