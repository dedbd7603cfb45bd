"""The real daemon on real faces: skipped where the footage is not at hand."""

from __future__ import annotations

import itertools
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from protocols import livelink
from tests.footage import footage_dir

pytestmark = pytest.mark.slow


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        opened.bind(("127.0.0.1", 0))
        opened.setblocking(False)
        yield opened


def run(
    source: str, listener: socket.socket, folder: Path, *flags: str
) -> tuple[dict[str, float], list[livelink.Packet]]:
    """Send a clip to every sink, one of them the listener; return stats and packets."""
    stats = folder / "stats.json"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
    sinks = (
        f"livelink=127.0.0.1:{listener.getsockname()[1]}",
        *("vmc=127.0.0.1:9", "osc=127.0.0.1:9", f"zmq={address}"),
    )
    command = [sys.executable, "-m", "bridge", "run", "--source", source, "--quiet"]
    command += ["--pace", "fast", "--stats", str(stats), *flags]
    for sink in sinks:
        command += ["--sink", sink]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    packets = []
    try:
        while True:
            packets.append(livelink.decode(listener.recv(2048)))
    except BlockingIOError:
        pass
    told = json.loads(stats.read_text())
    assert all(sink["failed"] == 0 for sink in told["sinks"].values())
    assert all(sink["sent"] >= told["frames"] for sink in told["sinks"].values())
    return told, packets


@pytest.mark.parametrize("name", ["single_face.mp4", "WolfgangLanger_Pexels.mp4"])
def test_real_faces_are_tracked_throughout(
    name: str, listener: socket.socket, tmp_path: Path
) -> None:
    stats, packets = run(f"video:{footage_dir() / name}", listener, tmp_path)
    assert stats["tracked_share"] > 0.98
    assert len(packets) == stats["frames"] > 70
    values = np.array([p.values for p in packets if p.values is not None])
    assert np.isfinite(values).all()
    assert values[:, :52].min() >= 0.0 and values[:, :52].max() <= 1.0


def test_a_cartoon_is_no_face_and_a_broken_tail_no_error(
    listener: socket.socket, tmp_path: Path
) -> None:
    stats, packets = run(f"video:{footage_dir() / 'no_face.mp4'}", listener, tmp_path)
    assert stats["tracked_share"] == 0.0
    assert len(packets) == stats["frames"] > 80
    assert all(packet.values is None for packet in packets)


def test_a_face_that_goes_is_marked_and_one_that_comes_is_sent(
    listener: socket.socket, tmp_path: Path
) -> None:
    for name, first in (("face_noface.mov", True), ("noface_face.mov", False)):
        _, packets = run(f"video:{footage_dir() / name}", listener, tmp_path)
        seen = [packet.values is not None for packet in packets]
        # One change; the very last picture of the second clip is its title again.
        changes = [i for i, (a, b) in enumerate(itertools.pairwise(seen)) if a != b]
        assert (seen[5], seen[-5]) == (first, not first)
        assert [i for i in changes if 5 < i < len(seen) - 5] == changes[:1]


def test_every_face_in_a_crowd_is_a_subject(
    listener: socket.socket, tmp_path: Path
) -> None:
    folder = tmp_path / "crowd"
    folder.mkdir()
    for i in range(6):
        shutil.copy(footage_dir() / "multi_face.jpg", folder / f"{i}.jpg")
    _, packets = run(f"images:{folder}", listener, tmp_path, "--faces", "4")
    seen = [p.subject for p in packets if p.values is not None]
    assert set(seen) >= {"facewire", "facewire2"}
    # The same picture six times: nobody changes their name.
    last: dict[str, float] = {}
    for packet in packets:
        if packet.values is not None:
            yaw = float(packet.values[52])
            assert abs(yaw - last.get(packet.subject, yaw)) < 0.2
            last[packet.subject] = yaw
