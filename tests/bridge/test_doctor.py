import socket
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bridge.capture.devices import CameraInfo
from bridge.cli import app
from bridge.config import Config
from bridge.doctor import (
    cameras,
    devices,
    examine,
    expression,
    motion,
    runtimes,
    solver,
    tracker,
    worst,
)
from bridge.feeds.kind import udp_kind
from bridge.feeds.native import StreamReader
from bridge.finding import Finding
from bridge.ports import ports, receivers, sources
from bridge.wires.livelink import LiveLink
from bridge.wires.vts import VTS
from bridge.wires.wire import Probe
from bridge.wires.zmq import ZMQ, Zmq
from engines.runtime.runtimes import RUNTIMES, Runtime
from tests.bridge.solve.test_open import shipped
from tests.engines.runtime.tiny_onnx import solver_of_first_numbers


def test_cameras_are_named_and_the_first_would_run() -> None:
    finding = cameras(
        (CameraInfo(0, "/dev/video0", "Desk"), CameraInfo(2, "/dev/video2", "Stage"))
    )
    assert finding.state == "good"
    assert "camera:0 (Desk), camera:2 (Stage)" in finding.sentence
    assert "--source camera:0" in finding.sentence
    assert cameras(()).state == "note"


def test_a_receiver_on_the_port_is_noticed() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        port = receiver.getsockname()[1]
        (finding,) = ports(Config(sinks=[LiveLink(port=port)]))
        assert finding.state == "good" and "a receiver listens" in finding.sentence
    (finding,) = ports(Config(sinks=[LiveLink(port=port)]))
    assert "no receiver listens" in finding.sentence


def test_a_taken_publisher_port_is_noted() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"tcp://127.0.0.1:{other.getsockname()[1]}"
        (finding,) = ports(Config(sinks=[Zmq(address=address)]))
    assert finding.state == "note" and "is in use" in finding.sentence
    assert finding.detail["taken"] is True


def test_programs_that_could_be_sent_to_are_named() -> None:
    with socket.socket() as studio:
        studio.bind(("127.0.0.1", 0))
        studio.listen()
        port = studio.getsockname()[1]
        vts = replace(VTS, probe=lambda _: Probe("127.0.0.1", port, "TCP", ours=False))
        finding = receivers([vts, ZMQ])
        assert finding.state == "good" and finding.detail["taken"] == ["vts"]
        assert f"on TCP {port} (VTube Studio: --sink vts)." in finding.sentence
    finding = receivers([vts, ZMQ])
    assert finding.state == "option" and finding.detail["ports"] == {
        "vts": f"TCP {port}"
    }
    assert {"vts", "vrchat", "opentrack"} <= receivers().detail["ports"].keys()


def test_the_tracker_is_here() -> None:
    assert tracker().state == "good"


def test_the_worst_counts() -> None:
    good, note = Finding("a", "good", "."), Finding("b", "note", ".")
    assert worst([good, note, Finding("c", "problem", ".")]) == "problem"
    assert worst([good, note]) == "note"
    assert worst([good]) == "good"


def test_missing_and_damaged_weights_are_noted(tmp_path: Path) -> None:
    assert expression(tmp_path).state == "note"
    (tmp_path / "expression.onnx").write_bytes(b"changed")
    (tmp_path / "manifest.toml").write_text(
        '[expression]\nfile = "expression.onnx"\nsha256 = "00"\n'
        'licence = "x"\ndata = "y"\n'
    )
    finding = expression(tmp_path)
    assert finding.state == "note" and "sha256 differs" in finding.sentence


def test_the_solver_that_would_run_is_named_with_the_reason(tmp_path: Path) -> None:
    finding = solver(tmp_path)
    assert finding.state == "note" and finding.detail["solver"] == "geometric"
    assert "manifest.toml: cannot be read" in finding.sentence
    assert finding.sentence.endswith("the geometric solver runs.")
    shipped(tmp_path, solver_of_first_numbers())
    finding = solver(tmp_path)
    assert finding.state == "good" and finding.detail["solver"] == "learned"
    assert "solver.onnx" in finding.sentence and finding.sentence.endswith(".")


def test_a_runtime_is_here() -> None:
    assert runtimes().state == "good"
    assert "onnxruntime" in runtimes().detail["runtimes"]


def test_what_moves_the_face_is_told(tmp_path: Path) -> None:
    finding = motion(tmp_path)
    assert finding.state == "note" and "One-Euro is used instead" in finding.sentence
    assert (finding.detail["asked"], finding.detail["motion"]) == ("lstm", "one_euro")
    finding = motion()
    assert finding.state == "good" and "lstm makes the motion" in finding.sentence


def test_every_runtime_is_listed_or_its_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = Runtime("openvino", "OpenVINO", "pip install it", ("sys",))
    monkeypatch.setitem(RUNTIMES, "openvino", here)
    absent = Runtime("tensorrt", "TensorRT", 'pip install "x[y]"', ("no_such_module",))
    monkeypatch.setitem(RUNTIMES, "tensorrt", absent)
    found = {finding.part: finding for finding in devices()}
    assert list(found) == list(RUNTIMES)
    assert found["cpu"].state == found["openvino"].state == "good"
    assert "--set engines.device=openvino uses it" in found["openvino"].sentence
    assert found["tensorrt"].state == "option"
    assert found["tensorrt"].sentence == (
        'no_such_module is not installed; run `pip install "x[y]"`.'
    )
    assert found["tensorrt"].detail == {
        "installed": False,
        "install": 'pip install "x[y]"',
    }
    # What need not be there is no reason to stop, nor to look twice.
    assert worst([found["tensorrt"], found["cpu"]]) == "good"


def test_a_machine_that_lacks_onnx_runtime_has_a_problem(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    absent = Runtime("cpu", "ONNX Runtime, CPU", "pip install it", ("no_such_module",))
    monkeypatch.setitem(RUNTIMES, "cpu", absent)
    assert {one.part: one.state for one in devices()}["cpu"] == "problem"


def test_what_runs_each_network_is_told() -> None:
    for finding in (solver(), motion(), expression()):
        assert "ONNX Runtime" in finding.detail["reason"]
        assert finding.detail["reason"] in finding.sentence


def test_two_commands_are_told_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = Runtime("tensorrt", "T", "pip uninstall a, then pip install b", ("no_a",))
    monkeypatch.setitem(RUNTIMES, "tensorrt", absent)
    told = {finding.part: finding.sentence for finding in devices()}["tensorrt"]
    assert told == "no_a is not installed; run `pip uninstall a`, then `pip install b`."


def test_a_command_is_never_broken_over_two_lines() -> None:
    told = CliRunner().invoke(app, ["doctor"], env={"COLUMNS": "40"}).output
    lines = told.splitlines()
    assert len(lines) == len(examine())
    assert any("-m pip install" in line and line.endswith("`.") for line in lines)
    assert all('"facewire[' not in line for line in lines)


def test_the_ports_of_sources_are_told() -> None:
    found = sources()
    assert found.part == "sources" and found.detail["ports"]["native"] == 5561


def test_a_port_of_a_source_that_is_in_use_is_told() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        toy = udp_kind(
            "toy", lambda setup: StreamReader(setup.peer), help="toys", port=port
        )
        found = sources([toy])
    assert found.state == "option" and f"UDP {port} (toy)" in found.sentence
    assert f"--source toy:{port + 1}" in found.sentence
    assert sources([toy]).state == "good"
