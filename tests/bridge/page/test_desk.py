"""Requests of pages: what is done, and one sentence for what is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.orders.order import (
    Calibrate,
    SetGain,
    SetIdle,
    SetMirror,
    SetPause,
    SetProfile,
    SetSteadiness,
    StartTake,
)
from bridge.page.arguments import Arguments
from bridge.page.desk import PageDesk
from bridge.page.order_verbs import NAMES, OrderVerbs
from bridge.page.visitor import Reply, Visitor
from bridge.shape.profile import Profile
from protocols.control import ORDERS
from tests.bridge.page.fakes import FakeDaemon, Page, ask, daemon

TOLD: list[dict[str, Any]] = []


class Uploads:
    """Keeps parts."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def part(self, data: bytes, visitor: Visitor) -> None:
        self.parts.append(data)


class Broken:
    """Fails in an unexpected way."""

    def __init__(self) -> None:
        self.gone: list[Visitor] = []
        self.closed = 0

    def verbs(self) -> Any:
        return {"break": self._break}

    def _break(self, given: Arguments, visitor: Visitor) -> Reply:
        raise RuntimeError("a bug")

    def left(self, visitor: Visitor) -> None:
        self.gone.append(visitor)

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def running(tmp_path: Path) -> FakeDaemon:
    return daemon(tmp_path)


@pytest.fixture
def desk(running: FakeDaemon, tmp_path: Path) -> PageDesk:
    return PageDesk([OrderVerbs(running, tmp_path, TOLD.append), Broken()], Uploads())


def test_every_order_of_the_control_socket_is_one_of_the_page() -> None:
    assert set(NAMES) == set(ORDERS)


@pytest.mark.parametrize(
    ("do", "arguments", "order"),
    [
        ("calibrate", {}, Calibrate(2.0)),
        ("calibrate", {"seconds": 1.5, "subject": "ben"}, Calibrate(1.5, "ben")),
        ("steadiness", {"value": 0.5}, SetSteadiness(0.5)),
        ("steadiness", {"value": "0.5", "subject": None}, SetSteadiness(0.5)),
        ("mirror", {"value": True}, SetMirror(True)),
        ("idle", {"value": False, "subject": "anna"}, SetIdle(False, "anna")),
        ("pause", {"value": True}, SetPause(True)),
        ("gain", {"curve": "jawOpen", "value": 2}, SetGain("jawOpen", 2.0)),
        ("profile", {"file": ""}, SetProfile(Profile())),
        ("take start", {"slate": "A", "number": 3}, StartTake("A", 3)),
    ],
)
def test_a_request_becomes_an_order(
    desk: PageDesk,
    running: FakeDaemon,
    do: str,
    arguments: dict[str, Any],
    order: object,
) -> None:
    reply = ask(desk, Page(), do, **arguments)
    assert reply.ok, reply.sentence
    assert running.orders.given == [order]
    assert reply.sentence == f"did {type(order).__name__}"


@pytest.mark.parametrize(
    ("do", "arguments", "told"),
    [
        ("dance", {}, "there is no request 'dance'"),
        ("x" * 500, {}, "there is no request 'xxxx"),
        ("steadiness", {}, "steadiness: value is missing"),
        ("steadiness", {"value": 7}, "steadiness: got '7', expected 1 or less"),
        ("steadiness", {"value": [1]}, "steadiness: value is [1], expected a text"),
        ("steadiness", {"value": {}}, "steadiness: value is {}, expected a text"),
        ("steadiness", {"value": 10**400}, "steadiness: got"),
        ("steadiness", {"value": 1, "loud": 2}, "steadiness: unknown argument loud"),
        ("style", {"value": "x" * 300}, "value has 300 characters, expected at most"),
        ("style", {"value": "a\nb"}, "expected printable characters"),
        ("take start", {"folder": "/tmp"}, "take start: unknown argument folder"),
        ("watch", {"face": 2}, "watch: face is 2, expected a whole number from 0 to 1"),
        ("watch", {"face": True}, "watch: face is True, expected a whole number"),
        ("watch", {}, "watch: face is missing"),
        ("profile", {"file": "../a.toml"}, "without folders"),
        ("profile", {"file": "/etc/passwd"}, "without folders"),
        ("profile", {"file": "a\\b.toml"}, "without folders"),
        ("profile", {"file": ".."}, "without folders"),
        ("profile", {"file": "absent.toml"}, "no such profile"),
        ("break", {}, "it failed: a bug"),
    ],
)
def test_a_mistake_is_one_sentence_and_changes_nothing(
    desk: PageDesk, running: FakeDaemon, do: str, arguments: dict[str, Any], told: str
) -> None:
    reply = ask(desk, Page(), do, **arguments)
    assert not reply.ok
    assert told in reply.sentence
    assert "\n" not in reply.sentence and len(reply.sentence) < 400
    assert running.orders.given == []


def test_what_the_daemon_refuses_is_refused(
    desk: PageDesk, running: FakeDaemon
) -> None:
    running.orders.refuses = "motion is off in this run"
    reply = ask(desk, Page(), "lead", value=5)
    assert (reply.ok, reply.sentence) == (False, "motion is off in this run")


def test_every_page_learns_of_a_new_take(desk: PageDesk) -> None:
    TOLD.clear()
    assert ask(desk, Page(), "take start").ok and TOLD == []
    assert ask(desk, Page(), "take stop").ok
    assert TOLD == [{"type": "takes", "files": ["a.mcap"]}]


def test_a_page_watches_another_face(desk: PageDesk) -> None:
    page = Page()
    assert ask(desk, page, "watch", face=1) == Reply(True, "shows ben", {"face": 1})
    assert page.face == 1


def test_a_profile_of_the_folder_is_used_and_one_in_use_by_its_path(
    desk: PageDesk, running: FakeDaemon, tmp_path: Path
) -> None:
    (tmp_path / "anna.toml").write_text('name = "Anna"')
    where = str(tmp_path / "anna.toml")
    assert ask(desk, Page(), "profile", file="anna.toml", subject="anna").ok
    assert ask(desk, Page(), "profile", file=where).ok
    assert running.orders.given == [
        SetProfile(Profile(name="Anna"), where, "anna"),
        SetProfile(Profile(name="Anna"), where),
    ]


def test_parts_and_leavings_are_passed_on(running: FakeDaemon, tmp_path: Path) -> None:
    uploads, broken, page = Uploads(), Broken(), Page()
    desk = PageDesk([OrderVerbs(running, tmp_path, TOLD.append), broken], uploads)
    desk.part(b"abc", page)
    desk.left(page)
    desk.close()
    assert (uploads.parts, broken.gone, broken.closed) == ([b"abc"], [page], 1)
    assert "watch" in desk.verbs and "break" in desk.verbs


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from(["watch", *NAMES]),
    st.dictionaries(
        st.sampled_from(["value", "subject", "face", "curve", "file", "seconds"]),
        JSON,
        max_size=3,
    ),
)
def test_whatever_comes_is_answered(
    desk: PageDesk, do: str, arguments: dict[str, Any]
) -> None:
    reply = ask(desk, Page(), do, **arguments)
    assert reply.sentence and "it failed" not in reply.sentence
