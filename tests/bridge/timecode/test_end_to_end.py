"""A real facewire sends at the ticks of a tape, whatever its sender says."""

from __future__ import annotations

import itertools
import json
import os
import socket
from datetime import datetime
from fractions import Fraction
from pathlib import Path

from bridge.clock import monotonic_ns
from protocols import livelink
from protocols.timecode import Timecode
from tests.bridge.faces import face
from tests.bridge.feeds.test_end_to_end import PATIENCE_S, bound, facewire, number

from .tapes import wav_file
from .test_ntp import time_server


def test_frames_leave_at_the_ticks_of_a_tape(tmp_path: Path) -> None:
    hour = (datetime.now().hour + 6) % 24
    tape = wav_file(tmp_path / "tape.wav", f"{hour:02}:00:00:00", 20.0, Fraction(25))
    stats = tmp_path / "stats.json"
    with bound() as probe:
        source = number(probe)
    with bound() as sink, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sink.settimeout(0.02)
        encoder = livelink.Encoder("phone", "anna")
        with facewire(
            *("run", "--source", f"livelink:{source}", "--quiet"),
            *("--stats", str(stats), "--set", "shape.motion=off"),
            *("--sink", f"livelink=127.0.0.1:{number(sink)}"),
            *("--set", "timecode.source=ltc", "--set", f"timecode.ltc='{tape}'"),
            *("--set", "timecode.rate=25", "--set", "timecode.genlock=true"),
        ) as process:
            times: list[Timecode] = []
            end_ns = monotonic_ns() + round(PATIENCE_S * 1e9)
            while len(times) < 30 and monotonic_ns() < end_ns:
                # The sender's own timecode, which is not used.
                data = encoder.encode(face(jawOpen=0.5), Timecode(777, 0.5, 60))
                sender.sendto(data, ("127.0.0.1", source))
                try:
                    time = livelink.decode(sink.recv(2048)).time
                except TimeoutError:
                    continue
                assert (time.subframe, time.rate_num, time.rate_den) == (0.0, 25, 1)
                if time.parts()[0] == hour:
                    times.append(time)
            if os.name == "posix":
                process.terminate()
                told, _ = process.communicate(timeout=PATIENCE_S)
                assert process.returncode == 0, told
    frames = [time.frame for time in times]
    assert len(frames) == 30
    # A busy machine may miss a tick, but never sends one twice.
    assert all(after > before for before, after in itertools.pairwise(frames))
    if stats.exists():
        known = json.loads(stats.read_text())["timecode"]
        assert (known["source"], known["rate"], known["genlock"]) == ("ltc", "25", True)
        assert known["input"] == "tape.wav"


def test_a_time_server_goes_before_the_clock_of_this_machine(tmp_path: Path) -> None:
    stats = tmp_path / "stats.json"
    with bound() as probe:
        source = number(probe)
    with bound() as sink, time_server(7 * 3_600_000_000_000) as server:
        hours = {(datetime.now().hour + 7 + more) % 24 for more in (0, 1)}
        with facewire(
            *("run", "--source", f"livelink:{source}", "--quiet"),
            *("--stats", str(stats), "--set", "timecode.source=ntp"),
            *("--sink", f"livelink=127.0.0.1:{number(sink)}"),
            *("--set", f"timecode.server='{server}'"),
        ) as process:
            end_ns = monotonic_ns() + round(PATIENCE_S * 1e9)
            # Faces that nobody sends are held, with the timecode of the run.
            while livelink.decode(sink.recv(2048)).time.parts()[0] not in hours:
                assert monotonic_ns() < end_ns, "the server's time was not sent"
            if os.name == "posix":
                process.terminate()
                told, _ = process.communicate(timeout=PATIENCE_S)
                assert process.returncode == 0, told
    if stats.exists():
        known = json.loads(stats.read_text())["timecode"]
        assert known["source"] == "ntp" and known["stratum"] == 2
        assert abs(known["offset_ms"] - 7 * 3_600_000) < 1_000
