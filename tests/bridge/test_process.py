"""The real daemon, on the bundled clip, over loopback, read by other people's code."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
import zmq
from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_packet import OscPacket

from protocols import livelink, native
from protocols.channels import ARKIT, EXPRESSIONS, pascal
from protocols.vmc import PRESETS

FACEWIRE = [sys.executable, "-m", "bridge"]


@pytest.fixture
def udp() -> Iterator[dict[str, socket.socket]]:
    with ExitStack() as stack:
        opened = {}
        for kind in ("livelink", "vmc", "osc"):
            end = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
            end.bind(("127.0.0.1", 0))
            end.settimeout(20)
            opened[kind] = end
        yield opened


def received(end: socket.socket) -> list[bytes]:
    end.setblocking(False)
    data = []
    while True:
        try:
            data.append(end.recv(65536))
        except BlockingIOError:
            return data


def run(*arguments: str, expect: int = 0) -> str:
    done = subprocess.run(
        [*FACEWIRE, *arguments], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout if expect == 0 else done.stderr


def test_every_wire_carries_the_clips_curves(
    udp: dict[str, socket.socket], tmp_path: Path
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
    context = zmq.Context()
    subscriber = context.socket(zmq.SUB)
    subscriber.setsockopt(zmq.SUBSCRIBE, b"")
    subscriber.setsockopt(zmq.RCVHWM, 100_000)
    subscriber.setsockopt(zmq.RECONNECT_IVL, 10)
    subscriber.connect(address)
    sinks = [f"{kind}=127.0.0.1:{end.getsockname()[1]}" for kind, end in udp.items()]
    # Presets as they are read: the clip's head holds none for long enough.
    sinks = [
        f"{sink}?presets_from=probabilities" if sink.startswith("vmc") else sink
        for sink in sinks
    ]
    stats_path = tmp_path / "stats.json"
    flags = [flag for sink in (*sinks, f"zmq={address}") for flag in ("--sink", sink)]
    run(
        *("run", "--source", "demo", "--duration", "4", "--quiet"),
        *("--stats", str(stats_path)),
        *flags,
    )
    stats = json.loads(stats_path.read_text())
    count = stats["frames"]
    assert count > 60 and stats["tracked_share"] > 0.98
    assert {"p50", "p95", "p99"} <= set(stats["latency_ms"]["capture_to_send"])
    assert all(sink["failed"] == 0 for sink in stats["sinks"].values())

    packets = [livelink.decode(data) for data in received(udp["livelink"])]
    solved = [packet.values for packet in packets if packet.values is not None]
    assert len(solved) >= 0.98 * count
    weights = np.array(solved)[:, : len(ARKIT)]
    assert weights.min() >= 0.0 and weights.max() <= 1.0
    moving = int((np.ptp(weights, axis=0) > 0.05).sum())
    assert moving >= 10

    # VMC and OSC are read by python-osc.
    values: dict[str, float] = {}
    applied = 0
    for data in received(udp["vmc"]):
        for timed in OscPacket(data).messages:
            message = timed.message
            if message.address == "/VMC/Ext/Blend/Val":
                name, value = message.params
                values[name] = value
            applied += message.address == "/VMC/Ext/Blend/Apply"
    presets = {*PRESETS["vrm0"], *PRESETS["vrm1"]}
    assert set(values) == {pascal(name) for name in ARKIT} | presets
    assert applied >= 0.98 * count

    bundles = [OscBundle(data) for data in received(udp["osc"])]
    assert len(bundles) >= 0.98 * count
    said = {content.address: content.params for content in bundles[-1]}
    assert set(said) >= {f"/facewire/facewire/{name}" for name in ARKIT}
    assert said["/facewire/facewire/tracked"] == [1]

    topics = []
    frames = []
    while subscriber.poll(200):
        topic, payload = subscriber.recv_multipart()
        topics.append(topic)
        if topic != b"schema":
            frames.append(native.decode(payload))
    subscriber.close(0)
    context.term()
    assert set(topics) == {b"schema", b"face.facewire"}
    assert len(frames) > 0.5 * count
    assert all(frame.sent_ns > 0 for frame in frames)
    # Expressions are on all three wires that can hold them.
    read = [packet.frame.expression for packet in frames if packet.frame.tracked]
    assert np.allclose(np.sum(read, axis=1), 1.0, atol=1e-3)
    assert {packet.frame.mood for packet in frames} <= {*EXPRESSIONS, ""}
    assert frames[-1].frame.mood
    heard = [said[f"/facewire/facewire/expression/{name}"][0] for name in EXPRESSIONS]
    assert sum(heard) == pytest.approx(1.0, abs=1e-3)
    assert any(values[name] > 0.0 for name in presets)
    # What left on one wire left on the others: the same instant, the same weights.
    last = frames[-1]
    same = next(p for p in packets if p.time == last.time and p.values is not None)
    assert same.values is not None
    assert np.allclose(same.values[: len(ARKIT)], last.frame.vector[: len(ARKIT)])


def test_a_file_replays_to_the_same_bytes(udp: dict[str, socket.socket]) -> None:
    end = udp["livelink"]
    sink = f"livelink=127.0.0.1:{end.getsockname()[1]}"
    clip = str(Path("bridge/assets/demo.mp4").resolve())
    runs = []
    for _ in range(2):
        run(
            *("run", "--source", f"video:{clip}", "--pace", "fast", "--no-loop"),
            *("--quiet", "--sink", sink),
        )
        runs.append(received(end))
    assert len(runs[0]) == len(runs[1]) > 300
    assert runs[0] == runs[1]


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(
    sign: signal.Signals, udp: dict[str, socket.socket], tmp_path: Path
) -> None:
    sink = f"livelink=127.0.0.1:{udp['livelink'].getsockname()[1]}"
    stats = tmp_path / "stats.json"
    process = subprocess.Popen(
        [*FACEWIRE, "run", "--source", "demo", "--sink", sink, "--stats", str(stats)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        udp["livelink"].recv(2048)
        process.send_signal(sign)
        output, _ = process.communicate(timeout=10)
    finally:
        process.kill()
    assert process.returncode == 0
    assert "capture to send p50" in output and "Traceback" not in output
    assert json.loads(stats.read_text())["source"] == "demo"


NOWHERE = ("--sink", "livelink=127.0.0.1:9")
"""Not the default ones: another test, at the same time, may have ZeroMQ's port."""


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        (("run", "--source", "video:absent.mp4", *NOWHERE), 3, "absent.mp4"),
        (("run", "--source", "camera:77", *NOWHERE), 3, "camera:77"),
        (("run", "--source", "url:http://127.0.0.1:9/x", *NOWHERE), 3, "127.0.0.1:9"),
        (("run", "--source", "telescope", *NOWHERE), 2, "telescope"),
        (("run", "--source", "demo", "--sink", "livelink=no.invalid:1"), 5, "no.inval"),
        (("run", "--source", "demo", "--set", "capture.fps=-1"), 2, "capture.fps"),
        (("run", "absent.toml"), 2, "facewire init absent.toml"),
        (("run", "--set", "solve.solver=mediapipe"), 2, 'needs task = "PATH"'),
        (
            (
                *("run", "--source", "demo", "--sink", "vmc"),
                *("--set", "solve.solver=mediapipe", "--set", "solve.task=no.task"),
            ),
            4,
            "solve.task: no.task",
        ),
        (("inspect", "fax"), 2, "'fax' is not one of livelink"),
    ],
)
def test_every_mistake_is_one_sentence_and_a_code(
    arguments: tuple[str, ...], code: int, part: str
) -> None:
    told = run(*arguments, expect=code)
    lines = [line for line in told.splitlines() if line.startswith("facewire: ")]
    assert len(lines) == 1 and part in lines[0]
    assert "Traceback" not in told


def test_a_taken_zmq_port_is_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        sink = f"zmq=tcp://127.0.0.1:{port}"
        told = run("run", "--source", "demo", "--sink", sink, expect=5)
    assert "is in use; is facewire running already?" in told


def test_help_is_complete_and_needs_no_mediapipe() -> None:
    told = run("--help")
    assert {"run", "init", "inspect", "doctor", "bench"} <= set(told.split())
    code = "import sys, bridge.cli; print('mediapipe' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "False"


def test_init_writes_a_file_that_runs_and_never_overwrites_one(tmp_path: Path) -> None:
    path = tmp_path / "facewire.toml"
    run("init", str(path))
    run("run", str(path), "--source", "demo", "--duration", "0.1", "--sink", "livelink")
    assert "--force replaces it" in run("init", str(path), expect=2)


def test_doctor_speaks_json() -> None:
    findings = json.loads(run("doctor", "--json"))
    parts = {finding["part"]: finding for finding in findings}
    assert {
        "python",
        "cameras",
        "tracker",
        "runtimes",
        "livelink",
        "vmc",
        "zmq",
    } <= set(parts)
    assert parts["tracker"]["state"] == "good"
    assert all(finding["sentence"].endswith(".") for finding in findings)


def test_bench_says_how_right_a_chosen_solver_is() -> None:
    rows = json.loads(run("bench", "--curves", "--solver", "geometric", "--json"))
    curves = {row["curve"] for row in rows}
    assert "jawOpen" in curves and "tongueOut" not in curves
    assert "magic" in run("bench", "--solver", "magic", expect=2)


def test_expressions_can_be_switched_off(udp: dict[str, socket.socket]) -> None:
    end = udp["osc"]
    sink = f"osc=127.0.0.1:{end.getsockname()[1]}"
    run(
        *("run", "--source", "demo", "--duration", "0.5", "--quiet", "--sink", sink),
        *("--set", "expression=off"),
    )
    said = {m.address: m.params for m in OscBundle(received(end)[-1])}
    assert said["/facewire/facewire/tracked"] == [1]
    for name in EXPRESSIONS:
        assert said[f"/facewire/facewire/expression/{name}"] == [0.0]


@pytest.mark.parametrize("source", ["telescope", "livelink:0", "livelink:11111"])
def test_a_wrong_source_is_told_before_a_port_that_is_in_use(source: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = run(
            *("run", "--source", source, "--sink", "livelink=127.0.0.1:11111"),
            *("--sink", f"zmq=tcp://127.0.0.1:{taken.getsockname()[1]}"),
            expect=2,
        )
    assert f"source '{source}'" in told or f"source {source}" in told
