"""The real commands as processes of their own, with a part of them stuck."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bridge.clock import monotonic_ns
from tests.bridge.fakes import PATIENCE_S
from tests.bridge.stuck import STUCK

QUICK = [
    *("--set", "solve.solver=geometric", "--set", "expression=off"),
    *("--set", "shape.motion=off", "--source", "demo"),
]
"""What starts soon."""

INT, TERM, HUP = signal.SIGINT, signal.SIGTERM, signal.SIGHUP


def until(done: Callable[[], bool]) -> None:
    end_ns, pause = monotonic_ns() + round(PATIENCE_S * 1e9), threading.Event()
    while not done():
        assert monotonic_ns() < end_ns, "did not happen in time"
        pause.wait(0.05)


def sink(port: socket.socket) -> str:
    return f"livelink=127.0.0.1:{port.getsockname()[1]}"


@contextmanager
def facewire(
    *arguments: str, stuck: str = "", output: int = subprocess.PIPE
) -> Iterator[subprocess.Popen[str]]:
    """Run the command with a part of it stuck; the process is gone in any case."""
    module = ["tests.bridge.stuck", stuck] if stuck else ["bridge"]
    process = subprocess.Popen(
        [sys.executable, "-m", *module, *arguments],
        stdout=output,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def told(process: subprocess.Popen[str]) -> str:
    """Wait for the end, and return what was written."""
    output, _ = process.communicate(timeout=PATIENCE_S)
    assert "Traceback" not in (output or ""), output
    return output or ""


def await_stuck(process: subprocess.Popen[str]) -> None:
    """Wait until the main thread is stuck."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == STUCK:
            return
    raise AssertionError("it has ended before")
