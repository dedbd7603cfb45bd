"""Prints how fast the Unity package reads, and whether it grows.

    python -m tests.plugins.unity.figures [SECONDS]

Compiles the package with Mono, reads one datagram many times, then receives 120 frames
a second over loopback for so many seconds (600 unless said).
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from bridge.clock import monotonic_ns, wait_finely
from tests.ports import free_port
from tests.protocols.native_golden import FOLDER, live

from .conftest import HERE, PACKAGE, compiled, sources
from .listening import Counted, Listening

RATE_HZ = 120
ROUNDS = "1000000"


def main(seconds: float) -> int:
    """Print the figures; return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        harness = Path(folder) / "harness.exe"
        code = sources(PACKAGE / "Runtime", HERE / "standin", HERE / "harness")
        done = compiled(harness, *code)
        if done.returncode:
            sys.stderr.write(done.stdout + done.stderr)
            return 1
        for name in ("frame_1_2.bin", "frame_1_3.bin", "frame_live.bin"):
            command = ["mono", str(harness), "parse", str(FOLDER / name), ROUNDS]
            words = subprocess.run(
                command, capture_output=True, text=True
            ).stdout.split()
            say(
                f"{name}: read in {words[1]} us; kept and played in {words[2]} us; "
                f"{words[3]} collections, {words[4]} bytes more after {ROUNDS} rounds"
            )
        return soak(harness, seconds)


def soak(harness: Path, seconds: float) -> int:
    """Send frames at a fixed rate while the harness receives and plays them."""
    port = free_port()
    faces, never = Counted(live()), threading.Event()
    words = ("soak", f"udp://127.0.0.1:{port}", str(seconds))
    with (
        Listening(harness, *words) as heard,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end,
    ):
        start_ns, sent = monotonic_ns(), 0
        while heard.running:
            end.sendto(faces.datagram(), ("127.0.0.1", port))
            sent += 1
            due_ns = start_ns + sent * 10**9 // RATE_HZ
            wait_finely(never, max(0.0, (due_ns - monotonic_ns()) / 1e9))
        line = heard.until("soak")
    say(
        f"{seconds:g} s at {RATE_HZ} Hz: {line[1]} frames, {line[2]} collections, "
        f"{line[3]} bytes more"
    )
    return 0


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 600.0))
