"""Processes and threads that want one plan at a time."""

import multiprocessing
import threading
from pathlib import Path
from typing import Any

import pytest

from engines.file_lock import hold
from engines.runtime.cache import Made, PlanCache
from engines.runtime.runtimes import DeviceError

from .plans import KEY, PLAN, Kitchen


def build_here(folder: Path, log: Path, gate: Any) -> None:
    """Build in a process of its own, and say so."""

    def make() -> Made:
        with log.open("a") as file:
            file.write("b")
            file.flush()
        threading.Event().wait(0.2)
        with log.open("a") as file:
            file.write("e")
        return Made(PLAN, {})

    gate.wait()
    assert PlanCache(folder).obtain(KEY, make, bytes).value == PLAN


def test_of_many_processes_one_builds(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(4)
    log = tmp_path / "log"
    crowd = [
        context.Process(target=build_here, args=(tmp_path / "plans", log, gate))
        for _ in range(4)
    ]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert [one.exitcode for one in crowd] == [0] * 4
    assert log.read_text() == "be"


def die_holding(folder: Path, ready: Any) -> None:
    def make() -> Made:
        ready.set()
        threading.Event().wait()
        raise AssertionError

    PlanCache(folder).obtain(KEY, make, bytes)


def test_a_builder_that_is_killed_leaves_the_key_free(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    one = context.Process(target=die_holding, args=(tmp_path / "plans", ready))
    one.start()
    assert ready.wait(30)
    cache = PlanCache(tmp_path / "plans")
    with pytest.raises(DeviceError, match="stopped while another program builds it"):
        cache.obtain(KEY, Kitchen(), bytes, stopped=lambda: True)
    one.kill()
    one.join()
    assert cache.obtain(KEY, Kitchen(), bytes).built


def test_threads_too_wait_for_each_other(cache: PlanCache) -> None:
    kitchen = Kitchen()
    crowd = [
        threading.Thread(target=cache.obtain, args=(KEY, kitchen, bytes))
        for _ in range(8)
    ]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert kitchen.made == 1


def test_a_lock_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    with (
        pytest.raises(DeviceError, match="cannot be opened"),
        hold(tmp_path / "none" / "x.lock", lambda: False),
    ):
        raise AssertionError
