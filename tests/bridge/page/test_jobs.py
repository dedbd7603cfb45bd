"""Long work in processes of their own: results, progress, limits and ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bridge.errors import BridgeError, ConfigError
from bridge.page.child import Child
from bridge.page.jobs import Jobs
from tests.bridge.fakes import PATIENCE_S
from tests.bridge.page import work


class Told:
    """Keeps messages, and waits for the end of a job."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.changed = threading.Condition()

    def __call__(self, message: dict[str, Any]) -> None:
        with self.changed:
            self.messages.append(message)
            self.changed.notify_all()

    def wait(self, reached: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the first message that is meant."""
        with self.changed:
            found: dict[str, Any] | None = None

            def look() -> bool:
                nonlocal found
                found = next((m for m in self.messages if reached(m)), None)
                return found is not None

            assert self.changed.wait_for(look, PATIENCE_S)
            assert found is not None
            return found

    def end(self, job: int) -> dict[str, Any]:
        return self.wait(lambda m: m.get("job") == job and m["done"])


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def jobs(told: Told) -> Iterator[Jobs]:
    made = Jobs(told)
    yield made
    made.close()


def nothing(share: float) -> None:
    """Report no progress."""


def test_a_process_returns_its_result_and_its_progress(
    capfd: pytest.CaptureFixture[str],
) -> None:
    shares: list[float] = []
    assert Child(work.double, 21).result(shares.append) == 42
    assert shares == [0.25] * 4
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (work.refuse, "me: is no character"),
        (work.fail, "RuntimeError: a bug"),
        (work.crash, "its process ended without a result"),
    ],
)
def test_what_goes_wrong_is_one_sentence(what: Any, told: str) -> None:
    with pytest.raises(BridgeError, match=told):
        Child(what, "me").result(nothing)


def test_work_that_takes_too_long_is_ended() -> None:
    times = iter([0, 1_500_000_000])
    child = Child(work.wait, 600.0)
    with pytest.raises(BridgeError, match="it took over 1 s and was stopped"):
        child.result(nothing, 1.0, lambda: next(times, 2_000_000_000))
    assert not child._process.is_alive()


def test_a_job_tells_progress_and_its_end_to_every_page(jobs: Jobs, told: Told) -> None:
    job = jobs.begin("doubling", work.double, 4, lambda found: f"it is {found}")
    end = told.end(job)
    assert end == {
        "type": "progress",
        "job": job,
        "title": "doubling",
        "share": 1.0,
        "done": True,
        "ok": True,
        "sentence": "it is 8",
    }
    shares = [message["share"] for message in told.messages]
    assert shares == [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]


def test_one_job_runs_at_a_time_and_the_end_of_facewire_ends_it(
    jobs: Jobs, told: Told
) -> None:
    ended: list[bool] = []
    job = jobs.begin("waiting", work.wait, 600.0, str, last=lambda: ended.append(True))
    told.wait(lambda message: message["share"] == 0.5)
    with pytest.raises(ConfigError, match="waiting is not finished yet; wait for it"):
        jobs.begin("doubling", work.double, 4, str)
    jobs.close()
    end = told.end(job)
    assert (end["ok"], end["sentence"]) == (False, "it was stopped")
    assert ended == [True]
    with pytest.raises(ConfigError, match="facewire is ending"):
        jobs.begin("doubling", work.double, 4, str)


def test_a_failed_job_makes_room_for_the_next(jobs: Jobs, told: Told) -> None:
    first = jobs.begin("refusing", work.refuse, "me", str)
    assert told.end(first)["sentence"] == "me: is no character"

    def broken(found: object) -> str:
        raise RuntimeError("a bug")

    second = jobs.begin("doubling", work.double, 4, broken)
    assert told.end(second)["sentence"] == "it failed: a bug"
    third = jobs.begin("doubling", work.double, 4, str)
    assert told.end(third)["ok"]
