"""Measures the time from the start of the command to the first packet with a face."""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
from dataclasses import dataclass
from typing import Final

from bridge.clock import monotonic_ns
from bridge.config import Engines
from bridge.errors import BridgeError
from protocols import livelink
from protocols.errors import DecodeError

PATIENCE_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Startup:
    """Seconds from starting the process to the first packet with a face in it."""

    all_s: tuple[float, ...]

    @property
    def first_tracked_s(self) -> float:
        """The median of the runs in seconds."""
        return statistics.median(self.all_s)


def measure_startup(
    runs: int, solver: str = "learned", engines: Engines | None = None
) -> Startup:
    """Start `facewire run` on the bundled clip `runs` times, one after the other.

    Raises:
        BridgeError: no packet with a face came within half a minute.
    """
    return Startup(tuple(round(_once(solver, engines), 3) for _ in range(runs)))


def _once(solver: str, engines: Engines | None) -> float:
    engines = engines or Engines()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(PATIENCE_S)
        sink = f"livelink=127.0.0.1:{listener.getsockname()[1]}"
        command = [sys.executable, "-m", "bridge", "run", "--source", "demo", "--quiet"]
        command += ["--set", f"solve.solver={solver}"]
        command += ["--set", f"engines.device={engines.device}"]
        command += ["--set", f"engines.precision={engines.precision}"]
        start_ns = monotonic_ns()
        process = subprocess.Popen(
            [*command, "--sink", sink],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while True:
                if _tracked(listener.recv(2048)):
                    return (monotonic_ns() - start_ns) / 1e9
        except TimeoutError:
            raise BridgeError(
                f"bench: no packet with a face within {PATIENCE_S:.0f} s after the "
                f"start of {' '.join(command)}; run this command to see why"
            ) from None
        finally:
            process.terminate()
            process.wait(10)


def _tracked(data: bytes) -> bool:
    try:
        return livelink.decode(data).values is not None
    except DecodeError:
        return False
